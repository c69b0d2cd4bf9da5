import ITwinsAPI
import Logging

/// Writes what became of one request into the log: never a token, a query's values or a body.
struct RequestRecord {
    private let logger: Logger
    private let line: String
    private let start = ContinuousClock.now

    init(_ request: APIRequest, _ logger: Logger) {
        self.init("\(request.method.rawValue) \(request.path)", logger)
    }

    /// - Parameter line: what was asked for, without query.
    init(_ line: String, _ logger: Logger) {
        self.logger = logger
        self.line = line
    }

    /// The file behind a link came whole.
    func ended(withFileOf bytes: Int) {
        logger.info("\(line) done", metadata: metadata(bytes: bytes))
    }

    /// The answer could be used.
    func ended(with reply: Transport.Reply) {
        let correlation = reply.header("x-correlation-id")
        logger.info("\(line) \(reply.status)", metadata: metadata(correlation: correlation, bytes: reply.body.count))
    }

    /// What was to be deleted was not found, as a try before whose answer was lost had deleted it.
    func endedByEarlierTry() {
        logger.info("\(line) done by a try whose answer was lost", metadata: metadata(bytes: nil))
    }

    /// A try failed, and there will be another one.
    ///
    /// - Parameter seconds: how long that is waited for; nil for as long as the service wants.
    func failed(with error: RequestError, againIn seconds: Double?) {
        let wait = seconds.map { " in \(Int(($0 * 1000).rounded())) ms" } ?? " when the service allows it"
        logger.info(
            "\(line) \(Self.summary(error.reason)), try \(error.attempts) of \(RetryRule.attempts), again\(wait)",
            metadata: metadata(correlation: error.correlationID)
        )
    }

    /// There was no answer, or none that could be used.
    func ended(with error: RequestError) {
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
        case .timedOut(let seconds): "no answer within \(seconds) s"
        case .interrupted(let how): "interrupted: \(how)"
        case .unexpectedAnswer: "unexpected answer"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        case .redirected: "redirected"
        case .cancelled: "cancelled"
        case .pagingStopped, .notInDocumentRoutes, .noToken, .signedOut, .unusableFile: "not sent"
        }
    }
}
