import ITwinsAPI
import Screen

/// Where somebody is: places, panes, tabs, and which list the keys move in.
extension Browser {
    /// The panes of the present place that can have the focus, in the order of Tab.
    var panes: [Pane] {
        switch place {
        case .dashboard: [.recents, .favorites, .exports]
        case .iTwins, .favorites: [place.firstPane] + (layout.hasThreePanes ? [.subject, .details] : [besidePane])
        case .exports: [.exports, .exportDetails]
        case .global: [.globalRepositories, .globalDetails]
        case .repository: [.resources, .resourceDetails]
        }
    }

    /// The pane beside the list, where there is one only.
    var besidePane: Pane { session.subject.showsText ? .details : .subject }

    /// True for a pane that is about the iTwin selected in the list.
    func isBeside(_ pane: Pane) -> Bool { pane == .subject || pane == .details }

    /// The tabs that are on the screen, or would be if the pane beside the list were.
    var shownTabs: [Tab] {
        guard place.hasSubject else { return [] }
        return layout.hasThreePanes ? [session.subject.listTab, session.subject.textTab] : [session.subject.tab]
    }

    /// Gives the focus to a pane that the present size has.
    mutating func settlePane() {
        if !panes.contains(pane) { pane = isBeside(pane) ? besidePane : panes[0] }
    }

    /// The list that has the focus; nil where a text has it.
    var focusedList: ListState? {
        switch pane {
        case .iTwins: session.iTwins.list.state
        case .favorites: session.favorites.list.state
        case .recents: session.recents.list.state
        case .exports: session.exports.list.state
        case .subject: subjectList
        case .globalRepositories: session.global.list.state
        case .resources: session.resources?.list.state
        case .details, .exportDetails, .globalDetails, .resourceDetails: nil
        }
    }

    /// The list beside the list of iTwins.
    var subjectList: ListState {
        guard session.subject.listTab == .exports else { return session.subject.list.state }
        return session.connection.routes == .live ? session.exports.list.state : session.subject.exportList.state
    }

    /// Gives a command to the list that has the focus.
    mutating func tellList(_ command: ListCommand) {
        switch pane {
        case .iTwins: session.iTwins.list.perform(command)
        case .favorites: session.favorites.list.perform(command)
        case .recents: session.recents.list.perform(command)
        case .exports: session.exports.list.perform(command)
        case .subject:
            switch session.subject.listTab {
            case .exports where session.connection.routes == .live: session.exports.list.perform(command)
            case .exports: session.subject.exportList.perform(command)
            default: session.subject.list.perform(command)
            }
        case .globalRepositories: session.global.list.perform(command)
        case .resources: session.resources?.list.perform(command)
        case .details, .exportDetails, .globalDetails, .resourceDetails: break
        }
    }

    /// The iTwin that the focus is on: a row of a list, or the one that the right pane is about.
    var focusedITwinID: String? {
        switch pane {
        case .iTwins: session.iTwins.list.selectedID ?? awaitedID
        case .favorites: session.favorites.list.selectedID
        case .subject, .details: subjectID
        case .recents: session.recents.list.selectedID
        case .exports, .exportDetails, .globalRepositories, .globalDetails, .resources, .resourceDetails: nil
        }
    }

    var location: Location {
        Location(
            place: place,
            pane: pane,
            iTwinID: subjectID,
            repository: place == .repository ? session.resources?.path : nil
        )
    }

    // MARK: Moving

    /// A key in the list lets go of an iTwin that is beside it without being in it.
    mutating func leaveAwaited() {
        if pane == panes[0] { awaitedID = nil }
    }

    mutating func move(by rows: Int) -> [Effect] {
        leaveAwaited()
        if focusedList == nil { session.subject.scroll = max(session.subject.scroll + rows, 0) }
        tellList(.move(rows))
        return []
    }

    mutating func move(toFirst isFirst: Bool) -> [Effect] {
        leaveAwaited()
        if focusedList == nil { session.subject.scroll = isFirst ? 0 : Int.max / 2 }
        tellList(isFirst ? .first : .last)
        return []
    }

    mutating func movePage(_ direction: Int, half: Bool) -> [Effect] {
        leaveAwaited()
        if focusedList == nil {
            let height = max(layout.textPane.height - 2, 1)
            session.subject.scroll = max(session.subject.scroll + direction * max(half ? height / 2 : height - 1, 1), 0)
        }
        tellList(.page(direction, half: half))
        return []
    }

    mutating func focusPane(step: Int) -> [Effect] {
        guard let index = panes.firstIndex(of: pane) else { return [] }
        tellList(.endFilter)
        pane = panes[(index + step + panes.count) % panes.count]
        return []
    }

    /// Shows the next tab, or with a step of -1 the one before, of the pane beside the list.
    mutating func selectTab(step: Int, at now: Timestamp) -> [Effect] {
        guard isAvailable(.nextTab) else { return [] }
        if place == .repository {
            session.resources?.showsJSON.toggle()
            return []
        }
        let tabs = layout.tabs(of: pane)
        let wasBeside = isBeside(pane)
        let index = tabs.firstIndex { shownTabs.contains($0) } ?? 0
        session.subject.select(tabs[(index + step + tabs.count) % tabs.count])
        if wasBeside { pane = besidePane }
        return loadSubject(olderThan: SubjectPane.maximumAge, at: now)
    }

