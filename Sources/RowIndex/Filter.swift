import Foundation

/// What is typed after `/`: words that must all occur, in any order, whatever their accents.
///
/// Smart case: letter case counts in a word that has a capital letter.
public struct Filter: Hashable, Sendable {
    /// The text as typed.
    public let text: String
    /// The words.
    public let words: [Word]

    /// A word, and what is no difference to it.
    public struct Word: Hashable, Sendable {
        /// What is looked for, in UTF-8.
        public let letters: [UInt8]
        /// What the texts have to be folded by in which it is looked for.
        public let folding: TextFolding

        init(_ text: Substring) {
            folding = text.contains(where: \.isUppercase) ? .cased : .caseless
            letters = folding(String(text))
        }
    }

    /// How many words count; what is typed beyond is not looked at.
    private static let wordLimit = 16

    /// Makes the filter of what was typed.
    public init(_ text: String) {
        self.text = text
        // A long paste must not become a question for every row and each of its words.
        let split = text.split(maxSplits: Self.wordLimit, whereSeparator: \.isWhitespace).prefix(Self.wordLimit)
        words = split.map(Word.init).filter { !$0.letters.isEmpty }
    }

    /// True when everything passes.
    public var isEmpty: Bool { words.isEmpty }

    /// True when nothing passes here that did not pass there, so that only what passed there needs a look.
    public func narrows(_ other: Filter) -> Bool { text.hasPrefix(other.text) }

    /// True when every word occurs in a text.
    public func matches(_ text: String) -> Bool {
        words.allSatisfy { word in
            word.folding(text).withUnsafeBufferPointer { Self.occurs(word.letters, in: $0) }
        }
    }

    /// True when every word occurs in bytes of a text that was folded, and of the same text where letter case counts.
    func matches(_ caseless: UnsafeBufferPointer<UInt8>, cased: UnsafeBufferPointer<UInt8>) -> Bool {
        words.allSatisfy { Self.occurs($0.letters, in: $0.folding == .cased ? cased : caseless) }
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
