import Screen
import Yams

/// A theme file as it was written: what it does not say may be said by another, from which it goes on.
struct ThemeFile {
    /// The kind of background; nil when it does not say.
    private(set) var variant: Theme.Variant?
    /// The theme from which this one goes on, and where that is said.
    private(set) var inherits: (name: String, place: FileProblem.Place)?
    /// Colours by their names.
    private(set) var palette: [String: Color] = [:]
    /// Looks by the names of roles and surfaces.
    private(set) var looks: [String: LookExpression] = [:]
    private let source: YAMLSource

    private static let keys = ["name", "variant", "inherits", "palette", "roles"]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - name: the theme's name by that of the file; `name` in it must agree.
    ///   - file: the file as a user knows it.
    /// - Throws: `FileProblem` for the first thing that is wrong.
    init(_ text: YAMLText, name: String, file: String) throws(FileProblem) {
        source = YAMLSource(file: file, kind: .theme)
        guard let root = try source.root(of: text.yaml) else { return }
        for (key, value) in try source.members(of: root, what: "a theme") {
            switch key.text {
            case "name": try check(try source.text(value, of: key.text), value, against: name)
            case "variant": variant = try variant(value)
            case "inherits": inherits = (try source.text(value, of: key.text), source.place(value))
            case "palette":
                for (name, color) in try source.members(of: value, what: "a palette") { try readColor(name, color) }
            case "roles":
                for (name, look) in try source.members(of: value, what: "the list of roles") {
                    try readLook(name, look)
                }
            default:
                let near = Spelling.question(about: key.text, in: Self.keys)
                let hint = near ?? "use \(Self.keys.joined(separator: ", "))"
                throw source.problem(at: key.place, "\(quoted(key.text)) isn't a theme key; \(hint)")
            }
        }
    }

    private func check(_ given: String, _ node: Node, against name: String) throws(FileProblem) {
        guard given != name else { return }
        throw source.problem(node, "the name is \(quoted(given)) but the file is “\(name)”; make them equal")
    }

    private func variant(_ node: Node) throws(FileProblem) -> Theme.Variant {
        let word = try source.text(node, of: "variant")
        if let variant = Theme.Variant(rawValue: word) { return variant }
        throw source.problem(node, "\(quoted(word)) isn't a variant; use dark, light or any")
    }

    private mutating func readColor(_ name: YAMLSource.Key, _ node: Node) throws(FileProblem) {
        guard !LookExpression.reserved.contains(name.text), !name.text.contains(" "), !name.text.hasPrefix("#") else {
            throw source.problem(
                at: name.place,
                "\(quoted(name.text)) is a reserved word; choose another name"
            )
        }
        let color = ColorExpression(words: try source.words(node, of: name.text), place: source.place(node))
        palette[name.text] = try color.color([:], source)
    }

    private mutating func readLook(_ name: YAMLSource.Key, _ node: Node) throws(FileProblem) {
        guard StyleSheet.names.contains(name.text) else {
            let near = Spelling.question(about: name.text, in: StyleSheet.names)
            let roles = Role.allCases.map(\.name).filter { !$0.hasPrefix("profile.") } + ["profile.COLOUR"]
            let known = roles + Surface.allCases.map(\.name)
            let hint = near ?? "use \(known.joined(separator: ", ")), or role@surface"
            throw source.problem(at: name.place, "\(quoted(name.text)) isn't a role or surface; \(hint)")
        }
        looks[name.text] = try LookExpression(node, of: name.text, source)
    }

    /// A problem where the file says from which theme it goes on.
    func problemOfInheritance(_ text: String) -> FileProblem {
        guard let inherits else { return FileProblem(file: source.file, text: text) }
        return source.problem(at: inherits.place, text)
    }

    /// What several files say together, each going on from the one after it.
    static func theme(_ name: String, _ files: [ThemeFile]) throws(FileProblem) -> Theme {
        var palette: [String: Color] = [:]
        var looks: [String: LookExpression] = [:]
        var variant = Theme.Variant.any
        for file in files.reversed() {
            palette.merge(file.palette) { $1 }
            looks.merge(file.looks) { $1 }
            variant = file.variant ?? variant
        }
        var entries: [String: StyleSheet.Entry] = [:]
        for (name, look) in looks { entries[name] = try look.entry(palette) }
        return Theme(name: name, variant: variant, StyleSheet(entries))
    }
}
