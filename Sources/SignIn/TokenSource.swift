public import ITwinsAPI
import Logging
import Synchronization

/// The tokens that requests are signed with: fetched ahead of their end, once for all who wait, and once for all programs
/// on this machine (reliability A14 to A17).
public actor TokenSource {
    /// Where signing in stands.
    public enum State: Hashable, Sendable {
        /// Nothing is known yet: the store has not been looked into.
        case unknown
        /// Somebody is. `user` is another number as soon as it is, or may be, another user, whatever they are called;
        /// `expires` is nil where the token does not say when it ends.
        case signedIn(subject: String?, user: UInt64, expires: Timestamp?)
        /// Nobody has signed in yet.
        case notSignedIn
        /// The authority takes the tokens no longer; what it said.
        case signedOut(reason: String, since: Timestamp)
    }

    /// A clock that is off by more than this many seconds is told.
    public static let largestSkew = 300.0

    let registration: Registration
    let client: AuthorityClient
    let store: TokenStore
    let key: TokenKey
    let time: SignInTime
    private let environment: [String: String]
    private let changed: @Sendable (State, _ skew: Double) -> Void

    private(set) var entry: TokenStore.Entry?
    /// Whether the tokens could not be kept; then what the store has is older.
    private(set) var isUnkept = false
    /// What the store has, as far as is known here.
    private var stored: Tokens?
    /// Who was signed in last, also when the tokens are gone.
    private let lastUser = Mutex<KnownUser?>(nil)
    /// Whether a user signs in just now.
    var isSigningIn = false
    private var state = State.unknown
    private var flight: Task<Result<Tokens, SignInError>, Never>?
    private var reading: Task<Result<TokenStore.Entry?, SignInError>, Never>?
    /// The root of the tokens that are worth nothing any more.
    private var refused: Secret?
    /// Until when nothing is fetched while the old token does, since fetching failed.
    private var quietUntil = Timestamp(ticks: 0)
    private static let pauseAfterFailure = 15.0

    /// Makes a source; nothing is asked before the first request.
    ///
    /// - Parameters:
    ///   - apiOrigin: scheme, host and port of the API; tokens of another one are never used.
    ///   - environment: of this program, where the secret of a service may be.
    ///   - changed: is told each new state, and by how many seconds the authority's clock is ahead of this machine's.
    public init(
        _ registration: Registration,
        client: AuthorityClient,
        store: TokenStore,
        apiOrigin: String,
        environment: [String: String],
        time: SignInTime = .system,
        changed: @escaping @Sendable (State, _ skew: Double) -> Void = { _, _ in }
    ) {
        self.registration = registration
        self.client = client
        self.store = store
        self.environment = environment
        self.time = time
        self.changed = changed
        key = TokenKey(registration, apiOrigin: apiOrigin)
    }

    var isService: Bool {
        if case .service = registration.grant { true } else { false }
    }

    // MARK: Tokens for requests

    /// A token for a request. When it ends soon, new ones are fetched: in the background while there is time, else before
    /// this returns; when that fails, what is left of the old one has to do.
    ///
    /// - Throws: `SignInError`; of kind `signedOut` when a user has to sign in.
    public func token() async throws(SignInError) -> Secret { try await tokens().access }

    /// A token in the place of one that the service refused. Requests that were refused together get the same new one.
    ///
    /// - Throws: as `token()`.
    public func renewed(insteadOf refused: Secret) async throws(SignInError) -> Secret {
        try await tokens(insteadOf: refused).access
    }

    /// What gives the tokens of one request that is made now: they are all of who is signed in now.
    ///
    /// - Parameter user: whom the request was made for, as the last state that was looked at told; nil when none was.
    public nonisolated func tokensForRequest(of user: UInt64? = nil) -> RequestTokens {
        RequestTokens(of: lastUser.withLock(\.self), expecting: user) { refused throws(SignInError) in
            let tokens =
                if let refused { try await self.tokens(insteadOf: refused) } else { try await self.tokens() }
            return (tokens.access, tokens.owner)
        }
    }

    func tokens() async throws(SignInError) -> Tokens {
        guard let tokens = try await current()?.tokens else { return try await landed(fetch(insteadOf: nil)) }
        let now = time.now()
        let left = tokens.secondsLeft(at: now)
        // What cannot be replaced is used to its end.
        guard left <= 0 || tokens.refresh != nil || isService else { return tokens }
        guard left <= tokens.refreshAhead.background, left <= 0 || now >= quietUntil else { return tokens }
        let flight = fetch(insteadOf: tokens.access)
        guard left <= tokens.refreshAhead.waiting else { return tokens }
        do throws(SignInError) {
            return try await landed(flight)
        } catch {
            guard error.kind != .signedOut, error.kind != .cancelled, let tokens = entry?.tokens,
                tokens.secondsLeft(at: time.now()) > 0
            else { throw error }
            return tokens
        }
    }

    func tokens(insteadOf refused: Secret) async throws(SignInError) -> Tokens {
        if let entry = try await current(), entry.tokens.access != refused { return entry.tokens }
        return try await landed(fetch(insteadOf: refused))
    }

    /// What a flight brings, for who is not cancelled before.
    private func landed<Value: Sendable>(_ flight: Task<Result<Value, SignInError>, Never>) async throws(SignInError)
        -> Value
    {
        guard let result = await flight.valueUnlessCancelled() else {
            throw SignInError(.cancelled, "Waiting for a token was cancelled")
        }
        return try result.get()
    }

    /// The tokens that are known, in this program or in the store; nil when there are none.
    func current() async throws(SignInError) -> TokenStore.Entry? {
        if let entry { return entry }
        guard !isService else { return nil }
        let found = try await fromStore()
        // Somebody may have signed in while the store was read.
        if let entry { return entry }
        if let found {
            adopt(found)
        } else if state == .unknown {
            set(.notSignedIn)
        }
        return found
    }

    /// What the store has, read once for all who wait. Another program may have signed in.
    private func fromStore() async throws(SignInError) -> TokenStore.Entry? {
        let task =
            reading
            ?? Task {
                let result: Result<TokenStore.Entry?, SignInError>
                do throws(SignInError) {
                    result = .success(try await store.entry(key))
                } catch {
                    result = .failure(error)
                }
                reading = nil
                return result
            }
        reading = task
        return usable(try await landed(task))
    }

    /// What was found in the store, unless it is worth nothing any more.
    private func usable(_ found: TokenStore.Entry?) -> TokenStore.Entry? {
        found.flatMap { $0.tokens.root == refused ? nil : $0 }
    }

    // MARK: What is known

    /// Goes on with other tokens.
    ///
    /// - Parameter isKept: whether the store has them.
    func adopt(_ new: TokenStore.Entry, isKept: Bool = true) {
        let user = lastUser.withLock { last in
            let user = KnownUser(new.tokens.owner, after: last)
            last = user
            return user.number
        }
        entry = new
        isUnkept = !isKept
        if isKept { stored = new.tokens }
        quietUntil = Timestamp(ticks: 0)
        set(.signedIn(subject: new.tokens.subject, user: user, expires: new.tokens.expires))
    }

    /// Goes on without tokens.
    ///
    /// - Parameter tokens: those that are not used again, should the store still have them; nil when none are known.
    func forget(_ new: State, andNeverUse tokens: Tokens? = nil) {
        if let tokens { refused = tokens.root }
        entry = nil
        isUnkept = false
        set(new)
    }

    private func set(_ new: State) {
        guard state != new else { return }
        state = new
        changed(new, entry?.tokens.skew ?? 0)
    }

    /// That a user has to sign in, and why.
    func notSignedIn() -> SignInError {
        if case .signedOut(let reason, _) = state { return SignInError(.signedOut, reason) }
        return SignInError(.signedOut, "You aren't signed in to \(registration.authority.host). Sign in")
    }

    // MARK: New tokens

    /// Waits until nobody fetches tokens.
    public func waitForFlight() async {
        _ = await flight?.value
    }

    /// One flight for all: what waits for it may be cancelled, the flight goes on, since a refresh token that was sent may be
    /// gone.
    private func fetch(insteadOf old: Secret?) -> Task<Result<Tokens, SignInError>, Never> {
        if let flight { return flight }
        let task = Task {
            let result: Result<Tokens, SignInError>
            do throws(SignInError) {
                result = .success(try await newTokens(insteadOf: old))
            } catch {
                quietUntil = time.now().adding(seconds: Self.pauseAfterFailure)
                client.logger.warning("token renewal failed", metadata: ["why": "\(error.message)"])
                result = .failure(error)
            }
            flight = nil
            return result
        }
        flight = task
        return task
    }

    private func newTokens(insteadOf old: Secret?) async throws(SignInError) -> Tokens {
        switch registration.grant {
        case .service(let source):
            let secret = try await source.secret(environment: environment)
            var tokens = try await client.clientCredentials(secret, insteadOf: entry?.tokens.access, of: registration)
            // A service is always itself.
            tokens.session = "service"
            adopt(TokenStore.Entry(tokens: tokens, storage: .memory))
            return tokens
        case .user:
            guard old != nil else { throw notSignedIn() }
            let lock = try await store.lock(key)
            defer { lock.release() }
            return try await refreshed(insteadOf: old, isLocked: lock.isTaken)
        }
    }

    /// New tokens for a user, by the newest refresh token there is.
    private func refreshed(insteadOf old: Secret?, isLocked: Bool) async throws(SignInError) -> Tokens {
        guard let newest = usable(try await newest()) else {
            // Why nobody is signed in any more may be known already.
            if entry != nil { forget(.notSignedIn) }
            throw notSignedIn()
        }
        // Another program may have been faster; it has rotated the refresh token too.
        if newest.tokens.access != old, newest.tokens.secondsLeft(at: time.now()) > 0 {
            adopt(newest)
            return newest.tokens
        }
        guard isLocked else {
            throw SignInError(.unreachable, "Another Twinscope is renewing the tokens. Try again")
        }
        guard let refresh = newest.tokens.refresh else {
            let what = newest.tokens.secondsLeft(at: time.now()) > 0 ? "was rejected" : "has expired"
            throw await signedOut(
                "The access token \(what), and \(registration.authority.host) issued no refresh token. Sign in again",
                newest.tokens
            )
        }
        do throws(SignInError) {
            let tokens = try await client.refresh(refresh, insteadOf: newest.tokens.access, of: registration)
            return try await keep(tokens, like: newest)
        } catch {
            guard error.kind == .refused(code: "invalid_grant") else { throw error }
            // Somebody without the lock may have used it first.
            if let found = usable(try await self.newest()), found.tokens.refresh != refresh {
                adopt(found)
                return found.tokens
            }
            throw await signedOut(error.message, newest.tokens)
        }
    }

    /// The newest tokens: those of the store, unless they are kept here alone. Signing out has to do with those that are not
    /// used again too.
    func newest() async throws(SignInError) -> TokenStore.Entry? {
        if let entry, isUnkept || entry.storage == .memory { return entry }
        return try await store.entry(key)
    }

    /// Keeps new tokens before anybody uses them: the old refresh token is gone.
    private func keep(_ tokens: Tokens, like old: TokenStore.Entry) async throws(SignInError) -> Tokens {
        var tokens = tokens
        // Who signed in is the same whatever an answer calls him.
        tokens.subject = old.tokens.subject ?? tokens.subject
        tokens.userID = old.tokens.userID ?? tokens.userID
        tokens.session = old.tokens.session
        let new = TokenStore.Entry(tokens: tokens, storage: old.storage)
        let replacement: TokenStore.Replacement
        do throws(SignInError) {
            replacement = try await store.replace([old.tokens] + (stored.map { [$0] } ?? []), with: new, key)
        } catch {
            // They are told of, and not lost: the next request goes on with them, and the next save replaces what is stored.
            if !isUnkept { stored = old.tokens }
            adopt(new, isKept: false)
            throw error
        }
        switch replacement {
        case .kept:
            adopt(new)
            return tokens
        case .others(let found):
            adopt(found)
            return found.tokens
        case .gone:
            // Who signed out did not know of these.
            _ = try? await client.revoke(tokens, of: registration)
            forget(.notSignedIn)
            throw notSignedIn()
        }
    }

    private func signedOut(_ reason: String, _ tokens: Tokens) async -> SignInError {
        forget(.signedOut(reason: reason, since: time.now()), andNeverUse: tokens)
        // Tokens that are worth nothing are not kept; what cannot be removed is not used again either.
        try? await store.remove(key, only: tokens)
        return SignInError(.signedOut, reason)
    }
}
