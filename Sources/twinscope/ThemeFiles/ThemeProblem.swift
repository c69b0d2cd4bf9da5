/// What is wrong with a theme file, and where.
struct ThemeProblem: Error, Hashable, CustomStringConvertible {
    /// The file as a person knows it: `themes/mine.yaml`.
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

/// The word that was probably meant: at most two letters are missing, too many or others; nil when none is that near.
func nearest(to word: String, in words: [String]) -> String? {
    guard word.count <= 40 else { return nil }
    let limit = word.count < 4 ? 1 : 2
    return words.map { (word: $0, distance: distance(Array(word), Array($0))) }
        .filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
}

/// How many letters must be put in, taken out or exchanged (Levenshtein).
private func distance(_ one: [Character], _ other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, candidate) in other.enumerated() {
            let above = row[column + 1]
            row[column + 1] = min(above + 1, row[column] + 1, diagonal + (letter == candidate ? 0 : 1))
            diagonal = above
        }
    }
    return row[other.count]
}
