import ITwinsAPI
import Screen

extension ProfilePicker {
    /// Draws the list over the screen, with what is to be known of the profile under the cursor below it.
    func draw(on canvas: inout Canvas) {
        let rect = canvas.dialogRect(width: 72, height: choices.count + Self.footHeight + 2)
        let inside = canvas.frame.dialog(rect, title: "Profiles")
        let (list, bottom) = inside.split(bottom: min(Self.footHeight, inside.height - 1))
        let foot = bottom.inset(dx: 1, dy: 0)
        canvas.frame.menu(self.list, count: choices.count, in: list, of: rect) { frame, index, row, surface in
            draw(choices[index], surface, in: row, on: &frame)
        }
        canvas.frame.lines(below(width: foot.width), in: foot, on: .dialog)
    }

    /// Lines below the list, always as many, so that the dialog does not jump.
    private static let footHeight = 4

    private func draw(_ choice: ProfileChoice, _ surface: Surface, in row: Rect, on frame: inout Frame) {
        let isPossible = choice.problem == nil
        let labelWidth = choices.map { CellText($0.connection.label).width }.max() ?? 0
        let nameWidth = min(choices.map { CellText($0.name).width }.max() ?? 0, row.width / 2)
        let columns: [(CellText, Int, Role)] = [
            (choice.name == present ? "●" : "", 1, .ok),
            (CellText(choice.connection.label), labelWidth, isPossible ? choice.connection.role : .dim),
            (CellText(choice.name), nameWidth, isPossible ? .text : .dim),
            (CellText(choice.target), max(row.width - labelWidth - nameWidth - 8, 0), .dim),
        ]
        var x = row.minX + 2
        for (text, width, role) in columns {
            frame.write(text, in: row.split(left: x - row.minX).1.split(left: width).0, role, on: surface)
            x += width + (width > 1 ? 2 : 1)
        }
    }

    private func readOnly(_ connection: Connection) -> String {
        connection.readOnlyCause.map { "Read-only until this is fixed: \($0)" } ?? "Read-only: changes are refused."
    }

    private func below(width: Int) -> [ListCell] {
        guard let selected else { return [] }
        if let problem = selected.problem {
            return CellText.lines("✗ \(problem)", width: width).map { ListCell($0, .error) }
        }
        let connection = selected.connection
        let facts = [
            selected.name == present ? "Current profile; selecting it restarts the session." : "",
            connection.isReadOnly ? readOnly(connection) : "",
            connection.confirmsWrites && !connection.isReadOnly ? "Asks before every change is sent." : "",
            connection.routes == .document ? "Document routes." : "",
        ]
        return CellText.lines(facts.filter { !$0.isEmpty }.joined(separator: " "), width: width).map {
            ListCell($0, .dim)
        }
    }
}
