import ITwinsAPI

/// The problems of a request, collected in the contract's order so that one answer tells them all (contract section
/// 17.5).
struct ValidationErrors: Sendable {
    private(set) var details: [APIError.Detail] = []
    /// The words of contract section 17.19 for a filter that does not parse.
    private var syntaxError: String?

    /// Starts with none.
    init() {}

    /// Starts with the parameters that stand more than once in a query (contract section 17.20).
    init(_ query: Query) {
        for name in query.repeatedNames {
            add(.invalidParameter, APIError.echo(name), "The parameter is repeated.")
        }
    }

    /// Notes a problem.
    mutating func add(_ code: ProblemCode, _ target: String, _ message: String) {
        details.append(APIError.Detail(code: code.rawValue, message: message, target: target))
    }

    /// True when there is a problem of a target already.
    func isAbout(_ target: String) -> Bool { details.contains { $0.target == target } }

    /// Notes what is wrong with a filter (contract sections 3.3 and 6.1).
    mutating func add(_ error: FilterError, inFilter text: String) {
        switch error.kind {
        case .syntax:
            syntaxError = "Syntax error at position \(error.position) in '\(APIError.echo(text))'."
            add(.invalidParameter, "$filter", Self.message(error))
        case .unknownProperty(let name):
            add(.invalidValue, "$filter", Self.unknown(name, "$filter", error))
        case .unusable: add(.invalidParameter, "$filter", Self.message(error))
        }
    }

    /// Notes what is wrong with an order.
    mutating func add(_ error: FilterError, inOrder text: String) {
        switch error.kind {
        case .unknownProperty(let name): add(.invalidValue, "$orderby", Self.unknown(name, "$orderby", error))
        case .syntax, .unusable: add(.invalidValue, "$orderby", Self.message(error))
        }
    }

    private static func message(_ error: FilterError) -> String { "\(error.message) (position \(error.position))." }

    private static func unknown(_ name: String, _ parameter: String, _ error: FilterError) -> String {
        let name = APIError.echo(name)
        return "The \(parameter) string contains an unknown property '\(name)' (position \(error.position))."
    }

    /// - Throws: `InvalidiTwinsRequest` with every problem noted so far, if there is one.
    func check(_ message: String) throws(APIError) {
        guard details.isEmpty else { throw .invalidITwinsRequest(syntaxError ?? message, details) }
    }
}
