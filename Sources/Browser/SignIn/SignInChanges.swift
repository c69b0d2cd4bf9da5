import ITwinsAPI
import Screen

/// Signing in, and what waits for it. Being signed out is a state of the program, no error: what is seen is kept.
extension SignInState: BrowserChange {
    /// Shows who is signed in, and sends what waited for that.
    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .signedIn(let who, let user, _) = self else {
            browser.session.signIn.state = self
            return []
        }
        let before = browser.session.signIn
        if let last = before.lastUser, user != last { return startOver(who, user, in: &browser, at: now) }
        (browser.session.signIn.state, browser.session.signIn.lastUser) = (self, user)
        browser.session.signIn.tokenError = nil
        var isNew = before.state.isSignedOut || !before.waiting.isEmpty
        if browser.layers.has(SignInScreen.self) {
            isNew = true
            browser.layers.close(SignInScreen.self)
            for form in browser.layers.forms { browser.layers.change(form.id) { $0.signedIn() } }
        }
        if isNew { browser.notices.tellSignedIn(to: browser.session.connection, as: who, at: now) }
        let binding: [Effect] = before.lastUser == nil ? [.requestFor(user: user)] : []
        return binding + (isNew || before.tokenError != nil ? Self.startWaiting(in: &browser, at: now) : [])
    }

    /// Starts a new session because a different user signed in, here or in another program: nothing that was read for the
    /// user before stays, and nothing that user was about to send is sent. A form for a new iTwin is kept, and says for whom
    /// it is sent now.
    private func startOver(_ who: String?, _ user: UInt64, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        var kept = browser.layers.forms.first { $0.content.isKeptForAnotherUser }
        // What became of it when it was sent already is told in its dialog.
        let sentKey = kept.map { SubmitForm.key(of: $0.id) }
        let stopped = browser.session.requests.drop { $0.key != sentKey }
        var sent = browser.session.requests
        sent.reach = Reachability()
        sent.log.forget()
        kept?.signedIn()
        kept?.changedUser(to: who)
        let connection = browser.session.connection
        browser.begin(Session(connection: connection, after: browser.session), keeping: kept)
        (browser.session.requests, browser.session.signIn.state, browser.session.signIn.lastUser) = (
            sent, self, user
        )
        browser.notices.forgetSaid()
        let whom = who.map { " as \($0), a different user" } ?? ", possibly as a different user"
        browser.show(.success, "Signed in to \(connection.label)\(whom); everything is reloaded", at: now)
        return stopped + [.requestFor(user: user)] + browser.start(at: now)
    }

    /// Starts again what waited, but for what was asked about a selection that was left.
    private static func startWaiting(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        let waited = browser.session.signIn.waiting
        browser.session.signIn.waiting = []
        browser.session.names.forgetUnknown()
        var effects: [Effect] = []
        for request in waited where browser.session.requests[request.key] == nil {
            if request.scope.map(browser.isSelected) ?? true { effects += request.start(in: &browser, at: now) }
        }
        return effects + browser.refreshVisible(olderThan: SidePaneState.maximumAge, at: now)
    }
}

/// Tells what happens while a user signs in, where the screen of that does not.
extension SignInEvent: BrowserChange {
    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        let connection = browser.session.connection
        switch self {
        case .signingIn: break
        case .failed(let reason):
            guard !browser.layers.has(SignInScreen.self) else { break }
            browser.show(.failure, "Sign-in to \(connection.label) failed. \(reason)", at: now)
        case .kept(let place):
            guard case .signedIn(let who, _, _) = browser.session.signIn.state else { break }
            browser.notices.tellSignedIn(to: connection, as: who, "; tokens are stored \(place)", at: now)
        }
        return []
    }
}

extension Notices {
    fileprivate mutating func tellSignedIn(
        to connection: Connection,
        as who: String?,
        _ more: String = "",
        at now: Timestamp
    ) {
        show(.success, "Signed in to \(connection.label)\(who.map { " as \($0)" } ?? "")\(more)", at: now)
    }

