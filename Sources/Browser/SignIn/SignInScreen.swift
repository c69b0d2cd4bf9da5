import ITwinsAPI
import Screen

/// The screen while a person signs in: the address to open, the time left, and a line for what the web browser ended with.
struct SignInScreen: Sendable {
    /// Why somebody has to sign in; empty when nothing is known of that.
    let reason: String
    private(set) var field = TextField()
    /// How the try stands; nil before the authority has said where to sign in, and after the try failed.
    private(set) var step: SignInStep?
    /// Why the try failed; nil while it goes on.
    private(set) var failure: String?
    /// Whether what was pasted is looked at.
    private(set) var isChecking = false
    /// How many lines are scrolled away, where not all fit.
    private(set) var scroll = 0

    /// What a key asks of the browser.
    enum Outcome: Sendable, Hashable {
        case none
        case cancel
        case again
        case paste(String)
    }

    init(reason: String) { self.reason = reason }

    /// Sets how the attempt stands.
    mutating func set(_ step: SignInStep) {
        let old = self.step
        self.step = step
        failure = nil
        if let old, (old.device, old.deviceObstacle) != (step.device, step.deviceObstacle) {
            // The other device has nothing to do with what was pasted.
            self.step?.pasteObstacle = old.pasteObstacle
        } else {
            // Whatever else comes after something was pasted is the answer to that.
            isChecking = false
        }
    }

    /// Sets why the attempt failed.
    mutating func fail(_ reason: String) {
        failure = reason
        (step, isChecking, scroll) = (nil, false, 0)
    }

    mutating func handle(_ key: Key) -> Outcome {
        switch (key.code, key.modifiers) {
        case (.escape, _), (.character("c"), .control): return .cancel
        case (.enter, _) where failure != nil:
            failure = nil
            field = TextField()
            return .again
        case (.enter, _):
            guard step != nil, !field.text.trimmingBlanks.isEmpty, !isChecking else { return .none }
            isChecking = true
            step?.pasteObstacle = nil
            return .paste(field.text)
        case (.down, _): scroll += 1
        case (.up, _): scroll = max(scroll - 1, 0)
        case (.pageDown, _): scroll += 5
        case (.pageUp, _): scroll = max(scroll - 5, 0)
        default:
            if step != nil, field.handle(key) { step?.pasteObstacle = nil }
        }
        return .none
    }

    mutating func paste(_ text: String) {
        guard step != nil else { return }
        // What was refused is no beginning of what comes now.
        if step?.pasteObstacle != nil { field = TextField() }
        field.insert(text)
        step?.pasteObstacle = nil
    }

    /// Keeps the end in sight.
    mutating func limitScroll(to last: Int) { scroll = min(scroll, max(last, 0)) }

    /// The moment at which the time left becomes another one.
    func nextSecond(at now: Timestamp) -> Timestamp? {
        guard let until = step?.until, until > now else { return nil }
        let left = until.seconds(since: now).rounded(.up)
        return until.adding(seconds: -(left - 1))
    }
}
