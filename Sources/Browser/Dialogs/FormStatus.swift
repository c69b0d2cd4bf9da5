import ITwinsAPI

/// What a form is doing, and what is said of it above the buttons.
struct FormStatus: Sendable {
    var phase = Phase.editing
    /// What has no field and stands above the buttons.
    var problem: String?
    /// That another user is signed in than the one who filled it in; nil once something was sent since then.
    private(set) var userNote: String?
    /// Whether the last request failed because nobody is signed in.
    var offersSignIn = false

    /// Of the request that a form waits for, the requests in flight tell everything.
    enum Phase: Sendable, Hashable {
        case editing
        /// It waits for the request that does it.
        case sending(RequestKey)
        /// The answer was lost; it may have been done.
        case unknown
        /// It waits for the request that asks whether it was done.
        case checking(RequestKey)
        /// Something was typed and Esc was pressed; where the cursor was then.
        case confirmingClose(from: Form.Focus)
    }

    /// The request that it waits for; nil while it waits for none.
    var request: RequestKey? {
        switch phase {
        case .sending(let key), .checking(let key): key
        case .editing, .unknown, .confirmingClose: nil
        }
    }

    mutating func enter(_ phase: Phase, saying problem: String?) {
        (self.phase, self.problem) = (phase, problem)
        if request != nil { offersSignIn = false }
        if case .sending = phase { userNote = nil }
    }

    mutating func note(userChangedTo who: String?) {
        userNote =
            who.map { "\($0), a different user, is now signed in. This will be sent as \($0)." }
            ?? "A different user may be signed in now. Check before sending."
    }

    /// The buttons of the present phase.
    var buttons: [FormButton] {
        let signIn: [FormButton] = offersSignIn ? [.signIn] : []
        return switch phase {
        case .editing, .sending: signIn + [.submit, .cancel]
        case .unknown, .checking: signIn + [.check, .tryAgain, .cancel]
        case .confirmingClose: [.discard, .keep]
        }
    }

    /// Whether a button is what the request in flight is for.
    func isBusy(_ button: FormButton) -> Bool {
        switch (phase, button) {
        case (.sending, .submit), (.checking, .check): true
        default: false
        }
    }
}

/// A button under the fields of a form, with what stands on it; that of `submit` is the content's.
enum FormButton: String, Sendable {
    case submit, cancel = "Cancel", check = "Check", tryAgain = "Retry", discard = "Discard"
    case keep = "Keep editing", signIn = "Sign in"
}
