import ITwinsAPI

/// Why signing in, or staying signed in, did not work.
public struct SignInError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program can do about it.
    public enum Kind: Hashable, Sendable {
        /// What was configured cannot be used; no request was sent.
        case configuration
        /// The authority could not be reached or did not answer in time. Nothing is lost; trying again may help.
        case unreachable
        /// The authority refused, with the code of RFC 6749 sections 4.1.2.1 and 5.2.
        case refused(code: String)
        /// An answer or a redirect is not what it has to be.
        case malformed
        /// Nobody is signed in, or not any more.
        case signedOut
        /// Nobody came back from the browser in time.
        case timedOut
        /// The user ended it.
        case cancelled
        /// A command that was to print a secret or a token failed, or printed something else.
        case command
        /// Tokens cannot be kept or read.
        case storage
        /// Somebody else has signed in since the request was made.
        case otherUser
    }

    /// What a program can do about it.
    public let kind: Kind
    /// What happened and what helps, in a sentence or two: without a secret, without control characters.
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension SignInError {
    /// The words for an error code of RFC 6749 sections 4.1.2.1 and 5.2, and what helps.
    ///
    /// - Parameters:
    ///   - description: what the authority says besides; from outside.
    ///   - secrets: what the authority knows and may quote.
    static func refusal(
        _ code: String,
        _ description: String?,
        by authority: Authority,
        hiding secrets: [Secret]
    ) -> SignInError {
        // Before they are cut, so that no beginning of a secret stays.
        let code = code.hiding(secrets).oneLine(60)
        let said = description.map { ": “\($0.hiding(secrets).oneLine(200))”" } ?? ""
        return SignInError(.refused(code: code), "\(authority.host) refused (\(code))\(said). \(remedy(for: code))")
    }

    private static func remedy(for code: String) -> String {
        switch code {
        case "access_denied":
            "It was declined in the browser, or you aren't allowed to use this application. Sign in again"
        case "invalid_client":
            "The client ID is unknown, or its secret is wrong. Check client-id and the source of the secret"
        case "invalid_grant": "The code or token was already used, has expired or was revoked. Sign in again"
        case "invalid_request": "Check client-id and redirect-uris against the registered application"
        case "invalid_scope": "Check scopes in the profile: the application isn't allowed to request all of them"
        case "server_error", "temporarily_unavailable": "Try again later"
        case "unauthorized_client":
            "The application isn't registered for this kind of sign-in: use a native application for users and a service for programs"
        case "unsupported_grant_type", "unsupported_response_type":
            "The authority doesn't support this kind of sign-in. Check authority in the profile"
        default: "Sign in again; if that doesn't help, check the profile"
        }
    }
}
