import Yams

/// The YAML of one file, read node by node with messages that say where something is.
struct YAMLSource {
    /// The file as a user knows it.
    let file: String
    /// What it is for.
    let kind: YAMLKind

    /// A key of a mapping and where it stands.
    struct Key {
        var text: String
        var place: FileProblem.Place
    }

    /// The one document of a text; nil when there is nothing in it.
    ///
    /// - Throws: `FileProblem` for broken YAML, a key that is there twice, or more than a thousand levels.
    func root(of yaml: String) throws(FileProblem) -> Node? {
        do {
            // Nothing here is a number or a date: the basic resolver takes all for text.
            let root = try Yams.compose(yaml: yaml, .basic)
            if case .scalar(let scalar) = root, scalar.string.isEmpty { return nil }
            return root
        } catch {
            throw problem(error as? YamlError)
        }
    }

    private func problem(_ error: YamlError?) -> FileProblem {
        switch error {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            FileProblem(file: file, place: place(mark), text: "this isn't valid YAML: \(text)")
        case .duplicatedKeysInMapping(let keys, let context):
            FileProblem(
                file: file,
                place: place(context.mark),
                text: "\(quoted(keys.first ?? "")) appears twice; remove one"
            )
        case .reader(let text, _, _, _): FileProblem(file: file, text: "this isn't valid YAML: \(text)")
        default: FileProblem(file: file, text: "this YAML can't be read")
        }
    }

    private func place(_ mark: Mark?) -> FileProblem.Place {
        FileProblem.Place(line: max(mark?.line ?? 1, 1), column: max(mark?.column ?? 1, 1))
    }

    /// Where a node begins.
    func place(_ node: Node) -> FileProblem.Place { place(node.mark) }

    /// A problem at a node.
    func problem(_ node: Node, _ text: String) -> FileProblem { problem(at: place(node), text) }

    /// A problem at a place.
    func problem(at place: FileProblem.Place, _ text: String) -> FileProblem {
        FileProblem(file: file, place: place, text: text)
    }

    /// Keys and values of a mapping, in order.
    ///
    /// - Parameter what: what the mapping is, for the message.
    /// - Throws: `FileProblem` when it is none, or one of its keys is no word.
    func members(of node: Node, what: String) throws(FileProblem) -> [(key: Key, value: Node)] {
        var problems: [FileProblem] = []
        let members = members(of: node, what: what, noting: &problems)
        if let problem = problems.first { throw problem }
        return members
    }

    /// Those keys and values of a mapping that can be read, in order.
    ///
    /// - Parameters:
    ///   - what: what the mapping is, for the message.
    ///   - problems: gets what cannot be read.
    func members(of node: Node, what: String, noting problems: inout [FileProblem]) -> [(key: Key, value: Node)] {
        // Nothing under a name, as when all of it is commented out.
        if case .scalar(let scalar) = node, scalar.string.isEmpty, scalar.style == .plain { return [] }
        guard case .mapping(let mapping) = node else {
            problems.append(problem(node, "\(what) must be lines of “key: value”, not \(Self.kind(of: node))"))
            return []
        }
        var members: [(Key, Node)] = []
        for (key, value) in mapping {
            if case .scalar(let scalar) = key {
                members.append((Key(text: scalar.string, place: place(key)), value))
            } else {
                problems.append(problem(key, "a key must be one word"))
            }
        }
        return members
    }

    /// The text of a value.
    func text(_ node: Node, of key: String) throws(FileProblem) -> String {
        guard case .scalar(let scalar) = node else {
            throw problem(node, "\(quoted(key)) must be text, not \(Self.kind(of: node))")
        }
        guard !scalar.string.isEmpty else {
            throw problem(node, "\(quoted(key)) is empty; \(kind.insteadOfNothing)")
        }
        return scalar.string
    }

    /// The words of a value: a text with blanks between them, or a list.
    func words(_ node: Node, of key: String) throws(FileProblem) -> [String] {
        guard case .sequence(let sequence) = node else {
            return try text(node, of: key).split(separator: " ").map(String.init)
        }
        var words: [String] = []
        for item in sequence { words.append(try text(item, of: key)) }
        return words
    }

    private static func kind(of node: Node) -> String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        default: "text"
        }
    }
}
