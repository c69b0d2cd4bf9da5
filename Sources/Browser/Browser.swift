public import ITwinsAPI
public import Screen

/// The whole program as a value: what is known, what is shown, what is asked for.
///
/// One event goes in, effects come out, and the screen is a function of the state, the size and the time. Nothing in
/// here waits, reads or writes.
public struct Browser: Sendable {
    /// What belongs to the service that is browsed.
    var session: Session
    /// What stays whatever is browsed.
    var terminal: TerminalState
    /// The profiles that can be chosen.
    var profiles: [ProfileChoice]
    /// What stays of the profiles that were browsed before, by name.
    var left: [String: LeftProfile] = [:]
    var navigation = Navigation()
    var layers = Layers()
    var notices = Notices()
    var pendingKeys: [Key] = []
    var interruptedAt: Timestamp?

    /// Makes a browser that has not asked for anything yet.
    ///
    /// - Parameters:
    ///   - profiles: those that can be chosen, as far as they are known.
    ///   - hasColors: whether the terminal shows colours, so that themes differ.
    public init(
        connection: Connection,
        profiles: [ProfileChoice] = [],
        size: Size,
        keymap: Keymap = .standard,
        theme: Theme = .terminal,
        hasColors: Bool = true
    ) {
        let terminal = TerminalState(size: size, keymap: keymap, theme: theme, hasColors: hasColors)
        self.init(Session(connection: connection), on: terminal, profiles: profiles)
    }

    /// Begins a session, in which nothing has been asked for yet.
    init(_ session: Session, on terminal: TerminalState, profiles: [ProfileChoice]) {
        self.session = session
        self.terminal = terminal
        self.profiles = profiles
        applySorts()
        fitLists()
    }

    /// Changes with an event, and returns what must be done.
    public mutating func update(_ event: Event, at now: Timestamp) -> [Effect] {
        let (before, here, shown) = (selection, place, notices.toast)
        var effects = handle(event, at: now)
        if !event.isInput { effects += updateLayers(after: event, at: now) }
        if !event.isInput, let shown { notices.keepUnread(shown, at: now) }
        // Somebody who is in the right pane stays with its iTwin, whatever became of the list.
        if !event.isInput, pane.isSidePane, place == here, selectedITwinID != before.iTwinID {
            navigation.here.iTwinID = before.iTwinID
        }
        let after = selection
        if place == here, after.text != before.text { navigation.here.scroll = 0 }
        fitLists()
        if after.iTwinID != before.iTwinID || after.repository != before.repository
            || after.resourceID != before.resourceID
        {
            effects += session.requests.drop(requestsOfLeftSelections)
        }
        if after.iTwinID != before.iTwinID {
            // Nothing is asked about it until the cursor rests.
            session.sidePane.show(after.iTwinID)
            navigation.revealsSecrets = false
            session.sidePane.movedAt = after.iTwinID == nil ? nil : now
            fitLists()
        }
        if after.resourceID != before.resourceID { session.resources.movedAt = after.resourceID == nil ? nil : now }
        fitText(at: now)
        return effects
    }

    /// What is under the cursors: what `update` compares before and after an event.
    private struct Selection {
        let iTwinID: String?
        let repository: RepositoryPath?
        let resourceID: String?
        let text: TextID
    }

    /// Not inlined into functions that change the browser: they would copy it to read this.
    @inline(never)
    private var selection: Selection {
        Selection(
            iTwinID: selectedITwinID,
            repository: place.repositoryPath,
            resourceID: resourceID,
            text: textID
        )
    }

    private mutating func handle(_ event: Event, at now: Timestamp) -> [Effect] {
        switch event {
        case .input(.key(let key)): return handle(key, at: now)
        case .input(.paste(let text)): return paste(text, at: now)
        case .input(.resized(let size)):
            let before = shownTabs
            terminal.size = size
            settlePane()
            return shownTabs == before ? [] : loadSelectedITwin(olderThan: SidePaneState.maximumAge, at: now)
        case .input(.focused(let isFocused)): return isFocused ? refreshVisible(olderThan: 2, at: now) : []
        case .deadline: return passDeadlines(at: now)
        case .connected(let connection):
            if connection.profile == session.connection.profile { session.connection = connection }
            return []
        case .profiles(let choices):
            profiles = choices
            if let now = choices.first(where: { $0.name == session.connection.profile })?.connection {
                session.connection.restrict(by: now)
            }
            return []
        case .signIn(let state, let profile):
            return profile == session.connection.profile ? state.apply(to: &self, at: now) : []
        case .signingIn(let event, let profile):
            return profile == session.connection.profile ? event.apply(to: &self, at: now) : []
        case .clockSkew(let seconds, let profile):
            if profile == session.connection.profile { notices.tellSkew(seconds, at: now) }
            return []
        case .remembered(let remembered):
            // What was opened since the start is newer than the file, which was written without the rest.
            let isWritten = self.remembered != Remembered()
            session.memory.opened.merge(remembered.opened) { mine, _ in mine }
            terminal.borders = terminal.borders.completed(by: remembered.borders)
            session.memory.sorts.merge(remembered.sorts) { mine, _ in mine }
            session.recents.replace(session.recents.iTwins, opened: session.memory.opened)
            applySorts()
            return isWritten ? [.save(self.remembered)] : []
        case .theme(let theme):
            if terminal.chosenTheme == nil { terminal.theme = theme }
            return []
        case .themes: return []
        case .page(let id, let page): return received(page, of: id, at: now)
        case .answered(let id, let result): return answered(result, to: id, at: now)
        case .measured(let id, let bytes):
            return session.requests.end(id)?.measured(bytes, in: &self, at: now) ?? []
        case .progressed(let id, let received, let total):
            session.requests.progressed(id, received, of: total)
            if let request = session.requests[id] { request.request.progressed(request, in: &self) }
            return []
        case .waiting(let id, let until, let reason):
            session.requests.wait(id, for: Requests.Wait(until: until, reason: reason))
            return []
        case .retrying(let id):
            session.requests.wait(id, for: nil)
            return []
        case .exchange(let exchange):
            session.requests.log.note(exchange)
            return []
        case .downloaded(let id, let result): return EndDownload(id: id, result: result).apply(to: &self, at: now)
        case .notice(let text):
            notices.showNotice(text, at: now)
            return []
        }
    }

    mutating func show(_ kind: Notices.Toast.Kind, _ text: String, at now: Timestamp) {
        notices.show(kind, text, at: now)
    }

    /// The iTwin that the right pane is about; nil where a place has none.
    var selectedITwinID: String? {
        guard place.hasITwinTabs else { return place.repositoryPath?.iTwinID }
        // Not by `??`, whose closure would copy the browser with every key.
        if let id = navigation.here.iTwinID { return id }
        return kind(of: place.firstPane).asList?.selectedID(in: self)
    }

    /// What the next run should know.
    var remembered: Remembered {
        var remembered = Remembered(
            opened: session.memory.opened,
            sorts: session.memory.sorts,
            theme: terminal.chosenTheme
        )
        remembered.borders = terminal.borders
        return remembered
    }

    /// The theme in which the screen is drawn.
    public var theme: Theme { layers.theme ?? terminal.theme }

    /// The name of the profile in use.
    public var profileName: String { session.connection.profile }
}
