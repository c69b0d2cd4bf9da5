import ITwinsAPI

/// Where somebody is, and was.
struct Navigation: Sendable {
    var here = Location(.dashboard)
    var history = History()
    /// The text from which a filter of the list beside it was begun.
    var filterOrigin: PaneID?
    /// Whether what is masked elsewhere is shown, until another place or iTwin is.
    var revealsSecrets = false
    /// The pane of the dashboard that had the focus last.
    private(set) var dashboardFocus = Place.dashboard.firstPane

    /// Goes to a location.
    mutating func enter(_ location: Location) {
        if here.place == .dashboard { dashboardFocus = here.focus }
        if here.place != location.place { revealsSecrets = false }
        filterOrigin = nil
        here = location
    }

    /// A key in the list lets go of an iTwin that is beside it without being in it.
    mutating func leavePending() {
        if here.focus == here.place.firstPane { here.iTwinID = nil }
    }
}

extension Browser {
    var place: Place { navigation.here.place }
    /// The pane that has the focus.
    var pane: PaneID { navigation.here.focus }

    /// The panes of the present place that can have the focus, in the order of Tab.
    var panes: [PaneID] {
        let all = place.facts.panes
        guard place.hasITwinTabs, !layout.hasThreePanes else { return all }
        return [all[0], navigation.here.tabs.pane]
    }

    /// The tabs that are on the screen, or would be if the pane beside the list were.
    var shownTabs: [Tab] {
        guard place.hasITwinTabs else { return [] }
        let tabs = navigation.here.tabs
        return layout.hasThreePanes ? [tabs.list, tabs.text] : [tabs.shown]
    }

    /// Gives the focus to a pane that the present size has.
    mutating func settlePane() {
        if !panes.contains(pane) { navigation.here.focus(pane.isSidePane ? navigation.here.tabs.pane : panes[0]) }
    }

    /// Where somebody is, as it is found again.
    var location: Location {
        var location = navigation.here
        location.iTwinID = selectedITwinID
        for pane in place.facts.panes { location.lists[pane] = kind(of: pane).asList?.position(in: self) }
        return location
    }

    // MARK: Going

    mutating func go(to place: Place, at now: Timestamp) -> [Effect] {
        guard place != self.place else {
            // Who is there already means its list, from which keys like that for creating mean what one expects.
            if place != .dashboard {
                navigation.here.focus(place.firstPane)
                navigation.here.iTwinID = nil
            }
            return []
        }
        let focus = place == .dashboard ? navigation.dashboardFocus : nil
        return leave(for: Location(place, focus: focus, tabsOf: navigation.here), at: now)
    }

    /// Goes to a new location; the history leads back.
    mutating func leave(for location: Location, at now: Timestamp) -> [Effect] {
        navigation.history.leave(self.location)
        return show(location, at: now)
    }

    /// Goes to a location that the history has.
    mutating func show(_ location: Location, at now: Timestamp) -> [Effect] {
        let sorts = session.memory.sorts
        enter(location, at: now)
        let saved: [Effect] = session.memory.sorts == sorts ? [] : [.save(remembered)]
        return saved + refreshVisible(olderThan: SidePaneState.maximumAge, at: now)
    }

    /// Shows a location: what it is about, and its lists as they stood.
    mutating func enter(_ location: Location, at now: Timestamp) {
        tellList(.endFilter)
        if location.place != place { session.favorites.forgetRemoved() }
        navigation.enter(location)
        if let path = place.repositoryPath { session.show(path) }
        settlePane()
        // Lists scroll to where they stood by the rows that they show here.
        fitLists()
        let first = place.firstPane
        if let position = location.lists[first] { kind(of: first).asList?.restore(position, in: &self) }
        if place == .favorites, let id = location.iTwinID {
            session.favorites.list.select(id)
            navigation.here.iTwinID = nil
        }
        session.sidePane.show(selectedITwinID)
        fitLists()
        for (pane, position) in location.lists where pane != first {
            // What another iTwin has is not where this one's list stood.
            if pane.isSidePane, selectedITwinID != location.iTwinID { continue }
            kind(of: pane).asList?.restore(position, in: &self)
        }
        navigation.here.lists = [:]
        selectPending(at: now)
    }

    /// What the text that is read is of; another one is read from its beginning.
    struct TextID: Hashable {
        let place: Place
        let isJSON: Bool
        let id: String?
    }

    var textID: TextID {
        let isResource = place.repositoryPath != nil
        return TextID(
            place: place,
            isJSON: isResource ? session.resources.showsJSON : navigation.here.tabs.text == .json,
            id: place.hasITwinTabs ? selectedITwinID : kind(of: place.firstPane).asList?.selectedID(in: self)
        )
    }
}
