public import ITwinsAPI

/// The tokens that requests are signed with: fetched ahead of their end, once for all who wait, and once for all programs
/// on this machine (reliability A14 to A17).
public actor TokenSource {
    /// Where signing in stands.
    public enum State: Hashable, Sendable {
        /// Nothing is known yet: the store has not been looked into.
        case unknown
        case signedIn(subject: String?, expires: Timestamp)
        /// Nobody has signed in yet.
        case notSignedIn
        /// The authority takes the tokens no longer; what it said.
        case signedOut(reason: String, since: Timestamp)
    }

    /// A clock that is off by more than this many seconds is told.
    public static let largestSkew = 300.0
    /// How long another program is waited for that fetches tokens.
    private static let lockLimit = Duration.seconds(10)

    private let registration: Registration
    private let client: AuthorityClient
    private let store: TokenStore
    private let key: TokenKey
    private let environment: [String: String]
    private let time: SignInTime
    private let changed: @Sendable (State, _ skew: Double) -> Void

    private var entry: TokenStore.Entry?
    private var state = State.unknown
    private var flight: Task<Result<Secret, SignInError>, Never>?
    /// Until when nothing is fetched in the background, since the authority could not be reached.
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

    // MARK: Tokens for requests

    /// A token for a request. When it ends soon, new ones are fetched: in the background while there is time, else before
    /// this returns.
    ///
    /// - Throws: `SignInError`; of kind `signedOut` when a person has to sign in.
    public func token() async throws(SignInError) -> Secret {
        guard let entry = try await current() else { return try await fetched(insteadOf: nil) }
        let left = entry.tokens.secondsLeft(at: time.now())
        let ahead = entry.tokens.refreshAhead
        if left <= ahead.waiting { return try await fetched(insteadOf: entry.tokens.access) }
        if left <= ahead.background, flight == nil, time.now() >= quietUntil {
            _ = fetch(insteadOf: entry.tokens.access)
        }
        return entry.tokens.access
    }

    /// A token in the place of one that the service refused. Requests that were refused together get the same new one.
    ///
    /// - Throws: as `token()`.
    public func renewed(insteadOf refused: Secret) async throws(SignInError) -> Secret {
        if let entry = try await current(), entry.tokens.access != refused { return entry.tokens.access }
        let token = try await fetched(insteadOf: refused)
        guard token != refused else {
            throw SignInError(
                .unreachable,
                "The service refused the token, and \(registration.authority.host) cannot be reached for a new one. Try again"
            )
        }
        return token
    }

    private func current() async throws(SignInError) -> TokenStore.Entry? {
        if entry == nil, case .unknown = state, case .person = registration.grant {
            let found = try await store.entry(key)
            // Somebody may have signed in while the store was read.
            if entry == nil, case .unknown = state { adopt(found) }
        }
        return entry
    }

    private func adopt(_ found: TokenStore.Entry?) {
        entry = found
        set(found.map { .signedIn(subject: $0.tokens.subject, expires: $0.tokens.expires) } ?? .notSignedIn)
    }

    private func set(_ new: State) {
        guard state != new else { return }
        state = new
        changed(new, entry?.tokens.skew ?? 0)
    }

    private func fetched(insteadOf old: Secret?) async throws(SignInError) -> Secret {
        try await fetch(insteadOf: old).value.get()
    }

    /// One flight for all: what waits for it may be cancelled, the flight goes on, since a refresh token that was sent may be
    /// gone.
    private func fetch(insteadOf old: Secret?) -> Task<Result<Secret, SignInError>, Never> {
        if let flight { return flight }
        let task = Task {
            let result: Result<Secret, SignInError>
            do throws(SignInError) {
                result = .success(try await newToken(insteadOf: old))
            } catch {
                result = .failure(error)
            }
            flight = nil
            return result
        }
        flight = task
        return task
    }

    private func newToken(insteadOf old: Secret?) async throws(SignInError) -> Secret {
        switch registration.grant {
        case .service(let source):
            let secret = try await source.secret(environment: environment)
            let tokens = try await client.clientCredentials(secret, of: registration)
            adopt(TokenStore.Entry(tokens: tokens, storage: .memory))
            return tokens.access
        case .person:
            guard old != nil else { throw notSignedIn() }
            let lock = await store.lock(key, within: Self.lockLimit)
            defer { lock?.release() }
            return try await refreshed(insteadOf: old)
        }
    }

    /// New tokens for a person, by the newest refresh token there is.
    private func refreshed(insteadOf old: Secret?) async throws(SignInError) -> Secret {
        // Another program may have been faster; it has rotated the refresh token too.
        var newest = entry
        if entry?.storage != .memory {
            newest = try await store.entry(key)
            if let found = newest, found.tokens.access != old, found.tokens.secondsLeft(at: time.now()) > 0 {
                adopt(found)
                return found.tokens.access
            }
        }
        guard let newest else {
            entry = nil
            set(.notSignedIn)
            throw notSignedIn()
        }
        guard let refresh = newest.tokens.refresh else {
            throw try await signOut(because: "The authority gave no refresh token")
        }
        do throws(SignInError) {
            return try await keep(try await client.refresh(refresh, of: registration), like: newest)
        } catch {
            switch error.kind {
            case .refused(code: "invalid_grant"):
                // Somebody without the lock may have used it first.
                if let found = try await store.entry(key), found.tokens.refresh != refresh {
                    adopt(found)
                    return found.tokens.access
                }
                throw try await signOut(because: error.message)
            case .unreachable, .cancelled:
                // What is left of the old one may do.
                quietUntil = time.now().adding(seconds: Self.pauseAfterFailure)
                guard newest.tokens.secondsLeft(at: time.now()) > 0 else { throw error }
                return newest.tokens.access
            default: throw error
            }
        }
    }

    /// Keeps new tokens before anybody uses them: the old refresh token is gone.
    private func keep(_ tokens: Tokens, like old: TokenStore.Entry) async throws(SignInError) -> Secret {
        var tokens = tokens
        tokens.subject = tokens.subject ?? old.tokens.subject
        let new = TokenStore.Entry(tokens: tokens, storage: old.storage)
        try await store.keep(new, key)
        adopt(new)
        return tokens.access
    }

    private func notSignedIn() -> SignInError {
        SignInError(.signedOut, "Nobody is signed in to \(registration.authority.host). Sign in")
    }

    private func signOut(because reason: String) async throws(SignInError) -> SignInError {
        entry = nil
        set(.signedOut(reason: reason, since: time.now()))
        // Tokens that are worth nothing are not kept.
        try await store.remove(key)
        return SignInError(.signedOut, reason)
    }

    // MARK: Signing in and out

    /// Signs a person in with a browser.
    ///
    /// - Parameters:
    ///   - browser: opens the address; nil to leave that to the person.
    ///   - pasted: what the person pastes meanwhile: the address where the browser ended, or the code.
    ///   - tell: how it stands, for showing.
    /// - Throws: `SignInError`; the state is then what it was.
    public func signIn(
        browser: WebBrowser?,
        pasted: AsyncStream<String>,
        tell: @escaping @Sendable (SignInProgress) -> Void
    ) async throws(SignInError) {
        guard case .person(let redirects) = registration.grant else {
            _ = try await fetched(insteadOf: nil)
            return
        }
        let exchange = PersonSignIn(
            registration: registration,
            redirects: redirects,
            client: client,
            time: time,
            tell: tell
        )
        try await exchange.run(browser: browser, pasted: pasted) { tokens throws(SignInError) in
            try await self.keepNew(tokens)
        }
    }

    private func keepNew(_ tokens: Tokens) async throws(SignInError) {
        let storage = await store.storageForNew()
        let new = TokenStore.Entry(tokens: tokens, storage: storage)
        try await store.keep(new, key)
        adopt(new)
    }

    /// What signing out could not do.
    public enum Remainder: Hashable, Sendable {
        /// The authority names no place to revoke tokens.
        case notRevocable
        /// The refresh token could not be revoked and is good until it ends; why.
        case notRevoked(reason: String)
    }

    /// Revokes the refresh token where that is possible, and forgets all tokens in any case (reliability A18).
    ///
    /// - Returns: what could not be done; nil when everything was.
    /// - Throws: `SignInError` of kind `storage` when the tokens cannot be removed from where they lie, and of kind
    ///   `signedOut` when nobody was signed in.
    public func signOut() async throws(SignInError) -> Remainder? {
        let found = try await current()
        var remainder: Remainder?
        if let refresh = found?.tokens.refresh {
            do throws(SignInError) {
                if try await !client.revoke(refresh, of: registration) { remainder = .notRevocable }
            } catch {
                remainder = .notRevoked(reason: error.message)
            }
        }
        entry = nil
        set(.notSignedIn)
        try await store.remove(key)
        guard found != nil else { throw notSignedIn() }
        return remainder
    }

    /// Who is signed in where, without anything secret (reliability A21).
    public struct Status: Hashable, Sendable {
        public let subject: String?
        public let clientID: String
        public let issuer: String
        public let apiOrigin: String
        public let scopes: [String]
        public let storage: TokenStorage
        /// Where the tokens lie; nil for memory.
        public let place: String?
        public let expires: Timestamp
        /// Seconds that the authority's clock is ahead of this machine's.
        public let skew: Double
        /// Whether new tokens can be had without the person.
        public let canRefresh: Bool
    }

    /// Who is signed in; a service fetches a token to find out.
    ///
    /// - Throws: `SignInError`; of kind `signedOut` when nobody is.
    public func status() async throws(SignInError) -> Status {
        if case .service = registration.grant { _ = try await token() }
        guard let entry = try await current() else { throw notSignedIn() }
        return Status(
            subject: entry.tokens.subject,
            clientID: registration.clientID,
            issuer: registration.authority.issuer,
            apiOrigin: key.apiOrigin,
            scopes: entry.tokens.scopes,
            storage: entry.storage,
            place: store.place(of: key, entry.storage),
            expires: entry.tokens.expires,
            skew: entry.tokens.skew,
            canRefresh: entry.tokens.refresh != nil || entry.storage == .memory
        )
    }
}
