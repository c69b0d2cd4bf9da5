/// A column and the direction in which a list is sorted by it.
public struct ListSort: Hashable, Sendable {
    /// The column.
    public var column: ColumnID
    /// Whether the values fall from the first row to the last. Rows without a value are the last either way.
    public var isDescending: Bool

    /// Makes an order.
    public init(_ column: ColumnID, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }

    /// The order of a list that nobody sorted.
    static let service = ListSort(.service)
}

/// What the menu of the sort and the border of a list say of a column.
struct SortColumn: Hashable, Sendable {
    let id: ColumnID
    let title: String
    /// True for moments: of those the newest are wanted first.
    let isMoment: Bool

    /// No column: the rows are as the service sends them.
    static let service = SortColumn(id: .service, title: "As the service sends it", isMoment: false)

    /// What picking the column makes of an order: the direction that is wanted first, texts from A to Z, moments the
    /// newest first; the other one where the list is sorted by the column already.
    func picked(after current: ListSort) -> ListSort {
        guard id != .service, id == current.column else { return ListSort(id, isDescending: isMoment) }
        return ListSort(id, isDescending: !current.isDescending)
    }

    /// The column behind an arrow in the direction in which values grow: `↓ Name` from A to Z, `↑ Modified` with the
    /// newest at the top; empty for the service's own order.
    func label(isDescending: Bool) -> String { id == .service ? "" : "\(isDescending ? "↑" : "↓") \(title)" }

    /// The direction in words behind its arrow.
    func direction(isDescending: Bool) -> String {
        switch (isMoment, isDescending) {
        case _ where id == .service: "now"
        case (true, true): "↑ newest first"
        case (true, false): "↓ oldest first"
        case (false, true): "↑ Z to A"
        case (false, false): "↓ A to Z"
        }
    }
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
    /// What went over the wire.
    case requests

    /// What it can be sorted by, in the order of its columns.
    var columns: [SortColumn] {
        let sorted =
            switch self {
            case .iTwins: ListColumns.iTwins.columns.compactMap(\.sortColumn)
            case .favorites: ListColumns.favorites.columns.compactMap(\.sortColumn)
            case .recents: ListColumns.recents.columns.compactMap(\.sortColumn)
            case .exports: ListColumns.exports.columns.compactMap(\.sortColumn)
            case .repositories: ListColumns.repositories.columns.compactMap(\.sortColumn)
            case .requests: ListColumns.exchanges.columns.compactMap(\.sortColumn)
            case .resources: ListColumns.resources.columns.compactMap(\.sortColumn)
            }
        return [.service] + sorted
    }

    /// Whether it can be sorted by a column; not by one that only another version of the program has.
    public func hasColumn(_ id: ColumnID) -> Bool { columns.contains { $0.id == id } }

    /// What is sorted, for a title.
    var title: String { self == .iTwins ? "iTwins" : rawValue }
}
