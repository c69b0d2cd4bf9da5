import Foundation
import HummingbirdCore
import ITwinsAPI
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The HTTP server, made of Hummingbird's parts.
///
/// Hummingbird's `Application` is not used because it wakes up every second for its `Date` header: an idle service
/// must sleep.
struct LocalHTTPServer: Sendable {
    let host: String
    let port: Int
    let responder: Responder
    let limits: ServiceLimits
    let now: @Sendable () -> Timestamp
    let logger: Logger

    /// Listens until the task is cancelled or the caller's service group shuts down; then requests in flight have
    /// some seconds to finish.
    ///
    /// - Parameter onReady: is called with the port once requests are taken.
    /// - Throws: `ServiceError` when the address cannot be listened on.
    func run(onReady: @escaping @Sendable (_ port: Int) -> Void) async throws {
        let port = port
        var logger = logger
        // Of Hummingbird's own lines only those that tell of trouble.
        logger.logLevel = max(logger.logLevel, .warning)
        let server = Server(
            childChannelSetup: GuardedHTTP1Channel(responder: responder, limits: limits, now: now, logger: logger),
            configuration: ServerConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in onReady(channel.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(services: [server], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(ServiceLimits.stopSeconds)
        let group = ServiceGroup(configuration: configuration)
        // A task of its own: cancelling the caller's is a wish to stop in order.
        let running = Task { try await group.run() }
        do {
            try await withTaskCancellationOrGracefulShutdownHandler {
                try await running.value
            } onCancelOrGracefulShutdown: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch let error as IOError {
            throw explain(error)
        } catch is SocketAddressError.UnknownHost {
            throw ServiceError.cannotListen(host: host, port: port, reason: "this machine doesn't have this address")
        } catch let error as SocketAddressError {
            throw ServiceError.cannotListen(host: host, port: port, reason: "\(error)")
        }
    }

    private func explain(_ error: IOError) -> ServiceError {
        error.errnoCode == EADDRINUSE
            ? .portInUse(host: host, port: port)
            : .cannotListen(host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
    }
}

/// A connection: Hummingbird's, with a guard between its HTTP decoder and everything else.
private struct GuardedHTTP1Channel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let channel: HTTP1Channel
    private let limits: ServiceLimits
    private let connections: OpenConnections
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    init(responder: Responder, limits: ServiceLimits, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        let connections = OpenConnections(limits)
        self.connections = connections
        channel = HTTP1Channel(
            responder: { request, writer, channel in
                try await Self.answer(request, writer, responder, port: channel.localAddress?.port ?? 0) {
                    connections.trust(channel)
                }
            },
            configuration: HTTP1Channel.Configuration(idleTimeout: .milliseconds(Int64(limits.idleSeconds * 1000)))
        )
        self.limits = limits
        self.now = now
        self.logger = logger
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (now, log, limits, connections) = (now, self.logger, limits, connections)
        return self.channel.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(ProtocolGuard(now: now, logger: log), position: .after(decoder))
            try pipeline.addHandler(SlowPeerGuard(limits: limits, connections: connections), position: .after(decoder))
            // A connection that is accepted while the server stops is handed to nobody, and NIO ends the process when an
            // open one is let go: it is kept until it is closed.
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await channel.handle(value: value, logger: logger)
    }

    private static func answer(
        _ request: Request,
        _ writer: consuming ResponseWriter,
        _ responder: Responder,
        port: Int,
        onTrust: @Sendable () -> Void
    ) async throws {
        let outcome = await responder.respond(to: request, port: port, writer, onTrust: onTrust)
        guard let response = outcome.response else { throw ConnectionEnds() }
        try await writer.write(response: response.head, body: response.body)
        if outcome.closes { throw ConnectionEnds() }
    }

    /// Makes Hummingbird close the connection after an answer.
    private struct ConnectionEnds: Error {}
}
