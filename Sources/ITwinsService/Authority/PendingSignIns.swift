import ITwinsAPI
import Synchronization

/// The sign-in pages that are open: which request each answers. A page is good for one answer, within ten minutes.
final class PendingSignIns: Sendable {
    private struct Pending: Sendable {
        let request: AuthorizationRequest
        let end: Timestamp
    }

    private static let seconds = 600.0
    /// As many pages as may be open: more would only be memory that strangers fill.
    static let limit = 1000

    private let pending = Mutex<[String: Pending]>([:])

    /// Keeps a request and returns the handle that its page sends back, which nobody can guess.
    ///
    /// - Throws: `temporarily_unavailable` when too many pages are open.
    func add(_ request: AuthorizationRequest, now: Timestamp) throws(OAuthError) -> String {
        let handle = Base64URL.random()
        let isTaken = pending.withLock { pending in
            if pending.count >= Self.limit { pending = pending.filter { $0.value.end > now } }
            guard pending.count < Self.limit else { return false }
            pending[handle] = Pending(request: request, end: now.adding(seconds: Self.seconds))
            return true
        }
        guard isTaken else {
            throw OAuthError(.temporarilyUnavailable, "Too many sign-in pages are open. Try again in a few minutes.")
        }
        return handle
    }

    /// The request of a handle, once; nil for an unknown handle and one that was used or has ended.
    func take(_ handle: String, now: Timestamp) -> AuthorizationRequest? {
        let found = pending.withLock { $0.removeValue(forKey: handle) }
        return found.flatMap { $0.end > now ? $0.request : nil }
    }
}
