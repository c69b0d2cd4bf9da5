public import ITwinsAPI
public import ITwinsClient

extension ITwinsClient {
    /// Runs a test's part with a client, and closes it afterwards.
    ///
    /// - Parameters:
    ///   - baseURL: the service's.
    ///   - token: what requests are signed with.
    ///   - limits: the default is what people get; tests of limits set smaller ones.
    ///   - network: how services elsewhere are reached.
    ///   - time: the default is one in which no wait takes any time.
    ///   - log: gets everything that the client logs.
    ///   - body: the test's part.
    /// - Throws: what the test's part throws, and when the base URL is none.
    public static func run<Value: Sendable>(
        _ baseURL: String,
        routes: RouteTable = .live,
        token: String = "token",
        limits: ClientLimits = ClientLimits(),
        network: NetworkSettings = .direct,
        time: VirtualTime = VirtualTime(),
        log: CapturedLog = CapturedLog(),
        _ body: (ITwinsClient) async throws -> Value
    ) async throws -> Value {
        let configuration = try ClientConfiguration(
            baseURL: baseURL,
            routes: routes,
            userAgent: "twinscope-tests/1",
            limits: limits,
            network: network,
            time: time.clientTime
        ) { _ in Secret(token) }
        return try await run(configuration, log: log, body)
    }

    /// Runs a test's part with a client of a configuration, and closes it afterwards.
    ///
    /// - Throws: what the test's part throws.
    public static func run<Value: Sendable>(
        _ configuration: ClientConfiguration,
        log: CapturedLog = CapturedLog(),
        _ body: (ITwinsClient) async throws -> Value
    ) async throws -> Value {
        let client = ITwinsClient(configuration, logger: log.logger)
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// The error that an operation ends with; nil when it succeeds.
    public func failure(
        of operation: ITwinsAPI.Operation,
        isUserInitiated: Bool = false,
        progress: (@Sendable (RequestProgress) -> Void)? = nil
    ) async -> RequestError? {
        do throws(RequestError) {
            _ = try await perform(operation, isUserInitiated: isUserInitiated, progress: progress)
            return nil
        } catch {
            return error
        }
    }
}
