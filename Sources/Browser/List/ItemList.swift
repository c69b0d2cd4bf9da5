import RowIndex
import Screen

/// A list with a cursor, a scroll position and a filter: the view model of every list in the program.
///
/// The cursor belongs to a thing, not to a row: when rows come and go it stays with its id.
struct ItemList<Element: Listed>: Sendable {
    private(set) var source: Items<Element>
    /// The rows that are shown, as indices into the source, in the order in which they are shown.
    private(set) var visible: [Int32] = []
    /// What the rows are sorted by, and their order; nil for that of the source.
    private var order: (sort: ListSort, rows: RowOrder)?
    /// The position of the cursor among the visible rows; 0 when there are none.
    private(set) var cursor = 0
    /// The first visible row on the screen.
    private(set) var top = 0
    /// How many rows fit on the screen.
    private(set) var height = 1
    /// The filter in force.
    private(set) var filter = Filter("")
    /// The line in which the filter is typed; nil when it is not being typed.
    var filterField: TextField?
    /// Whether inactive iTwins are shown.
    private(set) var showsInactive = false
    /// What had the cursor before a filter hid it, or when the list was left, so that it has it again when it comes back.
    private var lostID: String?
    /// What had the cursor before the filter was typed, until the cursor is moved: Esc brings it back.
    private var unfilteredID: String?

    /// - Parameter elements: of several with one id the first counts.
    init(_ columns: ListColumns<Element.Row>, _ elements: [Element] = []) {
        source = Items(columns, elements)
        visible = passing(from: 0)
    }

    /// The index into the source of the row under the cursor; nil in an empty list.
    var selectedIndex: Int? { visible.indices.contains(cursor) ? Int(visible[cursor]) : nil }

    /// The id under the cursor; nil in an empty list.
    var selectedID: String? { selectedIndex.map { source.elements[$0].id } }

    /// The thing under the cursor; nil in an empty list.
    var selectedElement: Element? { selectedIndex.map { source.elements[$0] } }

    /// The visible rows on the screen.
    var window: Range<Int> { top..<min(top + height, visible.count) }

    // MARK: Moving

    /// Moves the cursor by rows and stops at the ends.
    mutating func move(by rows: Int) {
        cursor = min(max(cursor + rows, 0), max(visible.count - 1, 0))
        keepCursorOnScreen()
    }

    /// Moves cursor and screen by a part of the screen.
    mutating func movePage(_ direction: Int, half: Bool) {
        let rows = max(half ? height / 2 : height - 1, 1) * direction
        top = min(max(top + rows, 0), max(visible.count - height, 0))
        move(by: rows)
    }

    /// Moves the cursor to the first row.
    mutating func moveToFirst() { move(by: -visible.count) }

    /// Moves the cursor to the last row.
    mutating func moveToLast() { move(by: visible.count) }

    /// Puts the cursor on a thing.
    ///
    /// - Returns: false when it is not among the visible rows; the cursor then stays.
    @discardableResult
    mutating func select(_ id: String) -> Bool {
        lostID = nil
        return putCursor(on: id)
    }

    private mutating func putCursor(on id: String) -> Bool {
        guard let index = source.index(of: id), let position = position(of: Int32(index)) else { return false }
        cursor = position
        keepCursorOnScreen()
        return true
    }

    /// Sets how many rows fit on the screen.
    mutating func fit(_ rows: Int) {
        guard rows != height else { return }
        height = max(rows, 1)
        keepCursorOnScreen()
    }

    // MARK: What is shown

    /// Sets the filter that is typed: the cursor goes to the row that it names best, as far as it names any.
    private mutating func typeFilter() {
        unfilteredID = unfilteredID ?? lostID ?? selectedID
        setFilter(filterField?.text ?? "")
        if filter.isEmpty {
            lostID = unfilteredID.flatMap { putCursor(on: $0) ? nil : $0 }
        } else {
            lostID = nil
            cursor = source.best(of: visible, for: filter)
            keepCursorOnScreen()
        }
    }

    /// Sets the filter; the cursor stays on its thing while that passes.
    mutating func setFilter(_ text: String) {
        let new = Filter(text)
        guard new != filter else { return }
        let selected = selectedID
        let candidates = new.narrows(filter) ? visible : nil
        filter = new
        // Texts are read fastest in the order in which they lie: many sorted rows are faster looked at anew.
        if let candidates, order == nil || candidates.count < source.count / 8 {
            visible = source.passing(new, among: candidates, showsInactive: showsInactive)
        } else {
            visible = allPassing()
        }
        let wanted = lostID ?? selected
        restore(selected, offset: cursor - top)
        lostID = wanted.flatMap { putCursor(on: $0) ? nil : $0 }
    }

    /// Shows or hides inactive iTwins.
    mutating func setShowsInactive(_ shows: Bool) {
        guard shows != showsInactive else { return }
        let selected = selectedID
        showsInactive = shows
        visible = allPassing()
        restore(selected, offset: cursor - top)
    }

    /// What the rows are sorted by.
    var sort: ListSort { order?.sort ?? .service }

    /// Sorts the rows, those that come later too; the cursor stays on its thing. A column that the list does not have is
    /// none.
    mutating func setSort(_ sort: ListSort) {
        guard sort != self.sort else { return }
        let selected = selectedID
        setOrder(sort)
        visible = allPassing()
        restore(selected, offset: cursor - top)
    }

    /// Replaces the rows; of several with one id the first counts. Cursor, scroll position, filter and sort stay, as with
    /// every change.
    mutating func show(_ elements: [Element]) { show(Items(source.columns, elements)) }

