import ITwinsAPI
import Screen

extension ItemList {
    private typealias Places = [(column: ListColumn<Source.Row>, x: Int, width: Int)]

    /// Draws the rows that are on the screen, below the column titles when `hasTitles`.
    ///
    /// The selected row has the mark and a background, in a pane without focus a dim one.
    func draw(in rect: Rect, isFocused: Bool, hasTitles: Bool, _ facts: ListFacts, on frame: inout Frame) {
        let (places, facts) = places(in: rect, facts)
        var y = rect.minY
        if hasTitles {
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
    func draw<Source>(
        _ list: ItemList<Source>,
        of pane: PaneID,
        title: [BoxLabel],
        in layout: ScreenLayout,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        guard let inside = listBox(of: pane, in: layout, title: title, on: &frame, at: now) else { return }
        drawRows(of: list, in: inside, of: pane, in: layout, on: &frame, at: now)
    }

    /// Draws the rows of the list of a pane.
    ///
    /// - Returns: what is left below them for more of the selected one.
    @discardableResult
    func drawRows<Source>(
        of list: ItemList<Source>,
        in inside: Rect,
        of pane: PaneID,
        in layout: ScreenLayout,
        on frame: inout Frame,
        at now: Timestamp
    ) -> Rect {
        let (rows, below) = inside.split(bottom: layout.heightBelowRows(of: pane))
        let isFocused = pane == self.pane
        list.draw(in: rows, isFocused: isFocused, hasTitles: layout.hasColumnTitles, listFacts(at: now), on: &frame)
        if layout.mode == .full, pane == .iTwins || pane == .resources {
            frame.scrollbar(
                on: rows.inset(by: -1),
                first: list.top,
                visible: list.height,
                count: list.visible.count,
                focused: isFocused
            )
        }
        return below.inset(dx: 1, dy: 0)
    }

    /// What the cells of lists show besides their rows.
    func listFacts(at now: Timestamp) -> ListFacts {
        ListFacts(
            now: now,
            favorites: session.favorites,
            exports: session.exports,
            requests: session.requests,
            isOnDashboard: place == .dashboard
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
