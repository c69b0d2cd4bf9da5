/// What a token may be asked for (contract section 13.2).
enum Scope: String, CaseIterable, Sendable {
    /// All of the API.
    case platform = "itwin-platform"
    /// A refresh token.
    case offlineAccess = "offline_access"
    /// A token that says who signed in.
    case openID = "openid"
    /// The user's name, in that token.
    case profile
    /// The user's mail address, in that token.
    case email
    /// Taken for the sake of official clients; the sample users are all of one organization.
    case organization

    /// What it means, for the user who signs in.
    var meaning: String {
        switch self {
        case .platform: "use the iTwins API as you"
        case .offlineAccess: "stay signed in"
        case .openID: "see who you are"
        case .profile: "see your name"
        case .email: "see your email address"
        case .organization: "see your organization"
        }
    }

    /// Reads the list of a request, each scope once.
    ///
    /// - Parameter allowed: what may be asked for.
    /// - Throws: `invalid_scope` for none, an unknown one and one that may not be asked for.
    static func list(_ text: String?, of allowed: [Scope]) throws(OAuthError) -> [Scope] {
        let names = (text ?? "").split(separator: " ").map(String.init)
        let possible = allowed.map(\.rawValue).joined(separator: ", ")
        guard !names.isEmpty else {
            throw OAuthError(.invalidScope, "The parameter scope is missing. Use some of \(possible).")
        }
        var scopes: [Scope] = []
        for name in names {
            guard let scope = Scope(rawValue: name), allowed.contains(scope) else {
                throw OAuthError(
                    .invalidScope,
                    "This client may not request the scope '\(name)'. Use some of \(possible)."
                )
            }
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        return scopes
    }
}

extension [Scope] {
    /// The list as it is written in requests and tokens.
    var text: String { map(\.rawValue).joined(separator: " ") }

    /// Reads what `text` made.
    init(written text: String) {
        self = text.split(separator: " ").compactMap { Scope(rawValue: String($0)) }
    }
}
