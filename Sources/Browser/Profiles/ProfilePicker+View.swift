import ITwinsAPI
import Screen

extension ProfilePicker {
    /// What the footer says while the list is open, and how much each is needed; 0 is needed most.
    var footer: [(keys: String, label: String, rank: Int)] {
        [("↓↑", "move", 2), ("enter", "switch", 0), ("esc", "close", 1)]
    }

    /// Draws the list over the screen, with what is to be known of the profile under the cursor below it.
    func draw(in layout: ScreenLayout, on frame: inout Frame) {
        let area = Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height - 1)
        let isCompact = layout.mode == .compact
        let height = choices.count + Self.footHeight + 2
        let rect = isCompact ? area : area.centered(Size(width: 72, height: min(height, area.height - 2)))
        frame.fill(rect, style: Style(.text, on: .dialog))
        let title = [BoxLabel(text: "Profiles", role: nil)]
        let inside = frame.box(rect, title: title, focused: true, surface: .dialog).inset(dx: 1, dy: 0)
        let (list, foot) = inside.split(bottom: min(Self.footHeight, inside.height - 1))
        let top = min(max(cursor - list.height / 2, 0), max(choices.count - list.height, 0))
        for (offset, choice) in choices.dropFirst(top).prefix(list.height).enumerated() {
            let row = Rect(x: list.minX - 1, y: list.minY + offset, width: list.width + 2, height: 1)
            draw(choice, isSelected: top + offset == cursor, in: row, on: &frame)
        }
        let shown = list.height
        frame.scrollbar(on: rect, first: top, visible: shown, count: choices.count, focused: true, surface: .dialog)
        for (offset, line) in below(width: foot.width).prefix(foot.height).enumerated() {
            let point = Point(x: foot.minX, y: foot.maxY - foot.height + offset)
            frame.write(line.text, at: point, width: foot.width, style: Style(line.role, on: .dialog))
        }
    }

    /// Lines below the list, always as many, so that the dialog does not jump.
    private static let footHeight = 4

    private func draw(_ choice: ProfileChoice, isSelected: Bool, in row: Rect, on frame: inout Frame) {
        let surface: Surface = isSelected ? .selected : .dialog
        frame.fill(row, style: Style(.text, on: surface))
        if isSelected { frame.put("▌", at: Point(x: row.minX, y: row.minY), style: Style(.mark, on: surface)) }
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
            frame.write(
                text,
                at: Point(x: x, y: row.minY),
                width: min(width, row.maxX - x),
                style: Style(role, on: surface)
            )
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
