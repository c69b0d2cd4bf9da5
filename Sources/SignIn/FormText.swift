import Foundation
import ITwinsAPI

/// `application/x-www-form-urlencoded` (RFC 6749 appendix B).
enum FormText {
    /// Names and values as one text.
    static func encode(_ parameters: [(String, String)]) -> String {
        parameters.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    /// The names and values of a text, in order; what cannot be decoded is left out.
    static func decode(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ part: Substring) -> String? { part.replacing("+", with: " ").removingPercentEncoding }
            guard let name = parts.first.flatMap(decoded) else { return nil }
            guard let value = parts.count > 1 ? decoded(parts[1]) : "" else { return nil }
            return (name, value)
        }
    }
}

extension Secret {
    /// The secret as it is and as a form has it: whoever quotes a request quotes either.
    var spellings: [Secret] {
        // A few characters are a slip of the keyboard where a code is pasted; to hide them would spoil the text.
        revealed.count < 4 ? [] : [self, Secret(PercentEncoding.encode(revealed))]
    }
}
