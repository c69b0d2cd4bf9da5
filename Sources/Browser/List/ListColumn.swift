import ITwinsAPI
import RowIndex
import Screen

/// The id of a column within its list.
public struct ColumnID: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// What the state file says.
    public let rawValue: String

    /// Makes an id of what a state file says, which another version of the program may have written.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Makes an id of a literal.
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// No column: the rows are as the service sends them.
    public static let service: ColumnID = "service"
}

/// A column of a list: what it shows, how much room it takes, what it is sorted by and what the filter looks at in it.
struct ListColumn<Row: Sendable>: Sendable {
    let id: ColumnID
    /// What the column is called above it, in the border of the list and in the menu.
    let title: String
    /// Fixed columns have exactly this width, flexible ones at least.
    var width: Int
    /// The width in a narrow list; nil where it is the same.
    var narrowWidth: Int?
    /// Whether the column takes what the others leave.
    var isFlexible = false
    /// Columns of a higher number go first when there is no room; 0 stays.
    var rank = 0
    /// How wide a list must be to have the column.
    var roomNeeded = 0
    var alignment = Alignment.leading
    /// Whether a list that is wide enough has the column.
    var isShown: @Sendable (ListFacts) -> Bool = { _ in true }
    /// What the rows are sorted by; nil for a column by which they are not.
    var value: Value?
    /// What the filter looks at; nil for a column that it leaves alone.
    var search: (@Sendable (Row) -> String?)?
    /// Whether what the filter found is marked in the cells, which then show what it looked at.
    var marksMatches = true
    var cell: @Sendable (Row, ListFacts) -> ListCell

    /// What rows have in a column.
    enum Value: Sendable {
        case text(@Sendable (Row) -> String?)
        case moment(@Sendable (Row) -> Timestamp?)
    }

    /// A column of texts, which the filter looks at.
    static func text(
        _ id: ColumnID,
        _ title: String,
        width: Int,
        narrowWidth: Int? = nil,
        rank: Int = 0,
        roomNeeded: Int = 0,
        _ text: @escaping @Sendable (Row) -> String?
    ) -> Self {
        Self(
            id: id,
            title: title,
            width: width,
            narrowWidth: narrowWidth,
            rank: rank,
            roomNeeded: roomNeeded,
            value: .text(text),
            search: text
        ) { row, _ in ListCell(CellText(text(row) ?? ""), .dim) }
    }

    /// A column of moments, shown as ages.
    static func moment(
        _ id: ColumnID,
        _ title: String,
        width: Int,
        rank: Int,
        roomNeeded: Int = 0,
        _ moment: @escaping @Sendable (Row) -> Timestamp?
    ) -> Self {
        Self(
            id: id,
            title: title,
            width: width,
            rank: rank,
            roomNeeded: roomNeeded,
            alignment: .trailing,
            value: .moment(moment)
        ) { row, facts in ListCell(CellText(moment(row).map { RelativeTime.text(of: $0, at: facts.now) } ?? ""), .dim) }
    }

    /// A column of numbers, which the filter leaves alone.
    static func number(
        _ id: ColumnID,
        _ title: String,
        width: Int,
        rank: Int,
        roomNeeded: Int = 0,
        _ number: @escaping @Sendable (Row) -> Int?
    ) -> Self {
        text(id, title, width: width, rank: rank, roomNeeded: roomNeeded) { number($0).map(String.init) }
            .with { column in
                column.search = nil
                column.alignment = .trailing
                column.cell = { row, _ in ListCell(CellText(number(row)?.grouped ?? ""), .dim) }
            }
    }

    /// The column with some things changed, for another list.
    func with(_ change: (inout Self) -> Void) -> Self {
        var column = self
        change(&column)
        return column
    }

    /// The column in a list that does not show it: only the filter looks at it.
    var onlySearched: Self {
        with { column in
            column.value = nil
            column.isShown = { _ in false }
        }
    }

    /// What a row is sorted by.
    func sortValue(of row: Row) -> SortValue {
        switch value {
        case .text(let text): .text(text(row))
        case .moment(let moment): .number(moment(row)?.ticks)
        case nil: .missing
        }
    }

