import ITwinsAPI

/// The iTwins of the main list as columns of what a row, the filter and the bars need, fit for 100,000 of them.
struct ITwinTable: ListSource {
    private var rows: [Row] = []
    /// The place of each id, counted from where the table began: rows that come before it have negative ones.
    private var places: [String: Int32] = [:]
    /// The place of the first row.
    private var firstPlace: Int32 = 0
    /// Name, number, type and subclass of all rows, folded and as they are.
    private var folded = SearchTexts()
    private var exact = SearchTexts()
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
        /// When it was changed last, in ticks; `unknown` when the service did not say. An optional would take twice as
        /// much room.
        fileprivate var modifiedTicks: Int64

        fileprivate static let unknown = Int64.min

        /// When it was changed last; nil when the service did not say.
        var modified: Timestamp? { modifiedTicks == Self.unknown ? nil : Timestamp(ticks: modifiedTicks) }
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
        (filter.isCaseSensitive ? exact : folded).matches(filter, at: index)
    }

    func sortValue(at index: Int, in column: SortColumn) -> SortValue {
        switch column {
        case .name: .text(rows[index].title)
        case .number: .text(rows[index].number)
        case .class: .text(rows[index].subClass.rawValue)
        case .status: .text(rows[index].status.rawValue)
        case .type: .text(rows[index].type)
        case .modified: .moment(rows[index].modified)
        default: .missing
        }
    }

    /// Adds iTwins at the end; those whose id is known already are left out.
    mutating func append(_ iTwins: some Sequence<ITwin>) {
        for iTwin in iTwins where places[iTwin.id] == nil {
            let row = row(of: iTwin)
            places[row.id] = firstPlace + Int32(rows.count)
            rows.append(row)
            let text = Self.searchText(row)
            folded.append(Filter.folded(text))
            exact.append(text)
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
        let text = Self.searchText(row)
        folded.insert(Filter.folded(text))
        exact.insert(text)
        count(row)
    }

    /// Gives the row of an iTwin other values; one that is not in the table is not added.
    mutating func replace(_ iTwin: ITwin) {
        guard let index = index(of: iTwin.id) else { return }
        count(rows[index], by: -1)
        rows[index] = row(of: iTwin)
        count(rows[index])
        let text = Self.searchText(rows[index])
        folded.replace(at: index, by: Filter.folded(text))
        exact.replace(at: index, by: text)
    }

    /// Takes a row out.
    mutating func remove(_ id: String) {
        guard let index = index(of: id) else { return }
        count(rows.remove(at: index), by: -1)
        places[id] = nil
        for row in rows[index...] { places[row.id, default: 0] -= 1 }
        folded.remove(at: index)
        exact.remove(at: index)
    }

    /// How many rows lie directly below an iTwin.
    func childCount(of id: String) -> Int { rows.count { $0.parentId == id } }

    private mutating func count(_ row: Row, by step: Int = 1) {
        subClassCounts[row.subClass, default: 0] += step
        statusCounts[row.status, default: 0] += step
        // A bar is drawn for every kind there is.
        if subClassCounts[row.subClass] == 0 { subClassCounts[row.subClass] = nil }
        if statusCounts[row.status] == 0 { statusCounts[row.status] = nil }
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
            parentId: iTwin.parentId.map { intern($0) },
            modifiedTicks: iTwin.lastModifiedDateTime?.ticks ?? Row.unknown
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

/// What the filter looks at in the rows of a table, one text after another.
private struct SearchTexts {
    private var bytes: [UInt8] = []
    /// Where the text of each row ends.
    private var ends: [UInt32] = []

    mutating func append(_ text: String) {
        bytes += text.utf8
        ends.append(UInt32(bytes.count))
    }

    /// Adds the text of a row before all others.
    mutating func insert(_ text: String) {
        bytes.insert(contentsOf: text.utf8, at: 0)
        let length = UInt32(text.utf8.count)
        for index in ends.indices { ends[index] += length }
        ends.insert(length, at: 0)
    }

    mutating func replace(at index: Int, by text: String) {
        bytes.replaceSubrange(range(at: index), with: text.utf8)
        shift(from: index, by: text.utf8.count - range(at: index).count)
    }

    mutating func remove(at index: Int) {
        let removed = range(at: index)
        bytes.removeSubrange(removed)
        ends.remove(at: index)
        shift(from: index, by: -removed.count)
    }

    private mutating func shift(from index: Int, by length: Int) {
        for later in index..<ends.count { ends[later] = UInt32(Int(ends[later]) + length) }
    }

    private func range(at index: Int) -> Range<Int> { (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index]) }

    func matches(_ filter: Filter, at index: Int) -> Bool {
        let range = range(at: index)
        return bytes.withUnsafeBufferPointer {
            filter.matches(bytes: UnsafeBufferPointer(rebasing: $0[range]))
        }
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
        iTwin.lastModifiedDateTime = modified
        return iTwin
    }
}
