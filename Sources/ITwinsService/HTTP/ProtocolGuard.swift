import Foundation
import HTTPTypes
import ITwinsAPI
import Logging
import NIOCore
import NIOHTTP1

/// Answers what is no HTTP with the API's error body, and gives a target in absolute form the meaning of RFC 9112
/// section 3.2.2.
///
/// It sits between the HTTP decoder and everything else of a connection.
final class ProtocolGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private var earlierRequests = 0
    private var isReading = false
    private var isAnswering = false
    private var failure: APIError?
    private var hasFailed = false

    init(now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.now = now
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReading = true
            context.fireChannelRead(wrapInboundOut(.head(Self.normalized(head))))
        case .body:
            context.fireChannelRead(data)
        case .end:
            // The request counts as an earlier one until its answer is complete; an answer may come before the end.
            if isReading { earlierRequests += 1 }
            isReading = false
            context.fireChannelRead(data)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !(hasFailed && failure == nil) else {
            // The last answer of the connection is out. A failure here would close it before that answer is read.
            promise?.succeed()
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isAnswering = head.status.code >= 200
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            isAnswering = false
            if earlierRequests > 0 { earlierRequests -= 1 } else { isReading = false }
            context.write(data, promise: promise)
            if let failure, earlierRequests == 0 { answer(failure, context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasFailed else { return }
        guard let error = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        hasFailed = true
        let failure = Self.explain(error)
        if earlierRequests == 0, !isAnswering { answer(failure, context) } else { self.failure = failure }
        // Who reads the body of the request must not take its end for a good one.
        context.fireErrorCaught(error)
    }

    private func answer(_ error: APIError, _ context: ChannelHandlerContext) {
        failure = nil
        let correlationID = UUID().uuidString.lowercased()
        logger.info("invalid HTTP request \(error.status) \(correlationID)")
        let body = ByteBuffer(bytes: error.json.bytes)
        let headers: HTTPHeaders = [
            "Content-Type": MediaTypes.json, "Content-Length": String(body.readableBytes), "Connection": "close",
            "x-correlation-id": correlationID, "Date": now().httpDate, "Cache-Control": "no-store",
        ]
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: error.status),
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.value.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            Self.linger(context.value)
        }
    }

    /// Closes the sending side first: closing both with unread bytes would reset the connection before the answer is
    /// read.
    private static func linger(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.value.eventLoop.scheduleTask(in: .seconds(1)) {
            context.value.close(promise: nil)
        }
    }

    private static func explain(_ error: HTTPParserError) -> APIError {
        error == .headerOverflow ? .headersTooLarge : .invalidRequest("This is not a valid HTTP/1.1 request: \(error).")
    }

    private static func normalized(_ head: HTTPRequestHead) -> HTTPRequestHead {
        var head = head
        // Hummingbird looks for exactly this, and HTTP/1.0 closes without saying so.
        if !head.isKeepAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        if !head.uri.hasPrefix("/"), head.headers["Host"].count == 1 { takeAuthority(&head) }
        return head
    }

    /// The authority of an absolute target takes the place of the one Host header.
    private static func takeAuthority(_ head: inout HTTPRequestHead) {
        let scheme = "http://"
        guard head.uri.lowercased().hasPrefix(scheme) else {
            // The codec that follows would cut off any scheme; what is no path must not become one.
            head.uri = "*"
            return
        }
        let rest = head.uri.dropFirst(scheme.count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        head.headers.replaceOrAdd(name: "Host", value: String(rest[..<end]))
        head.uri = (rest[end...].hasPrefix("/") ? "" : "/") + rest[end...]
    }
}
