import Browser
import SignIn
import Synchronization

/// Tells the browser how signing in to a profile stands, and tells it anew when one comes back to the profile.
final class SignInReport: Sendable {
    private let profile: String
    private let queue: EventQueue
    /// The state that was told last; each is posted under the lock, so that none is told after a newer one.
    private let last = Mutex<SignInState?>(nil)

    init(profile: String, _ queue: EventQueue) {
        self.profile = profile
        self.queue = queue
    }

    /// Takes over a new state of the tokens, and by how many seconds the authority's clock is ahead.
    @Sendable func changed(_ state: TokenSource.State, skew: Double) {
        let state = SignInState(state)
        last.withLock { last in
            last = state
            post(state)
        }
        if abs(skew) >= TokenSource.largestSkew { queue.post(.clockSkew(seconds: skew, profile: profile)) }
    }

    /// Tells what was told last.
    func repeatLast() {
        last.withLock { if let state = $0 { post(state) } }
    }

    private func post(_ state: SignInState) { queue.post(.signIn(state, profile: profile)) }

    /// Tells what happens while a user signs in.
    func post(_ event: SignInEvent) { queue.post(.signingIn(event, profile: profile)) }
}

extension SignInState {
    /// How signing in stands, in the browser's terms.
    fileprivate init(_ state: TokenSource.State) {
        switch state {
        case .unknown: self = .unknown
        case .signedIn(let subject, let user, let expires):
            self = .signedIn(who: subject, user: user, until: expires)
        case .notSignedIn: self = .signedOut(since: nil, reason: "")
        case .signedOut(let reason, let since): self = .signedOut(since: since, reason: reason)
        }
    }
}
