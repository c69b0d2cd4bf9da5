import ITwinsAPI
import Screen

/// Sorting: every list by any of its columns, remembered from run to run.
extension Browser {
    /// Sorts the lists by what is remembered.
    mutating func applySorts() {
        let panes = PaneID.allCases.map(kind(of:)) + Tab.allCases.map(kind(of:))
        for pane in panes { pane.asList?.applySort(in: &self) }
    }
}
