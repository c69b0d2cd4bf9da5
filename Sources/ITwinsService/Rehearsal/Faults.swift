import ITwinsAPI
import Synchronization

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
        return APIError(status: status, code: code, message: "This service was started with a fault for this request.")
    }
}
