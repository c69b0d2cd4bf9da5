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
        var y = rect.minY
        if facts.layout.hasColumnTitles {
            for (column, x, width) in places {
                let (title, start) = (CellText(column.title), Point(x: x, y: y))
                canvas.frame.write(title, at: start, width: width, style: Style(.dim), align: column.alignment)
            }
            y += 1
        }
        for position in window where y < rect.maxY {
            let isSelected = position == cursor
            let surface: Surface = isSelected ? (isFocused ? .selected : .selectedDim) : .base
            if isSelected {
                canvas.frame.fill(
                    Rect(x: rect.minX, y: y, width: rect.width, height: 1),
                    style: Style(.text, on: surface)
                )
                let style = Style(isFocused ? .mark : .dim, on: surface)
                canvas.frame.put("▌", at: Point(x: rect.minX, y: y), style: style)
            }
            let row = source[Int(visible[position])]
            for (column, x, width) in places {
                let (cell, start) = (column.cell(row, facts), Point(x: x, y: y))
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