    /// Tells that the clocks differ, which signing in survives and people should know (reliability A17).
    mutating func tellSkew(_ seconds: Double, at now: Timestamp) {
        let minutes = Int((abs(seconds) / 60).rounded())
        let direction = seconds > 0 ? "behind" : "ahead of"
        show(.information, "⚠ This machine's clock is \(minutes) min \(direction) the authority's. Correct it", at: now)
    }
}

/// Opens the screen and begins; over a dialog, which waits below with what was typed.
struct BeginSignIn: BrowserChange {
    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        let (label, signIn) = (browser.session.connection.label, browser.session.signIn)
        if case .signedIn(let who, _, let until) = signIn.state, signIn.waiting.isEmpty, signIn.tokenError == nil,
            until.map({ now < $0 }) ?? true
        {
            let name = who.map { " as \($0)" } ?? ""
            let end = until.map { "; the token is valid until \($0.readable) and then renewed" } ?? ""
            browser.show(.information, "You are signed in to \(label)\(name)\(end).", at: now)
            // Another program may have signed out: then this tells.
            return browser.layers.isEmpty ? Command.refreshAll(in: &browser, at: now) : []
        }
        var reason = signIn.tokenError ?? ""
        if case .signedOut(_, let why) = signIn.state { reason = why }
        browser.layers.push(SignInScreen(reason: reason, keymap: browser.terminal.keymap))
        return [.signIn]
    }
}

extension RequestError {
    /// Notes a request that failed for want of a token and can be asked again once somebody has signed in (reliability A15
    /// and A16).
    func noteMissingToken(for request: any BrowserRequest, in browser: inout Browser, at now: Timestamp) {
        guard browser.session.connection.canSignIn, isAboutToken else { return }
        if case .noToken(let why) = reason, why != browser.session.signIn.tokenError,
            !browser.session.signIn.state.isSignedOut
        {
            // A list has but room for a word or two.
            browser.session.signIn.tokenError = why
            browser.show(.failure, Wording.text(self), at: now)
        }
        // A new token was refused as well: only a user can help.
        if apiError != nil, !browser.session.signIn.state.isSignedOut {
            browser.session.signIn.state = .signedOut(since: now, reason: Wording.text(self))
        }
        guard browser.session.signIn.state.isSignedOut, request.waitsForSignIn,
            !browser.session.signIn.waiting.contains(where: { $0.key == request.key })
        else { return }
        browser.session.signIn.waiting.append(request)
    }
}

extension Canvas {
    /// The band that says that nobody is signed in, what can be done, and what waits; nil while somebody is.
    ///
    /// - Parameter width: what does not fit is said shorter.
    func signInBand(width: Int) -> ListCell? {
        let session = browser.session
        guard case .signedOut(let since, _) = session.signIn.state else { return nil }
        let signsIn = browser.text("\(.signIn)  signs in")
        let count = session.signIn.waiting.count
        let waits = count == 0 ? "" : count == 1 ? ", 1 request waits" : ", \(count) requests wait"
        let label = session.connection.label
        let texts: [String]
        if let since {
            let age = RelativeTime.text(of: since, at: now)
            let start = "⚠ Signed out of \(label) \(age == "now" ? "just now" : "\(age) ago").  \(signsIn) again"
            texts = ["\(start); loaded data stays visible\(waits).", "\(start)\(waits)."]
        } else {
            texts = ["⚠ Not signed in to \(label).  \(signsIn)\(waits)."]
        }
        let short = "⚠ Signed out.  \(signsIn)" + (count == 0 ? "" : ", \(count) wait\(count == 1 ? "s" : "")")
        return ListCell(texts.lazy.map { CellText($0) }.first { $0.width <= width } ?? CellText(short), .warn)
    }
}
