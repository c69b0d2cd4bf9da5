import Foundation
public import ITwinsAPI
public import Logging

/// Asks an iTwins service over HTTP. One client is made for a program; its requests may run side by side.
public struct ITwinsClient: Sendable {
    let configuration: ClientConfiguration
    private let transport: Transport
    private let logger: Logger

    /// Makes a client; nothing is sent yet.
    public init(_ configuration: ClientConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        transport = Transport(configuration.limits)
    }

    /// Closes all connections; the client cannot be used any more.
    public func shutdown() async {
        await transport.shutdown()
    }

    /// Performs an operation; cancelling the task stops the request and closes its connection.
    ///
    /// - Throws: `RequestError`. `outcomeUnknown` is set when something was to be created and the answer was lost (reliability H3).
    public func perform(_ operation: ITwinsAPI.Operation) async throws(RequestError) -> Answer {
        guard let request = operation.request(in: configuration.routes) else {
            throw RequestError(.notInDocumentRoutes, operation: operation.id)
        }
        let url = request.link ?? url(of: request)
        if request.link != nil, !isOwn(url) {
            throw error(.pagingStopped("the next page lies on another server or route"), operation.id)
        }
        let token = try await token(for: operation.id)
        let started = ContinuousClock.now
        do throws(Transport.Failure) {
            let reply = try await transport.send(
                Transport.Call(
                    method: request.method.rawValue,
                    url: url,
                    headers: headers(of: request, token: token),
                    body: request.body?.bytes,
                    mayRepeat: request.method == .get
                )
            )
            log(request, reply, since: started)
            return try answer(operation, reply)
        } catch {
            log(request, error, since: started)
            throw failure(error, of: operation)
        }
    }

    // MARK: Requests

    private func url(of request: APIRequest) -> String {
        "\(configuration.origin)\(configuration.pathPrefix)\(request.path)" + (request.query.isEmpty ? "" : "?\(request.query)")
    }

    /// Whether a link leads to the list of this service: its origin and its route, whatever the letter case of `iTwins`.
    func isOwn(_ link: String) -> Bool {
        guard let components = URLComponents(string: link), Origin(components) == configuration.origin, components.user == nil else {
            return false
        }
        var path = components.percentEncodedPath.lowercased()
        while path.hasSuffix("/") { path.removeLast() }
        let list = configuration.pathPrefix.lowercased() + "/itwins"
        return path == list || path == list + "/itwins"
    }

    private func token(for operation: OperationID) async throws(RequestError) -> Secret {
        do {
            return try await configuration.accessToken()
        } catch {
            throw self.error(Task.isCancelled ? .cancelled : .noToken("\(error)"), operation)
        }
    }

    private func headers(of request: APIRequest, token: Secret) -> [(name: String, value: String)] {
        var headers = [
            ("Authorization", "Bearer \(token.revealed)"), ("Accept", "application/vnd.bentley.itwin-platform.v1+json"),
            ("Accept-Encoding", "identity"), ("User-Agent", configuration.userAgent),
        ]
        headers += request.headers
        if request.body != nil { headers.append(("Content-Type", "application/json")) }
        return headers.map { (name: $0.0, value: $0.1) }
    }

    // MARK: Answers

    private func answer(_ operation: ITwinsAPI.Operation, _ reply: Transport.Reply) throws(Transport.Failure) -> Answer {
        switch reply.status {
        case 200..<300: break
        case 300..<400: throw Transport.Failure(.redirected, reply: reply)
        default: throw Transport.Failure(.refused(refusal(reply)), reply: reply)
        }
        if reply.coding != nil { throw unexpected("a content coding that nobody asked for (\(reply.coding ?? ""))", reply) }
        var body: JSON?
        if !reply.body.isEmpty {
            guard reply.isJSON else { throw unexpected(preview(reply), reply) }
            do throws(JSON.SyntaxError) {
                body = try JSON.parse(reply.body)
            } catch {
                throw unexpected("no UTF-8 JSON at byte \(error.offset): \(error.reason)", reply)
            }
        }
        do throws(ITwinsAPI.Operation.UnexpectedAnswer) {
            return try operation.answer(body: body, maxReturn: reply.header("X-Max-Return").flatMap { Int($0) })
        } catch {
            throw unexpected(error.reason, reply)
        }
    }

    private func unexpected(_ what: String, _ reply: Transport.Reply) -> Transport.Failure {
        Transport.Failure(.unexpectedAnswer(what), reply: reply)
    }

    /// What came instead of JSON, in one line: a proxy's page tells most by its beginning.
    private func preview(_ reply: Transport.Reply) -> String {
        let type = reply.header("Content-Type") ?? "no media type"
        let text = String(decoding: reply.body.prefix(800), as: UTF8.self)
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
        return "\(configuration.origin.authority) sent \(type) instead of JSON: \(line.prefix(200))"
    }

    private func refusal(_ reply: Transport.Reply) -> APIError {
        if reply.isJSON, let body = try? JSON.parse(reply.body), let error = APIError(status: reply.status, body: body) { return error }
        let message = reply.body.isEmpty ? "without a reason" : preview(reply)
        return APIError(status: reply.status, code: "HTTP \(reply.status)", message: message)
    }

    private func failure(_ failure: Transport.Failure, of operation: ITwinsAPI.Operation) -> RequestError {
        var error = error(failure.reason, operation.id)
        error.correlationID = failure.reply?.header("x-correlation-id").map { String($0.prefix(100)) }
        error.outcomeUnknown = operation.id.createsSomething && isOutcomeUnknown(failure)
        return error
    }

    /// Whether a request to create may have been done although there is no answer that says so (reliability H3).
    private func isOutcomeUnknown(_ failure: Transport.Failure) -> Bool {
        switch failure.reason {
        case .refused(let error): error.status >= 500 && error.status != 501 && error.status != 505
        case .timedOut, .interrupted, .unexpectedAnswer, .tooLarge: true
        case .cancelled: failure.wasSent
        case .unreachable, .redirected, .pagingStopped, .notInDocumentRoutes, .noToken: false
        }
    }

    func error(_ reason: RequestError.Reason, _ operation: OperationID) -> RequestError {
        RequestError(reason, operation: operation, host: configuration.origin.authority)
    }

    // MARK: Log

    private func log(_ request: APIRequest, _ reply: Transport.Reply, since start: ContinuousClock.Instant) {
        logger.info(
            "\(request.method.rawValue) \(request.path) \(reply.status)",
            metadata: [
                "ms": "\((ContinuousClock.now - start) / .milliseconds(1))", "bytes": "\(reply.body.count)",
                "correlation": "\(reply.header("x-correlation-id") ?? "none")",
            ]
        )
    }

    private func log(_ request: APIRequest, _ failure: Transport.Failure, since start: ContinuousClock.Instant) {
        logger.warning(
            "\(request.method.rawValue) \(request.path) failed: \(failure.summary)",
            metadata: [
                "ms": "\((ContinuousClock.now - start) / .milliseconds(1))",
                "correlation": "\(failure.reply?.header("x-correlation-id") ?? "none")",
            ]
        )
    }
}
