import Foundation
public import ITwinsAPI
public import ITwinsService
import Logging
import Synchronization

/// A local service that runs in this process for the length of a test, on a free port of the loopback address.
public struct LocalService: Sendable {
    /// The base URL, such as `http://127.0.0.1:41873/itwins`.
    public let baseURL: String
    /// The bearer token.
    public let token: Secret
    /// The secret of the client `twinscope-service`; empty without a provider.
    public let clientSecret: Secret
    /// The port on the loopback address.
    public let port: Int
    /// The clock of the service, when the test gave one.
    public let clock: TestClock?
    /// The lines of the service's log so far.
    public let log: CapturedLog

    /// Runs a service, and stops it when the test's part has ended.
    ///
    /// - Parameters:
    ///   - database: where the iTwins are kept; the default is memory.
    ///   - sampleData: what is in it besides the Account; the default is nothing.
    ///   - requiresSignIn: whether the service is an OpenID provider. The administrator has a fixed token then too, and
    ///     the sign-in code is that of `OpenedSignInPage`.
    ///   - accessTokenSeconds: how long those are good.
    ///   - clock: the service's time; nil for the system's.
    ///   - configure: changes what else the service is started with.
    ///   - body: the test's part, which begins once requests are taken.
    /// - Throws: what the service or the test's part throws.
    public static func run<Value: Sendable>(
        database: ServiceConfiguration.Database = .memory,
        sampleData: ServiceConfiguration.SampleData = .none,
        requiresSignIn: Bool = false,
        accessTokenSeconds: Int = 3600,
        clock: TestClock? = nil,
        configure: (inout ServiceConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (LocalService) async throws -> Value
    ) async throws -> Value {
        var configuration = ServiceConfiguration(database: database, sampleData: sampleData)
        configuration.requiresSignIn = requiresSignIn
        if requiresSignIn {
            configuration.signInCode = Secret(OpenedSignInPage.code)
            configuration.tokens[.administrator] = Secret("token-of-the-administrator-\(UUID().uuidString)")
        }
        configuration.accessTokenSeconds = accessTokenSeconds
        if let clock { configuration.now = { clock.now } }
        configure(&configuration)
        let log = CapturedLog(level: .info)
        let service = try await ITwinsService(configuration, logger: log.logger)
        let (addresses, ready) = AsyncThrowingStream.makeStream(of: ServiceAddress.self)
        let running = Task {
            do {
                try await service.run { ready.yield($0) }
                ready.finish()
            } catch {
                ready.finish(throwing: error)
                throw error
            }
        }
        do {
            let value = try await body(try await Self.first(of: addresses, clock, log))
            running.cancel()
            try await running.value
            return value
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
    }

    /// Opens a database as a service does, without starting one.
    ///
    /// - Throws: `ServiceError` when it cannot be used.
    public static func open(_ database: ServiceConfiguration.Database) async throws {
        _ = try await ITwinsService(ServiceConfiguration(database: database), logger: CapturedLog().logger)
    }

    /// A client that signs in at the service.
    public var oauth: TestOAuthClient { TestOAuthClient(port: port) }

    /// Why a service did not start although it reported no error.
    public struct NotStarted: Error {}

    private static func first(
        of addresses: AsyncThrowingStream<ServiceAddress, any Error>,
        _ clock: TestClock?,
        _ log: CapturedLog
    ) async throws -> LocalService {
        var iterator = addresses.makeAsyncIterator()
        guard let address = try await iterator.next(),
            let port = address.baseURL.split(separator: ":").last?.split(separator: "/").first.flatMap({ Int($0) })
        else { throw NotStarted() }
        Leftovers.note(secret: address.token.revealed)
        if let provider = address.provider { Leftovers.note(secret: provider.clientSecret.revealed) }
        return LocalService(
            baseURL: address.baseURL,
            token: address.token,
            clientSecret: address.provider?.clientSecret ?? Secret(""),
            port: port,
            clock: clock,
            log: log
        )
    }
}

/// A clock that moves only when a test moves it.
public final class TestClock: Sendable {
    private let moment: Mutex<Timestamp>

    /// Makes a clock that shows 2025-06-01 12:00 UTC, or another moment.
    public init(_ moment: Timestamp = Timestamp(secondsSince1970: 1_748_779_200)) {
        self.moment = Mutex(moment)
    }

    /// What the clock shows.
    public var now: Timestamp { moment.withLock { $0 } }

    /// Moves the clock.
    public func advance(seconds: Double) {
        moment.withLock { $0 = $0.adding(seconds: seconds) }
    }
}
