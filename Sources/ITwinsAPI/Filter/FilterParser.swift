extension FilterExpression {
    /// Reads the text of a `$filter` (contract sections 17.7 and 17.20).
    ///
    /// A property is put on the left side of what it is compared with: `5 lt latitude` is `latitude gt 5`.
    ///
    /// - Parameter plusIsBlank: true for the text of an export's body, where a plus between words may stand for a blank
    ///   (contract section 8.1). Within quotes it does so only when every blank is written like that:
    ///   `displayName+eq+'Main+Road'`, but not `displayName eq 'A+B'`.
    public init(_ text: String, plusIsBlank: Bool = false) throws(FilterError) {
        var parser = FilterParser(try FilterLexer.tokens(text, plusIsBlank: plusIsBlank))
        self = try parser.expression()
    }
}

/// Reads a filter by recursive descent: `or` binds loosest, then `and`, `not`, and comparisons.
///
/// Wrong syntax is told first. Names and values are looked at as they come, but told only when all else is right:
/// a function returns nil for a part in which something was noted.
private struct FilterParser {
    private let tokens: [FilterToken]
    private var index = 0
    private var nodes = 0
    private var depth = 0
    private var noted: FilterError?

    init(_ tokens: [FilterToken]) {
        self.tokens = tokens
    }

    mutating func expression() throws(FilterError) -> FilterExpression {
        let expression = try disjunction()
        guard current.kind == .end else { throw unexpected("Only and, or and the end are allowed here") }
        guard let expression, noted == nil else { throw noted ?? unexpected("A condition is expected here") }
        return expression
    }

    private mutating func disjunction() throws(FilterError) -> FilterExpression? {
        try chain(of: { parser throws(FilterError) in try parser.conjunction() }, by: "or", FilterExpression.or)
    }

    private mutating func conjunction() throws(FilterError) -> FilterExpression? {
        try chain(of: { parser throws(FilterError) in try parser.negation() }, by: "and", FilterExpression.and)
    }

    private mutating func chain(
        of part: (inout FilterParser) throws(FilterError) -> FilterExpression?,
        by word: String,
        _ join: (FilterExpression, FilterExpression) -> FilterExpression
    ) throws(FilterError) -> FilterExpression? {
        var left = try part(&self)
        while take(word) {
            try countNode()
            left = Self.join(left, try part(&self), join)
        }
        return left
    }

    private mutating func negation() throws(FilterError) -> FilterExpression? {
        if take("not") {
            try countNode()
            try enter()
            defer { depth -= 1 }
            return try negation().map(FilterExpression.not)
        }
        if take("(") {
            try enter()
            defer { depth -= 1 }
            let expression = try disjunction()
            guard take(")") else { throw unexpected("Only and, or and a closing bracket are allowed here") }
            return expression
        }
        // After a word there is always another token, the end at least.
        if case .word = current.kind, !Self.operators.contains(current.keyword), tokens[index + 1].kind == .sign("(") {
            return try call()
        }
        return try comparison()
    }

    private static func join(
        _ left: FilterExpression?,
        _ right: FilterExpression?,
        _ node: (FilterExpression, FilterExpression) -> FilterExpression
    ) -> FilterExpression? {
        guard let left, let right else { return nil }
        return node(left, right)
    }

    // MARK: Conditions

    private mutating func call() throws(FilterError) -> FilterExpression? {
        guard let function = FilterExpression.Function(rawValue: current.keyword) else {
            throw unexpected("The functions are contains, startswith and endswith")
        }
        index += 2
        try countNode()
        let first = try operand()
        guard take(",") else { throw unexpected("A comma and a second argument are expected here") }
        let second = try operand()
        guard take(")") else { throw unexpected("A closing bracket is expected here") }
        // The samples of the live service have the text on either side.
        switch (first, second) {
        case (.property(let field), let other), (let other, .property(let field)):
            for side in [.property(field), other] where side.kind != .known(.text) {
                if side.kind != .unknown {
                    note("\(function.rawValue) takes a property and a string, not \(side.words)")
                }
                return nil
            }
            return other.operand.map { .call(function, field, $0) }
        default:
            note("\(function.rawValue) takes a property and a string")
            return nil
        }
    }

    private mutating func comparison() throws(FilterError) -> FilterExpression? {
        let left = try operand()
        if left.canBeInList, take("in") { return try list(of: left) }
        guard let comparison = FilterExpression.Comparison(rawValue: current.keyword) else {
            let list = left.canBeInList ? ", le or in" : " or le"
            throw unexpected("An operator is expected here: eq, ne, gt, ge, lt\(list)")
        }
        index += 1
        try countNode()
        let right = try operand()
        switch (left, right) {
        case (.unknown, _), (_, .unknown): return nil
        case (.property(let field), let other):
            guard fits(other, left) else { return nil }
            return other.operand.map { .comparison(field, comparison, $0) }
        case (let other, .property(let field)):
            guard fits(other, right) else { return nil }
            return other.operand.map { .comparison(field, comparison.mirrored, $0) }
        case (.literal, .literal):
            note("A value is compared with a value; one of the two must be a property")
            return nil
        }
    }

