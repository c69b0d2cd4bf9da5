import Crypto
import Foundation
import HTTPTypes
import ITwinsAPI

/// Knows whose token a request carries, without telling by the time it takes (reliability S3).
struct Authentication: Sendable {
    private let key = SymmetricKey(size: .bits256)
    private let codes: [(user: User, code: HMAC<SHA256>.MAC)]

    init(tokens: [SampleUser: Secret]) {
        codes = tokens.map { [key] user, token in
            (user.user, HMAC<SHA256>.authenticationCode(for: Data(token.revealed.utf8), using: key))
        }
    }

    /// The user whose token it is.
    ///
    /// - Throws: `HeaderNotFound`, `InvalidAuthorizationScheme` or `Unauthorized` (contract section 17.1).
    func user(_ headers: HTTPFields) throws(APIError) -> User {
        let values = headers[values: .authorization]
        guard let value = values.first, let scheme = value.split(separator: " ").first else { throw .headerNotFound }
        guard scheme.lowercased() == "bearer" else { throw .invalidAuthorizationScheme(String(scheme)) }
        let token = Data(value.dropFirst(scheme.count).drop { $0 == " " }.utf8)
        // Every token is compared, whichever it is.
        let matches = codes.filter { [key] in
            HMAC<SHA256>.isValidAuthenticationCode($0.code, authenticating: token, using: key)
        }
        guard values.count == 1, let match = matches.first else { throw .unauthorized }
        return match.user
    }
}
