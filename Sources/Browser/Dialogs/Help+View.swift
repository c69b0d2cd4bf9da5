import Screen

extension Help {
    /// Draws the list of keys over the screen.
    func draw(in layout: ScreenLayout, on frame: inout Frame) {
        let isCompact = layout.mode == .compact
        // The line of places stays in sight.
        let above = isCompact ? 0 : layout.body.minY
        let area = Rect(x: 0, y: above, width: frame.size.width, height: frame.size.height - 1 - above)
        let rows = self.rows
        let rect =
            isCompact
            ? area : area.centered(Size(width: min(64, area.width - 4), height: min(lineCount + 3, area.height)))
        frame.fill(rect, style: Style(.text, on: .dialog))
        let title = [BoxLabel(text: "Keys", role: nil), BoxLabel(text: "/" + field.marked(columns: 40), role: .accent)]
        let inside = frame.box(rect, title: title, focused: true, surface: .dialog).inset(dx: 1, dy: 0)
        let (list, foot) = inside.split(bottom: 1)
        let selectedRow = rows.firstIndex { $0.position == cursor } ?? 0
        let top = min(max(selectedRow - list.height / 2, 0), max(rows.count - list.height, 0))
        for (offset, row) in rows.dropFirst(top).prefix(list.height).enumerated() {
            draw(row, at: Point(x: list.minX, y: list.minY + offset), width: list.width, on: &frame)
        }
        if rows.isEmpty {
            frame.write(
                "No key does that.",
                at: Point(x: list.minX, y: list.minY),
                width: list.width,
                style: Style(.dim, on: .dialog)
            )
        }
        let shown = list.height
        frame.scrollbar(on: rect, first: top, visible: shown, count: rows.count, focused: true, surface: .dialog)
        let hint: CellText = "type to filter   enter runs what is selected   esc closes"
        frame.write(hint, at: Point(x: foot.minX, y: foot.minY), width: foot.width, style: Style(.dim, on: .dialog))
    }

    /// A heading, or an action and its position among the actions.
    private struct Row {
        var section: Action.Section?
        var action: Action?
        var position: Int?
    }

    private var rows: [Row] {
        var rows: [Row] = []
        var section: Action.Section?
        for (position, action) in actions.enumerated() {
            if action.section != section {
                section = action.section
                rows.append(Row(section: section))
            }
            rows.append(Row(action: action, position: position))
        }
        return rows
    }

    private func draw(_ row: Row, at point: Point, width: Int, on frame: inout Frame) {
        if let section = row.section {
            frame.write(CellText(section.rawValue), at: point, width: width, style: Style(.title, on: .dialog))
        }
        guard let action = row.action else { return }
        let isSelected = row.position == cursor
        let surface: Surface = isSelected ? .selected : .dialog
        frame.fill(Rect(x: point.x - 1, y: point.y, width: width + 1, height: 1), style: Style(.text, on: surface))
        if isSelected { frame.put("▌", at: Point(x: point.x - 1, y: point.y), style: Style(.mark, on: surface)) }
        let keysWidth = 18
        let role: Role = canRun(action) ? .text : .dim
        frame.write(
            CellText(action.title),
            at: Point(x: point.x + 1, y: point.y),
            width: width - keysWidth - 2,
            style: Style(role, on: surface)
        )
        frame.write(
            CellText(keys(of: action)),
            at: Point(x: point.x + width - keysWidth, y: point.y),
            width: keysWidth,
            style: Style(canRun(action) ? .key : .dim, on: surface)
        )
    }
}
