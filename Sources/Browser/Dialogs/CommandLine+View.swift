import Screen

extension CommandLine {
    /// What the footer says while the line is open, and how much each is needed; 0 is needed most.
    var footer: [(keys: String, label: String, rank: Int)] {
        [("↓↑", "choose", 2), ("enter", "run", 0), ("tab", "complete", 3), ("esc", "close", 1)]
    }

    /// Draws the line over the screen, with what may be meant below it.
    func draw(in layout: ScreenLayout, on frame: inout Frame) {
        let area = Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height - 1)
        let isCompact = layout.mode == .compact
        // Always as high: it must not jump while one types.
        let rect =
            isCompact ? area : area.centered(Size(width: min(72, area.width - 4), height: min(16, area.height - 2)))
        frame.fill(rect, style: Style(.text, on: .dialog))
        let title = [BoxLabel(text: "Command", role: nil)]
        let inside = frame.box(rect, title: title, focused: true, surface: .dialog).inset(dx: 1, dy: 0)
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
        let top = min(max((cursor ?? 0) - list.height / 2, 0), max(rows.count - list.height, 0))
        for (offset, row) in rows.dropFirst(top).prefix(list.height).enumerated() {
            let isSelected = top + offset == cursor
            draw(row, isSelected, at: Point(x: list.minX, y: list.minY + offset), width: list.width, on: &frame)
        }
        if rows.isEmpty {
            let point = Point(x: list.minX, y: list.minY)
            frame.write("Nothing is called that.", at: point, width: list.width, style: Style(.dim, on: .dialog))
        }
        let shown = list.height
        frame.scrollbar(on: rect, first: top, visible: shown, count: rows.count, focused: true, surface: .dialog)
    }

    private func draw(_ row: Suggestion, _ isSelected: Bool, at point: Point, width: Int, on frame: inout Frame) {
        let surface: Surface = isSelected ? .selected : .dialog
        frame.fill(Rect(x: point.x - 1, y: point.y, width: width + 1, height: 1), style: Style(.text, on: surface))
        if isSelected { frame.put("▌", at: Point(x: point.x - 1, y: point.y), style: Style(.mark, on: surface)) }
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
