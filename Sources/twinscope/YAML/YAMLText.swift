import Foundation

/// The text of a file that a user wrote in YAML, checked for what none of them needs and what harms its reader.
///
/// A byte-order mark and line ends of other systems are taken away. Anchors and aliases of YAML are refused: a few lines
/// of them stand for more than any memory holds.
struct YAMLText {
    /// The text, with `\n` between lines.
    let yaml: String

    /// The largest file that is read, in bytes.
    static let limit = 1_048_576

    /// - Parameter kind: what the file is for, for what is said about it.
    /// - Throws: `FileProblem` of a file name for text that is too large, not UTF-8, or has what is refused.
    init(_ bytes: Data, file: String, of kind: YAMLKind) throws(FileProblem) {
        guard bytes.count <= Self.limit else { throw kind.tooLarge(file) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileProblem(file: file, text: "it isn't UTF-8; save it as UTF-8")
        }
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        var scalars = lines.map { $0.unicodeScalars }
        if scalars[0].first == "\u{FEFF}" { scalars[0].removeFirst() }
        for (index, line) in scalars.enumerated() {
            if let (column, text) = Self.problem(Array(line), kind) {
                throw FileProblem(file: file, place: .init(line: index + 1, column: column + 1), text: text)
            }
        }
        yaml = scalars.map { String($0) }.joined(separator: "\n")
    }

    /// What is refused in a line, and the place of it among its scalars.
    ///
    /// Quoted text must end on its line, so that each line can be looked at alone.
    private static func problem(_ line: [Unicode.Scalar], _ kind: YAMLKind) -> (Int, String)? {
        if let index = line.firstIndex(where: isControl) {
            let code = String(line[index].value, radix: 16, uppercase: true)
            return (index, "the control character U+\(code) isn't allowed in \(kind.name); remove it")
        }
        var index = 0
        var beginsToken = true
        while index < line.count {
            let scalar = line[index]
            switch scalar {
            case "#" where index == 0 || isBlank(line[index - 1]): return nil
            case "'" where beginsToken, "\"" where beginsToken:
                guard let end = endOfQuote(line, from: index) else {
                    return (index, "a quote isn't closed on its line")
                }
                index = end
                beginsToken = false
            case "&" where beginsToken, "*" where beginsToken:
                return (index, "YAML anchors and aliases aren't allowed in \(kind.plural); \(kind.insteadOfAliases)")
            default:
                // A blank within a word does not end it: a quote behind it is a letter.
                if !isBlank(scalar) { beginsToken = "[]{},:-?!".unicodeScalars.contains(scalar) }
            }
            index += 1
        }
        return nil
    }

    /// The place of the quote that ends a text; nil when the line ends first.
    private static func endOfQuote(_ line: [Unicode.Scalar], from start: Int) -> Int? {
        var index = start + 1
        while index < line.count {
            if line[index] == "\\", line[start] == "\"" {
                index += 1
            } else if line[index] == line[start] {
                // Two single quotes are one that belongs to the text.
                guard line[start] == "'", index + 1 < line.count, line[index + 1] == "'" else { return index }
                index += 1
            }
            index += 1
        }
        return nil
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    /// Control characters but the tab, and what YAML takes for an end of a line besides `\n`.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "\t" && scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
            || scalar == "\u{FEFF}"
    }
}

/// What a YAML file is for, as far as what is said about it differs.
struct YAMLKind: Sendable, Hashable {
    /// With its article: `a theme`.
    let name: String
    /// Several of them: `themes`.
    let plural: String
    /// What does instead of an alias.
    let insteadOfAliases: String
    /// What is said of a value that is missing.
    let insteadOfNothing: String

    /// Colours and looks.
    static let theme = YAMLKind(
        name: "a theme",
        plural: "themes",
        insteadOfAliases: "define a colour under palette, or quote the word",
        insteadOfNothing: "a colour that begins with # needs quotes, such as \"#1b1f27\""
    )
    /// Profiles.
    static let configuration = YAMLKind(
        name: "a configuration",
        plural: "configurations",
        insteadOfAliases: "repeat the value, or quote the word",
        insteadOfNothing: "give it a value, or remove the line"
    )

    /// What is said of a file that is not read.
    func tooLarge(_ file: String) -> FileProblem {
        FileProblem(file: file, text: "it is larger than the limit of 1 MiB")
    }
}
