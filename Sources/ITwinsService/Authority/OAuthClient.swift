import Foundation

/// A program that may ask for tokens: one of the two that every service knows, or one that was added (contract sections
/// 13.3 and 17.20).
struct OAuthClient: Hashable, Sendable {
    /// How a client gets a token.
    enum Grant: String, CaseIterable, Sendable {
        case authorizationCode = "authorization_code"
        case clientCredentials = "client_credentials"
        case refreshToken = "refresh_token"
    }

    /// Where the answer of the sign-in page may be sent.
    enum Redirect: Hashable, Sendable {
        /// To `/signin-callback` of this machine, at any port (RFC 8252 section 7.3).
        case loopback
        /// To this URI alone.
        case exactly(String)
    }

    /// The id that it calls itself.
    let id: String
    /// What it is, for the user who signs in.
    let name: String
    /// True when it has a secret, which it must show.
    let isConfidential: Bool
    /// How it may get tokens.
    let grants: Set<Grant>
    /// What it may ask for.
    let scopes: [Scope]
    /// Where codes may be sent.
    let redirect: Redirect

    /// A program on a user's machine, which cannot keep a secret.
    static let native = OAuthClient(
        id: "twinscope-native",
        name: "An app on this machine",
        isConfidential: false,
        grants: [.authorizationCode, .refreshToken],
        scopes: Scope.allCases,
        redirect: .loopback
    )

    /// A program without a user, which acts as the sample user `service`. Identity scopes are refused to it (reliability
    /// A24), and so is staying signed in, for which it has its secret. It has a redirect URI so that it learns by the
    /// redirect that it may not ask for codes.
    static let service = OAuthClient(
        id: "twinscope-service",
        name: "A service without a user",
        isConfidential: true,
        grants: [.clientCredentials],
        scopes: [.platform],
        redirect: .loopback
    )

    /// A program that was added when the service was started; it has no secret.
    init(_ added: AddedClient) {
        self.init(
            id: added.id,
            name: "An app added with --client",
            isConfidential: false,
            grants: Self.native.grants,
            scopes: Self.native.scopes,
            redirect: .exactly(added.redirectURI)
        )
    }

    private init(
        id: String,
        name: String,
        isConfidential: Bool,
        grants: Set<Grant>,
        scopes: [Scope],
        redirect: Redirect
    ) {
        self.id = id
        self.name = name
        self.isConfidential = isConfidential
        self.grants = grants
        self.scopes = scopes
        self.redirect = redirect
    }

    /// Whether the answer of the sign-in page may be sent to a URI.
    func mayRedirect(to uri: String) -> Bool {
        switch redirect {
        case .exactly(let own): return uri == own
        case .loopback:
            let form = #/http://(?:localhost|127\.0\.0\.1):([1-9][0-9]{0,4})/signin-callback/#
            guard let match = uri.wholeMatch(of: form) else { return false }
            return Int(match.1).map { $0 <= 65_535 } ?? false
        }
    }
}

/// The clients of a service, by their ids.
struct OAuthClients: Sendable {
    private let clients: [OAuthClient]

    /// - Parameter added: those besides the two that every service knows.
    init(_ added: [AddedClient]) {
        clients = [.native, .service] + added.map(OAuthClient.init)
    }

    /// The client of an id; nil when there is none.
    func find(_ id: String) -> OAuthClient? { clients.first { $0.id == id } }
}
