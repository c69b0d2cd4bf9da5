import ITwinsAPI
import Screen

/// Sorting: every list by any of its columns, remembered from run to run.
extension Browser {
    /// The list of a pane as the sort knows it; nil where a pane has none.
    func sortableList(of pane: PaneID) -> SortableList? { kind(of: pane).sortable }

    /// What a list is sorted by; a column that the list does not have, which another version may have, is none.
    func sortOrder(of list: SortableList) -> ListSort {
        guard let sort = session.memory.sorts[list] ?? session.memory.inheritedSorts[list],
            list.hasColumn(sort.column)
        else {
            return .service
        }
        return sort
    }

    /// Sorts the lists by what is remembered.
    mutating func applySorts() {
        let panes = PaneID.allCases.map(kind(of:)) + Tab.allCases.map(kind(of:))
        for pane in panes { pane.applySort(in: &self) }
    }

    /// What the border of a pane says of the order of its list; nil for that of the service.
    func sortLabel(of pane: PaneID) -> String? {
        guard let list = sortableList(of: pane) else { return nil }
        let sort = sortOrder(of: list)
        let column = list.columns.first { $0.id == sort.column && $0.id != .service }
        return column?.label(isDescending: sort.isDescending)
    }

    /// Labels of the border of a pane with what its list is sorted by: behind how old it is, for there it stays longest,
    /// but before what is wrong.
    func sorted(_ labels: [BoxLabel], of pane: PaneID) -> [BoxLabel] {
        guard let label = sortLabel(of: pane) else { return labels }
        let isPartial =
            pane == .iTwins && session.iTwins.list.source.count > 0 && session.iTwins.isPartial(iTwinsStatus)
        let sort = BoxLabel(text: CellText(label + (isPartial ? " so far" : "")), role: .dim)
        return labels.last?.role ?? .dim == .dim ? labels + [sort] : [sort] + labels
    }
}
