import Crypto
import Foundation

/// The proof that who uses a code is who asked for it (RFC 7636).
enum PKCE {
    /// Bytes of a challenge.
    static let challengeBytes = SHA256.byteCount

    /// True when a challenge was made of a verifier, which is 43 to 128 unreserved characters.
    static func isChallenge(_ challenge: String, of verifier: String) -> Bool {
        guard verifier.wholeMatch(of: #/[A-Za-z0-9\-._~]{43,128}/#) != nil,
            let expected = Base64URL.bytes(of: challenge)
        else { return false }
        return SHA256.hash(data: Data(verifier.utf8)) == expected
    }
}
