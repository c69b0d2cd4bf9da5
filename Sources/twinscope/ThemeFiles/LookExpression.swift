import Screen
import Yams

/// A look as it was written: its colours are words until the palette is known to which they belong.
struct LookExpression {
    private var foreground: ColorExpression?
    private var background: ColorExpression?
    private var attributes: Attributes = []
    /// Where its file says what is wrong.
    private let source: YAMLSource

    /// Words that no palette can give to a colour.
    static let reserved = ["on", "ansi", "default"] + Attributes.named.map(\.name)

    /// Reads `accent on panel bold`, or a mapping of `fg`, `bg` and `attributes`.
    ///
    /// - Parameter name: the role or surface.
    init(_ node: Node, of name: String, _ source: YAMLSource) throws(FileProblem) {
        self.source = source
        if case .mapping = node {
            for (key, value) in try source.members(of: node, what: "a style") { try read(key, value) }
        } else {
            try read(try source.text(node, of: name), at: source.place(node))
        }
        if name == Surface.base.name, let foreground {
            throw source.problem(at: foreground.place, "base can't have a text colour; set it for text")
        }
    }

    private mutating func read(_ key: YAMLSource.Key, _ value: Node) throws(FileProblem) {
        let place = source.place(value)
        switch key.text {
        case "fg": foreground = ColorExpression(words: try source.words(value, of: key.text), place: place)
        case "bg": background = ColorExpression(words: try source.words(value, of: key.text), place: place)
        case "attributes":
            for word in try source.words(value, of: key.text) {
                guard let attribute = Self.attribute(word) else {
                    let names = Attributes.named.map(\.name).joined(separator: ", ")
                    throw source.problem(value, "\(quoted(word)) isn't an attribute; use \(names)")
                }
                attributes.insert(attribute)
            }
        default:
            throw source.problem(
                at: key.place,
                "\(quoted(key.text)) isn't a style key; use fg, bg or attributes"
            )
        }
    }

    private mutating func read(_ text: String, at place: FileProblem.Place) throws(FileProblem) {
        var words = text.split(separator: " ").map(String.init)[...]
        while let word = words.first {
            if let attribute = Self.attribute(word) {
                attributes.insert(attribute)
                words.removeFirst()
                continue
            }
            let isBackground = word == "on"
            if isBackground { words.removeFirst() }
            let color = ColorExpression(words: Array(words.prefix(words.first == "ansi" ? 2 : 1)), place: place)
            words = words.dropFirst(color.words.count)
            guard (isBackground ? background : foreground) == nil else {
                throw source.problem(
                    at: place,
                    "\(quoted(text)) has two text or background colours; write “COLOUR on COLOUR ATTRIBUTES”, each part as needed"
                )
            }
            if isBackground { background = color } else { foreground = color }
        }
    }

    /// The look with the colours of a palette.
    func entry(_ palette: [String: Color]) throws(FileProblem) -> StyleSheet.Entry {
        StyleSheet.Entry(
            try foreground?.color(palette, source),
            on: try background?.color(palette, source),
            attributes
        )
    }

    private static func attribute(_ name: String) -> Attributes? {
        Attributes.named.first { $0.name == name }?.attribute
    }
}

/// A colour as it was written: a name of the palette, `#rrggbb`, `default`, `ansi 0` to `ansi 255`, or one of the
/// sixteen by its name.
struct ColorExpression {
    var words: [String]
    var place: FileProblem.Place

    /// The sixteen by their numbers; the bright ones with `bright-` before.
    private static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

    /// The colour these words mean with a palette; what the palette calls by a name comes first.
    func color(_ palette: [String: Color], _ source: YAMLSource) throws(FileProblem) -> Color {
        switch words.count {
        case 1:
            if let color = palette[words[0]] ?? Self.color(words[0]) { return color }
        case 2 where words[0] == "ansi":
            if let index = UInt8(words[1]) { return index < 16 ? .ansi(index) : .indexed(index) }
        default: break
        }
        let written = words.joined(separator: " ")
        let known = palette.keys.sorted() + Self.names + Self.names.map { "bright-\($0)" } + ["default"]
        let hint = Spelling.question(about: written, in: known).map { "; " + $0 }
        throw source.problem(
            at: place,
            "\(quoted(written)) isn't a colour\(hint ?? "; use a palette name, \"#rrggbb\", ansi 0 to ansi 255, default, or a name such as red or bright-red")"
        )
    }

    private static func color(_ word: String) -> Color? {
        if word == "default" { return .standard }
        if let rgb = RGB(word) { return .rgb(rgb) }
        let isBright = word.hasPrefix("bright-")
        guard let index = names.firstIndex(of: isBright ? String(word.dropFirst(7)) : word) else { return nil }
        return .ansi(UInt8(index + (isBright ? 8 : 0)))
    }
}
