import ITwinsAPI

/// How long an answer wants to be left alone (reliability H5; RFC 9110 section 10.2.3).
enum RetryAfter: Hashable, Sendable {
    /// So many seconds, more than none.
    case seconds(Int)
    /// A time that is over: at once, but for a random bit.
    case past
    /// Nothing that can be read, or nothing at all.
    case unknown

    /// The longest wait that goes by itself, in seconds; for a longer one a user is asked.
    static let longestWait = 60.0
    /// Longer ones are as good as for ever.
    private static let longestKnown = 366 * 86_400

    /// - Parameters:
    ///   - value: of `Retry-After`; nil when there is none.
    ///   - date: the answer's own `Date`, as its clock and not this machine's is meant.
    ///   - now: in place of a date that is not there.
    init(_ value: String?, date: String?, now: Timestamp) {
        let text = value.map { String($0.drop { $0 == " " || $0 == "\t" }.prefix(60)) } ?? ""
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        if !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            let seconds = min(Int(digits) ?? Self.longestKnown, Self.longestKnown)
            self = text.hasPrefix("-") || seconds == 0 ? .past : .seconds(seconds)
        } else if let moment = Timestamp.at(httpDate: text) {
            let start = date.flatMap { Timestamp.at(httpDate: $0) } ?? now
            let seconds = (moment.secondsSince1970 - start.secondsSince1970).rounded(.up)
            self = seconds > 0 ? .seconds(min(Int(seconds), Self.longestKnown)) : .past
        } else {
            self = .unknown
        }
    }

    /// How long to wait, in seconds.
    ///
    /// - Parameters:
    ///   - attempt: which try failed, from 1.
    ///   - jitter: the random bit for a time that is over.
    func wait(afterAttempt attempt: Int, jitter: Double) -> Double {
        switch self {
        case .seconds(let seconds): Double(seconds)
        case .past: jitter
        case .unknown: Double(1 << min(max(attempt - 1, 0), 2))
        }
    }
}
