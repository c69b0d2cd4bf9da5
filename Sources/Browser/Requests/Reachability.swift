import ITwinsAPI

/// Whether the service can be reached, as the last requests told (reliability H15).
struct Reachability: Sendable, Hashable {
    private var failures = 0
    private var probes = 0
    /// True once the service has answered anything.
    private(set) var isKnown = false
    /// When to look again whether the service answers; nil while it does.
    private(set) var probeAt: Timestamp?

    /// True after two failures to connect in a row.
    var isOffline: Bool { failures >= 2 }

    /// - Returns: true when the service is back after it was offline.
    mutating func answered() -> Bool {
        let wasOffline = isOffline
        failures = 0
        probes = 0
        isKnown = true
        probeAt = nil
        return wasOffline
    }

    /// Notes that the service could not be reached. Looking again comes ever later, however many requests failed
    /// together.
    mutating func failed(at now: Timestamp) {
        failures += 1
        guard probeAt == nil else { return }
        // One failure may be a chance: a second look tells soon.
        probeAt = now.adding(seconds: isOffline ? min(60, 2 * Double(1 << min(probes, 5))) : 1)
    }

    /// Notes that it is looked again.
    mutating func probing() {
        probes += 1
        probeAt = nil
    }
}

/// The question that tells whether the service can be reached again.
struct Probe: BrowserRequest {
    var operation: Operation {
        var query = ITwinQuery()
        query.top = 1
        return .iTwins(query)
    }

    /// One that somebody cancelled tells nothing: it is looked again later. Every other failure is noted with its end.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if error.reason == .cancelled { browser.session.requests.reach.failed(at: now) }
        return []
    }
}

extension ScheduledTask {
    static let probe = ScheduledTask { browser, _ in
        browser.session.requests.reach.probeAt
    } run: { browser, now in
        browser.session.requests.reach.probing()
        return browser.session.send(Probe(), at: now)
    }
}
