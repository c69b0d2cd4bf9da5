public import ITwinsAPI
public import Logging

/// Asks an iTwins service over HTTP. One client is made for a program; its requests may run side by side.
public struct ITwinsClient: Sendable {
    let configuration: ClientConfiguration
    let transport: Transport
    let logger: Logger
    /// What further tries may still cost.
    let budget = RetryBudget()
    /// The time in which the service wants no request.
    let rateLimit: RateLimitGate
    private let sharedAnswers = RequestCoalescer()

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameter logger: gets a line for every request: method, path, status, time, size and correlation id; never
    ///   tokens, queries and bodies.
    public init(_ configuration: ClientConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        transport = Transport(configuration)
        rateLimit = RateLimitGate(configuration.time)
    }

    /// Closes all connections; the client cannot be used any more. Required before the last reference goes.
    public func shutdown() async {
        await transport.shutdown()
    }

    /// Performs an operation.
    ///
    /// Cancelling the task stops the request and closes its connection. What fails is tried again by the matrix of
    /// reliability H3, three times at most in all; what creates something never is once it may have been done. Questions
    /// that are equal and under way at a time share one answer.
    ///
    /// - Parameters:
    ///   - isUserInitiated: whether a user asks for just this, so that it is tried again although many others failed.
    ///   - progress: is told of waits, further tries and how much of a file was sent.
    /// - Throws: `RequestError`. Its `outcomeUnknown` is set when something was to be created, changed or deleted, the
    ///   request may have reached the service, and there is no answer that says what came of it.
    public func perform(
        _ operation: ITwinsAPI.Operation,
        isUserInitiated: Bool = false,
        progress: (@Sendable (RequestProgress) -> Void)? = nil
    ) async throws(RequestError) -> Answer {
        guard let request = operation.request(in: configuration.routes) else {
            throw RequestError(.notInDocumentRoutes, operation: operation.id)
        }
        let call = RequestCall(request, isUserInitiated: isUserInitiated, token: configuration.requestTokens())
        guard request.method == .get else {
            sharedAnswers.changed()
            defer { sharedAnswers.changed() }
            return try await answer(to: operation, call, progress ?? { _ in })
        }
        let cancelled = error(.cancelled, operation.id)
        let outcome = await sharedAnswers.answer(to: operation, cancelled: cancelled, notice: progress) { notice in
            do throws(RequestError) {
                return .success(try await answer(to: operation, call, notice))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// A request as it was made: what is asked for, by whom and how urgently.
    struct RequestCall: Sendable {
        let request: APIRequest
        /// Whether a user asks for just this.
        let isUserInitiated: Bool
        /// Gives the tokens of all of its tries.
        let token: ClientConfiguration.AccessToken

        init(_ request: APIRequest, isUserInitiated: Bool, token: @escaping ClientConfiguration.AccessToken) {
            self.request = request
            self.isUserInitiated = isUserInitiated
            self.token = token
        }
    }

    /// Begins to follow a request.
    func record(_ request: APIRequest, of operation: OperationID) -> RequestRecord {
        let target =
            request.link.map { Exchange.parts(of: $0).target } ?? request.path
            + (request.query.isEmpty ? "" : "?\(request.query)")
        return record(request.method.rawValue, request.path, target, configuration.origin.authority, operation)
    }

    /// Begins to follow what is sent to a host.
    ///
    /// - Parameters:
    ///   - line: what the log is told of the target.
    ///   - operation: nil for what is no operation of the API.
    func record(_ method: String, _ line: String, _ target: String, _ host: String, _ operation: OperationID? = nil)
        -> RequestRecord
    {
        let now = configuration.time.now()
        let exchange = Exchange(operation, method: method, target: target, host: host, at: now)
        return RequestRecord("\(method) \(line)", exchange, logger, tell: configuration.recorder)
    }

    /// An error of this client's service.
    func error(_ reason: RequestError.Reason, _ operation: OperationID) -> RequestError {
        RequestError(reason, operation: operation, host: configuration.origin.authority)
    }
}
