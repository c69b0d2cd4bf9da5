public import ITwinsAPI

/// What is loaded for what is on the screen.
extension Browser {
    /// Begins: loads what the first screen shows. What is asked before the connection is known waits in the runner.
    public mutating func start(at now: Timestamp) -> [Effect] {
        refresh([.iTwins, .recents, .favorites, .exports].map(kind), olderThan: -1, at: now)
            + LoadAccount().start(in: &self, at: now)
    }

    /// Loads everything on the screen that is older than a number of seconds.
    mutating func refreshVisible(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        var effects = refresh(place.facts.loaded.map(kind), olderThan: seconds, at: now)
        if place == .dashboard, session.names.account == nil { effects += LoadAccount().start(in: &self, at: now) }
        if place.hasITwinTabs { effects += loadSelectedITwin(olderThan: seconds, at: now) }
        if place.repositoryPath != nil { effects += LoadResource.refresh(olderThan: seconds, in: &self, at: now) }
        return effects
    }

    /// Loads what is shown of the selected iTwin, unless it is new enough or on its way.
    mutating func loadSelectedITwin(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        session.sidePane.movedAt = nil
        let tabs = selectedITwinID == nil ? [] : shownTabs
        return refresh(tabs.map(kind), olderThan: seconds, at: now) + LoadName.startMissing(in: &self, at: now)
            + LoadImage.refresh(in: &self, at: now)
    }

    private mutating func refresh(_ panes: [any Pane], olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        panes.flatMap { $0.request(in: self)?.refresh(olderThan: seconds, in: &self, at: now) ?? [] }
    }

    /// The requests about a selection that was left. Found by a function that changes nothing, as one that does would copy
    /// the browser for its closure with every key.
    @inline(never)
    var requestsOfLeftSelections: [Requests.InFlight] {
        session.requests.all { $0.scope.map { !isSelected($0) } ?? false }
    }

    func isSelected(_ scope: RequestScope) -> Bool {
        switch scope {
        case .iTwin(let id): id == selectedITwinID
        case .repository(let path): path == place.repositoryPath
        case .resource(let path, let id): path == place.repositoryPath && id == resourceID
        }
    }
}
