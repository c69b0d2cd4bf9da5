public import ITwinsAPI

/// Time: what happens by itself, and when the next such thing is due.
extension Browser {
    /// When something changes without an event: the moment to send `.deadline`; nil when nothing will.
    public func nextDeadline(at now: Timestamp) -> Timestamp? {
        var moments: [Timestamp] = []
        if let movedAt = session.subject.movedAt { moments.append(movedAt.adding(seconds: SubjectPane.debounce)) }
        if let movedAt = session.resources.movedAt { moments.append(movedAt.adding(seconds: SubjectPane.debounce)) }
        if let toast = notices.toast { moments.append(toast.end) }
        if let pollAt = nextPoll { moments.append(pollAt) }
        if let pollAt = subjectPollAt { moments.append(pollAt) }
        if let probeAt = session.reach.probeAt { moments.append(probeAt) }
        moments += layers.nextChanges(at: now)
        if let oldest = session.requests.oldest { moments.append(Self.nextSpinnerStep(since: oldest, at: now)) }
        if let age = nextAgeChange(at: now) { moments.append(age) }
        if let second = nextExportSecond(at: now) { moments.append(second) }
        if layout.exportNote != nil, let change = exportQuota(at: now)?.nextChange(at: now) { moments.append(change) }
        return moments.min().map { max($0, now) }
    }

    /// A spinner appears after 200 ms and steps 8 times a second.
    static let spinnerDelay = 0.2
    static let spinnerStep = 0.125

    private static func nextSpinnerStep(since start: Timestamp, at now: Timestamp) -> Timestamp {
        let passed = now.seconds(since: start)
        if passed < spinnerDelay { return start.adding(seconds: spinnerDelay) }
        return start.adding(
            seconds: spinnerDelay + (((passed - spinnerDelay) / spinnerStep).rounded(.down) + 1) * spinnerStep
        )
    }

    /// When the exports beside the list are read again because one runs; the document routes cannot ask about one alone.
    private var subjectPollAt: Timestamp? {
        guard session.connection.routes == .document, shownTabs.contains(.exports), let id = subjectID,
            !loadStatus(of: loadRequest(tab: .exports)).isLoading
        else { return nil }
        return session.subject[id].polling.at
    }

    /// Does what is due.
    mutating func passDeadlines(at now: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        notices.passDeadline(at: now)
        if let movedAt = session.subject.movedAt, now.seconds(since: movedAt) >= SubjectPane.debounce {
            effects += loadSubject(olderThan: SubjectPane.maximumAge, at: now)
        }
        if let movedAt = session.resources.movedAt, now.seconds(since: movedAt) >= SubjectPane.debounce {
            effects += loadResource(olderThan: SubjectPane.maximumAge, at: now)
        }
        if let pollAt = subjectPollAt, pollAt <= now { effects += loadSubject(olderThan: -1, at: now) }
        effects += pollExports(at: now)
        if let probeAt = session.reach.probeAt, probeAt <= now {
            session.reach.probing()
            effects += request(Probe(), at: now)
        }
        return effects
    }

    /// The full minute at which a visible age becomes another text.
    private func nextAgeChange(at now: Timestamp) -> Timestamp? {
        let ages = visibleMoments(at: now).map { Age.nextChange(of: $0, at: now) }
        return (ages + (panes.contains { kind(of: $0).showsClock(in: self) } ? [Age.nextMinute(after: now)] : [])).min()
    }

    /// The moments whose ages are on the screen.
    private func visibleMoments(at now: Timestamp) -> [Timestamp] {
        var moments: [Timestamp?] = [notices.toast?.since]
        if case .signedOut(let since, _) = session.signIn.state { moments.append(since) }
        let isDashboard = place == .dashboard
        moments += (isDashboard ? place.facts.loaded : panes).map { loadStatus(of: loadRequest(of: $0)).loadedAt }
        for pane in panes {
            guard let area = layout.rect(of: pane).map(layout.inside) else { continue }
            moments += kind(of: pane).moments(in: area, of: self, at: now)
        }
        return moments.compactMap(\.self)
    }
}
