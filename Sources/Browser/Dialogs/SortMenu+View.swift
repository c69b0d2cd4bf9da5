import Screen

extension SortMenu {
    /// What the footer says while the menu is open.
    var footer: [(keys: String, label: String, rank: Int)] {
        [("↓↑", "choose", 2), ("enter", reverses ? "reverse" : "sort", 0), ("esc", "close", 1)]
    }

    /// Draws the menu over the screen.
    func draw(in layout: ScreenLayout, on frame: inout Frame) {
        let area = Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height - 1)
        let rect = area.centered(Size(width: min(46, area.width), height: min(list.columns.count + 2, area.height)))
        frame.fill(rect, style: Style(.text, on: .dialog))
        let title = [BoxLabel(text: CellText("Sort \(list.title)"), role: nil)]
        let inside = frame.box(rect, title: title, focused: true, surface: .dialog)
        for (position, column) in list.columns.enumerated().prefix(inside.height) {
            let y = inside.minY + position
            let isSelected = position == cursor
            let surface: Surface = isSelected ? .selected : .dialog
            frame.fill(Rect(x: inside.minX, y: y, width: inside.width, height: 1), style: Style(.text, on: surface))
            if isSelected { frame.put("▌", at: Point(x: inside.minX, y: y), style: Style(.mark, on: surface)) }
            frame.write(
                CellText("\(position + 1)"),
                at: Point(x: inside.minX + 2, y: y),
                width: 1,
                style: Style(.key, on: surface)
            )
            let isCurrent = column.id == current.column
            let direction = CellText(isCurrent ? column.direction(isDescending: current.isDescending) : "")
            let width = inside.width - 6 - direction.width
            frame.write(
                CellText(column.title),
                at: Point(x: inside.minX + 4, y: y),
                width: width,
                style: Style(.text, on: surface)
            )
            frame.write(
                direction,
                at: Point(x: inside.maxX - 1 - direction.width, y: y),
                width: direction.width,
                style: Style(.accent, on: surface)
            )
        }
    }
}
