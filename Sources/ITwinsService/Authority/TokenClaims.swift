import JWTKit

/// What an access token says (RFC 9068 section 2.2). Times are seconds since 1970.
struct AccessClaims: JWTPayload, Hashable {
    /// The origin of the service that made it.
    let iss: String
    /// The id of the user as whom it acts.
    let sub: String
    /// What it is for.
    let aud: String
    /// The client that has it.
    let clientID: String
    /// What it may be used for.
    let scope: String
    let iat: Int
    let nbf: Int
    let exp: Int
    /// Its own id, by which it can be revoked.
    let jti: String
    /// The sign-in that it belongs to, with which it ends; nil for a client's own.
    let sid: String?

    /// The one thing that access tokens are for.
    static let audience = "itwin-platform"

    private enum CodingKeys: String, CodingKey {
        case iss, sub, aud, scope, iat, nbf, exp, jti, sid
        case clientID = "client_id"
    }

    /// The claims are checked where a token is used, with the time and the names of the service.
    func verify(using algorithm: some JWTAlgorithm) {}
}

/// What a token about a user says, for the client that asked for it (OpenID Connect Core section 2).
struct IdentityClaims: JWTPayload {
    let iss: String
    let sub: String
    /// The id of the client.
    let aud: String
    let iat: Int
    let exp: Int
    /// What the client sent along to know the token by.
    let nonce: String?
    let name: String?
    let preferredUsername: String?
    let email: String?

    private enum CodingKeys: String, CodingKey {
        case iss, sub, aud, iat, exp, nonce, name, email
        case preferredUsername = "preferred_username"
    }

    /// Nothing here reads such a token.
    func verify(using algorithm: some JWTAlgorithm) {}
}
