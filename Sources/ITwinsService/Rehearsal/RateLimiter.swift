import ITwinsAPI
import Synchronization

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
