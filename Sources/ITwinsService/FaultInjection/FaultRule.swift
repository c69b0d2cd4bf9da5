/// Trouble on demand: what goes wrong with which requests, and how often (contract section 17.17).
///
/// A rule is written `METHOD PATH ACTION [WHEN]`, such as `GET /itwins/*/repositories 503 every 3`.
///
/// - `METHOD` is a method, or `*` for every one.
/// - `PATH` is compared segment by segment, letter case aside; `*` stands for one segment, `**` at the end for any number.
/// - `ACTION` is an error's status from 400 to 599, with `retry-after SECONDS` if need be; `delay SECONDS`;
///   `redirect URL`; `drop`, which closes the connection in the place of an answer; or `lose`, which does what was asked for
///   and then closes the connection.
/// - `WHEN` is `every N` requests or `N%` of them by chance; always when it is left out.
public struct FaultRule: Hashable, Sendable {
    /// What goes wrong.
    public enum Action: Hashable, Sendable {
        /// The answer is an error.
        case status(Int, retryAfter: Int?)
        /// The answer comes later, by seconds.
        case delay(Double)
        /// The answer is a 302.
        case redirect(String)
        /// The connection is closed in the place of an answer, and nothing is done.
        case drop
        /// Everything is done, and then the connection is closed in the place of the answer.
        case lose
    }

    /// How often.
    public enum Frequency: Hashable, Sendable {
        /// Every nth request that the rule is about.
        case every(Int)
        /// This part of them by chance, in percent.
        case percent(Int)
    }

    /// The method in upper case; nil for every one.
    public let method: String?
    /// The segments of the path in lower case.
    public let path: [String]
    /// What goes wrong.
    public let action: Action
    /// How often.
    public let frequency: Frequency

    /// Why a text is no rule.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong and what is possible.
        public let description: String
    }

    /// Reads a rule.
    ///
    /// - Throws: `Invalid`.
    public init(_ text: String) throws(Invalid) {
        var words = text.split(separator: " ").map(String.init)[...]
        guard let method = words.popFirst(), let path = words.popFirst(), path.hasPrefix("/") else {
            throw Invalid(description: "write METHOD /path ACTION, such as: GET /itwins/*/repositories 503 every 3")
        }
        guard method == "*" || Self.methods.contains(method.uppercased()) else {
            throw Invalid(description: "“\(method)” isn't a method; use \(Self.methods.joined(separator: ", ")) or *")
        }
        self.method = method == "*" ? nil : method.uppercased()
        self.path = path.split(separator: "/").map { $0.lowercased() }
        if let misplaced = self.path.dropLast().first(where: { $0 == "**" }) {
            throw Invalid(description: "“\(misplaced)” is allowed only at the end of the path")
        }
        action = try Self.action(&words)
        frequency = try Self.frequency(&words)
        if let word = words.first { throw Invalid(description: "“\(word)” is unexpected") }
    }

    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

    private static func action(_ words: inout ArraySlice<String>) throws(Invalid) -> Action {
        switch words.popFirst() {
        case "drop": return .drop
        case "lose": return .lose
        case "delay":
            guard let seconds = words.popFirst().flatMap(Double.init), (0...600).contains(seconds) else {
                throw Invalid(description: "delay requires seconds from 0 to 600")
            }
            return .delay(seconds)
        case "redirect":
            guard let url = words.popFirst(), url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Invalid(description: "redirect requires a URL")
            }
            return .redirect(url)
        case let word?:
            guard let status = Int(word), (400...599).contains(status) else { fallthrough }
            guard words.first == "retry-after" else { return .status(status, retryAfter: nil) }
            guard let seconds = words.dropFirst().first.flatMap({ Int($0) }), seconds >= 0 else {
                throw Invalid(description: "retry-after requires whole seconds")
            }
            words = words.dropFirst(2)
            return .status(status, retryAfter: seconds)
        default:
            throw Invalid(
                description: "the action must be a status from 400 to 599, delay SECONDS, redirect URL, drop or lose"
            )
        }
    }

    private static func frequency(_ words: inout ArraySlice<String>) throws(Invalid) -> Frequency {
        guard let word = words.first else { return .every(1) }
        if word == "every", let count = words.dropFirst().first.flatMap({ Int($0) }), count > 0 {
            words = words.dropFirst(2)
            return .every(count)
        }
        if word.hasSuffix("%"), let percent = Int(word.dropLast()), (0...100).contains(percent) {
            words = words.dropFirst()
            return .percent(percent)
        }
        throw Invalid(description: "“\(word)” isn't a frequency; use every N or N%")
    }

    /// True when the rule is about a request, whatever its frequency.
    ///
    /// - Parameter path: the decoded segments.
    func isAbout(_ method: String, _ path: [String]) -> Bool {
        guard self.method == nil || self.method == method else { return false }
        let isOpen = self.path.last == "**"
        let pattern = isOpen ? self.path.dropLast() : self.path[...]
        guard isOpen ? path.count >= pattern.count : path.count == pattern.count else { return false }
        return zip(pattern, path).allSatisfy { $0 == "*" || $0 == $1.lowercased() }
    }
}
