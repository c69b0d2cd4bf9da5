/// What a list is sorted by. The raw value is what the state file says.
public enum SortColumn: String, CaseIterable, Sendable, Hashable {
    /// By nothing: as the service sends the rows.
    case service
    /// By the name that is shown.
    case name
    /// By the number.
    case number
    /// By class or subclass, whichever the column shows.
    case `class`
    /// By status.
    case status
    /// By type.
    case type
    /// By when it was changed last.
    case modified
    /// By when it was opened here.
    case opened
    /// By what an export holds.
    case content
    /// By the format of an export.
    case format
    /// By how an export stands.
    case state
    /// By when an export ended, or was asked for while it runs.
    case ended

    /// What the column is called in the list, its border and the menu.
    var title: String {
        switch self {
        case .service: "As the service sends it"
        case .name: "Name"
        case .number: "Number"
        case .class: "Class"
        case .status: "Status"
        case .type: "Type"
        case .modified: "Modified"
        case .opened, .ended: "When"
        case .content: "What"
        case .format: "Format"
        case .state: "State"
        }
    }

    /// True for moments: of those the newest are wanted first.
    var isMoment: Bool { self == .modified || self == .opened || self == .ended }
}

/// A column and the direction in which a list is sorted by it.
public struct ListSort: Hashable, Sendable {
    /// The column.
    public var column: SortColumn
    /// Whether the values fall from the first row to the last. Rows without a value are the last either way.
    public var isDescending: Bool

    /// Makes an order.
    public init(_ column: SortColumn, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }

    /// The order of a list that nobody sorted.
    static let service = ListSort(.service)

    /// The order in which a column is wanted first: texts from A to Z, moments the newest first.
    static func first(of column: SortColumn) -> ListSort { ListSort(column, isDescending: column.isMoment) }

    /// The other direction.
    var reversed: ListSort { column == .service ? self : ListSort(column, isDescending: !isDescending) }

    /// The column behind an arrow in the direction in which values grow: `↓ Name` from A to Z, `↑ Modified` with the
    /// newest at the top; empty for the service's own order.
    var label: String { column == .service ? "" : "\(arrow) \(column.title)" }

    /// The direction in words behind its arrow; empty for the service's own order.
    var direction: String {
        switch (column, column.isMoment) {
        case (.service, _): ""
        case (_, true): "\(arrow) \(isDescending ? "newest" : "oldest") first"
        case (_, false): "\(arrow) \(isDescending ? "Z to A" : "A to Z")"
        }
    }

    private var arrow: String { isDescending ? "↑" : "↓" }
}

/// A list that can be sorted. The raw value is what the state file says.
public enum SortableList: String, CaseIterable, Sendable, Hashable {
    /// All iTwins.
    case iTwins
    /// The favorites, wherever they are shown.
    case favorites
    /// The iTwins used last.
    case recents
    /// The caller's exports, and those of an iTwin.
    case exports
    /// The repositories of an iTwin, the same for every iTwin.
    case repositories
    /// The resources of a repository, the same for every repository.
    case resources

    /// What it can be sorted by, in the order of its columns.
    var columns: [SortColumn] {
        switch self {
        case .iTwins: [.service, .name, .number, .class, .status, .type, .modified]
        case .favorites: [.service, .name, .number, .class, .modified]
        case .recents: [.service, .name, .number, .opened]
        case .exports: [.service, .content, .format, .state, .ended]
        case .repositories: [.service, .name, .class]
        case .resources: [.service, .name, .type]
        }
    }

    /// What is sorted, for a title.
    var title: String { self == .iTwins ? "iTwins" : rawValue }
}
