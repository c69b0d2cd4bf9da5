/// A condition on iTwins: what the text of `$filter` means (contract sections 6.1, 17.7 and 17.20).
///
/// The tree cannot compare a value with a value: a condition is always about a field.
public indirect enum FilterExpression: Hashable, Sendable {
    /// A field compared with a value or another field.
    case comparison(ITwin.Field, Comparison, Operand)
    /// Part of a field's text, letter case aside.
    case call(Function, ITwin.Field, Operand)
    /// A field that is equal to one of the values.
    case anyOf(ITwin.Field, [Literal])
    /// Both hold.
    case and(FilterExpression, FilterExpression)
    /// One of them holds, or both.
    case or(FilterExpression, FilterExpression)
    /// It does not hold.
    case not(FilterExpression)

    /// How two values are compared; the texts are those of the language.
    public enum Comparison: String, CaseIterable, Sendable {
        case equal = "eq"
        case notEqual = "ne"
        case greater = "gt"
        case greaterOrEqual = "ge"
        case less = "lt"
        case lessOrEqual = "le"

        /// The comparison that says the same of the two sides exchanged.
        var mirrored: Comparison {
            switch self {
            case .equal, .notEqual: self
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            }
        }
    }

    /// Where a text is looked for in another; the texts are those of the language.
    public enum Function: String, CaseIterable, Sendable {
        case contains, startsWith = "startswith", endsWith = "endswith"
    }

    /// What stands on the other side of a comparison or call.
    public enum Operand: Hashable, Sendable {
        case property(ITwin.Field)
        case literal(Literal)
    }

    /// A value in a filter.
    public enum Literal: Hashable, Sendable {
        case text(String)
        /// A finite number.
        case number(Double)
        case boolean(Bool)
        /// No value.
        case null
        case moment(Timestamp)
    }

    /// True when a condition on a field is part of this.
    public func mentions(_ field: ITwin.Field) -> Bool {
        switch self {
        case .comparison(field, _, _), .comparison(_, _, .property(field)), .call(_, field, _),
            .call(_, _, .property(field)), .anyOf(field, _):
            true
        case .comparison, .call, .anyOf: false
        case .and(let left, let right), .or(let left, let right): left.mentions(field) || right.mentions(field)
        case .not(let expression): expression.mentions(field)
        }
    }
}

// MARK: - Writing

extension FilterExpression {
    /// The expression in the language of `$filter`, as the live service's samples write it; not percent-encoded.
    public var text: String {
        switch self {
        case .comparison(let field, let comparison, let operand):
            "\(field.rawValue) \(comparison.rawValue) \(operand.text)"
        case .call(let function, let field, let operand): "\(function.rawValue)(\(field.rawValue),\(operand.text))"
        // The live service's samples have square brackets; whether it takes round ones is not known.
        case .anyOf(let field, let values): "\(field.rawValue) in [\(values.map(\.text).joined(separator: ","))]"
        case .and(let left, let right): "\(left.text(within: .and)) and \(right.text(within: .not))"
        case .or(let left, let right): "\(left.text) or \(right.text(within: .and))"
        // Standard OData has `not` bind closer than comparisons: brackets mean the same to everybody.
        case .not(let expression): "not \(expression.text(within: .call))"
        }
    }

    /// How closely operators bind, loosest first.
    private enum Binding: Int {
        case or, and, not, call
    }

    private var binding: Binding {
        switch self {
        case .or: .or
        case .and: .and
        case .not, .comparison, .anyOf: .not
        case .call: .call
        }
    }

    /// The text with brackets around it where something looser stands within something closer.
    private func text(within other: Binding) -> String {
        binding.rawValue < other.rawValue ? "(\(text))" : text
    }
}

extension FilterExpression.Operand {
    fileprivate var text: String {
        switch self {
        case .property(let field): field.rawValue
        case .literal(let literal): literal.text
        }
    }
}

extension FilterExpression.Literal {
    /// The value in the language: quotes in a text are doubled, moments are in UTC.
    fileprivate var text: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .boolean(let value): value ? "true" : "false"
        case .null: "null"
        // A plus sign would be read as a blank by whoever decodes the text once too often.
        case .moment(let moment): moment.description.replacing("+00:00", with: "Z")
        }
    }

    /// Doubles by code points: a quote with an accent on it is another character, and ends the text none the less.
    private static func quoted(_ text: String) -> String {
        var quoted = String.UnicodeScalarView("'".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "'" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("'")
        return String(quoted)
    }
}
