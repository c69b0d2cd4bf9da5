import ITwinsAPI
import Screen

/// An iTwin as a list knows it: what its columns show and a little more, for there may be 100,000 of them. A class, as filter
/// and sort look at all rows: copying one with its texts costs more than what they do with it.
final class ITwinRow: Hashable, Sendable {
    let id: String
    let displayName: String
    let number: String
    let type: String?
    let `class`: ITwinClass
    let subClass: ITwinSubClass
    let status: ITwinStatus
    let parentId: String?
    let location: String?
    /// When it was changed last, and when it was opened here, in ticks; `unknown` for no moment. An optional would take
    /// twice as much room.
    private let modifiedTicks: Int64
    private let openedTicks: Int64

    private static let unknown = Int64.min

    static func == (left: ITwinRow, right: ITwinRow) -> Bool {
        left === right || left.iTwin == right.iTwin && left.openedTicks == right.openedTicks
    }

    func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// What a list asks for: what a row, the filter, the sort, the bars and the inactive rule need.
    static let fields = ITwin.Field.minimal + [.status, .parentId, .lastModifiedDateTime, .geographicLocation]

    /// - Parameter intern: makes equal texts one, where there are few of them for many iTwins.
    init(_ iTwin: ITwin, opened: Timestamp? = nil, intern: (String) -> String = { $0 }) {
        id = iTwin.id
        displayName = iTwin.displayName ?? ""
        number = iTwin.number ?? ""
        type = iTwin.type.map(intern)
        `class` = ITwinClass(rawValue: intern(iTwin.class?.rawValue ?? ""))
        subClass = ITwinSubClass(rawValue: intern(iTwin.subClass?.rawValue ?? ""))
        status = ITwinStatus(rawValue: intern(iTwin.status?.rawValue ?? ITwinStatus.active.rawValue))
        parentId = iTwin.parentId.map(intern)
        location = iTwin.geographicLocation.map(intern)
        modifiedTicks = iTwin.lastModifiedDateTime?.ticks ?? Self.unknown
        openedTicks = opened?.ticks ?? Self.unknown
    }

    /// When it was changed last; nil when the service did not say.
    var modified: Timestamp? { Self.moment(modifiedTicks) }
    /// When it was opened here; nil for never, and in lists that do not tell.
    var opened: Timestamp? { Self.moment(openedTicks) }

    private static func moment(_ ticks: Int64) -> Timestamp? { ticks == unknown ? nil : Timestamp(ticks: ticks) }

    /// The name to show: the display name, else the number, else the id.
    var title: String { !displayName.isEmpty ? displayName : !number.isEmpty ? number : id }

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
        iTwin.geographicLocation = location
        iTwin.lastModifiedDateTime = modified
        return iTwin
    }

    /// The role of its name.
    fileprivate var role: Role { status == .inactive ? .dim : .text }
}

extension ListColumns<ITwinRow> {
    static let iTwins = ListColumns(
        "iTwins",
        [.star, .name, .number, .class, .status, .type, .location, .modified],
        showsSorted: true
    )

    static let favorites = ListColumns(
        "favorites",
        [
            .star, .shortName, .number, .fullClass, .type.onlySearched,
            .modified.with { column in
                column.rank = 4
                column.isShown = { !$0.isOnDashboard }
            },
        ]
    )

    static let recents = ListColumns(
        "recents",
        [
            .star, .shortName, .number, .class.onlySearched, .type.onlySearched, .opened,
        ]
    )
}

extension ListColumn<ITwinRow> {
    fileprivate static let star = Self(id: "favorite", title: "", width: 1) { row, facts in
        ListCell(facts.favorites.contains(row.id) ? "★" : "", .accent)
    }

    fileprivate static let name = Self.text("name", "Name", width: 16) { $0.title }.with { column in
        column.isFlexible = true
        column.search = { $0.displayName }
        column.cell = { row, _ in ListCell(name: row.title, row.role) }
    }
    fileprivate static let shortName = name.with { $0.width = 14 }

    fileprivate static let number = Self.text("number", "Number", width: 10, narrowWidth: 8, rank: 2) { $0.number }

    fileprivate static let fullClass = Self.text("class", "Class", width: 11, rank: 3) { $0.subClass.rawValue }
    fileprivate static let `class` = fullClass.with { column in
        column.narrowWidth = 9
        column.cell = { row, facts in
            let isShort = facts.isNarrow && row.subClass == .workPackage
            return ListCell(CellText(isShort ? "Package" : row.subClass.rawValue), row.role)
        }
    }

    fileprivate static let status = Self.text("status", "Status", width: 8, rank: 4) { $0.status.rawValue }
        .with { column in
            column.search = nil
            column.isShown = { $0.showsInactive }
            column.cell = { row, _ in ListCell(CellText(row.status.rawValue), row.status == .active ? .dim : .warn) }
        }

    fileprivate static let type = Self.text("type", "Type", width: 12, rank: 6, roomNeeded: 80) { $0.type }

    fileprivate static let location = Self.text("location", "Location", width: 12, rank: 7, roomNeeded: 80) {
        $0.location
    }

    fileprivate static let modified = Self.moment("modified", "Modified", width: 8, rank: 5, roomNeeded: 60) {
        $0.modified
    }

    fileprivate static let opened = Self.moment("opened", "When", width: 6, rank: 1) { $0.opened }
}
