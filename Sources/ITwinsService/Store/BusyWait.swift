import Foundation
import Synchronization

/// Waits while another program keeps the database locked, some seconds at most (reliability D1).
///
/// Requests stand in a row for the one connection. When the first of them has waited in vain, those behind it are
/// refused at once: each waiting as long again would keep the last ones longer than any client waits.
final class BusyWait: Sendable {
    private struct State {
        var since = ContinuousClock.now
        var gaveUpAt: ContinuousClock.Instant?
    }

    private let patience: Duration
    private let state = Mutex(State())

    private static let pause = Duration.milliseconds(10)
    /// What comes within this time after a wait in vain stood in the row behind it.
    private static let row = Duration.milliseconds(200)

    init(seconds: Int) {
        patience = .seconds(seconds)
    }

    /// Pauses, unless it has been long enough.
    ///
    /// - Parameter tries: how often SQLite has asked for this lock before.
    /// - Returns: false when the lock is given up.
    func goesOn(afterTries tries: Int) -> Bool {
        let now = ContinuousClock.now
        let goesOn = state.withLock { state in
            if tries == 0 { state.since = now }
            let isBehind = tries == 0 && state.gaveUpAt.map { $0.duration(to: now) < Self.row } ?? false
            guard isBehind || state.since.duration(to: now) >= patience else { return true }
            state.gaveUpAt = now
            return false
        }
        if goesOn { usleep(useconds_t(Self.pause / .microseconds(1))) }
        return goesOn
    }
}
