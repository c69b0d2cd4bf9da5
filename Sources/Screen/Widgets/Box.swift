/// A piece of text in the border of a box.
public struct BoxLabel: Hashable, Sendable {
    /// The text.
    public var text: CellText
    /// How it looks; nil for the box's title.
    public var role: Role?

    /// Makes a label.
    public init(text: CellText, role: Role?) {
        self.text = text
        self.role = role
    }
}

extension Frame {
    /// Draws a thin border with labels in its top line, the title at the left and the trailing ones at the right.
    ///
    /// Where there is no room the trailing labels go first, then the title is cut.
    ///
    /// - Returns: what is inside.
    @discardableResult
    public mutating func box(
        _ rect: Rect,
        title: [BoxLabel],
        trailing: [BoxLabel] = [],
        focused: Bool,
        surface: Surface = .base
    ) -> Rect {
        guard !rect.isEmpty else { return rect }
        border(rect, focused: focused, surface: surface)
        let labels = title.filter { !$0.text.isEmpty }
        let end = draw(labels, from: rect.minX + 2, to: rect.maxX - 2, y: rect.minY, focused: focused, surface: surface)
        guard labels.isEmpty || end > rect.minX + 2 else { return rect.inset(by: 1) }
        drawTrailing(trailing, of: rect, after: end, focused: focused, surface: surface)
        return rect.inset(by: 1)
    }

    /// Draws a border whose title is tabs, `Repositories 4 │ Exports 2`; where there is no room the selected one is
    /// always shown.
    ///
    /// - Returns: what is inside.
    @discardableResult
    public mutating func tabbedBox(
        _ rect: Rect,
        tabs: [CellText],
        selected: Int,
        trailing: [BoxLabel] = [],
        focused: Bool
    ) -> Rect {
        guard !rect.isEmpty else { return rect }
        border(rect, focused: focused, surface: .base)
        let room = rect.width - 6
        guard room > 0, tabs.indices.contains(selected) else { return rect.inset(by: 1) }
        var first = 0
        func width(from first: Int) -> Int {
            tabs[min(first, selected)...selected].reduce(-3) { $0 + $1.width + 3 }
        }
        while first < selected, width(from: first) > room { first += 1 }
        var x = rect.minX + 2
        put(" ", at: Point(x: x, y: rect.minY))
        x += 1
        for index in first..<tabs.count {
            let left = rect.maxX - 3 - x - (index > first ? 3 : 0)
            guard left >= min(tabs[index].width, 6) || index == selected else { break }
            if index > first {
                write(" │ ", at: Point(x: x, y: rect.minY), width: 3, style: Style(.border))
                x += 3
            }
            let role: Role = index == selected ? (focused ? .titleFocused : .title) : .dim
            let columns = max(min(tabs[index].width, left), 0)
            write(tabs[index], at: Point(x: x, y: rect.minY), width: columns, style: Style(role))
            x += columns
        }
        put(" ", at: Point(x: x, y: rect.minY))
        drawTrailing(trailing, of: rect, after: x + 1, focused: focused, surface: .base)
        return rect.inset(by: 1)
    }

    private mutating func border(_ rect: Rect, focused: Bool, surface: Surface) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let style = Style(focused ? .borderFocused : .border, on: surface)
        for y in [rect.minY, rect.maxY - 1] {
            horizontalLine("─", from: Point(x: rect.minX + 1, y: y), width: rect.width - 2, style: style)
        }
        for x in [rect.minX, rect.maxX - 1] {
            verticalLine("│", from: Point(x: x, y: rect.minY + 1), height: rect.height - 2, style: style)
        }
        put("┌", at: Point(x: rect.minX, y: rect.minY), style: style)
        put("┐", at: Point(x: rect.maxX - 1, y: rect.minY), style: style)
        put("└", at: Point(x: rect.minX, y: rect.maxY - 1), style: style)
        put("┘", at: Point(x: rect.maxX - 1, y: rect.maxY - 1), style: style)
    }

    /// Draws labels with two blanks between them and one around them, and returns the column behind; `start` when there
    /// is no room.
    private mutating func draw(
        _ labels: [BoxLabel],
        from start: Int,
        to end: Int,
        y: Int,
        focused: Bool,
        surface: Surface
    ) -> Int {
        guard !labels.isEmpty, end - start >= 3 else { return start }
        var x = start
        for (index, label) in labels.enumerated() {
            let gap = index == 0 ? 1 : 2
            let room = end - x - gap - 1
            guard room >= min(label.text.width, 4) else { break }
            write("", at: Point(x: x, y: y), width: gap, style: Style(.text, on: surface))
            x += gap
            let columns = min(label.text.width, room)
            let role = label.role ?? (focused ? .titleFocused : .title)
            write(label.text, at: Point(x: x, y: y), width: columns, style: Style(role, on: surface))
            x += columns
        }
        guard x > start else { return start }
        write("", at: Point(x: x, y: y), width: 1, style: Style(.text, on: surface))
        return x + 1
    }

    private mutating func drawTrailing(
        _ labels: [BoxLabel],
        of rect: Rect,
        after start: Int,
        focused: Bool,
        surface: Surface
    ) {
        var shown = labels.filter { !$0.text.isEmpty }
        func needed() -> Int { shown.reduce(0) { $0 + $1.text.width } + max(shown.count - 1, 0) * 2 + 2 }
        // When it is tight they stand at the corner, without a piece of the line between.
        func end() -> Int? { [rect.maxX - 2, rect.maxX - 1].first { $0 - needed() >= start } }
        while !shown.isEmpty, end() == nil { shown.removeFirst() }
        guard let end = end(), !shown.isEmpty else { return }
        _ = draw(shown, from: end - needed(), to: end, y: rect.minY, focused: focused, surface: surface)
    }

    /// Draws where a window lies in a longer list, on the right border of its box; nothing when everything is shown.
    public mutating func scrollbar(
        on rect: Rect,
        first: Int,
        visible: Int,
        count: Int,
        focused: Bool,
        surface: Surface = .base
    ) {
        let track = rect.height - 2
        guard count > visible, visible > 0, track > 1 else { return }
        let length = max(track * visible / count, 1)
        let start = (track - length) * min(max(first, 0), count - visible) / (count - visible)
        let style = Style(focused ? .borderFocused : .border, on: surface)
        verticalLine("┃", from: Point(x: rect.maxX - 1, y: rect.minY + 1 + start), height: length, style: style)
    }
}
