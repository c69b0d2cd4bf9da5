import ITwinsAPI

/// Where somebody is or was: the place, and all that makes it look the same again.
struct Location: Hashable, Sendable {
    let place: Place
    /// The pane that has the focus; one of the place's.
    private(set) var focus: PaneID
    /// The iTwin that the place is about beside its list. Nil for the one under the cursor; where somebody is now, one that the
    /// list does not have, or not yet.
    var iTwinID: String?
    private(set) var tabs = Tabs()
    /// The first line shown of a text that is longer than its pane.
    var scroll = 0
    /// How the lists of the place stood when it was left.
    var lists: [PaneID: ListPosition] = [:]
    /// Where going out leads, from the outside in: for a place that one goes into, where that was.
    private(set) var outer: [Location] = []

    /// The tabs beside a list of iTwins.
    struct Tabs: Hashable, Sendable {
        /// The list that is shown, and the text.
        fileprivate(set) var list: Tab = .repositories
        fileprivate(set) var text: Tab = .details
        /// Whether the text is shown where there is room for one of them only.
        fileprivate(set) var showsText = false

        /// The tab that is shown where there is room for one only.
        var shown: Tab { showsText ? text : list }
        /// The pane that is shown where there is room for one only.
        var pane: PaneID { showsText ? .details : .sideList }
    }

    /// - Parameters:
    ///   - focus: one of the place's panes; by default, and in place of any other, its first one.
    ///   - other: the location that shows the same tabs, as far as the focus lets it.
    ///   - outer: where it is gone into from.
    init(
        _ place: Place,
        focus: PaneID? = nil,
        iTwinID: String? = nil,
        tabsOf other: Location? = nil,
        from outer: Location? = nil
    ) {
        self.place = place
        self.focus = place.firstPane
        self.iTwinID = iTwinID
        if let outer { self.outer = outer.outer + [outer] }
        if let other { tabs = other.tabs }
        self.focus(focus ?? self.focus)
    }

    /// Gives the focus to a pane of the place; the tabs show it.
    mutating func focus(_ pane: PaneID) {
        guard place.facts.panes.contains(pane) else { return }
        focus = pane
        if pane == .sideList { tabs.showsText = false }
        if pane == .details { tabs.showsText = true }
    }

    /// Shows a tab.
    mutating func select(_ tab: Tab) {
        tabs.showsText = Tab.texts.contains(tab)
        if tabs.showsText { tabs.text = tab } else { tabs.list = tab }
    }

    /// Whether it is where another one is, however its lists stand.
    func isSameStop(as other: Location) -> Bool {
        place == other.place && focus == other.focus && iTwinID == other.iTwinID
    }
}

/// How a list stands.
struct ListPosition: Hashable, Sendable {
    /// What the cursor is on; nil in an empty list.
    var selectedID: String?
    /// The first row on the screen, counted among those that are shown.
    var top = 0
    var filter = ""
    var sort = ListSort.service
}

/// The locations visited, like a web browser's.
struct History: Hashable, Sendable {
    private var past: [Location] = []
    private var future: [Location] = []

    static let capacity = 100

    /// Notes that a location is left for a new one.
    mutating func leave(_ location: Location) {
        future = []
        if past.last?.isSameStop(as: location) == true { past.removeLast() }
        past.append(location)
        if past.count > Self.capacity { past.removeFirst() }
    }

    /// Lets go of the locations that are about an iTwin.
    mutating func forget(_ iTwinID: String) {
        past.removeAll { $0.iTwinID == iTwinID }
        future.removeAll { $0.iTwinID == iTwinID }
    }

    /// The location before; the present one becomes the next.
    mutating func back(from location: Location) -> Location? {
        guard let previous = past.popLast() else { return nil }
        future.append(location)
        return previous
    }

    /// The location that `back` left.
    mutating func forward(from location: Location) -> Location? {
        guard let next = future.popLast() else { return nil }
        past.append(location)
        return next
    }
}
