import ITwinsAPI
import Screen

extension ProfilePicker {
    func draw(_ row: MenuRow, on canvas: inout Canvas) {
        let choice = choices[row.index]
        let isPossible = choice.problem == nil
        let labelWidth = choices.map { CellText($0.connection.label).width }.max() ?? 0
        let nameWidth = min(choices.map { CellText($0.name).width }.max() ?? 0, row.rect.width / 2)
        let mark = row.rect.inset(dx: 2, dy: 0).split(left: 1).0
        canvas.frame.write(choice.name == present ? "●" : "", in: mark, .ok, on: row.surface)
        canvas.frame.columns(
            [
                (choice.connection.label, labelWidth, isPossible ? choice.connection.role : .dim),
                (choice.name, nameWidth, isPossible ? .text : .dim),
                (choice.target, max(row.rect.width - labelWidth - nameWidth - 8, 0), .dim),
            ],
            from: 4,
            apart: 2,
            in: row
        )
    }

    /// What is to be known of the profile under the cursor.
    func drawFoot(in rect: Rect, on canvas: inout Canvas) {
        canvas.frame.lines(below(width: rect.width), in: rect, on: .dialog)
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
            connection.confirmsWrites && !connection.isReadOnly ? "Asks before each change." : "",
            connection.routes == .document ? "Document routes." : "",
        ]
        return CellText.lines(facts.filter { !$0.isEmpty }.joined(separator: " "), width: width).map {
            ListCell($0, .dim)
        }
    }
}
