import GRDB
import HTTPTypes
import ITwinsAPI

/// A refusal in the words of OAuth 2 (RFC 6749 sections 4.1.2.1 and 5.2).
struct OAuthError: Error, Hashable, Sendable {
    /// The codes of RFC 6749, and those of OpenID Connect for what is asked of the sign-in page.
    enum Code: String, Sendable {
        case accessDenied = "access_denied"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case invalidRequest = "invalid_request"
        case invalidScope = "invalid_scope"
        case loginRequired = "login_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
    }

    let code: Code
    /// What happened and what helps, in the characters that such a text may have.
    let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = Self.allowed(description)
    }

    /// What a client is told of a database that fails; the codes are those of RFC 6749 section 4.1.2.1, as the token
    /// endpoint has none of its own.
    init(_ error: DatabaseError) {
        if error.resultCode == .SQLITE_BUSY {
            self.init(.temporarilyUnavailable, "Another program is using the database. Try again.")
        } else {
            self.init(.serverError, "The service's database failed. See its log.")
        }
    }

    /// The answer of the token and the revocation endpoint.
    var reply: Reply {
        var reply = Reply.oauth(
            ["error": .string(code.rawValue), "error_description": .string(description)],
            status: status
        )
        if code == .invalidClient { reply.headers[.wwwAuthenticate] = "Basic realm=\"iTwins\", charset=\"UTF-8\"" }
        return reply
    }

    private var status: Int {
        switch code {
        case .invalidClient: 401
        case .serverError: 500
        case .temporarilyUnavailable: 503
        default: 400
        }
    }

    /// The text, cut, with a question mark for each character that RFC 6749 section 5.2 does not allow.
    private static func allowed(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars.prefix(300) {
            switch scalar.value {
            case 0x20...0x21, 0x23...0x5B, 0x5D...0x7E: output.unicodeScalars.append(scalar)
            default: output += "?"
            }
        }
        return output
    }
}

extension Reply {
    /// A JSON answer that nobody may keep (RFC 6749 section 5.1); every answer says `Cache-Control: no-store` already.
    static func oauth(_ body: JSON, status: Int = 200) -> Reply {
        var reply = Reply.json(body, status: status)
        reply.headers[.pragma] = "no-cache"
        return reply
    }
}
