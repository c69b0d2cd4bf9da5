import ITwinsAPI

/// The iTwins of the main list as columns of what a row, the filter and the bars need, fit for 100,000 of them.
struct ITwinTable: ListSource {
    private var rows: [ITwinRow] = []
    /// The place of each id, counted from where the table began: rows that come before it have negative ones.
    private var places: [String: Int32] = [:]
    /// The place of the first row.
    private var firstPlace: Int32 = 0
    private var searchIndex = SearchIndex()
    /// How many iTwins there are of each subclass and status.
    private(set) var subClassCounts: [ITwinSubClass: Int] = [:]
    private(set) var statusCounts: [ITwinStatus: Int] = [:]
    /// Texts of few values are kept once.
    private var interned: [String: String] = [:]

    init() {}

    var columns: ListColumns<ITwinRow> { .iTwins }
    var count: Int { rows.count }
    func id(at index: Int) -> String { rows[index].id }
    func index(of id: String) -> Int? { places[id].map { Int($0 - firstPlace) } }
    func isInactive(at index: Int) -> Bool { rows[index].status == .inactive }
    var inactiveCount: Int { statusCounts[.inactive] ?? 0 }

    /// A row.
    subscript(index: Int) -> ITwinRow { rows[index] }

    /// The row of an id.
    subscript(id id: String) -> ITwinRow? { index(of: id).map { rows[$0] } }

    func matches(_ filter: Filter, at index: Int) -> Bool { searchIndex.matches(filter, at: index) }

    /// Adds iTwins at the end; those whose id is known already are left out.
    mutating func append(_ iTwins: some Sequence<ITwin>) {
        for iTwin in iTwins where places[iTwin.id] == nil {
            let row = ITwinRow(iTwin) { intern($0) }
            places[row.id] = firstPlace + Int32(rows.count)
            rows.append(row)
            searchIndex.append(columns.searchText(of: row))
            count(row)
        }
    }

    /// Adds an iTwin before all others; one whose id is known already is left out.
    mutating func insert(_ iTwin: ITwin) {
        guard places[iTwin.id] == nil else { return }
        let row = ITwinRow(iTwin) { intern($0) }
        firstPlace -= 1
        places[row.id] = firstPlace
        rows.insert(row, at: 0)
        searchIndex.insert(columns.searchText(of: row))
        count(row)
    }

    /// Gives the row of an iTwin other values; one that is not in the table is not added.
    mutating func replace(_ iTwin: ITwin) {
        guard let index = index(of: iTwin.id) else { return }
        count(rows[index], by: -1)
        rows[index] = ITwinRow(iTwin) { intern($0) }
        count(rows[index])
        searchIndex.replace(at: index, by: columns.searchText(of: rows[index]))
    }

    /// Takes a row out.
    mutating func remove(_ id: String) {
        guard let index = index(of: id) else { return }
        count(rows.remove(at: index), by: -1)
        places[id] = nil
        for row in rows[index...] { places[row.id, default: 0] -= 1 }
        searchIndex.remove(at: index)
    }

    /// How many rows lie directly below an iTwin.
    func childCount(of id: String) -> Int { rows.count { $0.parentId == id } }

    private mutating func count(_ row: ITwinRow, by step: Int = 1) {
        subClassCounts[row.subClass, default: 0] += step
        statusCounts[row.status, default: 0] += step
        // A bar is drawn for every kind there is.
        if subClassCounts[row.subClass] == 0 { subClassCounts[row.subClass] = nil }
        if statusCounts[row.status] == 0 { statusCounts[row.status] = nil }
    }

    private mutating func intern(_ text: String) -> String {
        if let known = interned[text] { return known }
        // A hostile service could make every value different: past this the table is no gain.
        if interned.count < 20_000 { interned[text] = text }
        return text
    }
}
