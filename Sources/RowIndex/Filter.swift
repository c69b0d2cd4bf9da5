import Foundation

/// What is typed after `/`: words that must all occur, in any order.
///
/// Smart case: letter case counts as soon as a capital letter is typed.
public struct Filter: Hashable, Sendable {
    /// The text as typed.
    public let text: String
    /// The words, folded unless letter case counts.
    public let words: [String]
    /// Whether letter case counts.
    public let isCaseSensitive: Bool
    private let needles: [[UInt8]]

    /// How many words count; what is typed beyond is not looked at.
    private static let wordLimit = 16

    /// Makes the filter of what was typed.
    public init(_ text: String) {
        self.text = text
        isCaseSensitive = text.contains(where: \.isUppercase)
        // A long paste must not become a question for every row and each of its words.
        let split = text.split(maxSplits: Self.wordLimit, whereSeparator: \.isWhitespace).prefix(Self.wordLimit).map(
            String.init
        )
        words = isCaseSensitive ? split : split.map(Self.folded)
        needles = words.map { Array($0.utf8) }
    }

    /// True when everything passes.
    public var isEmpty: Bool { words.isEmpty }

    /// True when nothing passes here that did not pass there, so that only what passed there needs a look.
    public func narrows(_ other: Filter) -> Bool {
        text.hasPrefix(other.text) && (isCaseSensitive == other.isCaseSensitive || !other.isCaseSensitive)
    }

    /// True when every word occurs in a text.
    public func matches(_ text: String) -> Bool {
        guard !isEmpty else { return true }
        var text = isCaseSensitive ? text : Self.folded(text)
        return text.withUTF8(matches(bytes:))
    }

    /// True when every word occurs in bytes of a text, folded unless letter case counts.
    func matches(bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        needles.allSatisfy { Self.occurs($0, in: bytes) }
    }

    /// A text in which letter case is no difference any more.
    static func folded(_ text: String) -> String {
        text.lowercased()
    }

    private static func occurs(_ needle: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        needle.withUnsafeBufferPointer { needle in
            guard let start = bytes.baseAddress, let first = needle.first, let wanted = needle.baseAddress else {
                return true
            }
            let last = bytes.count - needle.count
            var index = 0
            while index <= last {
                guard let hit = memchr(start + index, Int32(first), last - index + 1) else { return false }
                index = UnsafeRawPointer(start).distance(to: UnsafeRawPointer(hit))
                if memcmp(start + index, wanted, needle.count) == 0 { return true }
                index += 1
            }
            return false
        }
    }
}
