/// A program that may ask for tokens. There are two, and none can be added (contract section 13.3).
struct OAuthClient: Hashable, Sendable {
    /// How a client gets a token.
    enum Grant: String, CaseIterable, Sendable {
        case authorizationCode = "authorization_code"
        case clientCredentials = "client_credentials"
        case refreshToken = "refresh_token"
    }

    /// The id that it calls itself.
    let id: String
    /// What it is, for the person who signs in.
    let name: String
    /// True when it has a secret, which it must show.
    let isConfidential: Bool
    /// How it may get tokens.
    let grants: Set<Grant>
    /// What it may ask for.
    let scopes: [Scope]

    /// A program on a person's machine, which cannot keep a secret.
    static let native = OAuthClient(
        id: "twinscope-native",
        name: "A program on this machine",
        isConfidential: false,
        grants: [.authorizationCode, .refreshToken],
        scopes: Scope.allCases
    )

    /// A program without a person, which acts as the sample user `service`. Identity scopes are refused to it (reliability
    /// A24), and so is staying signed in, for which it has its secret.
    static let service = OAuthClient(
        id: "twinscope-service",
        name: "A program without a person",
        isConfidential: true,
        grants: [.clientCredentials],
        scopes: [.platform]
    )

    /// The client of an id; nil when there is none.
    static func find(_ id: String) -> OAuthClient? {
        [native, service].first { $0.id == id }
    }

    /// Where the answer of the sign-in page may be sent: to `/signin-callback` of this machine, at any port (RFC 8252
    /// section 7.3). It holds for both clients, so that the service client too learns by the redirect that it may not ask
    /// there.
    static func mayRedirect(to uri: String) -> Bool {
        guard let match = uri.wholeMatch(of: #/http://(?:localhost|127\.0\.0\.1):([1-9][0-9]{0,4})/signin-callback/#)
        else { return false }
        return Int(match.1).map { $0 <= 65_535 } ?? false
    }
}
