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
    static let service = SortColumn(id: .service, title: "Service order", isMoment: false)

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

/// What a list is sorted by, whatever its rows are; lists of one kind are sorted alike.
struct SortableList: Sendable {
    /// What it is called, in the state file too.
    let id: String
    /// What it can be sorted by, in the order of its columns.
    let columns: [SortColumn]

    /// What of it is remembered; nil for a column that the list does not have, which another version of the program may
    /// have.
    func column(of sort: ListSort) -> SortColumn? { columns.first { $0.id == sort.column } }
}
