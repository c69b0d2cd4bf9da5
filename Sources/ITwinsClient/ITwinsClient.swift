public import ITwinsAPI
public import Logging

/// Asks an iTwins service over HTTP. One client is made for a program; its requests may run side by side.
public struct ITwinsClient: Sendable {
    let configuration: ClientConfiguration
    let transport: Transport
    let logger: Logger

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameter logger: gets a line for every request: method, path, status, time, size and correlation id; never
    ///   tokens, queries and bodies.
    public init(_ configuration: ClientConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        transport = Transport(configuration.limits)
    }

    /// Closes all connections; the client cannot be used any more. Required before the last reference goes.
    public func shutdown() async {
        await transport.shutdown()
    }

    /// Performs an operation.
    ///
    /// Cancelling the task stops the request and closes its connection. Nothing is repeated by itself but a GET, once,
    /// whose connection turns out to be closed (reliability H3).
    ///
    /// - Throws: `RequestError`. Its `outcomeUnknown` is set when something was to be created, the request may have
    ///   reached the service, and there is no answer that says what came of it.
    public func perform(_ operation: ITwinsAPI.Operation) async throws(RequestError) -> Answer {
        guard let request = operation.request(in: configuration.routes) else {
            throw RequestError(.notInDocumentRoutes, operation: operation.id)
        }
        guard let url = url(of: request) else {
            throw error(.pagingStopped("the next page lies on another server or route"), operation.id)
        }
        let token = try await token(for: operation.id)
        let call = Transport.Call(
            method: request.method.rawValue,
            url: url,
            headers: headers(of: request, token: token),
            body: request.body?.bytes
        )
        let record = RequestRecord(request, logger)
        let reply: Transport.Reply
        do throws(Transport.Failure) {
            reply = try await transport.send(call)
        } catch {
            var lost = self.error(error.reason, operation.id)
            lost.outcomeUnknown = operation.id.createsSomething && error.wasSent
            record.ended(with: lost)
            throw lost
        }
        do throws(RequestError) {
            let answer = try self.answer(to: operation, reply.quoting(nothingOf: token))
            record.ended(with: reply)
            return answer
        } catch {
            record.ended(with: error, reply)
            throw error
        }
    }

    /// An error of this client's service.
    func error(_ reason: RequestError.Reason, _ operation: OperationID) -> RequestError {
        RequestError(reason, operation: operation, host: configuration.origin.authority)
    }

    private func token(for operation: OperationID) async throws(RequestError) -> Secret {
        let token: Secret
        do {
            token = try await configuration.accessToken()
        } catch {
            throw self.error(
                Task.isCancelled || error is CancellationError ? .cancelled : .noToken("\(error)".oneLine(300)),
                operation
            )
        }
        // RFC 6750 section 2.1; the library's own complaint about such a header would quote it.
        guard !token.revealed.isEmpty, token.revealed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            let what =
                token.revealed.isEmpty
                ? "the access token is empty" : "the access token has blanks or characters beyond ASCII"
            throw self.error(.noToken(what), operation)
        }
        return token
    }

    private func headers(of request: APIRequest, token: Secret) -> [(name: String, value: String)] {
        var headers = [
            (name: "Authorization", value: "Bearer \(token.revealed)"),
            (name: "Accept", value: "application/vnd.bentley.itwin-platform.v1+json"),
            (name: "Accept-Encoding", value: "identity"),
            (name: "User-Agent", value: configuration.userAgent),
        ]
        headers += request.headers
        if request.body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        return headers
    }
}