    private mutating func list(of property: Side) throws(FilterError) -> FilterExpression? {
        try countNode()
        guard current.kind == .sign("(") || current.kind == .sign("[") else {
            throw unexpected("A list in brackets is expected here, such as ('Active','Trial')")
        }
        let closing = current.kind == .sign("(") ? ")" : "]"
        index += 1
        var values: [FilterExpression.Literal] = []
        repeat {
            guard let value = takeValue() else { throw unexpected("A value is expected here") }
            guard values.count < FilterLimits.values else {
                throw FilterError(
                    .unusable,
                    at: taken.end,
                    "At most \(FilterLimits.values) values are allowed in a list"
                )
            }
            if property.kind == .unknown || fits(.literal(value), property) { values.append(value) }
        } while take(",")
        guard take(closing) else { throw unexpected("A comma or the closing bracket \(closing) is expected here") }
        guard case .property(let field) = property else { return nil }
        return .anyOf(field, values)
    }

    // MARK: Properties and values

    /// One side of a comparison, or an argument.
    fileprivate enum Side {
        case property(ITwin.Field)
        case literal(FilterExpression.Literal)
        /// A property that does not exist; it was noted.
        case unknown
    }

    private mutating func operand() throws(FilterError) -> Side {
        if let value = takeValue() { return .literal(value) }
        guard case .word(let name) = current.kind, !Self.operators.contains(current.keyword) else {
            throw unexpected("A property or a value is expected here")
        }
        index += 1
        if let field = ITwin.Field(name: name) { return .property(field) }
        note("There is no property of this name", .unknownProperty(name))
        return .unknown
    }

    /// Takes a value; nil when the next is none.
    private mutating func takeValue() -> FilterExpression.Literal? {
        switch current.kind {
        case .literal(let value):
            index += 1
            return value
        case .word:
            guard let value = Self.constants[current.keyword] else { return nil }
            index += 1
            return value
        case .sign, .malformed, .end: return nil
        }
    }

    private static let constants: [String: FilterExpression.Literal] = [
        "true": .boolean(true), "false": .boolean(false), "null": .null,
    ]
    private static let operators = Set(
        FilterExpression.Comparison.allCases.map(\.rawValue) + ["and", "or", "not", "in"]
    )

    /// Whether two sides, one of them a property, can be compared; what cannot is noted.
    private mutating func fits(_ side: Side, _ property: Side) -> Bool {
        guard side.kind != property.kind, side.kind != .known(nil) else { return true }
        note("\(property.words) is compared with \(side.words)")
        return false
    }

    // MARK: Words and signs

    private var current: FilterToken { tokens[index] }

    /// The last one that was taken.
    private var taken: FilterToken { tokens[max(0, index - 1)] }

    /// Takes a keyword or sign; false when it is not the next one.
    private mutating func take(_ text: String) -> Bool {
        switch current.kind {
        case .word where current.keyword == text: break
        case .sign(let sign) where String(sign) == text: break
        default: return false
        }
        index += 1
        return true
    }

    private mutating func countNode() throws(FilterError) {
        nodes += 1
        guard nodes <= FilterLimits.nodes else {
            let most = "At most \(FilterLimits.nodes) comparisons, calls and logical operators are allowed"
            throw FilterError(.unusable, at: taken.end, most)
        }
    }

    private mutating func enter() throws(FilterError) {
        depth += 1
        guard depth <= FilterLimits.depth else {
            let most = "At most \(FilterLimits.depth) nested brackets and nots are allowed"
            throw FilterError(.unusable, at: taken.end, most)
        }
    }

    private func unexpected(_ expected: String) -> FilterError {
        guard case .malformed(let reason) = current.kind else {
            return FilterError(.syntax, at: current.end, expected)
        }
        return FilterError(.syntax, at: current.end, reason)
    }

    /// Keeps the first of the things that are told when the syntax is right.
    private mutating func note(_ message: String, _ kind: FilterError.Kind = .unusable) {
        if noted == nil { noted = FilterError(kind, at: taken.end, message) }
    }
}

extension FilterParser.Side {
    /// What kind of value stands here.
    enum Kind: Hashable {
        /// A kind of field; nil for null, which can stand beside every one.
        case known(ITwin.Field.Kind?)
        case boolean
        case unknown
    }

    var kind: Kind {
        switch self {
        case .property(let field): .known(field.kind)
        case .literal(.text): .known(.text)
        case .literal(.number): .known(.number)
        case .literal(.moment): .known(.moment)
        case .literal(.null): .known(nil)
        case .literal(.boolean): .boolean
        case .unknown: .unknown
        }
    }

    var operand: FilterExpression.Operand? {
        switch self {
        case .property(let field): .property(field)
        case .literal(let literal): .literal(literal)
        case .unknown: nil
        }
    }

    /// True for what `in` may follow.
    var canBeInList: Bool {
        switch self {
        case .property, .unknown: true
        case .literal: false
        }
    }

    /// What stands here in words, for a message.
    var words: String {
        let value =
            switch kind {
            case .known(.text): "a string"
            case .known(.number): "a number"
            case .known(.moment): "a date-time"
            case .known(nil): "null"
            case .boolean: "a boolean"
            case .unknown: "an unknown property"
            }
        guard case .property(let field) = self else { return value }
        return "\(field.rawValue) (\(value))"
    }
}
