import HTTPTypes
import ITwinsAPI

/// Knows whose token a request carries, without telling by the time it takes (reliability S3).
struct Authentication: Sendable {
    private let fixed: [(user: User, secret: ExpectedSecret)]
    private let accessTokens: AccessTokens?

    /// - Parameters:
    ///   - tokens: the fixed tokens of users.
    ///   - accessTokens: those of the authority; nil when there is none.
    init(tokens: [SampleUser: Secret], accessTokens: AccessTokens?) {
        fixed = tokens.map { ($0.user, ExpectedSecret($1)) }
        self.accessTokens = accessTokens
    }

    /// The user whose token it is.
    ///
    /// - Throws: `HeaderNotFound`, `InvalidAuthorizationScheme` or `Unauthorized` (contract section 17.1);
    ///   `Forbidden` for a token of the authority that is not for the API; what the database throws.
    func user(_ headers: HTTPFields, now: Timestamp) async throws -> User {
        let values = headers[values: .authorization]
        guard let value = values.first, let scheme = value.split(separator: " ").first else {
            throw APIError.headerNotFound
        }
        guard scheme.lowercased() == "bearer" else { throw APIError.invalidAuthorizationScheme(String(scheme)) }
        let token = value.dropFirst(scheme.count).drop { $0 == " " }
        // Every token is compared, whichever it is.
        let matches = fixed.filter { $0.secret.matches(token) }
        guard values.count == 1 else { throw APIError.unauthorized }
        if let match = matches.first { return match.user }
        guard let accessTokens else { throw APIError.unauthorized }
        return try await accessTokens.user(String(token), now: now)
    }
}
