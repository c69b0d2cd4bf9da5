import ITwinsAPI

/// Knows the access tokens of the authority that are good.
struct AccessTokens: Sendable {
    let signer: TokenSigner
    let store: Store
    let hosts: HostRule

    /// The user as whom a token acts.
    ///
    /// - Throws: one and the same `Unauthorized` for a text that is no such token, one of another issuer, and one that has
    ///   ended or was revoked; `Forbidden` for one whose scopes do not cover the API (contract section 17.20);
    ///   what the database throws.
    func user(_ token: String, now: Timestamp) async throws -> User {
        guard let claims = await signer.claims(of: token), isValid(claims, now),
            let user = SampleUser(id: claims.sub)?.user,
            try await store.read({ try AccessTokenRecords.isAlive(claims, $0) })
        else { throw APIError.unauthorized }
        guard [Scope](written: claims.scope).contains(.platform) else {
            throw APIError.forbidden("The access token lacks the scope \(Scope.platform.rawValue).")
        }
        return user
    }

    private func isValid(_ claims: AccessClaims, _ now: Timestamp) -> Bool {
        claims.aud == AccessClaims.audience && hosts.isOwnIssuer(claims.iss)
            && now >= Timestamp(secondsSince1970: Double(claims.nbf))
            && now < Timestamp(secondsSince1970: Double(claims.exp))
    }
}
