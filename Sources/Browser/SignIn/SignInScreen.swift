import ITwinsAPI
import Screen

/// The screen while a user signs in: the address to open, the time left, and a line for what the web browser ended with.
struct SignInScreen: Layer {
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

    let keymap: Keymap

    init(reason: String, keymap: Keymap) { (self.reason, self.keymap) = (reason, keymap) }

    let context = KeyContext.typing
    var hints: [DialogHint] {
        if failure != nil {
            return [DialogHint(.accept, does: "retry", 0), DialogHint(.cancel, does: "close", 1)]
        }
        let cancel = DialogHint(.cancel, does: "cancel", 0)
        guard step != nil else { return [cancel] }
        return [DialogHint(.accept, does: "submit", 1), DialogHint(.down, .up, does: "scroll", 2), cancel]
    }

    /// Learns how signing in to the profile in use goes on.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        guard case .signingIn(let event, let profile) = event, profile == browser.session.connection.profile else {
            return []
        }
        defer { limitScroll(to: excess(in: browser.layout)) }
        switch event {
        case .signingIn(let step):
            let isKnown = self.step?.address == step.address
            set(step)
            // Who has to carry the address to another machine need not select it.
            return step.obstacle == nil || isKnown ? [] : [.copy(step.address)]
        case .failed(let reason): fail(reason)
        case .kept: break
        }
        return []
    }

    private mutating func set(_ step: SignInStep) {
        let old = self.step
        self.step = step
        failure = nil
        if let old, (old.device, old.deviceError) != (step.device, step.deviceError) {
            // The other device has nothing to do with what was pasted.
            self.step?.pasteError = old.pasteError
        } else {
            // Whatever else comes after something was pasted is the answer to that.
            isChecking = false
        }
    }

    private mutating func fail(_ reason: String) {
        failure = reason
        (step, isChecking, scroll) = (nil, false, 0)
    }

    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome {
        defer { limitScroll(to: excess(in: browser.layout)) }
        switch press.action {
        case .cancel: return .close(then: .effect(.cancelSignIn))
        case .accept where failure != nil:
            failure = nil
            field = TextField()
            return .then(.effect(.signIn))
        case .accept:
            guard step != nil, !field.text.trimmingBlanks.isEmpty, !isChecking else { return .none }
            isChecking = true
            step?.pasteError = nil
            return .then(.effect(.pasteSignIn(field.text)))
        case .down: scroll += 1
        case .up: scroll = max(scroll - 1, 0)
        case .pageDown: scroll += 5
        case .pageUp: scroll = max(scroll - 5, 0)
        default:
            if step != nil, field.handle(press.key) { step?.pasteError = nil }
        }
        return .none
    }

    mutating func paste(_ text: String, at now: Timestamp) {
        guard step != nil else { return }
        // What was refused is no beginning of what comes now.
        if step?.pasteError != nil { field = TextField() }
        field.insert(text)
        step?.pasteError = nil
    }

    /// Keeps the end in sight.
    private mutating func limitScroll(to last: Int) { scroll = min(scroll, max(last, 0)) }

    /// The moment at which the time left becomes another one.
    func nextChange(at now: Timestamp) -> Timestamp? {
        guard let until = step?.until, until > now else { return nil }
        let left = until.seconds(since: now).rounded(.up)
        return until.adding(seconds: -(left - 1))
    }
}
