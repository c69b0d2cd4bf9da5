import Crypto
import Foundation

/// The base 64 of URLs without padding (RFC 4648 section 5), as tokens and challenges are written.
enum Base64URL {
    /// The bytes as text.
    static func text(of bytes: some Sequence<UInt8>) -> String {
        let standard = Data(bytes).base64EncodedString()
        return String(standard.prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    /// The bytes of a text; nil when it is not exactly what `text(of:)` makes of them, so that no two texts mean the same.
    static func bytes(of text: some StringProtocol) -> [UInt8]? {
        let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: standard + padding), self.text(of: bytes) == text else { return nil }
        return Array(bytes)
    }

    /// A text of 256 random bits that nobody can guess.
    static func random() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { text(of: $0) }
    }
}
