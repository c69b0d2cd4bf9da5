import ITwinsAPI
import Screen

extension ItemList {
    private typealias Places = [(column: ListColumn<Source.Row>, x: Int, width: Int)]

    /// Draws the rows that are on the screen, with column titles and scrollbar where the layout has them.
    ///
    /// The selected row has the mark and a background, in a pane without focus a dim one.
    func draw(in rect: Rect, isFocused: Bool, _ facts: ListFacts, on frame: inout Frame) {
        let (places, facts) = places(in: rect, facts)
        if facts.layout.mode == .full {
            frame.scrollbar(
                on: rect.inset(by: -1),
                first: top,
                visible: height,
                count: visible.count,
                focused: isFocused
            )
        }
        var y = rect.minY
        if facts.layout.hasColumnTitles {
            for (column, x, width) in places {
                let (title, start) = (CellText(column.title), Point(x: x, y: y))
                frame.write(title, at: start, width: width, style: Style(.dim), align: column.alignment)
            }
            y += 1
        }
        for position in window where y < rect.maxY {
            let isSelected = position == cursor
            let surface: Surface = isSelected ? (isFocused ? .selected : .selectedDim) : .base
            if isSelected {
                frame.fill(Rect(x: rect.minX, y: y, width: rect.width, height: 1), style: Style(.text, on: surface))
                let style = Style(isFocused ? .mark : .dim, on: surface)
                frame.put("▌", at: Point(x: rect.minX, y: y), style: style)
            }
            let row = source[Int(visible[position])]
            for (column, x, width) in places {
                let (cell, start) = (column.cell(row, facts), Point(x: x, y: y))
                let style = Style(cell.role, on: surface)
                guard !filter.isEmpty, column.search != nil, column.marksMatches else {
                    frame.write(cell.text, at: start, width: width, style: style, align: column.alignment)
                    continue
                }
                frame.write(
                    cell.text,
                    at: start,
                    width: width,
                    style: style,
                    highlights: cell.text.columns(matching: filter.words, caseSensitive: filter.isCaseSensitive),
                    highlightRole: .match
                )
            }
            y += 1
        }
    }

    /// The moments whose ages are on the screen where the rows are drawn in an area.
    func shownMoments(in rect: Rect, _ facts: ListFacts) -> [Timestamp?] {
        places(in: rect, facts).0.flatMap { column, _, _ in
            guard case .moment(let moment) = column.value else { return [Timestamp?]() }
            return window.map { moment(source[Int(visible[$0])]) }
        }
    }

    private func places(in rect: Rect, _ facts: ListFacts) -> (Places, ListFacts) {
        var facts = facts
        facts.room = rect.width
        facts.showsInactive = showsInactive
        let inside = Rect(x: rect.minX + 1, y: rect.minY, width: rect.width - 2, height: 1)
        return (source.columns.places(in: inside, sort: sort.column, facts), facts)
    }
}

extension Browser {
    /// Draws the list of a pane in its box, or what is said while there are no rows to show.
    ///
    /// - Parameter title: what stands in the border before the filter.
    func drawList(
        of pane: PaneID,
        title: [BoxLabel],
        in layout: ScreenLayout,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        let title = title + (kind(of: pane).state(in: self).map(Self.filterLabel) ?? [])
        guard let inside = listBox(of: pane, in: layout, title: title, on: &frame, at: now) else { return }
        drawRows(of: pane, in: inside, layout, on: &frame, at: now)
    }

    /// Draws the rows of the list of a pane, and below them more of the selected one where there is room.
    func drawRows(
        of pane: PaneID,
        in inside: Rect,
        _ layout: ScreenLayout,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        let kind = kind(of: pane)
        let (rows, below) = inside.split(bottom: layout.heightBelowRows(of: pane))
        kind.drawRows(in: rows, isFocused: pane == self.pane, of: self, at: now, on: &frame)
        let rect = below.inset(dx: 1, dy: 0)
        guard rect.height > 1, let preview = kind.preview(in: self) else { return }
        let lower = rect.split(top: 1).1
        frame.write(
            CellText(preview.title),
            at: Point(x: rect.minX, y: rect.minY),
            width: rect.width,
            style: Style(.title)
        )
        draw(TextLine.fields(preview.fields, width: rect.width), in: lower, on: &frame)
    }

    /// What the cells of lists show besides their rows.
    func listFacts(at now: Timestamp) -> ListFacts {
        ListFacts(
            now: now,
            favorites: session.favorites,
            exports: session.exports,
            requests: session.requests,
            layout: layout
        )
    }
}

extension Frame {
    /// Draws lines of text below each other and stops at the end of the area.
    mutating func lines(_ lines: [ListCell], in rect: Rect) {
        for (offset, line) in lines.enumerated() where offset < rect.height {
            write(line.text, at: Point(x: rect.minX, y: rect.minY + offset), width: rect.width, style: Style(line.role))
        }
    }
}

extension Int {
    /// The number with commas between thousands: `1,204`.
    var grouped: String {
        var digits = String(magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
