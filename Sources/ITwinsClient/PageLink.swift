import Foundation

/// A link to a page of a list, whose place in it is `$skip`.
struct PageLink: Equatable {
    /// The whole link.
    let text: String
    /// How many rows lie before the page.
    let skip: Int

    /// - Returns: nil for a link without a number of rows.
    init?(_ text: String) {
        let value = Self.parts(of: text).query.first { Self.name(of: $0) == "$skip" }?.drop { $0 != "=" }.dropFirst()
        guard let value, let skip = Int(digits: value), skip < .max else { return nil }
        self.text = text
        self.skip = skip
    }

    /// The link to a page that begins a number of rows before this one.
    func going(back count: Int) -> String {
        guard count > 0 else { return text }
        let (location, query) = Self.parts(of: text)
        let moved = query.map { parameter in
            Self.name(of: parameter) == "$skip"
                ? "\(parameter.prefix { $0 != "=" })=\(max(0, skip - count))" : String(parameter)
        }
        return "\(location)?\(moved.joined(separator: "&"))"
    }

    /// A link's location and the parameters of its query.
    static func parts(of link: String) -> (location: Substring, query: [Substring]) {
        guard let mark = link.firstIndex(of: "?") else { return (link[...], []) }
        return (link[..<mark], link[link.index(after: mark)...].split(separator: "&"))
    }

    /// A parameter's name, decoded and in lower case.
    static func name(of parameter: Substring) -> String {
        let name = String(parameter.prefix { $0 != "=" })
        return (name.removingPercentEncoding ?? name).lowercased()
    }
}
