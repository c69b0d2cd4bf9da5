import Screen

/// A column of a list.
struct Column: Sendable {
    /// What stands above it.
    let title: CellText
    /// The least width; fixed columns have exactly this.
    let width: Int
    /// Whether the column takes what the others leave.
    let isFlexible: Bool
    /// Columns of a higher number go first when there is no room; 0 stays.
    let rank: Int
    let alignment: Alignment
    /// Whether the column takes part at all.
    let isShown: Bool
    /// Whether the filter looks into the column, whose matches are then marked.
    let isSearched: Bool

    init(
        _ title: CellText,
        width: Int,
        isFlexible: Bool = false,
        rank: Int = 0,
        alignment: Alignment = .leading,
        isShown: Bool = true,
        isSearched: Bool = true
    ) {
        self.title = title
        self.width = width
        self.isFlexible = isFlexible
        self.rank = rank
        self.alignment = alignment
        self.isShown = isShown
        self.isSearched = isSearched
    }

    /// The blanks behind a column: a sign of one column stands close to what it belongs to.
    private var gap: Int { width == 1 ? 1 : 2 }

    /// The width of each column in a row of a width; 0 for a column that has no room.
    static func widths(_ columns: [Column], in available: Int) -> [Int] {
        var shown = Set(columns.indices.filter { columns[$0].isShown })
        func needed() -> Int { shown.reduce(-2) { $0 + columns[$1].width + columns[$1].gap } }
        while needed() > available,
            let last = shown.filter({ columns[$0].rank > 0 }).max(by: { columns[$0].rank < columns[$1].rank })
        {
            shown.remove(last)
        }
        var widths = columns.indices.map { shown.contains($0) ? columns[$0].width : 0 }
        let flexible = columns.indices.filter { shown.contains($0) && columns[$0].isFlexible }
        let spare = available - needed()
        for (position, index) in flexible.enumerated() {
            widths[index] += spare / flexible.count + (position < spare % flexible.count ? 1 : 0)
            widths[index] = max(widths[index], 1)
        }
        return widths
    }

    /// Where each column begins in a row that begins at a place, and its width; columns without room are left out.
    static func places(_ columns: [Column], in rect: Rect) -> [(column: Int, x: Int, width: Int)] {
        let widths = widths(columns, in: rect.width)
        var x = rect.minX
        return columns.indices.compactMap { column in
            guard widths[column] > 0 else { return nil }
            defer { x += widths[column] + columns[column].gap }
            return (column, x, widths[column])
        }
    }
}

/// What stands in a cell of a list.
struct ListCell: Sendable {
    var text: CellText
    var role: Role

    init(_ text: CellText, _ role: Role = .text) {
        self.text = text
        self.role = role
    }

    /// A name; one that has characters which nobody sees is marked (reliability T5).
    init(name: String, _ role: Role = .text) {
        let text = CellText(name)
        self = text.hasInvisibleCharacters ? ListCell("⚠ " + text, .warn) : ListCell(text, role)
    }
}

extension Frame {
    /// Draws the rows of a list that are on the screen, below its column titles when `hasTitles`.
    ///
    /// The selected row has the mark and a background, in a pane without focus a dim one.
    mutating func rows<Source: ListSource>(
        of list: ItemList<Source>,
        in rect: Rect,
        isFocused: Bool,
        columns: [Column],
        hasTitles: Bool,
        cell: (_ index: Int, _ column: Int) -> ListCell
    ) {
        let places = Column.places(columns, in: Rect(x: rect.minX + 1, y: rect.minY, width: rect.width - 2, height: 1))
        var y = rect.minY
        if hasTitles {
            for (column, x, width) in places {
                let title = columns[column]
                write(title.title, at: Point(x: x, y: y), width: width, style: Style(.dim), align: title.alignment)
            }
            y += 1
        }
        for position in list.window where y < rect.maxY {
            let isSelected = position == list.cursor
            let surface: Surface = isSelected ? (isFocused ? .selected : .selectedDim) : .base
            if isSelected {
                fill(Rect(x: rect.minX, y: y, width: rect.width, height: 1), style: Style(.text, on: surface))
                put("▌", at: Point(x: rect.minX, y: y), style: Style(isFocused ? .mark : .dim, on: surface))
            }
            let index = Int(list.visible[position])
            for (column, x, width) in places {
                let cell = cell(index, column)
                let style = Style(cell.role, on: surface)
                if list.filter.isEmpty || !columns[column].isSearched {
                    write(
                        cell.text,
                        at: Point(x: x, y: y),
                        width: width,
                        style: style,
                        align: columns[column].alignment
                    )
                } else {
                    let matches = cell.text.columns(
                        matching: list.filter.words,
                        caseSensitive: list.filter.isCaseSensitive
                    )
                    write(
                        cell.text,
                        at: Point(x: x, y: y),
                        width: width,
                        style: style,
                        highlights: matches,
                        highlightRole: .match
                    )
                }
            }
            y += 1
        }
    }

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
