import Crypto
import Foundation
import ITwinsAPI

/// A secret that is compared with what callers send, without telling by the time it takes (reliability S3).
struct ExpectedSecret: Sendable {
    private let key = SymmetricKey(size: .bits256)
    private let code: HMAC<SHA256>.MAC

    init(_ secret: Secret) {
        code = HMAC<SHA256>.authenticationCode(for: Data(secret.revealed.utf8), using: key)
    }

    /// True when the text is the secret.
    func matches(_ text: some StringProtocol) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(text.utf8), using: key)
    }
}
