import ITwinsAPI
import Screen

/// The list of all iTwins of the caller.
struct ITwinsState: Sendable {
    var pages = PagedList<ITwinRow>(.iTwins)
    /// Whose iTwins are asked for.
    var scope = QueryScope.member
    /// Whose iTwins the rows are.
    var loadedScope = QueryScope.member

    var list: ItemList<ITwinRow> {
        get { pages.list }
        _modify { yield &pages.list }
    }
}

/// The caller's favorites.
struct FavoritesState: Sendable {
    var list = ItemList<ITwin>(.favorites)
    var load = LoadState()
    /// Those that were removed here and still have a row, so that the same key brings them back.
    private(set) var removed: Set<String> = []

    func contains(_ id: String) -> Bool { !removed.contains(id) && list.source.index(of: id) != nil }

    /// Shows what the service has; rows of removed ones stay where they are.
    mutating func replace(_ iTwins: [ITwin]) {
        removed.subtract(iTwins.map(\.id))
        var elements = iTwins
        for (index, old) in list.source.elements.enumerated() where removed.contains(old.id) {
            elements.insert(old, at: min(index, elements.count))
        }
        list.show(elements)
    }

    /// Makes an iTwin the newest favorite, or one again that has its row still.
    mutating func add(_ iTwin: ITwin) {
        guard removed.remove(iTwin.id) == nil else { return }
        list.show([iTwin] + list.source.elements)
    }

    /// Makes an iTwin no favorite; its row stays.
    mutating func remove(_ id: String) { removed.insert(id) }

    /// Takes back what was done with an iTwin here: the service did not.
    mutating func undo(_ id: String) {
        if contains(id) { removeRow(id) } else { removed.remove(id) }
    }

    /// Removes an iTwin that does not exist any more.
    mutating func removeRow(_ id: String) {
        removed.remove(id)
        list.show(list.source.elements.filter { $0.id != id })
    }

    /// Lets go of the rows of removed ones.
    mutating func forgetRemoved() {
        guard !removed.isEmpty else { return }
        let elements = list.source.elements.filter { !removed.contains($0.id) }
        removed = []
        list.show(elements)
    }
}

/// The iTwins used last.
struct RecentsState: Sendable {
    var list = ItemList<OpenedITwin>(.recents)
    var load = LoadState()

    var iTwins: [ITwin] { list.source.elements.map(\.iTwin) }

    /// Shows iTwins, and when they were opened here.
    mutating func replace(_ iTwins: [ITwin], opened: [String: Timestamp]) {
        list.show(iTwins.map { OpenedITwin(iTwin: $0, moment: opened[$0.id]) })
    }
}

/// An iTwin, and when it was opened here.
struct OpenedITwin: Listed {
    let iTwin: ITwin
    let moment: Timestamp?

    var id: String { iTwin.id }
    var row: ITwinRow { ITwinRow(iTwin, opened: moment) }
    var isInactive: Bool { iTwin.isInactive }
}

extension ITwin: Listed {
    var row: ITwinRow { ITwinRow(self) }
    var isInactive: Bool { status == .inactive }

    /// The name to show: the display name, else the number, else the id.
    var title: String {
        [displayName, number].lazy.compactMap(\.self).first { !$0.isEmpty } ?? id
    }
}
