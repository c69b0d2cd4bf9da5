import ITwinsAPI

/// How this program is known to an authority (contract section 13.3).
public struct Registration: Sendable {
    /// The authority where it is registered.
    public let authority: Authority
    /// The client id.
    public let clientID: String
    /// What is asked for.
    public let scopes: [String]
    /// For whom tokens are asked.
    public let grant: Grant

    /// For whom tokens are asked.
    public enum Grant: Sendable {
        /// A user who signs in with a browser: authorization code with PKCE. One of the URIs, the first whose port is
        /// free, is where the browser comes back.
        case user(redirects: [RedirectURI])
        /// The program itself, by a secret.
        case service(secret: SecretSource)
    }

    /// The scope of all of the platform's APIs (contract section 13.2).
    public static let platformScope = "itwin-platform"
    /// Scopes that are about a user; the official service client refuses them for services (reliability A24).
    private static let personalScopes: Set = ["openid", "email", "profile", "organization", "offline_access"]

    /// Makes a registration.
    ///
    /// - Parameters:
    ///   - clientID: visible ASCII characters without a blank.
    ///   - scopes: for a user `offline_access` is added, so that he stays signed in.
    /// - Throws: `SignInError` that names the setting and what helps.
    public init(
        authority: Authority,
        clientID: String,
        scopes: [String] = [platformScope],
        grant: Grant
    ) throws(SignInError) {
        guard Self.isVisible(clientID) else {
            throw SignInError(
                .configuration,
                "The client-id is empty or contains spaces. Copy it from developer.bentley.com, My Apps"
            )
        }
        guard !scopes.isEmpty, scopes.allSatisfy(Self.isVisible) else {
            throw SignInError(.configuration, "The scopes must be words separated by spaces, such as itwin-platform")
        }
        switch grant {
        case .user(let redirects):
            guard !redirects.isEmpty else {
                throw SignInError(
                    .configuration,
                    "redirect-uris is empty. Add at least one, such as \(RedirectURI.standard[0])"
                )
            }
            self.scopes = scopes.contains("offline_access") ? scopes : scopes + ["offline_access"]
        case .service:
            if let scope = scopes.first(where: Self.personalScopes.contains) {
                throw SignInError(
                    .configuration,
                    "The scope \(scope) is for users, not for a service. Remove it from scopes"
                )
            }
            self.scopes = scopes
        }
        self.authority = authority
        self.clientID = clientID
        self.grant = grant
    }

    /// RFC 6749 appendix A: VSCHAR without the blank, so that scopes can be told apart.
    private static func isVisible(_ text: String) -> Bool {
        !text.isEmpty && text.isVisibleASCII && !text.contains("\"") && !text.contains("\\")
    }
}
