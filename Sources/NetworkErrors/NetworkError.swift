public import ITwinsAPI

/// Why an HTTP exchange brought no answer: what an error of the HTTP library, or of those below it, means in words for a
/// user, with nothing of the request but its host.
public struct NetworkError: Error, Hashable, Sendable {
    /// What happened: `cancelled`, `unreachable`, `timedOut`, `interrupted` or `unexpectedAnswer`.
    public let reason: RequestError.Reason
    /// How far the exchange came.
    public let stage: Stage
    /// What helps, as a request without a full stop; nil when nobody needs to do anything.
    public let remedy: String?

    /// How far an exchange came, which tells whether another try may help or harm.
    public enum Stage: Hashable, Sendable {
        /// No byte of the request left: nobody listens, the name is not known, the proxy does not connect.
        case notSent
        /// The connection ended before the first byte of an answer.
        case closed
        /// The request left, and no complete answer came.
        case lost
        /// The request left, and what the answer says will not be known.
        case unread
        /// Another try would not change it.
        case final
    }

    /// Whom a connection leads to.
    public struct Peer: Hashable, Sendable {
        /// The host, as the name service is asked for it.
        public let host: String
        /// Host and port.
        public let address: String

        /// Makes a peer of its host, an IPv6 address in brackets or not.
        public init(host: String, port: Int) {
            self.host = host
            address = "\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host):\(port)"
        }
    }

    /// How long things may take, for the words alone.
    public struct Limits: Hashable, Sendable {
        let connect: Duration?
        let idle: Duration
        let total: Duration

        /// Makes limits of those of the exchange.
        ///
        /// - Parameter connect: until a connection stands; nil when that is not known.
        public init(connect: Duration?, idle: Duration, total: Duration) {
            self.connect = connect
            self.idle = idle
            self.total = total
        }
    }

    /// Makes an error of its parts.
    public init(_ reason: RequestError.Reason, _ stage: Stage, remedy: String? = nil) {
        self.reason = reason
        self.stage = stage
        self.remedy = remedy
    }

    /// Puts an error into words.
    ///
    /// - Parameters:
    ///   - service: what was asked.
    ///   - proxy: through which it was asked; nil for none.
    public init(_ error: any Error, asking service: Peer, through proxy: Peer?, within limits: Limits) {
        self = ErrorDescription(service: service, proxy: proxy, limits: limits).error(error)
    }
}

extension Duration {
    /// The duration in seconds, a part of a second counted as one.
    public var wholeSeconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
