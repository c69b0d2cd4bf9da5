import HTTPTypes
import ITwinsAPI

/// Everything that makes the service a place to rehearse trouble; without it in the configuration nothing of it can be
/// reached.
struct FaultInjection: Sendable {
    private let latency: ClosedRange<Double>?
    private let faults: Faults
    private let rateLimit: RateLimiter?

    init(_ configuration: ServiceConfiguration) {
        latency = configuration.latency
        faults = Faults(configuration.faults)
        rateLimit = configuration.rateLimit.map(RateLimiter.init)
    }

    /// What becomes of a request.
    enum Verdict {
        /// It is answered.
        case goesOn
        /// It is answered with something else.
        case answered(Reply)
        /// The connection is closed in the place of an answer.
        case dropped
        /// It is done, then the connection is closed in the place of the answer.
        case lost
    }

    /// Waits as long as a request has to, and says what becomes of it.
    func verdict(on call: Route) async throws -> Verdict {
        if let seconds = rateLimit?.secondsToWait(for: call.user, at: call.now) {
            return .answered(Self.limited(seconds, call))
        }
        return try await verdict(on: call.method, call.path)
    }

    /// The same for a request that no user is known of.
    func verdict(on method: HTTPRequest.Method, _ path: [String]) async throws -> Verdict {
        let (action, delay) = faults.strike(method.rawValue, path)
        let wait = delay + (latency.map { Double.random(in: $0) } ?? 0)
        if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
        switch action {
        case .status(let status, let seconds):
            var reply = Reply(.onDemand(status))
            if let seconds { reply.headers[.retryAfter] = String(seconds) }
            return .answered(reply)
        case .redirect(let url):
            var reply = Reply(.redirected)
            reply.headers[.location] = url
            return .answered(reply)
        case .drop: return .dropped
        case .lose: return .lost
        case .delay, nil: return .goesOn
        }
    }

    /// A request that has passed host, route and sign-in.
    struct Route {
        let method: HTTPRequest.Method
        let path: [String]
        let operation: OperationID
        let user: User
        let now: Timestamp
    }

    private static func limited(_ seconds: Int, _ route: Route) -> Reply {
        var reply = Reply(.rateLimitExceeded)
        reply.headers[.retryAfter] = String(seconds)
        reply.headers[.limitedTier] = "Local"
        reply.headers[.limitedAPI] = "iTwins"
        reply.headers[.limitedOperation] = route.operation.rawValue
        reply.headers[.limitedApplication] = route.user.id
        return reply
    }
}

extension APIError {
    /// A body for a redirect: official clients want one on everything but 204 (contract section 2.3).
    fileprivate static let redirected = APIError(
        status: 302,
        code: "Found",
        message: "What was asked for lies elsewhere."
    )
}
