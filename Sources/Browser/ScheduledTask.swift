public import ITwinsAPI
import Screen

/// Something that happens by itself: when it is due next, and what is done then. Each is declared beside what it is about,
/// and has its row here.
struct ScheduledTask: Sendable {
    /// When it is due next; nil while it is not. What is due only changes what is drawn where nothing is done.
    let due: @Sendable (Browser, Timestamp) -> Timestamp?
    /// What is done then; nothing by default.
    var run: @Sendable (inout Browser, Timestamp) -> [Effect] = { _, _ in [] }

    fileprivate static let all: [ScheduledTask] = [
        .endToast, .loadSelectedITwin, .loadResource, .loadRunningExports, .pollExports, .probe, .layers, .spinner,
        .ages,
        .exportSeconds, .exportQuota,
    ]

    private static let endToast = ScheduledTask {
        browser,
        _ in
        browser.notices.toast?.end
    } run: { browser, now in
        browser.notices.endToast(at: now)
        return []
    }

    private static let layers = ScheduledTask { browser, now in browser.layers.nextChanges(at: now).min() }

    private static let spinner = ScheduledTask { browser, now in
        browser.session.requests.oldest.map { Spinner.nextStep(since: $0, at: now) }
    }

    /// The full minute at which a visible age becomes another text.
    private static let ages = ScheduledTask { browser, now in
        let ages = visibleMoments(in: browser, at: now).map { RelativeTime.nextChange(of: $0, at: now) }
        let showsClock = browser.panes.contains { browser.kind(of: $0).showsClock(in: browser) }
        return (ages + (showsClock ? [RelativeTime.nextMinute(after: now)] : [])).min()
    }

    /// The moments whose ages are on the screen.
    private static func visibleMoments(in browser: Browser, at now: Timestamp) -> [Timestamp] {
        var moments: [Timestamp?] = [browser.notices.toast?.since]
        if case .signedOut(let since, _) = browser.session.signIn.state { moments.append(since) }
        let (place, layout) = (browser.place, browser.layout)
        moments += (place == .dashboard ? place.facts.loaded : browser.panes).map {
            browser.loadStatus(of: browser.kind(of: $0).request(in: browser)).loadedAt
        }
        for pane in browser.panes {
            guard let area = layout.rect(of: pane).map(layout.inside) else { continue }
            moments += browser.kind(of: pane).moments(in: area, of: browser, at: now)
        }
        return moments.compactMap(\.self)
    }
}

extension Browser {
    /// When something changes without an event: the moment to send `.deadline`; nil when nothing will.
    public func nextDeadline(at now: Timestamp) -> Timestamp? {
        ScheduledTask.all.compactMap { $0.due(self, now) }.min().map { max($0, now) }
    }

    /// Does what is due.
    mutating func passDeadlines(at now: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        for task in ScheduledTask.all {
            if let due = task.due(self, now), due <= now { effects += task.run(&self, now) }
        }
        return effects
    }
}
