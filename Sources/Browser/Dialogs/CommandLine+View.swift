import ITwinsAPI
import Screen

extension CommandLine {
    /// Draws the line over the screen, with what may be meant below it.
    func draw(on canvas: inout Canvas) {
        // Always as high: it must not jump while one types.
        let rect = canvas.dialogRect(width: min(72, canvas.frame.size.width - 4), height: 16)
        let inside = canvas.frame.dialog(rect, title: "Command").inset(dx: 1, dy: 0)
        let (line, below) = inside.split(top: 1)
        canvas.frame.write(":", in: line.split(left: 1).0, .key, on: .dialog)
        canvas.frame.textField(
            field,
            at: Point(x: line.minX + 2, y: line.minY),
            width: line.width - 2,
            style: Style(.text, on: .fieldFocused),
            focused: true
        )
        let list = canvas.isCompact ? below : below.split(top: 1).1
        if let problem {
            let lines = CellText.lines("✗ \(problem)", width: list.width).map { ListCell($0, .error) }
            return canvas.frame.lines(lines, in: list, on: .dialog)
        }
        let rows = suggestions
        // The mark of a row is beside the line.
        let menu = Rect(x: list.minX - 1, y: list.minY, width: list.width + 1, height: list.height)
        for row in canvas.frame.menu(self.list, count: rows.count, in: menu, of: rect) {
            draw(rows[row.index], row.surface, in: row.rect.split(left: 2).1, on: &canvas.frame)
        }
        if rows.isEmpty { canvas.frame.write("No matching command", in: list, .dim, on: .dialog) }
    }

    private func draw(_ row: Suggestion, _ surface: Surface, in rect: Rect, on frame: inout Frame) {
        let note = CellText(row.note)
        let width = min(note.width, (rect.width + 1) / 2)
        let (left, right) = rect.split(left: rect.width - width)
        frame.write(
            CellText(row.text),
            in: left.split(left: left.width - 1).0,
            row.isPossible ? .text : .dim,
            on: surface
        )
        frame.write(note, in: right, row.isPossible ? .key : .dim, on: surface)
    }
}
