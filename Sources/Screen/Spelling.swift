/// What a user probably meant by a word that is none.
public enum Spelling {
    /// The word that was probably meant: at most two letters are missing, too many or others, whatever their case; nil when
    /// none is that near.
    public static func nearest(to word: String, in words: [String]) -> String? {
        guard word.count <= 40 else { return nil }
        let limit = word.count < 4 ? 1 : 2
        let letters = Array(word.lowercased())
        return words.map { (word: $0, distance: distance(letters, Array($0.lowercased()))) }
            .filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
    }

    /// The question that names it: `did you mean “dark”?`; nil when no word is that near.
    public static func question(about word: String, in words: [String], isSentence: Bool = false) -> String? {
        nearest(to: word, in: words).map { "\(isSentence ? "Did" : "did") you mean “\($0)”?" }
    }

    /// How many letters must be put in, taken out or exchanged (Levenshtein).
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
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
}
