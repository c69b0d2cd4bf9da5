import ITwinsAPI
import Screen

/// Sorting: every list by any of its columns, remembered from run to run.
extension Browser {
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
}
