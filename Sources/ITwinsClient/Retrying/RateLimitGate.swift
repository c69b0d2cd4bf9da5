import ITwinsAPI
import Synchronization

/// The time in which the service wants no request: all wait for its end together, not each for its own (reliability H5).
final class RateLimitGate: Sendable {
    /// What is left of a pause.
    struct Remaining: Sendable {
        /// How long it takes.
        let time: Duration
        /// What the service said.
        let reason: RequestError.Reason
    }

    private let time: ClientTime
    private let state = Mutex<(end: Duration, reason: RequestError.Reason)?>(nil)

    init(_ time: ClientTime) {
        self.time = time
    }

    /// Begins a pause, or makes the one that is on longer.
    func begin(_ seconds: Double, because reason: RequestError.Reason) {
        let end = time.elapsed() + .seconds(seconds)
        state.withLock { state in
            if state.map({ $0.end < end }) ?? true { state = (end, reason) }
        }
    }

    /// What is left; nil when requests may be sent.
    var rest: Remaining? {
        let now = time.elapsed()
        return state.withLock { state in
            guard let pause = state, pause.end > now else {
                state = nil
                return nil
            }
            return Remaining(time: pause.end - now, reason: pause.reason)
        }
    }
}
