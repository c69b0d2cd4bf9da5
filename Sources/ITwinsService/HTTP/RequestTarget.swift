import ITwinsAPI

/// The path and query of a request as they were sent.
struct RequestTarget: Sendable {
    /// The path as asked for, without the query.
    let path: Substring
    /// What stands after the first question mark; nil when there is none.
    let query: Substring?

    init(_ text: String) {
        let end = text.firstIndex(of: "?")
        path = text[..<(end ?? text.endIndex)]
        query = end.map { text[text.index(after: $0)...] }
    }

    /// The decoded segments of the path; empty ones, such as that after a trailing slash, are left out.
    ///
    /// - Throws: `InvalidRequest` when the path does not begin with a slash or is not well encoded.
    func segments() throws(APIError) -> [String] {
        guard path.first == "/" else { throw .invalidRequest("The path must begin with a slash.") }
        var segments: [String] = []
        for segment in path.split(separator: "/") {
            guard let text = PercentEncoding.decode(segment) else {
                throw .invalidRequest("The path is not valid percent-encoded UTF-8 without NUL.")
            }
            segments.append(text)
        }
        return segments
    }
}

/// The parameters of a query, in order. Names are compared without regard to letter case: one widely used client sends
/// `subclass` (contract section 1.4), and a filter that is not seen would show too much.
struct Query: Sendable {
    /// A parameter as decoded.
    struct Item: Sendable {
        let name: String
        let value: String
    }

    let items: [Item]

    /// Reads the text after the question mark; a plus stands for a blank.
    ///
    /// - Throws: `InvalidRequest` when it is not well encoded.
    init(_ text: Substring?) throws(APIError) {
        var items: [Item] = []
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsBlank: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsBlank: true)
            else { throw .invalidRequest("The query or form is not valid percent-encoded UTF-8 without NUL.") }
            items.append(Item(name: name, value: value))
        }
        self.items = items
    }

    /// The value of a parameter; nil when it is missing or empty (contract section 17.13).
    subscript(_ name: String) -> String? {
        let value = items.first { $0.name.lowercased() == name.lowercased() }?.value
        return value?.isEmpty == false ? value : nil
    }

    /// The names that stand more than once, each told once.
    var repeatedNames: [String] {
        var seen: Set<String> = []
        var repeated: [String] = []
        for item in items where !seen.insert(item.name.lowercased()).inserted {
            if !repeated.contains(where: { $0.lowercased() == item.name.lowercased() }) { repeated.append(item.name) }
        }
        return repeated
    }
}
