import ITwinsAPI

/// The iTwins of the main list as columns of what a row, the filter and the bars need, fit for 100,000 of them.
struct ITwinTable: ListSource {
    private var rows: [Row] = []
    /// The place of each id, counted from where the table began: rows that come before it have negative ones.
    private var places: [String: Int32] = [:]
    /// The place of the first row.
    private var firstPlace: Int32 = 0
    /// Name, number, type and subclass of all rows, folded, one after another.
    private var searchable: [UInt8] = []
    /// Where the text of each row ends in `searchable`.
    private var ends: [UInt32] = []
    /// How many iTwins there are of each subclass and status.
    private(set) var subClassCounts: [ITwinSubClass: Int] = [:]
    private(set) var statusCounts: [ITwinStatus: Int] = [:]
    /// Texts of few values are kept once.
    private var interned: [String: String] = [:]

    /// One iTwin as the list knows it.
    struct Row: Hashable, Sendable {
        var id: String
        var displayName: String
        var number: String
        var type: String?
        var `class`: ITwinClass
        var subClass: ITwinSubClass
        var status: ITwinStatus
        var parentId: String?
    }

    init() {}

    var count: Int { rows.count }
    func id(at index: Int) -> String { rows[index].id }
    func index(of id: String) -> Int? { places[id].map { Int($0 - firstPlace) } }
    func isInactive(at index: Int) -> Bool { rows[index].status == .inactive }
    var inactiveCount: Int { statusCounts[.inactive] ?? 0 }

    /// A row.
    subscript(index: Int) -> Row { rows[index] }

    /// The row of an id.
    subscript(id id: String) -> Row? { index(of: id).map { rows[$0] } }

    func matches(_ filter: Filter, at index: Int) -> Bool {
        if filter.isCaseSensitive { return filter.matches(Self.searchText(rows[index])) }
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return searchable.withUnsafeBufferPointer {
            filter.matches(bytes: UnsafeBufferPointer(rebasing: $0[start..<Int(ends[index])]))
        }
    }

    /// Adds iTwins at the end; those whose id is known already are left out.
    mutating func append(_ iTwins: some Sequence<ITwin>) {
        for iTwin in iTwins where places[iTwin.id] == nil {
            let row = row(of: iTwin)
            places[row.id] = firstPlace + Int32(rows.count)
            rows.append(row)
            searchable += Filter.folded(Self.searchText(row)).utf8
            ends.append(UInt32(searchable.count))
            count(row)
        }
    }

    /// Adds an iTwin before all others; one whose id is known already is left out.
    mutating func insert(_ iTwin: ITwin) {
        guard places[iTwin.id] == nil else { return }
        let row = row(of: iTwin)
        firstPlace -= 1
        places[row.id] = firstPlace
        rows.insert(row, at: 0)
        let text = Array(Filter.folded(Self.searchText(row)).utf8)
        searchable.insert(contentsOf: text, at: 0)
        for index in ends.indices { ends[index] += UInt32(text.count) }
        ends.insert(UInt32(text.count), at: 0)
        count(row)
    }

    private mutating func count(_ row: Row) {
        subClassCounts[row.subClass, default: 0] += 1
        statusCounts[row.status, default: 0] += 1
    }

    private mutating func row(of iTwin: ITwin) -> Row {
        Row(
            id: iTwin.id,
            displayName: iTwin.displayName ?? "",
            number: iTwin.number ?? "",
            type: iTwin.type.map { intern($0) },
            class: ITwinClass(rawValue: intern(iTwin.class?.rawValue ?? "")),
            subClass: ITwinSubClass(rawValue: intern(iTwin.subClass?.rawValue ?? "")),
            status: ITwinStatus(rawValue: intern(iTwin.status?.rawValue ?? ITwinStatus.active.rawValue)),
            parentId: iTwin.parentId.map { intern($0) }
        )
    }

    private mutating func intern(_ text: String) -> String {
        if let known = interned[text] { return known }
        // A hostile service could make every value different: past this the table is no gain.
        if interned.count < 20_000 { interned[text] = text }
        return text
    }

    private static func searchText(_ row: Row) -> String {
        "\(row.displayName)\u{0}\(row.number)\u{0}\(row.type ?? "")\u{0}\(row.subClass.rawValue)\u{0}"
    }
}

extension ITwinTable.Row {
    /// The name to show: the display name, else the number, else the id.
    var title: String { [displayName, number].first { !$0.isEmpty } ?? id }

    /// The row as an iTwin whose other fields are not known.
    var iTwin: ITwin {
        var iTwin = ITwin(id: id)
        iTwin.displayName = displayName
        iTwin.number = number
        iTwin.type = type
        iTwin.class = `class`
        iTwin.subClass = subClass
        iTwin.status = status
        iTwin.parentId = parentId
        return iTwin
    }
}
