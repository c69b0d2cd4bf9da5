import HTTPTypes
import HummingbirdCore

/// Which bytes of a file a request asks for (RFC 9110 sections 13.1.5 and 14.2).
///
/// One range with a first byte is understood, `bytes=100-` or `bytes=100-199`; everything else is answered with the whole
/// file, as the RFC allows.
enum RequestedRange: Hashable {
    case whole
    /// A range of bytes, never empty.
    case part(Range<Int>)
    /// The first byte lies behind the end of the file.
    case beyond

    /// - Parameters:
    ///   - size: the file's, in bytes.
    ///   - tag: the file's strong entity tag; a range that is asked for under the condition of another one is none.
    init(of request: Request, size: Int, tag: String) {
        self = .whole
        // Other methods than GET have no ranges.
        guard request.method == .get, let text = request.headers[.range],
            request.headers[.ifRange].map({ $0 == tag }) ?? true, let (first, last) = Self.parse(text)
        else { return }
        self = first < size ? .part(first..<min(last, size - 1) + 1) : .beyond
    }

    private static func parse(_ text: String) -> (first: Int, last: Int)? {
        let prefix = "bytes="
        guard text.lowercased().hasPrefix(prefix) else { return nil }
        let sides = text.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard sides.count == 2, let first = number(sides[0]) else { return nil }
        guard !sides[1].isEmpty else { return (first, .max) }
        guard let last = number(sides[1]), last >= first else { return nil }
        return (first, last)
    }

    /// Digits alone; what is larger than any file is as large as can be.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text) ?? .max
    }
}