    /// Replaces the rows.
    mutating func show(_ items: Items<Element>) { change { $0 = items } }

    /// Adds a row before all others; one whose id is known already is left out.
    mutating func insert(_ element: Element) { change { $0.insert(element) } }

    /// Gives a row other values; one that is not there is not added.
    mutating func update(_ element: Element) { change { $0.replace(element) } }

    /// Takes a row out.
    mutating func remove(_ id: String) { change { $0.remove(id) } }

    /// Adds rows at the end; those whose ids are known already are left out.
    mutating func append(_ page: RowPage<Element>) {
        let page = source.unknown(of: page)
        let (old, selected) = (source.count, selectedID)
        source.append(page)
        guard let sort = order?.sort, let keys = page.sortKeys(by: sort.column) else {
            visible += passing(from: old)
            return
        }
        order?.rows.append(keys)
        visible = order?.rows.merged(visible, passing(from: old)) ?? visible
        restore(selected, offset: cursor - top)
    }

    private mutating func change(_ change: (inout Items<Element>) -> Void) {
        let selected = selectedID
        change(&source)
        if let sort = order?.sort { setOrder(sort) }
        visible = allPassing()
        restore(selected, offset: cursor - top)
    }

    private mutating func setOrder(_ sort: ListSort) {
        order = source.sortKeys(by: sort.column).map { (sort, RowOrder($0, isDescending: sort.isDescending)) }
    }

    /// A list without rows that is sorted alike, with cursor and filter as at the beginning.
    var emptied: Self {
        let isEmptied = source.count == 0 && cursor == 0 && top == 0 && lostID == nil && !showsInactive
        if isEmptied, filter.text.isEmpty, filterField == nil { return self }
        var list = Self(source.columns)
        list.setOrder(sort)
        return list
    }

    /// How the list stands, to be restored.
    var position: ListPosition {
        ListPosition(selectedID: selectedID, top: top, filter: filter.text, sort: sort)
    }

    /// Puts the list where it stood; the sort is not its own. The cursor waits for a row that is not there yet.
    mutating func restore(_ position: ListPosition) {
        filterField = nil
        setFilter(position.filter)
        guard let id = position.selectedID else { return }
        guard select(id) else {
            lostID = id
            return
        }
        top = position.top
        keepCursorOnScreen()
    }

    // MARK: Commands

    /// Does what a key asks of whichever list has the focus.
    mutating func perform(_ command: ListCommand) {
        switch command {
        case .move, .page, .first, .last, .endFilter: (lostID, unfilteredID) = (nil, nil)
        case .beginFilter, .clearFilter, .typeFilter, .insertFilter: break
        }
        switch command {
        case .move(let rows): move(by: rows)
        case .page(let direction, let half): movePage(direction, half: half)
        case .first: moveToFirst()
        case .last: moveToLast()
        case .beginFilter: filterField = TextField(filter.text)
        case .endFilter: filterField = nil
        case .clearFilter:
            filterField = nil
            setFilter("")
            if let id = unfilteredID { lostID = putCursor(on: id) ? nil : id }
            unfilteredID = nil
        case .typeFilter(let key):
            if filterField?.handle(key) == true { typeFilter() }
        case .insertFilter(let text):
            filterField?.insert(text)
            typeFilter()
        }
    }

    /// What is to be known of a list without its rows.
    var state: ListState {
        ListState(
            filter: filter,
            filterField: filterField,
            visibleCount: visible.count,
            cursor: cursor,
            sort: sort,
            hiddenInactiveCount: showsInactive ? 0 : source.inactiveCount
        )
    }

    // MARK: Parts

    private func allPassing() -> [Int32] {
        let rows = passing(from: 0)
        return order?.rows.arranged(rows) ?? rows
    }

    /// The rows that pass, from a place on, in the order of the source.
    private func passing(from start: Int) -> [Int32] {
        let rows = Array(Int32(start)..<Int32(source.count))
        return source.passing(filter, among: rows, showsInactive: showsInactive)
    }

    /// Where a row is in the order of the list.
    private func place(of row: Int32) -> Int32 { order?.rows.place(of: row) ?? row }

    private mutating func restore(_ id: String?, offset: Int) {
        if let lostID, putCursor(on: lostID) {
            self.lostID = nil
            return
        }
        if let id, let index = source.index(of: id), let position = position(of: Int32(index)) {
            cursor = position
            // At the top one sees what comes in; further down the screen stays as it is.
            if top > 0 || position >= height { top = max(position - offset, 0) }
        }
        move(by: 0)
    }

    private mutating func keepCursorOnScreen() {
        if cursor < top { top = cursor }
        if cursor >= top + height { top = cursor - height + 1 }
        top = min(max(top, 0), max(visible.count - height, 0))
    }

    private func position(of index: Int32) -> Int? {
        var low = 0
        var high = visible.count
        while low < high {
            let middle = (low + high) / 2
            if place(of: visible[middle]) < place(of: index) { low = middle + 1 } else { high = middle }
        }
        return low < visible.count && visible[low] == index ? low : nil
    }
}

/// What a key asks of a list, whatever its rows are.
enum ListCommand: Hashable, Sendable {
    case move(Int)
    case page(Int, half: Bool)
    case first
    case last
    case beginFilter
    case endFilter
    case clearFilter
    case typeFilter(Key)
    case insertFilter(String)
}

/// What is to be known of a list without its rows.
struct ListState: Hashable, Sendable {
    var filter: Filter
    var filterField: TextField?
    var visibleCount: Int
    var cursor: Int
    /// What the rows are sorted by.
    var sort: ListSort
    /// How many rows are hidden because they are inactive.
    var hiddenInactiveCount: Int
}
