public import ITwinsAPI

/// What is loaded for what is on the screen.
extension Browser {
    /// What fills a pane; nil where there is nothing to fill it with.
    func loadRequest(of pane: Pane) -> (any LoadRequest)? {
        switch pane {
        case .iTwins: return loadITwins
        case .favorites: return LoadFavorites()
        case .recents: return LoadRecents()
        case .exports, .exportDetails: return LoadExports()
        case .subject: return loadRequest(tab: session.subject.listTab)
        case .details: return loadRequest(tab: session.subject.textTab)
        case .globalRepositories, .globalDetails: return LoadGlobalRepositories()
        case .resources: return session.resources.map { LoadResources(path: $0.path) }
        case .resourceDetails:
            guard let path = session.resources?.path, let id = resourceID else { return nil }
            return LoadResource(path: path, id: id)
        }
    }

    /// What fills a tab about the selected iTwin; nil while none is selected.
    func loadRequest(tab: Tab) -> (any LoadRequest)? {
        if tab == .exports, session.connection.routes == .live { return LoadExports() }
        guard let id = subjectID else { return nil }
        switch tab {
        case .repositories: return LoadRepositories(iTwinID: id)
        case .exports: return LoadITwinExports(iTwinID: id)
        case .details, .json: return LoadDetails(iTwinID: id)
        }
    }

    /// Begins: loads what the first screen shows. What is asked before the connection is known waits in the runner.
    public mutating func start(at now: Timestamp) -> [Effect] {
        let panes: [Pane] = [.iTwins, .recents, .favorites, .exports]
        return panes.flatMap { load(loadRequest(of: $0), olderThan: -1, at: now) }
            + LoadAccount().start(in: &self, at: now)
    }

    /// Loads everything on the screen that is older than a number of seconds.
    mutating func refreshVisible(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        var effects = loadedLists.flatMap { load(loadRequest(of: $0), olderThan: seconds, at: now) }
        if place == .dashboard, session.account == nil { effects += LoadAccount().start(in: &self, at: now) }
        if place.hasSubject { effects += loadSubject(olderThan: seconds, at: now) }
        if place == .repository { effects += loadResource(olderThan: seconds, at: now) }
        return effects
    }

    /// The lists that the present place shows or needs, in the order in which they are loaded.
    private var loadedLists: [Pane] {
        switch place {
        case .dashboard: [.recents, .favorites, .exports, .iTwins]
        case .iTwins: [.iTwins, .favorites]
        default: [place.firstPane]
        }
    }

    /// Loads what is shown of the selected iTwin, unless it is new enough or on its way.
    mutating func loadSubject(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        session.subject.movedAt = nil
        let tabs = subjectID == nil ? [] : shownTabs
        return tabs.flatMap { load(loadRequest(tab: $0), olderThan: seconds, at: now) } + loadNames(at: now)
            + loadImage(at: now)
    }

    /// Shows another selected iTwin; nothing is asked about it until the cursor rests.
    mutating func subjectChanged(at now: Timestamp) {
        session.subject.show(subjectID)
        revealsSecrets = false
        session.subject.movedAt = subjectID == nil ? nil : now
        fitLists()
    }

    /// Drops what was asked about a selection that was left.
    mutating func dropLeft() -> [Effect] { drop(requestsOfLeftSelections) }

    /// Found by a function that changes nothing, as one that does would copy the browser for its closure with every key.
    private var requestsOfLeftSelections: [Requests.InFlight] {
        session.requests.all { $0.scope.map { !isSelected($0) } ?? false }
    }

    func isSelected(_ scope: RequestScope) -> Bool {
        switch scope {
        case .iTwin(let id): id == subjectID
        case .repository(let path): path == session.resources?.path
        case .resource(let path, let id): path == session.resources?.path && id == resourceID
        }
    }
}
