public import ITwinsAPI
public import ITwinsClient
public import Logging
import Synchronization

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
        log: ClientLog = ClientLog(),
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
        log: ClientLog = ClientLog(),
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

/// Keeps everything that a client logs, metadata included, at every level.
public final class ClientLog: Sendable {
    private let messages = Mutex<[String]>([])

    /// Makes an empty log.
    public init() {}

    /// The lines so far: level, message and metadata sorted by key.
    public var lines: [String] { messages.withLock { $0 } }

    /// A logger that writes here.
    public var logger: Logger {
        Logger(label: "client") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: ClientLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            log.messages.withLock { $0.append("\(event.level) \(event.message)\(pairs)") }
        }
    }
}
