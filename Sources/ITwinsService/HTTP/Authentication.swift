import Crypto
import Foundation
import HTTPTypes
import ITwinsAPI

/// Knows whether a request carries the service's token, without telling by the time it takes (reliability S3).
struct Authentication: Sendable {
    private let key = SymmetricKey(size: .bits256)
    private let code: HMAC<SHA256>.MAC

    init(token: Secret) {
        code = HMAC<SHA256>.authenticationCode(for: Data(token.revealed.utf8), using: key)
    }

    /// - Throws: `HeaderNotFound`, `InvalidAuthorizationScheme` or `Unauthorized` (contract section 17.1).
    func check(_ headers: HTTPFields) throws(APIError) {
        let values = headers[values: .authorization]
        guard let value = values.first, let scheme = value.split(separator: " ").first else { throw .headerNotFound }
        guard scheme.lowercased() == "bearer" else { throw .invalidAuthorizationScheme(String(scheme)) }
        let token = Data(value.dropFirst(scheme.count).drop { $0 == " " }.utf8)
        guard values.count == 1, HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: token, using: key) else {
            throw .unauthorized
        }
    }
}
