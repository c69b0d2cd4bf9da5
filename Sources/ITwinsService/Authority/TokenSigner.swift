import Crypto
import Foundation
import ITwinsAPI
import JWTKit

/// Signs tokens with the key of the database, and knows its own again.
struct TokenSigner: Sendable {
    /// The algorithm of every token; a token that names another one is not this service's, whatever its signature.
    static let algorithm = "ES256"

    private static let accessTokenType = "at+jwt"

    private let key: P256.Signing.PrivateKey
    private let keyID: String
    private let keys = JWTKeyCollection()
    /// A token of the right form with a wrong signature.
    private let decoy: String

    init(_ key: P256.Signing.PrivateKey) async throws {
        self.key = key
        keyID = String(Hexadecimal.text(of: SHA256.hash(data: key.publicKey.rawRepresentation)).prefix(16))
        await keys.add(ecdsa: try ES256PrivateKey(backing: key), kid: JWKIdentifier(string: keyID))
        let foreign = await JWTKeyCollection().add(ecdsa: ES256PrivateKey())
        decoy = try await foreign.sign(
            AccessClaims(
                iss: "http://127.0.0.1:49152",
                sub: "00000000-0000-0000-0000-000000000000",
                aud: AccessClaims.audience,
                clientID: OAuthClient.native.id,
                scope: Scope.platform.rawValue,
                iat: 0,
                nbf: 0,
                exp: 0,
                jti: "00000000-0000-0000-0000-000000000000",
                sid: nil
            ),
            header: ["typ": .string(Self.accessTokenType), "kid": .string(keyID)]
        )
    }

    /// An access token.
    func token(_ claims: AccessClaims) async throws -> String {
        try await keys.sign(
            claims,
            kid: JWKIdentifier(string: keyID),
            header: ["typ": .string(Self.accessTokenType)]
        )
    }

    /// A token about a user.
    func token(_ claims: IdentityClaims) async throws -> String {
        try await keys.sign(claims, kid: JWKIdentifier(string: keyID))
    }

    /// What an access token says that was signed with this key; nil for everything else.
    ///
    /// Whatever the text is, one form, one signature and one set of claims are looked at: how long a refusal takes tells
    /// nothing (reliability row 67).
    func claims(of token: String) async -> AccessClaims? {
        let hasForm = hasForm(token)
        if !hasForm { _ = self.hasForm(decoy) }
        let candidate = hasForm ? token : decoy
        guard let claims = try? await keys.verify(candidate, as: AccessClaims.self), hasForm else {
            _ = try? await keys.unverified(candidate, as: AccessClaims.self)
            return nil
        }
        return claims
    }

    /// True for three parts in the one way to write them, of which the first names this key and nothing but it.
    private func hasForm(_ token: String) -> Bool {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(Base64URL.bytes)
        guard parts.count == 3, let header = parts[0], parts[1] != nil, parts[2] != nil,
            let members = try? JSON.parse(header, limits: JSON.ParsingLimits(depth: 2, rejectsDuplicateNames: true))
        else { return false }
        let sorted = members.object?.members.sorted { $0.name < $1.name }
        return sorted == [
            .init(name: "alg", value: .string(Self.algorithm)), .init(name: "kid", value: .string(keyID)),
            .init(name: "typ", value: .string(Self.accessTokenType)),
        ]
    }

    /// The public key, for those who check tokens themselves (RFC 7517 and RFC 7518 section 6.2).
    var publicKeys: JSON {
        let point = key.publicKey.rawRepresentation
        return [
            "keys": [
                [
                    "kty": "EC", "crv": "P-256", "x": .string(Base64URL.text(of: point.prefix(32))),
                    "y": .string(Base64URL.text(of: point.suffix(32))), "kid": .string(keyID), "use": "sig",
                    "alg": .string(Self.algorithm),
                ]
            ]
        ]
    }
}
