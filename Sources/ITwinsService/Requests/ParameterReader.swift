import HTTPTypes
import ITwinsAPI

/// Reads the parameters of a query, and headers that act as such, and collects what is wrong with them.
///
/// Reading in the order of the contract's tables gives problems in that order. An empty parameter counts as absent.
struct ParameterReader {
    let query: Query
    let headers: HTTPFields
    var problems: ValidationErrors

    init(_ call: Call) {
        query = call.query
        headers = call.headers
        problems = ValidationErrors(call.query)
    }

    /// Any text.
    func text(_ name: String) -> String? { query[name] }

    /// `$top` and `$skip` with their defaults and ranges (contract section 2.4).
    mutating func window() -> (skip: Int, top: Int) {
        let top = number("$top", default: Rules.defaultPageSize, in: Rules.pageSizes)
        let skip = number("$skip", default: 0, in: 0...Int.max)
        return (skip, top)
    }

    /// A boolean; nil when it is absent or wrong.
    mutating func flag(_ name: String) -> Bool? {
        guard let text = query[name] else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default:
            problems.add(.invalidValue, name, "'\(APIError.echo(text))' is not true or false.")
            return nil
        }
    }

    /// One value of an enumeration, letter case aside; nil when it is absent or wrong.
    mutating func value<Value: OpenText>(_ name: String) -> Value? {
        guard let text = query[name] else { return nil }
        guard let value = Value.known(text) else {
            problems.add(.invalidValue, name, Self.unknown(text, Value.known))
            return nil
        }
        return value
    }

    /// A comma list of values of an enumeration, letter case aside; empty when it is absent.
    mutating func values<Value: OpenText>(_ name: String) -> [Value] {
        guard let text = query[name] else { return [] }
        do {
            return try CommaList.values(text)
        } catch {
            problems.add(.invalidValue, name, Self.unknown(error.text, Value.known))
            return []
        }
    }

    /// A comma list of fields in the model's order (contract section 17.9); nil when it is absent or wrong.
    mutating func select() -> [ITwin.Field]? {
        guard let text = query["$select"] else { return nil }
        do {
            let fields = try CommaList.fields(text)
            return fields.isEmpty ? nil : ITwin.Field.allCases.filter(fields.contains)
        } catch {
            problems.add(.invalidValue, "$select", error.message)
            return nil
        }
    }

    /// `$orderby` (contract section 17.8); nil when it is absent or wrong.
    mutating func orderBy() -> OrderBy? {
        guard let text = query["$orderby"] else { return nil }
        do {
            return try OrderBy(text)
        } catch {
            problems.add(error, inOrder: text)
            return nil
        }
    }

    /// A number in a header, with its default and range.
    mutating func number(header: HTTPField.Name, default standard: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = headers[header], !text.isEmpty else { return standard }
        guard let number = Self.decimal(text), range.contains(number) else {
            problems.add(.invalidHeaderValue, header.rawName, "\(header.rawName) must be \(Self.name(range)).")
            return standard
        }
        return number
    }

    private mutating func number(_ name: String, default standard: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = query[name] else { return standard }
        guard let number = Self.decimal(text), range.contains(number) else {
            problems.add(.invalidValue, name, "\(name) must be \(Self.name(range)).")
            return standard
        }
        return number
    }

    /// Decimal digits and nothing else: no sign, exponent, blank or full-width digit (reliability S11).
    private static func decimal(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func name(_ range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max
            ? "a whole number of \(range.lowerBound) or more"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func unknown<Value: OpenText>(_ text: String, _ known: [Value]) -> String {
        "'\(APIError.echo(text))' is not one of \(known.map(\.rawValue).joined(separator: ", "))."
    }
}

/// Lists of values separated by commas. Blanks around a value and empty values do not count.
enum CommaList {
    /// The first value that is not known.
    struct Unknown: Error {
        let text: String

        /// The words of contract section 17.19.
        var message: String { "The $select string contains an unknown property '\(APIError.echo(text))'." }
    }

    /// The values of an enumeration, letter case aside, each once.
    static func values<Value: OpenText>(_ text: String) throws(Unknown) -> [Value] {
        try parse(text, Value.known)
    }

    /// Fields of an iTwin, letter case aside, each once.
    static func fields(_ text: String) throws(Unknown) -> [ITwin.Field] {
        try parse(text) { ITwin.Field(name: $0) }
    }

    private static func parse<Value: OpenText>(_ text: String, _ known: [Value]) throws(Unknown) -> [Value] {
        try parse(text) { Value.known($0) }
    }

    private static func parse<Value: Equatable>(_ text: String, _ read: (String) -> Value?) throws(Unknown) -> [Value] {
        var values: [Value] = []
        for part in text.split(separator: ",") {
            let name = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            guard !name.isEmpty else { continue }
            guard let value = read(name) else { throw Unknown(text: name) }
            if !values.contains(value) { values.append(value) }
        }
        return values
    }
}
