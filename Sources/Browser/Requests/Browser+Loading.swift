public import ITwinsAPI

/// What is loaded for what is on the screen.
extension Browser {
    /// Begins: loads what the first screen shows. What is asked before the connection is known waits in the runner.
    public mutating func start(at now: Timestamp) -> [Effect] {
        let panes: [PaneID] = [.iTwins, .recents, .favorites, .exports]
        return panes.flatMap { load(loadRequest(of: $0), olderThan: -1, at: now) }
            + LoadAccount().start(in: &self, at: now)
    }

    /// Loads everything on the screen that is older than a number of seconds.
    mutating func refreshVisible(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        var effects = place.facts.loaded.flatMap { load(loadRequest(of: $0), olderThan: seconds, at: now) }
        if place == .dashboard, session.account == nil { effects += LoadAccount().start(in: &self, at: now) }
        if place.hasITwinTabs { effects += loadSubject(olderThan: seconds, at: now) }
        if place.repositoryPath != nil { effects += loadResource(olderThan: seconds, at: now) }
        return effects
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
        navigation.revealsSecrets = false
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
        case .repository(let path): path == place.repositoryPath
        case .resource(let path, let id): path == place.repositoryPath && id == resourceID
        }
    }
}
