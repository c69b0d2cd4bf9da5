import ITwinsAPI
import Screen

/// A button under the fields of a form.
enum FormButton: Sendable, Hashable {
    case submit, cancel, check, tryAgain, discard, keep, signIn

    /// What stands on it; that of `submit` is the content's.
    var label: String {
        switch self {
        case .submit: ""
        case .cancel: "Cancel"
        case .check: "Check"
        case .tryAgain: "Try again"
        case .discard: "Discard"
        case .keep: "Keep editing"
        case .signIn: "Sign in"
        }
    }
}

/// What becomes of the requests of a form, as it shows them.
extension Form {
    /// The buttons of the present phase.
    var buttons: [FormButton] {
        let signIn: [FormButton] = offersSignIn ? [.signIn] : []
        return switch phase {
        case .editing, .sending: signIn + [.submit, .cancel]
        case .unknown, .checking: signIn + [.check, .tryAgain, .cancel]
        case .confirmingClose: [.discard, .keep]
        }
    }

    /// Shows that another user is signed in now, and for whom it is sent therefore. A check for the one before has ended.
    ///
    /// - Parameter who: nil when it is not known who, and so whether it is another one at all.
    mutating func changedUser(to who: String?) {
        userNote =
            who.map { "\($0), a different user, is signed in now. What you send is sent as \($0)." }
            ?? "A different user may be signed in now. Check before you send this."
        guard case .checking = phase else { return }
        phase = .unknown
        focus = .button(0)
    }

    /// Shows that somebody has signed in: what was filled in can be sent now.
    mutating func signedIn() {
        guard offersSignIn else { return }
        (offersSignIn, problem, focus) = (false, nil, .button(0))
    }

    /// Notes that the request is on its way, or the question whether it was done.
    mutating func began(_ phase: Phase) {
        offersSignIn = false
        if case .sending = phase { userNote = nil }
        (self.phase, focus) = (phase, .button(0))
    }

    /// Shows that the request was cancelled: nobody knows whether the service had it done, where that matters.
    mutating func stopped() {
        guard content.check(values) == nil else { return becomeUnknown() }
        (phase, focus) = (.editing, .button(0))
    }

    /// Shows that what was cancelled had not been sent yet.
    mutating func wasNotSent() {
        guard phase == .unknown || phase == .editing else { return }
        (phase, focus) = (.editing, .button(0))
        problem = "Stopped before it was sent: nothing was done."
    }

    /// Shows that the check found it not done.
    mutating func foundNothing() {
        (phase, focus) = (.unknown, .button(1))
        problem = content.notDone(values)
    }

    /// Shows that it was not done, with what is said under a field or, without one, above the buttons.
    mutating func refused(_ text: String, at field: String?) {
        (phase, focus) = (.editing, .button(0))
        if refuse(text, at: field) { focusRefusal() } else { problem = text }
    }

    /// Shows why it was not done: at the field the service names, else above the buttons.
    ///
    /// - Parameter canSignIn: whether signing in may help where there was no token.
    mutating func failed(_ error: RequestError, canSignIn: Bool) {
        offersSignIn = canSignIn && error.isAboutToken
        if case .checking = phase {
            (phase, focus, problem) = (.unknown, .button(0), Wording.text(error))
            return
        }
        if error.outcomeUnknown { return becomeUnknown() }
        guard let refused = error.apiError else {
            return self.refused(Wording.text(error), at: content.field(of: error))
        }
        (phase, focus) = (.editing, .button(0))
        var general: [String] = []
        let details =
            refused.details.isEmpty ? [APIError.Detail(code: refused.code, message: refused.message)] : refused.details
        for detail in details {
            let refusal = content.refusal(detail, of: refused, values)
            if !refuse(refusal?.text ?? "", at: refusal?.field) { general.append(detail.message) }
        }
        // What stands at a field is not said twice.
        if general.count == details.count {
            problem = Wording.text(error)
        } else if !general.isEmpty {
            problem = general.joined(separator: " ")
        }
        focusRefusal()
    }

    private mutating func focusRefusal() {
        if let wrong = fields.firstIndex(where: { $0.refusal != nil }) { focus = .field(wrong) }
    }

    private mutating func becomeUnknown() { (phase, focus, problem) = (.unknown, .button(0), nil) }
}
