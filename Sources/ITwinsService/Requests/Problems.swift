import ITwinsAPI

/// The problems of a request, collected in the contract's order so that one answer tells them all (contract section
/// 17.5).
struct Problems: Sendable {
    private(set) var details: [APIError.Detail] = []

    /// Starts with none.
    init() {}

    /// Starts with the parameters that stand more than once in a query (contract section 17.20).
    init(_ query: Query) {
        for name in query.repeatedNames {
            add(.invalidParameter, APIError.echo(name), "The parameter stands more than once.")
        }
    }

    /// Notes a problem.
    mutating func add(_ code: ProblemCode, _ target: String, _ message: String) {
        details.append(APIError.Detail(code: code.rawValue, message: message, target: target))
    }

    /// True when there is a problem of a target already.
    func isAbout(_ target: String) -> Bool { details.contains { $0.target == target } }

    /// Notes that something of the contract is not built (contract section 17.17).
    mutating func addNotBuilt(_ target: String, _ what: String) {
        add(.invalidParameter, target, "This service does not do \(what) yet.")
    }

    /// - Throws: `InvalidiTwinsRequest` with every problem noted so far, if there is one.
    func check(_ message: String) throws(APIError) {
        guard details.isEmpty else { throw .invalidITwinsRequest(message, details) }
    }
}
