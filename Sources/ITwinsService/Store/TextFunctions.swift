import Foundation
import GRDB

extension Database {
    /// Makes the functions known that filters and orders call (contract sections 17.7 and 17.8).
    func addTextFunctions() {
        add(
            function: DatabaseFunction("foldedText", argumentCount: 1, pure: true) { values in
                String.fromDatabaseValue(values[0]).map(FoldedText.fold)
            }
        )
        add(
            function: DatabaseFunction("dictionaryKey", argumentCount: 1, pure: true) { values in
                String.fromDatabaseValue(values[0]).map { Data(DictionaryOrder.key($0)) }
            }
        )
    }
}

/// Texts in the form in which they are compared without regard to letter case.
enum FoldedText {
    /// The text in one spelling for all that differ in letter case or in the composition of their characters alone.
    ///
    /// Going over upper case makes equal what Unicode's full case folding makes equal, such as ß and SS, ς and σ.
    static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.uppercased().lowercased().precomposedStringWithCanonicalMapping
    }
}

/// Bytes as lower-case hexadecimal digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two digits for each byte.
    static func text(of bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text, in either letter case; nil when it is no pairs of digits.
    static func bytes(of text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count % 2 == 0, digits.count == text.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
