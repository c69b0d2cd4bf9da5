import Foundation

/// The base 64 of URLs without padding (RFC 4648 section 5), as tokens and challenges are written.
public enum Base64URL {
    /// The bytes as text.
    public static func text(of bytes: some Sequence<UInt8>) -> String {
        let standard = Data(bytes).base64EncodedData().prefix { $0 != padding }
        return String(decoding: standard.map { $0 == plus ? minus : $0 == slash ? underscore : $0 }, as: UTF8.self)
    }

    /// The bytes of a text; nil when it is not exactly what `text(of:)` makes of them, so that no two texts mean the same.
    public static func bytes(of text: some StringProtocol) -> [UInt8]? {
        var standard = text.utf8.map { $0 == minus ? plus : $0 == underscore ? slash : $0 }
        standard += Array(repeating: padding, count: (4 - standard.count % 4) % 4)
        guard let bytes = Data(base64Encoded: Data(standard)), self.text(of: bytes) == text else { return nil }
        return Array(bytes)
    }

    /// A text of 256 random bits, which nobody can guess.
    public static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return text(of: (0..<32).map { _ in generator.next() as UInt8 })
    }

    private static let plus = UInt8(ascii: "+")
    private static let minus = UInt8(ascii: "-")
    private static let slash = UInt8(ascii: "/")
    private static let underscore = UInt8(ascii: "_")
    private static let padding = UInt8(ascii: "=")
}
