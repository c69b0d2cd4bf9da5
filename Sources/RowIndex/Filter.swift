import Foundation

/// What is typed after `/`: terms that must all hold of a row, in any order.
///
/// | Term | Holds where |
/// |---|---|
/// | `word` | it occurs in a column |
/// | `"two words"` | they occur in a column just so |
/// | `^pre`, `suf$` | a column begins or ends with it; `^all$` is the whole column |
/// | `~fzy` | its letters occur in a column in this order |
/// | `!term` | the term doesn't hold |
///
/// Accents are no difference, and letter case only in a term that has a capital letter. Every text is a filter: a sign
/// without anything behind it lets everything pass, and a quote that is not closed ends with the text.
public struct Filter: Hashable, Sendable {
    /// The text as typed.
    public let text: String
    /// What must hold.
    public let terms: [Term]

    /// How many terms count; what is typed beyond is not looked at.
    private static let termLimit = 16

    /// Makes the filter of what was typed.
    public init(_ text: String) {
        self.text = text
        // A long paste must not become a question for every row and each of its words.
        terms = Self.words(of: text).compactMap(Term.init)
    }

    /// True when everything passes.
    public var isEmpty: Bool { terms.isEmpty }

    /// True when nothing passes here that did not pass there, so that only what passed there needs a look.
    public func narrows(_ other: Filter) -> Bool {
        terms.count >= other.terms.count && zip(terms, other.terms).allSatisfy { $0.narrows($1) }
    }

    /// True when every term holds of a text that is one column.
    public func matches(_ text: String) -> Bool {
        terms.allSatisfy { term in
            ([0] + term.folding(text) + [0]).withUnsafeBufferPointer { text in !term.rows([0]) { _ in text }.isEmpty }
        }
    }

    /// What is separated by blanks. A quote keeps them together only at the beginning: elsewhere it may mean inches.
    private static func words(of text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...].drop(while: \.isWhitespace)
        while !rest.isEmpty, words.count < termLimit {
            var end = rest.firstIndex { !"!~^".contains($0) } ?? rest.endIndex
            if rest[end...].first == "\"" {
                let phrase = rest[end...].dropFirst()
                end = phrase.firstIndex(of: "\"").map(phrase.index(after:)) ?? rest.endIndex
            }
            end = rest[end...].firstIndex(where: \.isWhitespace) ?? rest.endIndex
            words.append(rest[..<end])
            rest = rest[end...].drop(while: \.isWhitespace)
        }
        return words
    }
}
