import ITwinsAPI
import Screen

extension CommandLine {
    /// Draws the line over the screen, with what may be meant below it.
    func draw(_ browser: Browser, in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let area = frame.dialogArea
        let isCompact = layout.mode == .compact
        // Always as high: it must not jump while one types.
        let rect =
            isCompact ? area : area.centered(Size(width: min(72, area.width - 4), height: min(16, area.height - 2)))
        let inside = frame.dialog(rect, title: "Command").inset(dx: 1, dy: 0)
        let (line, below) = inside.split(top: 1)
        frame.write(":", at: Point(x: line.minX, y: line.minY), width: 1, style: Style(.key, on: .dialog))
        frame.textField(
            field,
            at: Point(x: line.minX + 2, y: line.minY),
            width: line.width - 2,
            style: Style(.text, on: .fieldFocused),
            focused: true
        )
        let list = isCompact ? below : below.split(top: 1).1
        if let problem {
            for (offset, text) in CellText.lines("✗ \(problem)", width: list.width).prefix(list.height).enumerated() {
                let point = Point(x: list.minX, y: list.minY + offset)
                frame.write(text, at: point, width: list.width, style: Style(.error, on: .dialog))
            }
            return
        }
        let rows = suggestions
        // The mark of a row is beside the line.
        let menu = Rect(x: list.minX - 1, y: list.minY, width: list.width + 1, height: list.height)
        frame.menu(self.list, count: rows.count, in: menu, of: rect) { frame, index, rect, surface in
            draw(rows[index], surface, at: Point(x: rect.minX + 1, y: rect.minY), width: list.width, on: &frame)
        }
        if rows.isEmpty {
            let point = Point(x: list.minX, y: list.minY)
            frame.write("Nothing is called that.", at: point, width: list.width, style: Style(.dim, on: .dialog))
        }
    }

    private func draw(_ row: Suggestion, _ surface: Surface, at point: Point, width: Int, on frame: inout Frame) {
        let note = CellText(row.note)
        let noteWidth = min(note.width, width / 2)
        frame.write(
            CellText(row.text),
            at: Point(x: point.x + 1, y: point.y),
            width: width - noteWidth - 2,
            style: Style(row.isPossible ? .text : .dim, on: surface)
        )
        frame.write(
            note,
            at: Point(x: point.x + width - noteWidth, y: point.y),
            width: noteWidth,
            style: Style(row.isPossible ? .key : .dim, on: surface)
        )
    }
}
