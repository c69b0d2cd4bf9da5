import Foundation
import ITwinsAPI

/// Makes tokens and the answers that carry them (RFC 6749 section 5.1).
struct TokenIssuer: Sendable {
    let signer: TokenSigner
    /// Seconds that an access token is good for.
    let seconds: Int

    /// What tokens are made for.
    struct Order: Sendable {
        let client: OAuthClient
        /// The id of the user as whom the client acts.
        let userID: String
        let scopes: [Scope]
        /// The sign-in that the tokens belong to; nil for a client's own.
        var signInID: String?
        /// Another refresh token; nil for none.
        var refreshToken: String?
        /// Whether a token about the user belongs to the answer, and what the client wants to find in it.
        var identity: Identity = .none

        enum Identity: Sendable {
            case none
            case told(nonce: String?)
        }
    }

    /// The second at which an access token ends that is made now: never before the seconds that its answer promises are
    /// over.
    func end(from now: Timestamp) -> Int {
        Int(now.secondsSince1970.rounded(.up)) + seconds
    }

    /// The answer to a request that was granted.
    func answer(_ order: Order, issuer: String, now: Timestamp) async throws -> Reply {
        let issued = Int(now.secondsSince1970.rounded(.down))
        let token = try await signer.token(
            AccessClaims(
                iss: issuer,
                sub: order.userID,
                aud: AccessClaims.audience,
                clientID: order.client.id,
                scope: order.scopes.text,
                iat: issued,
                nbf: issued,
                exp: end(from: now),
                jti: UUID().uuidString.lowercased(),
                sid: order.signInID
            )
        )
        var body: JSON.Object = [
            "access_token": .string(token), "expires_in": .int(seconds), "token_type": "Bearer",
            "scope": .string(order.scopes.text),
        ]
        if let refreshToken = order.refreshToken { body["refresh_token"] = .string(refreshToken) }
        if case .told(let nonce) = order.identity {
            let claims = identityClaims(order, nonce: nonce, issuer: issuer, issued: issued, now: now)
            body["id_token"] = .string(try await signer.token(claims))
        }
        return .oauth(.object(body))
    }

    private func identityClaims(
        _ order: Order,
        nonce: String?,
        issuer: String,
        issued: Int,
        now: Timestamp
    ) -> IdentityClaims {
        let user = SampleUser(id: order.userID)
        let hasProfile = order.scopes.contains(.profile)
        return IdentityClaims(
            iss: issuer,
            sub: order.userID,
            aud: order.client.id,
            iat: issued,
            exp: end(from: now),
            nonce: nonce,
            name: hasProfile ? user?.displayName : nil,
            preferredUsername: hasProfile ? user?.rawValue : nil,
            email: order.scopes.contains(.email) ? user.map { "\($0.rawValue)@example.org" } : nil
        )
    }
}
