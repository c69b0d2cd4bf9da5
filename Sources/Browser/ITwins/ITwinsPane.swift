import ITwinsAPI
import Screen

/// The list of all iTwins of the caller.
struct ITwinsPane: Sendable {
    var list = ItemList(ITwinTable())
    var load = LoadState()
    /// While a populated list is refreshed the new rows gather here, so that nothing blanks.
    var incoming: ITwinTable?
    /// Where the list goes on after a page that failed.
    var resumeLink: String?
    /// The link of the page that is being loaded, so that a failure can go on there.
    var nextLink: String?
    /// Elements that could not be read.
    var unreadable = 0
    /// The cap over all pages that the service named.
    var maxReturn: Int?
    /// Whether the list ends where it does because of the cap alone.
    private var endsAtCap = false
    /// The same of the page that came last.
    private var lastEndsAtCap = false

    /// How old the list may be before it is read again by itself, in seconds; many pages are not read whenever a window is
    /// looked at. Less than nothing is a wish to read it now, which stays.
    func maximumAge(_ seconds: Double) -> Double {
        seconds >= 0 && list.source.count > 2000 ? max(seconds, SubjectPane.maximumAge) : seconds
    }

    /// Whose iTwins are asked for.
    var scope = QueryScope.member
    /// Whose iTwins the rows are.
    private(set) var loadedScope = QueryScope.member
    /// Ids that were deleted here: a page that was on its way must not bring them back.
    private var deleted: Set<String> = []

    /// Takes an iTwin out that was deleted.
    mutating func remove(_ id: String) {
        deleted.insert(id)
        list.change { $0.remove(id) }
        incoming?.remove(id)
    }

    /// True when every page has come.
    func isComplete(_ status: LoadStatus) -> Bool {
        status.loadedAt != nil && status.failure == nil && resumeLink == nil && !isLoadingFirst(status)
    }

    /// True while the list is read for the first time, so that its rows are only some.
    func isLoadingFirst(_ status: LoadStatus) -> Bool { status.isLoading && incoming == nil }

    /// True when the list ends at the cap, so that there may be more than is shown.
    func isCapped(_ status: LoadStatus) -> Bool {
        isComplete(status) && (endsAtCap || maxReturn.map { list.source.count >= $0 } ?? false)
    }

    /// True when there are more rows than these, or may be: they are being read, or reading them broke off.
    func isPartial(_ status: LoadStatus) -> Bool {
        isLoadingFirst(status) || resumeLink != nil || status.failure != nil && status.loadedAt == nil
    }

    /// Why there are no more rows although the service has them; nil when that is not so.
    func ending(_ status: LoadStatus) -> RequestError? {
        guard !status.isLoading, list.source.count > 0, let failure = status.failure else { return nil }
        guard case .pagingStopped = failure.reason else { return isPartial(status) ? failure : nil }
        return failure
    }

    /// Begins anew, or where a page failed.
    mutating func begin(from link: String?) {
        incoming = link == nil && list.source.count > 0 ? ITwinTable() : nil
        nextLink = link
        if link == nil { unreadable = 0 }
    }

    /// Takes a page.
    mutating func received(_ page: Page<ITwin>) {
        unreadable += page.unreadable
        maxReturn = page.maxReturn ?? maxReturn
        nextLink = page.next
        lastEndsAtCap = page.endsAtCap
        let items = deleted.isEmpty ? page.items : page.items.filter { !deleted.contains($0.id) }
        if incoming == nil {
            loadedScope = scope
            list.append { $0.append(items) }
        } else {
            incoming?.append(items)
        }
    }

    /// Shows what a refresh gathered.
    mutating func finish() {
        loadedScope = scope
        endsAtCap = lastEndsAtCap
        if let incoming {
            list.replace(incoming)
            self.incoming = nil
        }
        nextLink = nil
        resumeLink = nil
    }

    /// Keeps what is there after a failure: a refresh is forgotten, a first load can go on.
    mutating func abort() {
        if incoming == nil {
            resumeLink = list.source.count > 0 ? nextLink : nil
        } else {
            incoming = nil
            // The rows are still those of before.
            scope = loadedScope
        }
        nextLink = nil
    }
}

/// The caller's favorites.
struct FavoritesPane: Sendable {
    var list = ItemList(Items<ITwin>(.favorites))
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
        list.replace(list.source.with(elements))
    }

    /// Makes an iTwin the newest favorite, or one again that has its row still.
    mutating func add(_ iTwin: ITwin) {
        guard removed.remove(iTwin.id) == nil else { return }
        list.replace(list.source.with([iTwin] + list.source.elements))
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
        list.replace(list.source.with(list.source.elements.filter { $0.id != id }))
    }

    /// Lets go of the rows of removed ones.
    mutating func forgetRemoved() {
        guard !removed.isEmpty else { return }
        let elements = list.source.elements.filter { !removed.contains($0.id) }
        removed = []
        list.replace(list.source.with(elements))
    }
}

/// The iTwins used last.
struct RecentsPane: Sendable {
    var list = ItemList(Items<ITwin>(.recents))
    var load = LoadState()

    /// Shows iTwins, and when they were opened here.
    mutating func replace(_ iTwins: [ITwin], opened: [String: Timestamp]) {
        list.replace(list.source.with(iTwins) { ITwinRow($0, opened: opened[$0.id]) })
    }
}

extension ITwin: Listed {
    var row: ITwinRow { ITwinRow(self) }
    var isInactive: Bool { status == .inactive }

    /// The name to show: the display name, else the number, else the id.
    var title: String {
        [displayName, number].lazy.compactMap(\.self).first { !$0.isEmpty } ?? id
    }
}
