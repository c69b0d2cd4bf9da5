import Crypto
import Foundation
import ITwinsAPI

/// The parameters of an OAuth request: names are compared exactly, one without a value counts as absent, and none may
/// stand twice (RFC 6749 section 3.1).
struct OAuthParameters: Sendable {
    private let values: [String: String]
    /// The names that stand more than once, sorted.
    let repeated: [String]

    init(_ query: Query) {
        values = Dictionary(query.items.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        repeated = Dictionary(grouping: query.items, by: \.name).filter { $1.count > 1 }.keys.sorted()
    }

    /// The value of a parameter; nil when it is missing, empty or stands twice.
    subscript(_ name: String) -> String? {
        guard let value = values[name], !value.isEmpty, !repeated.contains(name) else { return nil }
        return value
    }

    /// Refuses parameters that stand twice.
    ///
    /// - Throws: `invalid_request`.
    func checkUnique() throws(OAuthError) {
        guard let name = repeated.first else { return }
        throw OAuthError(.invalidRequest, "The parameter '\(name)' is repeated.")
    }

    /// The value of a parameter that has to be there.
    ///
    /// - Throws: `invalid_request`.
    func required(_ name: String) throws(OAuthError) -> String {
        guard let value = self[name] else { throw OAuthError(.invalidRequest, "The parameter \(name) is missing.") }
        return value
    }
}

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
