import ITwinsAPI

/// Ends tokens before their time (RFC 7009): an access token alone, a refresh token with the sign-in that it belongs to.
struct RevocationEndpoint: Sendable {
    let store: Store
    let signer: TokenSigner

    /// Answers a request of a client. A token that is none is as good as ended.
    ///
    /// - Throws: `OAuthError` when no token is named, or that of another client.
    func answer(_ parameters: OAuthParameters, from client: OAuthClient, now: Timestamp) async throws -> Reply {
        try parameters.checkUnique()
        let token = try parameters.required("token")
        let isOwn: Bool
        if let claims = await signer.claims(of: token) {
            isOwn = claims.clientID == client.id
            if isOwn { try await store.write { try AccessTokenRecords.revoke(claims, $0) } }
        } else {
            isOwn = try await store.write { db in
                guard let (signIn, _) = try SignInRecord.find(refreshToken: token, now: now, db) else { return true }
                guard signIn.clientID == client.id else { return false }
                try signIn.delete(db)
                return true
            }
        }
        guard isOwn else { throw OAuthError(.unauthorizedClient, "The token is one of another client.") }
        return Reply(status: 200, body: [])
    }
}