    /// Moves the border of the pane that has the focus, which is remembered.
    mutating func moveBorder(by columns: Int) -> [Effect] {
        guard let borders = layout.moving(borderOf: pane, by: columns) else { return [] }
        terminal.borders = borders
        return [.save(remembered)]
    }

    // MARK: Going

    mutating func go(to place: Place, at now: Timestamp) -> [Effect] {
        guard place != self.place else {
            // Who is there already means its list, from which keys like that for creating mean what one expects.
            if place != .dashboard { (pane, awaitedID) = (place.firstPane, nil) }
            return []
        }
        history.leave(location)
        let pane = place == .dashboard ? dashboardPane : place.firstPane
        enter(Location(place: place, pane: pane, iTwinID: nil), at: now)
        return refreshVisible(olderThan: SubjectPane.maximumAge, at: now)
    }

    mutating func travel(at now: Timestamp, _ step: (inout History, Location) -> Location?) -> [Effect] {
        guard let location = step(&history, location) else {
            show(.information, "There is no place further that way.", at: now)
            return []
        }
        enter(location, at: now)
        return refreshVisible(olderThan: SubjectPane.maximumAge, at: now)
    }

    mutating func enter(_ location: Location, at now: Timestamp) {
        tellList(.endFilter)
        (awaitedID, paneBeforeFilter) = (nil, nil)
        if place == .dashboard { dashboardPane = pane }
        if location.place != place {
            session.favorites.forgetRemoved()
            revealsSecrets = false
        }
        place = location.place
        if let path = location.repository { showRepository(path) }
        pane = location.pane
        settlePane()
        guard let id = location.iTwinID else { return }
        if place == .favorites { session.favorites.list.select(id) }
        if place == .iTwins {
            awaitedID = id
            selectPending(at: now)
        }
    }

    /// Enter: an iTwin is opened, which makes it the first of the recents; an export shows what it holds.
    mutating func open(at now: Timestamp) -> [Effect] {
        switch pane {
        case .exports:
            if session.exports.list.selectedID != nil, place == .exports { pane = .exportDetails }
            if place == .dashboard { return go(to: .exports, at: now) }
            return []
        case .subject:
            guard let repository = session.subject.list.selectedElement(), let id = subjectID else { return [] }
            return openRepository(repository, iTwinID: id, at: now)
        case .globalRepositories:
            guard let repository = session.global.list.selectedElement() else { return [] }
            return openRepository(repository, iTwinID: nil, at: now)
        case .resources:
            pane = .resourceDetails
            return loadResource(olderThan: SubjectPane.maximumAge, at: now)
        case .details, .exportDetails, .globalDetails, .resourceDetails: return []
        case .iTwins, .favorites, .recents: break
        }
        guard let id = focusedITwinID else { return [] }
        history.leave(location)
        awaitedID = nil
        if place == .dashboard { enter(Location(place: .iTwins, pane: besidePane, iTwinID: id), at: now) }
        pane = layout.hasThreePanes ? .subject : besidePane
        session.memory.noteOpened(id, at: now)
        moveToFrontOfRecents(id)
        // The service's list of recents is what a read-only profile leaves alone; here it is remembered all the same.
        let noted = session.connection.isReadOnly ? [] : request(AddRecent(iTwinID: id), at: now)
        return [.save(remembered)] + noted
            + loadSubject(olderThan: SubjectPane.maximumAge, at: now)
    }

    /// Shown at once; the list that is read again afterwards has the last word.
    private mutating func moveToFrontOfRecents(_ id: String) {
        guard let iTwin = iTwin(id) else { return }
        let others = session.recents.list.source.elements.filter { $0.id != id }
        session.recents.replace(Array(([iTwin] + others).prefix(Rules.recentsCount)), opened: session.memory.opened)
        session.recents.list.select(id)
    }

    /// Out of a place to where it was entered; out of the dashboard is out of the program.
    mutating func leavePlace(at now: Timestamp) -> [Effect] {
        switch place {
        case .dashboard: [.quit(status: 0)]
        case .repository: leaveRepository(at: now)
        default: goToDashboard(at: now)
        }
    }

    /// Out of a pane beside the list into the list, out of a place to the dashboard.
    mutating func goOut(at now: Timestamp) -> [Effect] {
        if pane != panes[0] {
            pane = panes[0]
            return []
        }
        return place == .dashboard ? [] : leavePlace(at: now)
    }

    mutating func goToDashboard(at now: Timestamp) -> [Effect] { go(to: .dashboard, at: now) }

    /// What the text that is read is of; another one is read from its beginning.
    enum TextSubject: Hashable {
        case export(id: String?)
        case globalRepository(id: String?)
        case resource(id: String?, isJSON: Bool)
        case iTwin(id: String?, Tab)
    }

    var textSubject: TextSubject {
        switch place {
        case .exports: .export(id: session.exports.list.selectedID)
        case .global: .globalRepository(id: session.global.list.selectedID)
        case .repository: .resource(id: resourceID, isJSON: session.resources?.showsJSON ?? false)
        default: .iTwin(id: subjectID, session.subject.textTab)
        }
    }
}
