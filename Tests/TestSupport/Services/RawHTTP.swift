public import ITwinsAPI
import NIOCore
import NIOPosix

/// An HTTP/1.1 client of bytes: it sends exactly what it is given, correct or not, and reads whole answers.
public struct RawHTTP: Sendable {
    /// The port on the loopback address.
    public let port: Int

    /// Makes a client of a port of 127.0.0.1.
    public init(port: Int) {
        self.port = port
    }

    /// Sends bytes over a new connection and reads one answer.
    ///
    /// - Parameter isHead: true when the request is HEAD, whose answer has no body whatever its headers say.
    /// - Throws: `NoAnswer` when the connection ends before the answer is complete, and what the connection throws.
    public func send(_ bytes: [UInt8], isHead: Bool = false) async throws -> RawAnswer {
        try await connected { connection in
            try await connection.send(bytes)
            return try await connection.answer(isHead: isHead)
        }
    }

    /// Sends text over a new connection and reads one answer; lines end with CRLF where the text has a line feed.
    ///
    /// - Throws: as for bytes.
    public func send(_ text: String, isHead: Bool = false) async throws -> RawAnswer {
        try await send(Array(text.replacing("\n", with: "\r\n").utf8), isHead: isHead)
    }

    /// Sends a request with the usual headers over a new connection.
    ///
    /// - Parameters:
    ///   - token: the bearer token; nil for no `Authorization`.
    ///   - headers: further lines such as `Prefer: return=minimal`.
    ///   - body: the body with its `Content-Type: application/json`; nil for none.
    /// - Throws: as for bytes.
    public func request(
        _ method: String,
        _ target: String,
        token: Secret?,
        headers: [String] = [],
        body: String? = nil
    ) async throws -> RawAnswer {
        let type = body == nil ? [] : ["Content-Type: application/json"]
        return try await request(
            method,
            target,
            token: token,
            headers: type + headers,
            bytes: body.map { Array($0.utf8) }
        )
    }

    /// Sends a request with a body of bytes, whose `Content-Type` is among the headers, over a new connection.
    ///
    /// - Throws: as for bytes.
    public func request(
        _ method: String,
        _ target: String,
        token: Secret?,
        headers: [String],
        bytes: [UInt8]?
    ) async throws -> RawAnswer {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)"]
        if let token { lines.append("Authorization: Bearer \(token.revealed)") }
        lines += headers
        if let bytes { lines.append("Content-Length: \(bytes.count)") }
        let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
        return try await send(Array(head.utf8) + (bytes ?? []), isHead: method == "HEAD")
    }

    /// Opens a connection for as long as the closure runs.
    ///
    /// - Throws: what the connection or the closure throws.
    public func connected<Value: Sendable>(
        _ body: @escaping @Sendable (RawConnection) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound: inbound, outbound: outbound))
        }
    }

    /// The connection ended before an answer was complete.
    public struct NoAnswer: Error {
        /// The bytes that came.
        public let received: [UInt8]
    }
}

/// One connection of a `RawHTTP`. Used by one task at a time.
public final class RawConnection {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var buffer: [UInt8] = []

    init(inbound: NIOAsyncChannelInboundStream<ByteBuffer>, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.outbound = outbound
        iterator = inbound.makeAsyncIterator()
    }

    /// Sends bytes.
    ///
    /// - Throws: what the connection throws.
    public func send(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Ends the sending side; answers can still be read.
    public func finish() {
        outbound.finish()
    }

    /// Reads the next answer.
    ///
    /// - Throws: `RawHTTP.NoAnswer` when the connection ends first.
    public func answer(isHead: Bool = false) async throws -> RawAnswer {
        while true {
            if let answer = takeAnswer(isHead: isHead) { return answer }
            guard try await receive() else {
                guard let answer = takeAnswer(isHead: isHead, hasEnded: true) else {
                    throw RawHTTP.NoAnswer(received: buffer)
                }
                return answer
            }
        }
    }

    /// Waits until the other side has closed the connection; what it sends meanwhile is dropped.
    public func waitForEnd() async {
        while (try? await receive()) == true {}
    }

    private func receive() async throws -> Bool {
        guard let chunk = try await iterator.next() else { return false }
        buffer += chunk.readableBytesView
        return true
    }

    private func takeAnswer(isHead: Bool, hasEnded: Bool = false) -> RawAnswer? {
        let blank = Array("\r\n\r\n".utf8)
        guard let end = buffer.firstRange(of: blank) else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(
            separator: "\r\n",
            omittingEmptySubsequences: false
        )
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        let headers = lines.dropFirst().map { line in
            let sides = line.split(separator: ":", maxSplits: 1)
            return RawAnswer.Header(
                name: String(sides[0]),
                value: sides.count > 1 ? String(sides[1].drop { $0 == " " }) : ""
            )
        }
        var answer = RawAnswer(status: status, headers: headers)
        let available = buffer.count - end.upperBound
        let hasNoBody = isHead || status == 204 || status == 304 || status < 200
        let length = hasNoBody ? 0 : answer["Content-Length"].flatMap { Int($0) } ?? (hasEnded ? available : Int.max)
        guard available >= length else { return nil }
        answer.body = Array(buffer[end.upperBound..<(end.upperBound + length)])
        buffer.removeFirst(end.upperBound + length)
        return answer
    }
}

/// An answer as it came over the wire.
public struct RawAnswer: Sendable {
    /// A header field.
    public struct Header: Sendable {
        /// The name as sent.
        public let name: String
        /// The value without blanks before it.
        public let value: String
    }

    /// The status.
    public let status: Int
    /// The header fields in order.
    public let headers: [Header]
    /// The body.
    public var body: [UInt8] = []

    init(status: Int, headers: [Header]) {
        self.status = status
        self.headers = headers
    }

    /// The value of the first header field of a name, letter case aside; nil when there is none.
    public subscript(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as JSON; nil when it is none.
    public var json: JSON? { try? JSON.parse(body) }

    /// The body as an error of the API; nil when it is none.
    public var error: APIError? { json.flatMap { APIError(status: status, body: $0) } }
}
