import NIOCore
import NIOHTTP1

/// Closes connections whose other side keeps them without using them (reliability S14 and row 68): no request comes, a
/// request does not come to its end, or an answer is not read.
///
/// Hummingbird closes connections that are idle between requests; while a request or an answer is under way it waits
/// without end.
final class SlowPeerGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ServiceLimits
    private let connections: OpenConnections
    /// Requests that are not answered yet.
    private var requests = 0
    /// Runs from the beginning of the connection to the first head, then from every head to the end of its body.
    private var receiving: Scheduled<Void>?
    /// Runs while more waits to be sent than the other side takes.
    private var sending: Scheduled<Void>?
    private var isOpen = false

    init(limits: ServiceLimits, connections: OpenConnections) {
        self.limits = limits
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { open(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        open(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requests += 1
            if requests == 1 { connections.begin(context.channel) }
            receiving?.cancel()
            receiving = close(context, after: limits.idleSeconds)
        case .body: break
        case .end:
            receiving?.cancel()
            receiving = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            requests = max(0, requests - 1)
            if requests == 0, isOpen { connections.rest(context.channel) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        sending?.cancel()
        if context.channel.isWritable {
            sending = nil
            connections.flow(context.channel)
        } else {
            sending = close(context, after: limits.idleSeconds)
            connections.stall(context.channel)
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isOpen { connections.close(context.channel) }
        isOpen = false
        cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancel()
    }

    private func open(_ context: ChannelHandlerContext) {
        guard !isOpen else { return }
        isOpen = true
        connections.open(context.channel)
        receiving = close(context, after: limits.headSeconds)
    }

    private func close(_ context: ChannelHandlerContext, after seconds: Double) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            channel.close(promise: nil)
        }
    }

    private func cancel() {
        receiving?.cancel()
        sending?.cancel()
    }
}
