import GRDB
import ITwinsAPI

/// A filter as an SQL condition (contract section 17.20).
///
/// The text consists of fixed fragments alone: everything from outside is bound. Every part is true or false and never
/// null, so that `NOT` is a true negation.
struct FilterSQL {
    private(set) var text = ""
    private(set) var arguments: [DatabaseValue] = []

    init(_ filter: FilterExpression) {
        append(filter)
    }

    private mutating func append(_ filter: FilterExpression) {
        switch filter {
        case .comparison(let field, let comparison, let operand):
            let left = Self.compared(field)
            switch comparison {
            case .equal: text += "\(left) IS \(value(operand))"
            case .notEqual: text += "\(left) IS NOT \(value(operand))"
            case .greater: text += "(\(left) > \(value(operand))) IS TRUE"
            case .greaterOrEqual: text += "(\(left) >= \(value(operand))) IS TRUE"
            case .less: text += "(\(left) < \(value(operand))) IS TRUE"
            case .lessOrEqual: text += "(\(left) <= \(value(operand))) IS TRUE"
            }
        case .call(let function, let field, let operand): append(function, Self.compared(field), operand)
        case .anyOf(let field, let values): append(field, values)
        case .and(let left, let right): append(left, "AND", right)
        case .or(let left, let right): append(left, "OR", right)
        case .not(let filter):
            text += "NOT ("
            append(filter)
            text += ")"
        }
    }

    private mutating func append(_ left: FilterExpression, _ operator: String, _ right: FilterExpression) {
        text += "("
        append(left)
        text += " \(`operator`) "
        append(right)
        text += ")"
    }

    /// Nothing in the text that is looked for is a wildcard.
    private mutating func append(
        _ function: FilterExpression.Function,
        _ whole: String,
        _ operand: FilterExpression.Operand
    ) {
        switch function {
        case .contains: text += "(instr(\(whole), \(value(operand))) > 0) IS TRUE"
        case .startsWith:
            text += "(substr(\(whole), 1, length(\(value(operand)))) = \(value(operand))) IS TRUE"
        case .endsWith:
            text += """
                (length(\(whole)) >= length(\(value(operand)))
                AND substr(\(whole), length(\(whole)) - length(\(value(operand))) + 1) = \(value(operand))) IS TRUE
                """
        }
    }

    private mutating func append(_ field: ITwin.Field, _ values: [FilterExpression.Literal]) {
        let column = Self.compared(field)
        let marks = values.filter { $0 != .null }.map { value(.literal($0)) }.joined(separator: ", ")
        text += "((\(column) IN (\(marks))) IS TRUE"
        if values.contains(.null) { text += " OR \(column) IS NULL" }
        text += ")"
    }

    /// A field's column, or a question mark whose argument is bound.
    private mutating func value(_ operand: FilterExpression.Operand) -> String {
        switch operand {
        case .property(let field): return Self.compared(field)
        case .literal(let literal):
            arguments.append(literal.compared)
            return "?"
        }
    }

    /// What of a field is compared: texts in the form of `FoldedText`.
    private static func compared(_ field: ITwin.Field) -> String {
        let column = ITwinWriter.column(of: field)
        switch field {
        case .type, .number, .displayName: return "iTwin.\(field.rawValue)Fold"
        // UUIDs are kept in lower case.
        case .id, .parentId, .iTwinAccountId: return column
        // ASCII alone, for which SQLite's own function does the same at a fraction of the cost.
        case .class, .subClass, .ianaTimeZone, .dataCenterLocation, .status, .createdBy, .lastModifiedBy:
            return "lower(\(column))"
        case .geographicLocation, .imageName, .image: return "foldedText(\(column))"
        case .latitude, .longitude, .createdDateTime, .lastModifiedDateTime: return column
        }
    }
}

extension FilterExpression.Literal {
    /// The value as it is compared with a column.
    fileprivate var compared: DatabaseValue {
        switch self {
        case .text(let text): FoldedText.fold(text).databaseValue
        case .number(let number): number.databaseValue
        case .boolean(let value): value.databaseValue
        case .null: .null
        case .moment(let moment): moment.ticks.databaseValue
        }
    }
}
