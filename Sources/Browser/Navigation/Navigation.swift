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

    mutating func focus(_ pane: PaneID) { navigation.here.focus(pane) }

    /// Gives the focus to a pane that the present size has.
    mutating func settlePane() {
        if !panes.contains(pane) { focus(pane.isBesideITwins ? navigation.here.tabs.pane : panes[0]) }
    }

    /// Where somebody is, as it is found again.
    var location: Location {
        var location = navigation.here
        location.iTwinID = subjectID
        for pane in place.facts.panes { location.lists[pane] = kind(of: pane).position(in: self) }
        return location
    }

    // MARK: Going

    mutating func go(to place: Place, at now: Timestamp) -> [Effect] {
        guard place != self.place else {
            // Who is there already means its list, from which keys like that for creating mean what one expects.
            if place != .dashboard {
                focus(place.firstPane)
                navigation.here.iTwinID = nil
            }
            return []
        }
        var location = Location(place, focus: place == .dashboard ? navigation.dashboardFocus : nil)
        location.takeTabs(of: navigation.here)
        return leave(for: location, at: now)
    }

    /// Goes to a new location; the history leads back.
    mutating func leave(for location: Location, at now: Timestamp) -> [Effect] {
        navigation.history.leave(self.location)
        return show(location, at: now)
    }

    mutating func travel(at now: Timestamp, _ step: (inout History, Location) -> Location?) -> [Effect] {
        guard let location = step(&navigation.history, location) else {
            show(.information, "There is no place further that way.", at: now)
            return []
        }
        return show(location, at: now)
    }

    private mutating func show(_ location: Location, at now: Timestamp) -> [Effect] {
        let sorts = session.memory.sorts
        enter(location, at: now)
        let saved: [Effect] = session.memory.sorts == sorts ? [] : [.save(remembered)]
        return saved + refreshVisible(olderThan: SubjectPane.maximumAge, at: now)
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
        if let position = location.lists[first] { kind(of: first).restore(position, in: &self) }
        if place == .favorites, let id = location.iTwinID {
            session.favorites.list.select(id)
            navigation.here.iTwinID = nil
        }
        session.subject.show(subjectID)
        fitLists()
        for (pane, position) in location.lists where pane != first {
            // What another iTwin has is not where this one's list stood.
            if pane.isBesideITwins, subjectID != location.iTwinID { continue }
            kind(of: pane).restore(position, in: &self)
        }
        navigation.here.lists = [:]
        selectPending(at: now)
    }

    /// Out of a place to where it was entered; out of the dashboard is out of the program.
    mutating func leavePlace(at now: Timestamp) -> [Effect] {
        if place == .dashboard { return [.quit(status: 0)] }
        guard let outer = navigation.here.outer.last else { return go(to: .dashboard, at: now) }
        return leave(for: outer, at: now)
    }

    /// Out of a pane beside the list into the list, out of a place to the dashboard.
    mutating func goOut(at now: Timestamp) -> [Effect] {
        if pane != panes[0] {
            focus(panes[0])
            return []
        }
        return place == .dashboard ? [] : leavePlace(at: now)
    }

    /// What the text that is read is of; another one is read from its beginning.
    struct TextSubject: Hashable {
        let place: Place
        let isJSON: Bool
        let id: String?
    }

    var textSubject: TextSubject {
        let isResource = place.repositoryPath != nil
        return TextSubject(
            place: place,
            isJSON: isResource ? session.resources.showsJSON : navigation.here.tabs.text == .json,
            id: place.hasITwinTabs ? subjectID : kind(of: place.firstPane).selectedID(in: self)
        )
    }
}
