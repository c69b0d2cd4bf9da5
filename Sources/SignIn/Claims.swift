import ITwinsAPI

/// What a token says of itself. It is not checked, and for showing alone: whether a token is good is the service's to say.
enum Claims {
    /// Who a JWT is about, as a user reads it; nil for what is no JWT (RFC 7519).
    static func name(in token: String?) -> String? {
        guard let claims = token.flatMap(object(of:)) else { return nil }
        for name in ["email", "preferred_username", "name", "sub", "client_id"] {
            if let text = claims[name]?.string, !text.isEmpty { return text.oneLine(100) }
        }
        return nil
    }

    /// What the authority calls who a JWT is about (RFC 7519 section 4.1.2); nil for what does not say so.
    static func subject(in token: String?) -> String? {
        token.flatMap(object(of:))?["sub"]?.string.flatMap { $0.isEmpty ? nil : String($0.prefix(300)) }
    }

    /// When a JWT ends, in seconds since 1970; nil for what does not say so.
    static func expiry(of token: String) -> Double? {
        guard case .number(let number)? = object(of: token)?["exp"] else { return nil }
        return number.double
    }

    private static func object(of token: String) -> JSON.Object? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        // Some issuers pad it or take the other alphabet, which RFC 7515 does not allow; for what is only shown and compared that
        // does no harm.
        let text = String(parts[1].prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        return Base64URL.bytes(of: text).flatMap { try? JSON.parse($0) }?.object
    }
}
