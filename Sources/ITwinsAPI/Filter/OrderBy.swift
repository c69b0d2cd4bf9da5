/// The order of a list: what the text of `$orderby` means (contract section 17.8).
public struct OrderBy: Hashable, Sendable {
    /// A field by which a list is ordered.
    public struct Term: Hashable, Sendable {
        /// The field.
        public var field: ITwin.Field
        /// Largest first.
        public var isDescending: Bool

        /// Makes a term; smallest first unless said otherwise.
        public init(_ field: ITwin.Field, isDescending: Bool = false) {
            self.field = field
            self.isDescending = isDescending
        }
    }

    /// What counts, the first one most.
    public var terms: [Term]

    /// Makes an order of its terms.
    public init(_ terms: [Term]) {
        self.terms = terms
    }

    /// Reads the text of a `$orderby`: a comma list of fields, each with `asc` or `desc` behind it or nothing, in any
    /// letter case. Of a field that stands twice the first term counts.
    public init(_ text: String) throws(FilterError) {
        let tokens = try FilterLexer.tokens(text)
        terms = []
        var unknown: FilterError?
        var index = 0
        while true {
            guard case .word(let name) = tokens[index].kind else {
                throw Self.unexpected(tokens[index], "A property is expected here")
            }
            if ITwin.Field(name: name) == nil, unknown == nil {
                let message = "There is no property of this name"
                unknown = FilterError(.unknownProperty(name), at: tokens[index].end, message)
            }
            index += 1
            let direction = tokens[index].keyword
            if direction == "asc" || direction == "desc" { index += 1 }
            if let field = ITwin.Field(name: name), !terms.contains(where: { $0.field == field }) {
                terms.append(Term(field, isDescending: direction == "desc"))
            }
            if tokens[index].kind == .end { break }
            guard tokens[index].kind == .sign(",") else {
                throw Self.unexpected(tokens[index], "Only asc, desc, a comma and the end are allowed here")
            }
            index += 1
        }
        if let unknown { throw unknown }
    }

    /// The order in the language of `$orderby`; not percent-encoded.
    public var text: String {
        terms.map { $0.isDescending ? "\($0.field.rawValue) desc" : $0.field.rawValue }.joined(separator: ",")
    }

    private static func unexpected(_ token: FilterToken, _ expected: String) -> FilterError {
        guard case .malformed(let reason) = token.kind else { return FilterError(.syntax, at: token.end, expected) }
        return FilterError(.syntax, at: token.end, reason)
    }
}
