import ITwinsAPI
import Screen

extension Help {
    func draw(on canvas: inout Canvas) {
        // The line of places stays in sight.
        let area = canvas.frame.dialogArea.split(top: canvas.isCompact ? 0 : canvas.layout.body.minY).1
        let rect =
            canvas.isCompact
            ? area : area.centered(Size(width: min(64, area.width - 4), height: min(lineCount + 3, area.height)))
        let title = [BoxLabel(text: "Help", role: nil), BoxLabel(text: "/" + field.marked(columns: 40), role: .accent)]
        let (list, foot) = canvas.frame.dialog(rect, title: title).split(left: rect.width - 3).0.split(bottom: 1)
        let rows = rows
        let selected = rows.firstIndex { $0.position == self.list.selected && $0.position != nil }
        for row in canvas.frame.menu(PickList(selected: selected), count: rows.count, in: list, of: rect) {
            draw(rows[row.index], in: row.rect.split(left: 1).1, row.surface, on: &canvas.frame)
        }
        if rows.isEmpty { canvas.frame.write("No matching key", in: list.split(left: 1).1, .dim, on: .dialog) }
        let hint: KeyedText =
            "type to filter   \(.accept, in: context) runs   \(.cancel, in: context) closes"
        canvas.frame.write(CellText(keymap.text(hint)), in: foot.split(left: 1).1, .dim, on: .dialog)
    }

    /// A heading, or an command and its position among the commands.
    private struct Row {
        var section: Command.Section?
        var command: Command?
        var position: Int?
    }

    private var rows: [Row] {
        var rows: [Row] = []
        var section: Command.Section?
        for (position, command) in commands.enumerated() {
            if command.section != section {
                section = command.section
                rows.append(Row(section: section))
            }
            rows.append(Row(command: command, position: position))
        }
        return rows
    }

    private func draw(_ row: Row, in rect: Rect, _ surface: Surface, on frame: inout Frame) {
        if let section = row.section { frame.write(CellText(section.rawValue), in: rect, .title, on: surface) }
        guard let command = row.command else { return }
        let (title, keys) = rect.split(left: rect.width - 18)
        frame.write(CellText(command.title), in: title.inset(dx: 1, dy: 0), canRun(command) ? .text : .dim, on: surface)
        frame.write(CellText(self.keys(of: command)), in: keys, canRun(command) ? .key : .dim, on: surface)
    }
}
