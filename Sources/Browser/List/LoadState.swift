import ITwinsAPI

/// How a list stands with the service: never asked, being asked, known since, or failed.
struct LoadState: Hashable, Sendable {
    /// The request in flight.
    var request: RequestID?
    /// When the request in flight began.
    var since: Timestamp?
    /// When what is shown came.
    var loadedAt: Timestamp?
    /// Why the last request failed; nil when it did not.
    var failure: RequestError?

    var isLoading: Bool { request != nil }

    mutating func begin(_ id: RequestID, at now: Timestamp) {
        request = id
        since = now
    }

    mutating func succeed(at now: Timestamp) {
        request = nil
        since = nil
        loadedAt = now
        failure = nil
    }

    mutating func fail(_ error: RequestError) {
        request = nil
        since = nil
        failure = error
    }

    /// Forgets the request in flight; what is known stays.
    mutating func stop() {
        request = nil
        since = nil
    }

    /// True when there is nothing newer than a number of seconds and nothing on its way, or when the last request failed.
    ///
    /// What somebody stopped is read again only when asked for, which is what less than no seconds means.
    func isStale(after seconds: Double, at now: Timestamp) -> Bool {
        guard !isLoading else { return false }
        if seconds < 0 { return true }
        if let failure { return failure.reason != .cancelled }
        guard let loadedAt else { return true }
        return now.seconds(since: loadedAt) > seconds
    }
}
