import ITwinsAPI
import Screen

/// Signing in, and what waits for it. Being signed out is a state of the program, no error: what is seen is kept.
extension Browser {
    /// Tells what happens while a person signs in, where the screen of that does not.
    mutating func tell(_ event: SignInEvent, at now: Timestamp) {
        switch event {
        case .signingIn: break
        case .failed(let reason):
            guard !layers.has(SignInScreen.self) else { return }
            show(.failure, "Signing in to \(session.connection.label) did not work. \(reason)", at: now)
        case .kept(let place):
            guard case .signedIn(let who, _, _) = session.signIn.state else { return }
            tellSignedIn(who, "; the tokens are kept \(place)", at: now)
        }
    }

    /// Shows who is signed in, and sends what waited for that.
    mutating func set(_ state: SignInState, at now: Timestamp) -> [Effect] {
        switch state {
        case .unknown, .signedOut:
            session.signIn.state = state
            return []
        case .signedIn(let who, let person, _):
            if let before = session.signIn.lastPerson, person != before {
                return startOver(state, who, person, at: now)
            }
            let binding: [Effect] = session.signIn.lastPerson == nil ? [.requestFor(person: person)] : []
            var isNew = session.signIn.state.isSignedOut || !session.signIn.waiting.isEmpty
            let hadTrouble = session.signIn.tokenTrouble != nil
            session.signIn.state = state
            session.signIn.lastPerson = person
            session.signIn.tokenTrouble = nil
            if layers.has(SignInScreen.self) {
                isNew = true
                layers.close(SignInScreen.self)
                for form in layers.forms { layers.change(form.id) { $0.signedIn() } }
            }
            if isNew { tellSignedIn(who, at: now) }
            return binding + (isNew || hadTrouble ? startWaiting(at: now) : [])
        }
    }

    /// Starts a new session because a different user signed in, here or in another program: nothing that was read for the
    /// user before stays, and nothing that user was about to send is sent. A form for a new iTwin is kept, and says for whom
    /// it is sent now.
    private mutating func startOver(_ state: SignInState, _ who: String?, _ person: UInt64, at now: Timestamp)
        -> [Effect]
    {
        var kept = layers.forms.first { $0.content.isKeptForAnotherUser }
        // What became of it when it was sent already is told in its dialog.
        let sentKey = kept.map { SubmitForm.key(of: $0.id) }
        let stopped = drop { $0.key != sentKey }
        let sent = session.requests
        kept?.signedIn()
        kept?.changedUser(to: who)
        begin(Session(connection: session.connection, after: session), keeping: kept)
        (session.requests, session.signIn.state, session.signIn.lastPerson) = (sent, state, person)
        session.log.forget()
        notices.forgetSaid()
        let user = who.map { " as \($0), a different user" } ?? ", possibly as a different user"
        show(.success, "Signed in to \(session.connection.label)\(user): everything is reloaded", at: now)
        return stopped + [.requestFor(person: person)] + start(at: now)
    }

    private mutating func tellSignedIn(_ who: String?, _ more: String = "", at now: Timestamp) {
        show(.success, "Signed in to \(session.connection.label)\(who.map { " as \($0)" } ?? "")\(more)", at: now)
    }

    /// Tells that the clocks differ, which signing in survives and people should know (reliability A17).
    mutating func tellSkew(_ seconds: Double, at now: Timestamp) {
        let minutes = Int((abs(seconds) / 60).rounded())
        let direction = seconds > 0 ? "behind" : "ahead of"
        show(.information, "⚠ The clock here is \(minutes) min \(direction) the authority's. Set it right", at: now)
    }

    // MARK: The screen

    /// Opens the screen and begins; over a dialog, which waits below with what was typed.
    mutating func beginSignIn(at now: Timestamp) -> [Effect] {
        if case .signedIn(let who, _, let until) = session.signIn.state, session.signIn.waiting.isEmpty,
            session.signIn.tokenTrouble == nil,
            until.map({ now < $0 }) ?? true
        {
            let name = who.map { " as \($0)" } ?? ""
            let end = until.map { "; the token is good until \($0.readable) and then renewed" } ?? ""
            show(.information, "You are signed in to \(session.connection.label)\(name)\(end).", at: now)
            // Another program may have signed out: then this tells.
            return layers.isEmpty ? refresh(at: now) : []
        }
        var reason = session.signIn.tokenTrouble ?? ""
        if case .signedOut(_, let why) = session.signIn.state { reason = why }
        layers.push(SignInScreen(reason: reason))
        return [.signIn]
    }

    // MARK: What waits

    /// Notes a request that failed for want of a token and can be asked again once somebody has signed in (reliability A15
    /// and A16).
    mutating func noteTokenFailure(_ error: RequestError, of request: any BrowserRequest, at now: Timestamp) {
        guard session.connection.canSignIn, error.isAboutToken else { return }
        if case .noToken(let why) = error.reason, why != session.signIn.tokenTrouble, !session.signIn.state.isSignedOut
        {
            // A list has but room for a word or two.
            session.signIn.tokenTrouble = why
            show(.failure, Wording.text(error), at: now)
        }
        // A new token was refused as well: only a person can help.
        if error.apiError != nil, !session.signIn.state.isSignedOut {
            session.signIn.state = .signedOut(since: now, reason: Wording.text(error))
        }
        guard session.signIn.state.isSignedOut, request.waitsForSignIn,
            !session.signIn.waiting.contains(where: { $0.key == request.key })
        else {
            return
        }
        session.signIn.waiting.append(request)
    }

    /// Starts again what waited, but for what was asked about a selection that was left.
    private mutating func startWaiting(at now: Timestamp) -> [Effect] {
        let waited = session.signIn.waiting
        session.signIn.waiting = []
        session.names.forgetUnknown()
        var effects: [Effect] = []
        for request in waited where session.requests[request.key] == nil && request.scope.map(isSelected) ?? true {
            effects += request.start(in: &self, at: now)
        }
        return effects + refreshVisible(olderThan: SubjectPane.maximumAge, at: now)
    }

    /// The band that says that nobody is signed in, what can be done, and what waits; nil while somebody is.
    ///
    /// - Parameter width: what does not fit is said shorter.
    func signInBand(at now: Timestamp, width: Int) -> ListCell? {
        guard case .signedOut(let since, _) = session.signIn.state, let key = terminal.keymap.labels(of: .signIn).first
        else {
            return nil
        }
        let count = session.signIn.waiting.count
        let waits = count == 0 ? "" : count == 1 ? ", 1 request waits" : ", \(count) requests wait"
        let label = session.connection.label
        let texts: [String]
        if let since {
            let age = Age.text(of: since, at: now)
            let start = "⚠ Signed out of \(label) \(age == "now" ? "just now" : "\(age) ago").  \(key)  signs in again"
            texts = ["\(start); what you see is kept\(waits).", "\(start)\(waits)."]
        } else {
            texts = ["⚠ Not signed in to \(label).  \(key)  signs in\(waits)."]
        }
        let short = "⚠ Signed out.  \(key)  signs in" + (count == 0 ? "" : ", \(count) wait\(count == 1 ? "s" : "")")
        return ListCell(texts.lazy.map { CellText($0) }.first { $0.width <= width } ?? CellText(short), .warn)
    }
}
