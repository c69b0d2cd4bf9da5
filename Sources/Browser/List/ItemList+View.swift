import ITwinsAPI
import RowIndex
import Screen

extension ItemList {
    private typealias Places = [(column: ListColumn<Element.Row>, x: Int, width: Int)]

    /// Draws the rows that are on the screen, with column titles and scrollbar where the layout has them.
    ///
    /// The selected row has the mark and a background, in a pane without focus a dim one.
    func draw(in rect: Rect, isFocused: Bool, on canvas: inout Canvas) {
        let (places, facts) = places(in: rect, ListFacts(canvas.browser, at: canvas.now))
        if !canvas.isCompact {
            let (box, count) = (rect.inset(by: -1), visible.count)
            canvas.frame.scrollbar(on: box, first: top, visible: height, count: count, focused: isFocused)
        }
        let first = rect.minY + (facts.layout.hasColumnTitles ? 1 : 0)
        let rows = window.prefix(max(rect.maxY - first, 0)).map { source[Int(visible[$0])] }
        let selected = cursor - window.lowerBound
        let selection: Surface = isFocused ? .selected : .selectedDim
        if rows.indices.contains(selected) {
            let line = Rect(x: rect.minX, y: first + selected, width: rect.width, height: 1)
            canvas.frame.fill(line, style: Style(.text, on: selection))
            canvas.frame.put(
                "▌",
                at: Point(x: line.x, y: line.y),
                style: Style(isFocused ? .mark : .dim, on: selection)
            )
        }
        // By columns, as a copy of a column costs more than a cell.
        for (column, x, width) in places {
            if first > rect.minY {
                let (title, start) = (CellText(column.title), Point(x: x, y: rect.minY))
                canvas.frame.write(title, at: start, width: width, style: Style(.dim), align: column.alignment)
            }
            for index in rows.indices {
                let surface = index == selected ? selection : .base
                let (cell, start) = (column.cell(rows[index], facts), Point(x: x, y: first + index))
                let style = Style(cell.role, on: surface)
                guard !filter.isEmpty, column.search != nil, column.marksMatches else {
                    canvas.frame.write(cell.text, at: start, width: width, style: style, align: column.alignment)
                    continue
                }
                canvas.frame.write(
                    cell.text,
                    at: start,
                    width: width,
                    style: style,
                    highlights: cell.text.columns(matching: filter),
                    highlightRole: .match
                )
            }
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

extension CellText {
    /// The columns at which the terms of a filter hold.
    fileprivate func columns(matching filter: Filter) -> [Range<Int>] {
        filter.terms.flatMap { term in columns(folding: { term.folding($0) }, found: term.ranges) }
    }
}
