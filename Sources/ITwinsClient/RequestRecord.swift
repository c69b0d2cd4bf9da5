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
        logger.info("\(line) \(reply.status)", metadata: metadata(reply))
    }

    /// There was no answer, or none that could be used.
    func ended(with error: RequestError, _ reply: Transport.Reply? = nil) {
        let status = reply.map { " \($0.status)" } ?? ""
        let level: Logger.Level = error.reason == .cancelled ? .info : .warning
        let doubt = error.outcomeUnknown ? ", outcome unknown" : ""
        logger.log(level: level, "\(line)\(status) \(Self.summary(error.reason))\(doubt)", metadata: metadata(reply))
    }

    private func metadata(_ reply: Transport.Reply?) -> Logger.Metadata {
        var metadata = metadata(bytes: reply?.body.count)
        if let id = reply?.header("x-correlation-id") { metadata["correlation"] = "\(id.oneLine(100))" }
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
        case .pagingStopped, .notInDocumentRoutes, .noToken: "not sent"
        }
    }
}
