import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Accepts connections on 127.0.0.1 and hands each to a closure.
struct LoopbackListener: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let channel: NIOAsyncChannel<Connection, Never>

    /// Takes connections from now on.
    ///
    /// - Parameters:
    ///   - port: 0 for one that the system chooses.
    ///   - security: nil for none.
    init(port: Int = 0, security: NIOSSLContext? = nil) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let security {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
                    }
                }.flatMap { Self.wrap(channel) }
            }
    }

    var port: Int { channel.channel.localAddress?.port ?? 0 }

    /// Serves connections side by side until the task is cancelled, which closes them all.
    func run(_ serve: @escaping @Sendable (ByteConnection) async throws -> Void) async {
        // What ends one connection, or the listener, is nothing that a test is told here: it sees it on its own side.
        try? await channel.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask { try? await Self.run(connection, serve) }
                }
            }
        }
    }

    /// Opens a connection for as long as the closure runs.
    static func connect(
        host: String,
        port: Int,
        _ use: @escaping @Sendable (ByteConnection) async throws -> Void
    ) async throws {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port, channelInitializer: wrap)
        try await run(connection, use)
    }

    @Sendable
    private static func wrap(_ channel: any Channel) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let connection = try Connection(wrappingChannelSynchronously: channel)
            // One that is accepted while the listener stops is handed to nobody, and NIO ends the process when an open one
            // is let go: it is kept until it is closed.
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(connection) {} }
            return connection
        }
    }

    private static func run(
        _ connection: Connection,
        _ use: @escaping @Sendable (ByteConnection) async throws -> Void
    ) async throws {
        let channel = connection.channel
        // A write that nobody reads does not end by itself when the task is cancelled.
        try await withTaskCancellationHandler {
            try await connection.executeThenClose { inbound, _ in
                try await use(ByteConnection(channel: channel, inbound: inbound))
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}

/// One connection of bytes.
struct ByteConnection: Sendable {
    fileprivate let channel: any Channel
    /// What comes in; ends when the other side closes.
    let inbound: NIOAsyncChannelInboundStream<ByteBuffer>

    /// Sends bytes and waits until the system has taken them.
    func send(_ bytes: some Collection<UInt8> & Sendable) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Ends the connection in good order (FIN).
    func close() async throws {
        try await channel.close().get()
    }

    /// Sends nothing more (FIN); what the other side sends is still taken.
    func finish() async throws {
        try await channel.close(mode: .output).get()
    }

    /// Ends the connection below its security, which does not get to say that it ends (FIN).
    func cut() async throws {
        let channel = channel
        try await channel.eventLoop.submit {
            let security = try channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
            security.close(promise: nil)
        }.get()
        try await channel.closeFuture.get()
    }

    /// Ends the connection at once (RST).
    func reset() async throws {
        if let options = channel as? any SocketOptionProvider {
            try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await channel.close().get()
    }
}
