import GRDB
import ITwinsAPI

/// Gives tokens for codes, refresh tokens and the secret of a client (RFC 6749 sections 4.1.3, 4.4 and 6).
struct TokenEndpoint: Sendable {
    let store: Store
    let issuer: TokenIssuer

    /// Seconds after which a refresh token ends that was not used: 30 days.
    static let refreshSeconds = 30.0 * 86_400

    /// Answers a request of a client.
    ///
    /// - Parameter origin: the origin by which the service was asked, which is the issuer of the tokens.
    /// - Throws: `OAuthError` for what is refused.
    func answer(_ parameters: OAuthParameters, from client: OAuthClient, origin: String, now: Timestamp) async throws
        -> Reply
    {
        try parameters.checkUnique()
        let name = try parameters.required("grant_type")
        guard let grant = OAuthClient.Grant(rawValue: name) else {
            let known = OAuthClient.Grant.allCases.map(\.rawValue).joined(separator: ", ")
            throw OAuthError(.unsupportedGrantType, "The grant_type '\(name)' is not one of \(known).")
        }
        guard client.grants.contains(grant) else {
            throw OAuthError(.unauthorizedClient, "\(client.id) may not use the grant_type \(name).")
        }
        let order =
            switch grant {
            case .authorizationCode: try await order(ofCode: parameters, client, now)
            case .refreshToken: try await order(ofRefreshToken: parameters, client, now)
            case .clientCredentials:
                TokenIssuer.Order(
                    client: client,
                    userID: SampleUser.service.user.id,
                    scopes: try Scope.list(parameters["scope"], of: client.scopes)
                )
            }
        return try await issuer.answer(order, issuer: origin, now: now)
    }

    private func order(ofCode parameters: OAuthParameters, _ client: OAuthClient, _ now: Timestamp) async throws
        -> TokenIssuer.Order
    {
        let code = try parameters.required("code")
        let redirectURI = try parameters.required("redirect_uri")
        let verifier = try parameters.required("code_verifier")
        let refreshToken = Base64URL.random()
        let end = issuer.end(from: now)
        // What a refusal changes has to stay: it is a value here, no error.
        let outcome = try await store.write { db -> Result<SignInRecord, OAuthError> in
            guard let signIn = try SignInRecord.find(code: code, db), signIn.clientID == client.id else {
                return .failure(OAuthError(.invalidGrant, "The code is unknown. Sign in again."))
            }
            guard !signIn.isCodeUsed else {
                try signIn.delete(db)
                let message = "The code was already used: its tokens are revoked. Sign in again."
                return .failure(OAuthError(.invalidGrant, message))
            }
            // Even without the proof: who shows the code and cannot prove that it is his may have stolen it.
            try signIn.useCode(db)
            guard now < signIn.codeEnd else {
                let message = "The code is older than \(Int(AuthorizeEndpoint.codeSeconds)) seconds. Sign in again."
                return .failure(OAuthError(.invalidGrant, message))
            }
            guard signIn.redirectURI == redirectURI else {
                return .failure(OAuthError(.invalidGrant, "The redirect_uri is not the one that the code was sent to."))
            }
            guard PKCE.isChallenge(signIn.codeChallenge, of: verifier) else {
                let message = "The code_verifier does not match the code_challenge. Sign in again."
                return .failure(OAuthError(.invalidGrant, message))
            }
            if signIn.scopes.contains(.offlineAccess) { try Self.add(refreshToken, to: signIn, now, db) }
            try signIn.keep(until: Timestamp(secondsSince1970: Double(end)), db)
            return .success(signIn)
        }
        let signIn = try outcome.get()
        return TokenIssuer.Order(
            client: client,
            userID: signIn.userID,
            scopes: signIn.scopes,
            signInID: signIn.id,
            refreshToken: signIn.scopes.contains(.offlineAccess) ? refreshToken : nil,
            identity: signIn.scopes.contains(.openID) ? .told(nonce: signIn.nonce) : .none
        )
    }

    /// Every refresh token is good once. One that comes a second time was stolen from somebody, no matter by whom: the
    /// sign-in ends (RFC 9700 section 4.14.2).
    private func order(ofRefreshToken parameters: OAuthParameters, _ client: OAuthClient, _ now: Timestamp) async throws
        -> TokenIssuer.Order
    {
        let token = try parameters.required("refresh_token")
        let scope = parameters["scope"]
        let next = Base64URL.random()
        let end = issuer.end(from: now)
        let outcome = try await store.write { db -> Result<(SignInRecord, [Scope]), OAuthError> in
            guard let (signIn, state) = try SignInRecord.find(refreshToken: token, now: now, db),
                signIn.clientID == client.id
            else { return .failure(OAuthError(.invalidGrant, "The refresh token is unknown. Sign in again.")) }
            switch state {
            case .good: break
            case .used:
                try signIn.delete(db)
                let message = "The refresh token was already used: the sign-in has ended. Sign in again."
                return .failure(OAuthError(.invalidGrant, message))
            case .ended:
                return .failure(OAuthError(.invalidGrant, "The refresh token has expired. Sign in again."))
            }
            var scopes = signIn.scopes
            do throws(OAuthError) {
                if scope != nil { scopes = try Scope.list(scope, of: signIn.scopes) }
            } catch {
                return .failure(error)
            }
            try SignInRecord.use(refreshToken: token, db)
            try Self.add(next, to: signIn, now, db)
            try signIn.keep(until: Timestamp(secondsSince1970: Double(end)), db)
            return .success((signIn, scopes))
        }
        let (signIn, scopes) = try outcome.get()
        return TokenIssuer.Order(
            client: client,
            userID: signIn.userID,
            scopes: scopes,
            signInID: signIn.id,
            refreshToken: next
        )
    }

    private static func add(_ refreshToken: String, to signIn: SignInRecord, _ now: Timestamp, _ db: Database) throws {
        try signIn.add(refreshToken: refreshToken, ending: now.adding(seconds: refreshSeconds), db)
    }
}
