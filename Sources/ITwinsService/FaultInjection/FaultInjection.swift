import HTTPTypes
import ITwinsAPI
import Synchronization

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
        message: "The resource is at another URL."
    )
}

/// Decides which of the rules strikes: it counts the requests of each.
final class Faults: Sendable {
    private let rules: [FaultRule]
    private let counts: Mutex<[Int]>

    init(_ rules: [FaultRule]) {
        self.rules = rules
        counts = Mutex(Array(repeating: 0, count: rules.count))
    }

    /// What goes wrong with a request: the action of the first rule that strikes, and the seconds of all delays.
    func strike(_ method: String, _ path: [String]) -> (action: FaultRule.Action?, delay: Double) {
        var action: FaultRule.Action?
        var delay = 0.0
        for (index, rule) in rules.enumerated() where rule.isAbout(method, path) && isDue(index) {
            if case .delay(let seconds) = rule.action {
                delay += seconds
            } else if action == nil {
                action = rule.action
            }
        }
        return (action, delay)
    }

    private func isDue(_ index: Int) -> Bool {
        switch rules[index].frequency {
        case .percent(let percent): return Int.random(in: 0..<100) < percent
        case .every(let number):
            return counts.withLock { counts in
                counts[index] = (counts[index] + 1) % number
                return counts[index] == 0
            }
        }
    }
}

extension APIError {
    /// An error that was asked for on the command line.
    static func onDemand(_ status: Int) -> APIError {
        let code =
            switch status {
            case 401: "Unauthorized"
            case 403: "InsufficientPermissions"
            case 404: "ResourceNotFound"
            case 429: "RateLimitExceeded"
            case 500: "InternalServerError"
            case 502: "BadGateway"
            case 503: "ServiceUnavailable"
            case 504: "GatewayTimeout"
            default: "Fault"
            }
        return APIError(
            status: status,
            code: code,
            message: "The service was started with a fault rule for this request."
        )
    }
}

/// So many requests of each user within a minute (contract section 17.16).
final class RateLimiter: Sendable {
    private struct Window {
        var start: Timestamp
        var count = 0
    }

    private let perMinute: Int
    private let windows = Mutex<[String: Window]>([:])

    init(perMinute: Int) {
        self.perMinute = perMinute
    }

    /// Counts a request.
    ///
    /// - Returns: nil when it may go on; else the seconds after which there is room again.
    func secondsToWait(for user: User, at now: Timestamp) -> Int? {
        windows.withLock { windows in
            var window = windows[user.id] ?? Window(start: now)
            if now >= window.start.adding(seconds: 60) || now < window.start { window = Window(start: now) }
            window.count += 1
            windows[user.id] = window
            guard window.count > perMinute else { return nil }
            let rest = window.start.secondsSince1970 + 60 - now.secondsSince1970
            return max(1, Int(rest.rounded(.up)))
        }
    }
}
