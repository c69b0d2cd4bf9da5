import ITwinsAPI

/// What is known of something that is loaded: since when, and why not better. Whether it is loading now is told by the
/// requests in flight alone; see `LoadStatus`.
struct LoadState: Hashable, Sendable {
    /// When what is shown came; nil while nothing has.
    private(set) var loadedAt: Timestamp?
    /// Why the last request failed; nil when it did not.
    private(set) var failure: RequestError?

    mutating func succeed(at now: Timestamp) {
        loadedAt = now
        failure = nil
    }

    mutating func fail(_ error: RequestError) { failure = error }
}

/// How something that is loaded stands: what is known of it, and the request in flight.
struct LoadStatus: Hashable, Sendable {
    private let state: LoadState
    /// When the request in flight began; nil when none is.
    let since: Timestamp?

    /// - Parameter request: the one in flight that loads it; nil when there is none.
    init(_ state: LoadState = LoadState(), request: Requests.InFlight? = nil) {
        self.state = state
        since = request?.since
    }

    var isLoading: Bool { since != nil }
    var loadedAt: Timestamp? { state.loadedAt }
    var failure: RequestError? { state.failure }

    /// True when there is nothing newer than a number of seconds and nothing on its way, or when the last request failed.
    ///
    /// What somebody cancelled is read again only when asked for, which is what less than no seconds means.
    func isStale(after seconds: Double, at now: Timestamp) -> Bool {
        guard !isLoading else { return false }
        if seconds < 0 { return true }
        if let failure { return failure.reason != .cancelled }
        guard let loadedAt else { return true }
        return now.seconds(since: loadedAt) > seconds
    }
}

// Of the browser, as what asks has it at hand: asked of the session, that would be copied each time.
extension Browser {
    /// How what a request fills stands; nothing is known without one.
    func loadStatus(of request: (any LoadRequest)?) -> LoadStatus {
        guard let request else { return LoadStatus() }
        return LoadStatus(request.state(in: self), request: session.requests[request.key])
    }
}
