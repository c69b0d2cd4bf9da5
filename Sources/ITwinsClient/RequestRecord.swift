import ITwinsAPI
import Logging
import Synchronization

/// Follows one request: writes what became of it into the log, never a token, a query's values or a body, and tells whoever
/// records what goes over the wire.
final class RequestRecord: Sendable {
    private let logger: Logger
    private let line: String
    private let start = ContinuousClock.now
    private let tell: (@Sendable (Exchange) -> Void)?
    private let exchange: Mutex<Exchange>
    /// What was sent and is shown to nobody, wherever it comes back.
    private let secrets = Mutex<[Secret]>([])

    /// - Parameters:
    ///   - line: what was asked for, without query.
    ///   - exchange: the same for whoever records it.
    init(_ line: String, _ exchange: Exchange, _ logger: Logger, tell: (@Sendable (Exchange) -> Void)?) {
        (self.logger, self.line, self.tell) = (logger, line, tell)
        self.exchange = Mutex(exchange)
        tell?(exchange)
    }

    private func note(_ change: @Sendable (inout Exchange) -> Void) {
        guard let tell else { return }
        tell(
            exchange.withLock { exchange in
                change(&exchange)
                return exchange
            }
        )
    }

    private func end(_ change: @Sendable (inout Exchange) -> Void) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        note { exchange in
            exchange.seconds = seconds
            change(&exchange)
        }
    }

    /// A try is sent.
    func sending(_ call: Transport.Call, attempt: Int, secrets: [Secret]) {
        guard tell != nil else { return }
        self.secrets.withLock { $0 = secrets }
        let body: (bytes: [UInt8]?, count: Int?) =
            switch call.body {
            case .bytes(let bytes): (bytes, nil)
            case .file(let file, _): (nil, file.count)
            case nil: ([], nil)
            }
        let message = Exchange.Message(headers: call.headers, body: body.bytes, count: body.count, hiding: secrets)
        note { exchange in
            exchange.tries = attempt
            exchange.sent = message
        }
    }

    /// An answer came.
    func received(_ reply: Transport.Reply, of operation: OperationID) {
        guard tell != nil else { return }
        let message = Exchange.Message(
            headers: reply.headers.map { ($0.name, $0.value) },
            body: reply.coding == nil ? reply.body : nil,
            count: reply.body.count,
            isSearched: operation != .getMyITwins,
            hiding: secrets.withLock(\.self)
        )
        note { exchange in
            (exchange.status, exchange.bytes) = (reply.status, reply.body.count)
            exchange.correlationID = reply.header("x-correlation-id")?.oneLine(100)
            exchange.received = message
        }
    }

    /// The file behind a link came whole.
    func ended(withFileOf bytes: Int) {
        end { $0.bytes = bytes }
        logger.info("\(line) done", metadata: metadata(bytes: bytes))
    }

    /// The answer could be used.
    func ended(with reply: Transport.Reply) {
        end { _ in }
        let correlation = reply.header("x-correlation-id")
        logger.info("\(line) \(reply.status)", metadata: metadata(correlation: correlation, bytes: reply.body.count))
    }

    /// What was to be deleted was not found, as a try before whose answer was lost had deleted it.
    func endedByEarlierTry() {
        end { _ in }
        logger.info("\(line) done by an earlier attempt whose response was lost", metadata: metadata(bytes: nil))
    }

    /// A try failed, and there will be another one.
    ///
    /// - Parameter seconds: how long that is waited for; nil for as long as the service wants.
    func failed(with error: RequestError, againIn seconds: Double?) {
        let wait = seconds.map { " in \(Int(($0 * 1000).rounded())) ms" } ?? " when the service allows it"
        logger.info(
            "\(line) \(Self.summary(error.reason)), attempt \(error.attempts) of \(RetryRule.attempts), retry\(wait)",
            metadata: metadata(correlation: error.correlationID)
        )
    }

    /// There was no answer, or none that could be used.
    func ended(with error: RequestError) {
        end { exchange in
            exchange.failure = error.reason
            exchange.tries = error.attempts
        }
        let status = error.apiError.map { " \($0.status)" } ?? ""
        let level: Logger.Level = error.reason == .cancelled ? .info : .warning
        let doubt = error.outcomeUnknown ? ", outcome unknown" : ""
        let tries = error.attempts > 1 ? ", \(error.attempts) tries" : ""
        logger.log(
            level: level,
            "\(line)\(status) \(Self.summary(error.reason))\(doubt)\(tries)",
            metadata: metadata(correlation: error.correlationID)
        )
    }

    private func metadata(correlation: String?, bytes: Int? = nil) -> Logger.Metadata {
        var metadata = metadata(bytes: bytes)
        if let correlation { metadata["correlation"] = "\(correlation.oneLine(100))" }
        return metadata
    }

    private func metadata(bytes: Int?) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["ms": "\(Int((ContinuousClock.now - start) / .milliseconds(1)))"]
        if let bytes { metadata["bytes"] = "\(bytes)" }
        return metadata
    }

    /// The kind of failure, without the service's words, which may quote what was sent.
    private static func summary(_ reason: RequestError.Reason) -> String {
        switch reason {
        case .refused(let error): error.code.oneLine(60)
        case .unreachable(let why): "unreachable: \(why)"
        case .timedOut(let seconds): "no response within \(seconds) s"
        case .interrupted(let how): "interrupted: \(how)"
        case .unexpectedAnswer: "unexpected response"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        case .redirected: "redirected"
        case .cancelled: "cancelled"
        case .pagingStopped, .notInDocumentRoutes, .noToken, .signedOut, .unusableFile: "not sent"
        }
    }
}
