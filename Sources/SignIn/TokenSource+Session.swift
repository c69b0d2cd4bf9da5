import Foundation
public import ITwinsAPI

extension TokenSource {
    /// Signs a user in with a browser. A service has its tokens fetched.
    ///
    /// - Parameters:
    ///   - browser: opens the address; nil to leave that to the user.
    ///   - pasted: what the user pastes meanwhile: the address where the browser ended, or the code.
    ///   - tell: how it stands, for showing.
    /// - Throws: `SignInError`; the state is then what it was.
    public func signIn(
        browser: WebBrowser?,
        pasted: AsyncStream<String>,
        tell: @escaping @Sendable (SignInProgress) -> Void
    ) async throws(SignInError) {
        guard case .user(let redirects) = registration.grant else {
            _ = try await token()
            return
        }
        guard !isSigningIn else {
            throw SignInError(.configuration, "Sign-in is already in progress. Finish or cancel it first")
        }
        isSigningIn = true
        defer { isSigningIn = false }
        let exchange = UserSignIn(
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
        // Who fetches new tokens for those before is waited for, so that it need not be told that others are there now.
        let lock = try await store.lock(key)
        defer { lock.release() }
        var tokens = tokens
        tokens.session = UUID().uuidString
        adopt(try await store.keepNew(tokens, key))
    }

    /// What signing out could not do.
    public enum Remainder: Hashable, Sendable {
        /// Nobody was signed in.
        case nobody
        /// The authority names no place to revoke tokens.
        case notRevocable
        /// The refresh token, or the access token where there is no other, could not be revoked and is good until it ends; why.
        case notRevoked(reason: String)
    }

    /// Revokes the tokens where that is possible, and forgets all tokens in any case (reliability A18).
    ///
    /// - Returns: what could not be done; nil when everything was.
    /// - Throws: `SignInError` of kind `storage` when the tokens cannot be removed from where they lie; it can be tried again
    ///   then.
    @discardableResult
    public func signOut() async throws(SignInError) -> Remainder? {
        guard !isService else {
            forget(.notSignedIn)
            return nil
        }
        // Whoever fetches new tokens, here or elsewhere, is waited for, so that these are revoked; who takes longer finds
        // nothing to put them in the place of.
        await waitForFlight()
        let lock = try? await store.lock(key)
        defer { lock?.release() }
        var remainder: Remainder?
        var known = entry?.tokens
        do throws(SignInError) {
            if let tokens = try await newest()?.tokens {
                known = tokens
                if try await !client.revoke(tokens, of: registration) { remainder = .notRevocable }
            } else if entry == nil {
                remainder = .nobody
            }
        } catch {
            remainder = .notRevoked(reason: error.message)
        }
        // Before they are removed, and for good: requests that are made meanwhile would find them in the store.
        forget(.notSignedIn, andNeverUse: known)
        try await store.remove(key)
        return remainder
    }

    /// Who is signed in where, without anything secret (reliability A21).
    public struct Status: Hashable, Sendable {
        /// The user or service as its token names it; nil when it does not.
        public let subject: String?
        /// The application.
        public let clientID: String
        /// The authority.
        public let issuer: String
        /// Scheme, host and port of the API that the tokens are for.
        public let apiOrigin: String
        /// What they are good for.
        public let scopes: [String]
        /// What they are kept in.
        public let storage: TokenStorage
        /// Where the tokens lie; nil for memory.
        public let place: String?
        /// When the access token ends, by the authority's clock.
        public let expires: Timestamp
        /// Seconds that the authority's clock is ahead of this machine's.
        public let skew: Double
        /// Whether new tokens can be had without the user.
        public let canRefresh: Bool
    }

    /// Who is signed in; a service fetches a token to find out.
    ///
    /// - Throws: `SignInError`; of kind `signedOut` when nobody is.
    public func status() async throws(SignInError) -> Status {
        if isService { _ = try await token() }
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
            canRefresh: isService || entry.tokens.refresh != nil
        )
    }
}
