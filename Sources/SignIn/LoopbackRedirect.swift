import Foundation
import ITwinsAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Takes the browser's return on this machine: opened for one try to sign in, and closed with it (reliability A2 to A4, RFC
/// 8252 section 7.3).
struct LoopbackRedirect: Sendable {
    /// The URI that is listened on.
    let redirect: RedirectURI
    private let channels: [NIOAsyncChannel<Connection, Never>]
    private let accepted: AcceptedConnections

    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    /// What a request turned out to be.
    enum Verdict: Sendable {
        /// Another try's, or somebody else's: the wait goes on.
        case strange
        /// The answer, with what came of it; nil when it was used already.
        case ours(Result<Void, SignInError>?)
    }

    /// Bytes of a request that are read.
    private static let largestRequest = 8 * 1024
    /// How long a connection may take, from its request to the end of changing the code into tokens.
    private static let patience = TimeAmount.seconds(60)

    /// Listens on the first URI whose port is free on all of its addresses.
    ///
    /// - Throws: `PortUnavailable` when none is.
    static func open(_ redirects: [RedirectURI]) async throws(PortUnavailable) -> LoopbackRedirect {
        var obstacle = PortUnavailable()
        let accepted = AcceptedConnections()
        for redirect in redirects {
            var channels: [NIOAsyncChannel<Connection, Never>] = []
            var failure: CInt?
            var port = redirect.port
            for address in redirect.addresses where failure == nil {
                do {
                    let channel = try await listen(address, port, accepted)
                    port = channel.channel.localAddress?.port ?? port
                    channels.append(channel)
                } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL || error.errnoCode == EAFNOSUPPORT {
                    // A machine without IPv6.
                    continue
                } catch {
                    failure = (error as? IOError)?.errnoCode ?? EADDRINUSE
                }
            }
            if failure == nil, !channels.isEmpty {
                return LoopbackRedirect(redirect: redirect.with(port: port), channels: channels, accepted: accepted)
            }
            for channel in channels { try? await channel.channel.close() }
            obstacle.note(redirect.port, failure ?? EADDRNOTAVAIL)
        }
        throw obstacle
    }

    private static func listen(
        _ address: String,
        _ port: Int,
        _ accepted: AcceptedConnections
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: address, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteLimit(largestRequest), IdleStateHandler(readTimeout: patience), CloseWhenIdle(),
                    ])
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    let connection = try Connection(wrappingChannelSynchronously: channel)
                    // One that is accepted while the listener stops is handed to nobody, and NIO ends the process when an
                    // open one is let go: it is kept until it is closed.
                    channel.closeFuture.whenComplete { _ in withExtendedLifetime(connection) {} }
                    accepted.add(channel)
                    return connection
                }
            }
    }

    /// Answers until the answer to our try has come, or the task is cancelled; then everything is closed.
    ///
    /// - Parameter judge: is given the query of a request for our path.
    /// - Returns: what came of the answer; nil when the task was cancelled first.
    func run(_ judge: @escaping @Sendable (String) async -> Verdict) async -> Result<Void, SignInError>? {
        // Those that were accepted as the listeners closed are handed to nobody.
        defer { accepted.close() }
        let (results, continuation) = AsyncStream.makeStream(of: Result<Void, SignInError>.self)
        return await withTaskGroup(of: Result<Void, SignInError>?.self) { group in
            for channel in channels {
                group.addTask {
                    try? await channel.executeThenClose { connections in
                        try await withThrowingDiscardingTaskGroup { group in
                            for try await connection in connections {
                                group.addTask { await serve(connection, judge) { continuation.yield($0) } }
                            }
                        }
                    }
                    return nil
                }
            }
            group.addTask {
                for await result in results { return result }
                return nil
            }
            defer { group.cancelAll() }
            while let result = await group.next() {
                if let result { return result }
                if Task.isCancelled { return nil }
            }
            return nil
        }
    }

    /// Answers one request; the connection ends with it.
    ///
    /// - Parameter report: is told what came of our answer once the page was sent, also when nobody is there to see it.
    private func serve(
        _ connection: Connection,
        _ judge: @Sendable (String) async -> Verdict,
        _ report: (Result<Void, SignInError>) -> Void
    ) async {
        var ours: Result<Void, SignInError>?
        try? await connection.executeThenClose { inbound, outbound in
            for try await part in inbound {
                guard case .head(let head) = part else { continue }
                let page: SignInPage
                (page, ours) = await answer(to: head, judge)
                let content = ByteBuffer(string: page.html)
                var response = HTTPResponseHead(version: .http1_1, status: page.status, headers: SignInPage.headers)
                response.headers.add(name: "Content-Length", value: String(content.readableBytes))
                if page.status == .methodNotAllowed { response.headers.add(name: "Allow", value: "GET") }
                try await outbound.write(.head(response))
                if head.method != .HEAD { try await outbound.write(.body(.byteBuffer(content))) }
                return try await outbound.write(.end(nil))
            }
        }
        if let ours { report(ours) }
    }

    private func answer(to head: HTTPRequestHead, _ judge: @Sendable (String) async -> Verdict) async
        -> (SignInPage, Result<Void, SignInError>?)
    {
        // A page elsewhere can make a browser ask here under a name of its own.
        let hosts = head.headers["Host"]
        guard hosts.count == 1, Self.hosts.contains(where: { hosts[0].lowercased() == "\($0):\(redirect.port)" }) else {
            return (.notFound, nil)
        }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path == redirect.path else { return (.notFound, nil) }
        guard head.method == .GET else { return (.otherMethod, nil) }
        switch await judge(parts.count > 1 ? String(parts[1]) : "") {
        case .strange: return (.strange, nil)
        case .ours(nil): return (.used, nil)
        case .ours(let result?):
            switch result {
            case .success: return (.success, result)
            case .failure: return (.failure, result)
            }
        }
    }

    private static let hosts = ["localhost", "127.0.0.1", "[::1]"]
}

/// The connections that were accepted and are open, to be closed with the listener.
private final class AcceptedConnections: Sendable {
    private struct State {
        var isOver = false
        var channels: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())

    /// Notes one, or closes it when the listener is closed already.
    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isOver = state.withLock { state in
            if !state.isOver { state.channels[id] = channel }
            return state.isOver
        }
        guard !isOver else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [self] _ in state.withLock { $0.channels[id] = nil } }
    }

    /// Closes all, and all that come later.
    func close() {
        let channels = state.withLock { state in
            state.isOver = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}

/// Ends a connection that sends more than it may.
private final class ByteLimit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var left: Int

    init(_ limit: Int) {
        left = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        guard left >= 0 else { return context.close(promise: nil) }
        context.fireChannelRead(data)
    }
}

/// Ends a connection that asks nothing.
private final class CloseWhenIdle: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
