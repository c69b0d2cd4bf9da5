import Foundation

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
