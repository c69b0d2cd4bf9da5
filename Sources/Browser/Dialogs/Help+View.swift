import ITwinsAPI
import Screen

extension Help {
    func draw(_ browser: Browser, in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let isCompact = layout.mode == .compact
        // The line of places stays in sight.
        let above = isCompact ? 0 : layout.body.minY
        let area = Rect(x: 0, y: above, width: frame.size.width, height: frame.size.height - 1 - above)
        let rect =
            isCompact
            ? area : area.centered(Size(width: min(64, area.width - 4), height: min(lineCount + 3, area.height)))
        let title = [BoxLabel(text: "Keys", role: nil), BoxLabel(text: "/" + field.marked(columns: 40), role: .accent)]
        let (list, foot) = frame.dialog(rect, title: title).split(left: rect.width - 3).0.split(bottom: 1)
        let rows = rows
        let selected = rows.firstIndex { $0.position == self.list.selected && $0.position != nil }
        frame.menu(PickList(selected: selected), count: rows.count, in: list, of: rect) { frame, index, rect, surface in
            draw(rows[index], in: rect, surface, on: &frame)
        }
        func say(_ text: CellText, in rect: Rect) {
            let point = Point(x: rect.minX + 1, y: rect.minY)
            frame.write(text, at: point, width: rect.width - 1, style: Style(.dim, on: .dialog))
        }
        if rows.isEmpty { say("No key does that.", in: list) }
        say("type to filter   enter runs what is selected   esc closes", in: foot)
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
        let (x, y, width) = (rect.minX + 1, rect.minY, rect.width - 1)
        if let section = row.section {
            let title = CellText(section.rawValue)
            frame.write(title, at: Point(x: x, y: y), width: width, style: Style(.title, on: surface))
        }
        guard let command = row.command else { return }
        let keysWidth = 18
        frame.write(
            CellText(command.title),
            at: Point(x: x + 1, y: y),
            width: width - keysWidth - 2,
            style: Style(canRun(command) ? .text : .dim, on: surface)
        )
        frame.write(
            CellText(keys(of: command)),
            at: Point(x: x + width - keysWidth, y: y),
            width: keysWidth,
            style: Style(canRun(command) ? .key : .dim, on: surface)
        )
    }
}
