import Foundation
import ITwinsAPI
import Synchronization

/// The code that the sign-in page asks for. Whoever started the service knows it; another user of the machine, who can
/// reach the page too, does not (contract section 17.20).
final class SignInCode: Sendable {
    /// What came of a code that somebody typed.
    enum Verdict: Sendable {
        case right
        case wrong
        /// Wrong ones came too often: no code is looked at, the right one neither.
        case closed
    }

    private struct State {
        /// Wrong codes since the last right one.
        var wrong = 0
        var closedSince: Timestamp?
    }

    /// How many wrong codes close the page.
    static let tries = 5
    /// How many seconds the page is closed then.
    static let closedSeconds = 60.0

    private let code: ExpectedSecret
    private let state = Mutex(State())

    /// - Parameter code: what has to be typed.
    init(_ code: Secret) {
        self.code = ExpectedSecret(code)
    }

    /// Makes a code at random: 40 bits in letters and digits that are not taken for each other.
    static func random() -> Secret {
        let signs = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        let letters = (0..<8).map { _ in signs[Int.random(in: signs.indices, using: &generator)] }
        return Secret(String(letters[..<4]) + "-" + String(letters[4...]))
    }

    /// Whether no code is taken at this moment.
    func isClosed(at now: Timestamp) -> Bool {
        state.withLock { Self.isClosed($0, now) }
    }

    /// Compares what somebody typed; blanks around it do not count.
    func check(_ text: String, now: Timestamp) -> Verdict {
        // Compared whether it counts or not, so that the time tells nothing.
        let isRight = code.matches(text.trimmingCharacters(in: .whitespaces))
        return state.withLock { state in
            guard !Self.isClosed(state, now) else { return .closed }
            state.closedSince = nil
            guard !isRight else {
                state.wrong = 0
                return .right
            }
            state.wrong += 1
            guard state.wrong >= Self.tries else { return .wrong }
            state = State(wrong: 0, closedSince: now)
            return .closed
        }
    }

    /// A clock that was set back closes the page for no longer than the minute.
    private static func isClosed(_ state: State, _ now: Timestamp) -> Bool {
        guard let since = state.closedSince else { return false }
        return since <= now && now < since.adding(seconds: closedSeconds)
    }
}