    /// What a menu and a border say of the column; nil when rows are not sorted by it.
    var sortColumn: SortColumn? {
        switch value {
        case .text: SortColumn(id: id, title: title, isMoment: false)
        case .moment: SortColumn(id: id, title: title, isMoment: true)
        case nil: nil
        }
    }

    /// The blanks behind the column: a sign of one column stands close to what it belongs to.
    fileprivate var gap: Int { width == 1 ? 1 : 2 }
}

/// The columns of a list in their order.
struct ListColumns<Row: Sendable>: Sendable {
    /// What the list is called in the menu of its sort, and in the state file.
    let id: String
    let columns: [ListColumn<Row>]
    /// Whether the column by which the rows are sorted is seen before the others, or their order seems to be none.
    let showsSorted: Bool
    /// How many of the columns that the filter looks at name a thing, as its name and its number: they are the first.
    let namingCount = 2
    private let searches: [@Sendable (Row) -> String?]

    init(_ id: String, _ columns: [ListColumn<Row>], showsSorted: Bool = false) {
        self.id = id
        self.columns = columns
        self.showsSorted = showsSorted
        searches = columns.compactMap(\.search)
    }

    /// The column of an id, if rows are sorted by it; nil also for one that another version of the program has.
    func sorted(by id: ColumnID) -> ListColumn<Row>? { columns.first { $0.id == id && $0.value != nil } }

    /// What a list with these columns can be sorted by.
    var sortable: SortableList { SortableList(id: id, columns: [.service] + columns.compactMap(\.sortColumn)) }

    /// What the filter looks at in a row: its columns, each between zeros.
    func searchText(of row: Row) -> String {
        var text = "\u{0}"
        text.reserveCapacity(64)
        for search in searches {
            text += search(row) ?? ""
            // No term of a filter goes across.
            text += "\u{0}"
        }
        return text
    }

    /// Where each column begins in rows that begin at a place, and its width; columns without room are left out.
    func places(
        in rect: Rect,
        sort: ColumnID,
        _ facts: ListFacts
    ) -> [(column: ListColumn<Row>, x: Int, width: Int)] {
        var shown = columns.compactMap { column -> ListColumn<Row>? in
            var column = column
            if facts.isNarrow, let width = column.narrowWidth { column.width = width }
            if showsSorted, column.id == sort {
                column.rank = min(column.rank, 1)
                return column
            }
            return facts.room >= column.roomNeeded && column.isShown(facts) ? column : nil
        }
        func needed() -> Int { shown.reduce(-2) { $0 + $1.width + $1.gap } }
        while needed() > rect.width, let last = shown.indices.max(by: { shown[$0].rank < shown[$1].rank }),
            shown[last].rank > 0
        {
            shown.remove(at: last)
        }
        let flexible = shown.indices.filter { shown[$0].isFlexible }
        let spare = rect.width - needed()
        for (position, index) in flexible.enumerated() {
            shown[index].width += spare / flexible.count + (position < spare % flexible.count ? 1 : 0)
            shown[index].width = max(shown[index].width, 1)
        }
        var x = rect.minX
        return shown.map { column in
            defer { x += column.width + column.gap }
            return (column, x, column.width)
        }
    }
}

/// What cells show besides their rows, and where their list is.
struct ListFacts: Sendable {
    let now: Timestamp
    let favorites: FavoritesState
    let exports: ExportsState
    let requests: Requests
    let layout: ScreenLayout
    /// The width of the list.
    var room = 0
    /// Whether the list shows inactive iTwins.
    var showsInactive = false

    init(_ browser: Browser, at now: Timestamp) {
        self.now = now
        (favorites, exports) = (browser.session.favorites, browser.session.exports)
        (requests, layout) = (browser.session.requests, browser.layout)
    }

    /// True for a list in which numbers and classes are not shown whole.
    var isNarrow: Bool { room < 50 }
    /// Whether the list is one of several on the dashboard.
    var isOnDashboard: Bool { layout.isDashboard }
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
