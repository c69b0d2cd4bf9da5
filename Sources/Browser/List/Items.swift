import RowIndex

/// A thing that a list shows as a row.
protocol Listed: Hashable, Sendable, Identifiable where ID == String {
    associatedtype Row: Sendable = Self
    /// What is counted of the things in a list; nothing by default.
    associatedtype Counts: ItemCounts = NoCounts<Self> where Counts.Element == Self
    /// What the list shows of it.
    var row: Row { get }
    /// Whether it is hidden unless inactive iTwins are shown.
    var isInactive: Bool { get }
}

extension Listed {
    var isInactive: Bool { false }
}

extension Listed where Row == Self {
    var row: Self { self }
}

/// What is counted while things come and go, so that nobody has to look at all of them.
protocol ItemCounts: Sendable {
    associatedtype Element
    init()
    /// Counts a thing that came (1) or went (-1).
    mutating func count(_ element: Element, by step: Int)
}

struct NoCounts<Element: Sendable>: ItemCounts {
    mutating func count(_ element: Element, by step: Int) {}
}

/// The things in a list in their order, with what the filter looks at in them; fit for 100,000 of them.
struct Items<Element: Listed>: Sendable {
    let columns: ListColumns<Element.Row>
    private(set) var elements: [Element] = []
    /// The place of each id, counted from where the list began: things that come before it have negative ones.
    private var places: [String: Int32] = [:]
    /// The place of the first thing.
    private var firstPlace: Int32 = 0
    private var searchIndex = SearchIndex()
    /// Which are of inactive iTwins, and how many: every key of a filter asks that of all of them.
    private var inactive: [Bool] = []
    private(set) var inactiveCount = 0
    private(set) var counts = Element.Counts()

    /// - Parameter elements: of several with one id the first counts.
    init(_ columns: ListColumns<Element.Row>, _ elements: [Element] = []) {
        self.columns = columns
        append(RowPage(elements, of: columns))
    }

    var count: Int { elements.count }
    subscript(index: Int) -> Element.Row { elements[index].row }
    /// The place of a thing in the list; nil for one that is not there.
    func index(of id: String) -> Int? { places[id].map { Int($0 - firstPlace) } }
    /// The thing of an id.
    func element(_ id: String) -> Element? { index(of: id).map { elements[$0] } }

    /// Those of some things that pass a filter, and are shown.
    func passing(_ filter: Filter, among indices: [Int32], showsInactive: Bool) -> [Int32] {
        let isAll = showsInactive || inactiveCount == 0
        return searchIndex.rows(isAll ? indices : indices.filter { !inactive[Int($0)] }, passing: filter)
    }

    /// The position of the row that a filter names best, of some: the first whose name or number is what is typed, else that
    /// begins with it, else the first.
    func best(of indices: [Int32], for filter: Filter) -> Int {
        searchIndex.best(of: indices, for: filter, columns: columns.namingCount)
    }

    /// What things are sorted by in a column; nil where they are not.
    func sortKeys(by column: ColumnID) -> SortKeys? {
        columns.sorted(by: column).map { column in SortKeys(elements.lazy.map { column.sortValue(of: $0.row) }) }
    }

    /// Those of a page whose ids are not known.
    func unknown(of page: RowPage<Element>) -> RowPage<Element> {
        var page = page
        page.removeAll { places[$0] != nil }
        return page
    }

    /// Adds things at the end whose ids are not known.
    mutating func append(_ page: RowPage<Element>) {
        for (index, element) in page.elements.enumerated() {
            places[element.id] = firstPlace + Int32(count + index)
            tally(element)
        }
        elements += page.elements
        inactive += page.elements.map(\.isInactive)
        searchIndex.append(contentsOf: page.searchIndex)
    }

    /// Adds a thing before all others; one whose id is known already is left out.
    mutating func insert(_ element: Element) {
        guard places[element.id] == nil else { return }
        firstPlace -= 1
        places[element.id] = firstPlace
        elements.insert(element, at: 0)
        inactive.insert(element.isInactive, at: 0)
        searchIndex.insert(columns.searchText(of: element.row))
        tally(element)
    }

    /// Gives a thing other values; one that is not in the list is not added.
    mutating func replace(_ element: Element) {
        guard let index = index(of: element.id) else { return }
        tally(elements[index], by: -1)
        elements[index] = element
        inactive[index] = element.isInactive
        tally(element)
        searchIndex.replace(at: index, by: columns.searchText(of: element.row))
    }

    /// Takes a thing out.
    mutating func remove(_ id: String) {
        guard let index = index(of: id) else { return }
        tally(elements.remove(at: index), by: -1)
        inactive.remove(at: index)
        places[id] = nil
        for element in elements[index...] { places[element.id, default: 0] -= 1 }
        searchIndex.remove(at: index)
    }

    private mutating func tally(_ element: Element, by step: Int = 1) {
        if element.isInactive { inactiveCount += step }
        counts.count(element, by: step)
    }
}

/// Some rows that a list is to get, with what filter and sort need of them: made where a page is read, so that showing it
/// takes little.
struct RowPage<Element: Listed>: Sendable {
    private let columns: ListColumns<Element.Row>
    private(set) var elements: [Element]
    private(set) var searchIndex: SearchIndex
    /// The column that `keys` are of.
    private let sort: ColumnID
    private var keys: SortKeys?

    /// - Parameters:
    ///   - elements: of several with one id the first counts.
    ///   - sort: the column by which the list is sorted, as far as that is known.
    init(_ elements: [Element], of columns: ListColumns<Element.Row>, sort: ColumnID = .service) {
        var ids: Set<String> = []
        self.columns = columns
        self.sort = sort
        self.elements = elements.filter { ids.insert($0.id).inserted }
        searchIndex = SearchIndex()
        index()
    }

    /// What the rows are sorted by in a column; nil where they are not.
    func sortKeys(by column: ColumnID) -> SortKeys? {
        column == sort ? keys : columns.sorted(by: column).map(values)
    }

    /// Lets go of rows.
    mutating func removeAll(where isUnwanted: (String) -> Bool) {
        // Nearly always there is none, and nothing is copied.
        guard elements.contains(where: { isUnwanted($0.id) }) else { return }
        elements.removeAll { isUnwanted($0.id) }
        index()
    }

    private mutating func index() {
        let columns = columns
        searchIndex = SearchIndex(elements.lazy.map { columns.searchText(of: $0.row) })
        keys = columns.sorted(by: sort).map(values)
    }

    private func values(of column: ListColumn<Element.Row>) -> SortKeys {
        SortKeys(elements.lazy.map { column.sortValue(of: $0.row) })
    }
}
