/// What is wrong with a file that a user wrote, and where.
struct FileProblem: Error, Hashable, CustomStringConvertible {
    /// The file as a user knows it: `themes/mine.yaml`.
    var file: String
    /// Where in it; nil when it is the file as a whole.
    var place: Place?
    /// What is wrong and what helps, without a full stop.
    var text: String

    /// A place in a file; lines and columns begin at 1.
    struct Place: Hashable, Sendable {
        var line: Int
        var column: Int
    }

    /// One sentence: `themes/mine.yaml line 7 column 12: “fgg” is no key of a look; use fg, bg or attributes.`
    var description: String {
        let place = place.map { " line \($0.line) column \($0.column)" } ?? ""
        return "\(file)\(place): \(text)\(text.hasSuffix("?") ? "" : ".")"
    }
}

/// A word of a file for a message: short, whatever it is.
func quoted(_ word: String) -> String {
    word.count > 40 ? "“\(word.prefix(39))…”" : "“\(word)”"
}
