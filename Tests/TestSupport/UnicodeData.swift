import Foundation

/// Texts of the Unicode consortium, from Debian's package `unicode-data`.
public enum UnicodeData {
    /// A text that tells where its clusters end.
    public struct BreakExample: Sendable {
        /// The text.
        public let text: String
        /// How many clusters it has.
        public let count: Int
    }

    private static let folder = "/usr/share/unicode"

    /// The texts of `GraphemeBreakTest.txt`, controls among them.
    public static func breakExamples() throws -> [BreakExample] {
        try lines("auxiliary/GraphemeBreakTest.txt").map { line in
            let words = line.split(separator: " ")
            let scalars = words.compactMap { UInt32($0, radix: 16) }.compactMap(Unicode.Scalar.init)
            // Each begins with a mark of its own.
            return BreakExample(text: string(scalars), count: words.count { $0 == "÷" } - 1)
        }
    }

    /// The emoji of `emoji-test.txt`, whole ones and those without their selectors.
    public static func emoji() throws -> [String] {
        try lines("emoji/emoji-test.txt").map { line in
            let digits = line.prefix { $0 != ";" }.split(separator: " ")
            return string(digits.compactMap { UInt32($0, radix: 16) }.compactMap(Unicode.Scalar.init))
        }
    }

    private static func string(_ scalars: [Unicode.Scalar]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// The lines of a file without comments.
    private static func lines(_ name: String) throws -> [String] {
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        return text.split(separator: "\n").map { line in
            line.prefix { $0 != "#" }.replacing("\t", with: " ")
        }.filter { !$0.allSatisfy(\.isWhitespace) }.map { String($0) }
    }
}
