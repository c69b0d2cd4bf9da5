import NIOCore
import NIOSSL
public import Testing

/// A server on the loopback address that answers with exactly the bytes it is told, correct or not, and remembers what
/// it was asked.
public final class ScriptedServer: Sendable {
    /// The base URL, such as `http://127.0.0.1:41873/itwins`; with https when the server has a certificate.
    public var baseURL: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(port)/itwins" }
    /// The port on the loopback address.
    public let port: Int

    private struct Seen: Sendable {
        var requests: [RecordedRequest] = []
        var connections = 0
        var openConnections = 0
    }

    private let seen = Watched(Seen())
    private let isSecure: Bool

    private init(port: Int, isSecure: Bool) {
        self.port = port
        self.isSecure = isSecure
    }

    /// Runs a server, and stops it when the test's part has ended.
    ///
    /// - Parameters:
    ///   - certificate: in PEM form, for the key of `TestCertificates`; nil for plain HTTP.
    ///   - oldest: whether it speaks nothing newer than TLS 1.1.
    ///   - script: the answer to a request and its number, counted from 0 over all connections.
    ///   - body: the test's part.
    /// - Throws: what the test's part throws, and when no port can be had.
    public static func run<Value: Sendable>(
        certificate: String? = nil,
        oldest: Bool = false,
        script: @escaping @Sendable (RecordedRequest, Int) -> ScriptedAnswer,
        _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let security = try certificate.map { certificate in
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TestCertificates.key.utf8), format: .pem))
            )
            if oldest { (configuration.minimumTLSVersion, configuration.maximumTLSVersion) = (.tlsv1, .tlsv11) }
            return try NIOSSLContext(configuration: configuration)
        }
        let listener = try await LoopbackListener(security: security)
        let server = ScriptedServer(port: listener.port, isSecure: security != nil)
        let serving = Task { await listener.run { try await server.serve($0, script) } }
        do {
            let value = try await body(server)
            serving.cancel()
            await serving.value
            return value
        } catch {
            serving.cancel()
            await serving.value
            throw error
        }
    }

    /// Runs a server that gives answers one after another, the last one for ever.
    ///
    /// - Throws: as with a script.
    public static func run<Value: Sendable>(
        _ answers: ScriptedAnswer...,
        body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        try await run(script: { _, number in answers[min(number, answers.count - 1)] }, body)
    }

    /// The requests so far.
    public var requests: [RecordedRequest] { seen.value.requests }

    /// How many connections were accepted so far.
    public var connections: Int { seen.value.connections }

    /// Waits until so many requests came.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForRequests(_ count: Int) async throws {
        try await seen.wait { $0.requests.count >= count }
    }

    /// Waits until at least one connection was accepted and all are closed again.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitUntilAllClosed() async throws {
        try await seen.wait { $0.connections > 0 && $0.openConnections == 0 }
    }

    /// Waits until so many connections are open.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForOpenConnections(_ count: Int) async throws {
        try await seen.wait { $0.openConnections == count }
    }

    private func serve(
        _ connection: ByteConnection,
        _ script: @Sendable (RecordedRequest, Int) -> ScriptedAnswer
    ) async throws {
        seen.update {
            $0.connections += 1
            $0.openConnections += 1
        }
        defer { seen.update { $0.openConnections -= 1 } }
        var scanner = RequestScanner()
        var inbound = connection.inbound.makeAsyncIterator()
        while let bytes = try await inbound.next() {
            for request in scanner.requests(in: bytes.readableBytesView) {
                let number = seen.update { seen in
                    seen.requests.append(request)
                    return seen.requests.count - 1
                }
                for step in script(request, number).steps {
                    switch step {
                    case .bytes(let bytes, let times): for _ in 0..<times { try await connection.send(bytes) }
                    case .drip(let bytes, let pause):
                        for byte in bytes {
                            try await connection.send([byte])
                            try await Task.sleep(for: pause)
                        }
                    case .untilClosed: while try await inbound.next() != nil {}
                    case .close: return try await connection.close()
                    case .finish:
                        try await connection.finish()
                        while try await inbound.next() != nil {}
                        return
                    case .reset: return try await connection.reset()
                    case .cut: return try await connection.cut()
                    }
                }
            }
        }
    }
}

/// A test's log tells the beginning of an answer: some have no end.
extension ScriptedAnswer: CustomTestStringConvertible {
    /// The first bytes as text, or the first step.
    public var testDescription: String {
        guard case .bytes(let bytes, _)? = steps.first else { return String(describing: steps.first) }
        let text = String(decoding: bytes.prefix(80), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

/// What a `ScriptedServer` does on a request.
public struct ScriptedAnswer: Sendable {
    /// The steps, one after another; the connection stays open after the last one.
    public var steps: [Step]

    /// A part of an answer.
    public enum Step: Sendable {
        /// Sends bytes a number of times.
        case bytes([UInt8], times: Int = 1)
        /// Sends bytes one by one with a pause after each.
        case drip([UInt8], pause: Duration)
        /// Waits until the client closes the connection.
        case untilClosed
        /// Ends the connection in good order (FIN).
        case close
        /// Ends it in good order (FIN) and waits until the client has closed it too.
        case finish
        /// Ends the connection at once (RST).
        case reset
        /// Ends a secure connection without its security saying so (FIN).
        case cut
    }

    /// Makes an answer of its steps.
    public init(_ steps: Step...) {
        self.steps = steps
    }

    /// No answer while the client waits.
    public static let silence = ScriptedAnswer(.untilClosed)

    /// A JSON answer with its length.
    public static func json(_ text: String, status: Int = 200, headers: [String] = []) -> ScriptedAnswer {
        http(status: status, headers: ["Content-Type: application/json"] + headers, body: Array(text.utf8))
    }

    /// An answer with its length, correct in every way.
    ///
    /// - Parameter headers: lines such as `Content-Type: text/html`.
    public static func http(status: Int, headers: [String] = [], body: [UInt8] = []) -> ScriptedAnswer {
        var lines = ["HTTP/1.1 \(status) \(phrases[status] ?? "Status")"] + headers
        if status != 204 { lines.append("Content-Length: \(body.count)") }
        return ScriptedAnswer(.bytes(Array("\(lines.joined(separator: "\r\n"))\r\n\r\n".utf8) + body))
    }

    /// The bytes of a text whose line feeds become CRLF.
    public static func raw(_ text: String) -> Step {
        .bytes(Array(text.replacing("\n", with: "\r\n").utf8))
    }

    private static let phrases = [
        200: "OK", 201: "Created", 204: "No Content", 302: "Found", 304: "Not Modified", 401: "Unauthorized",
        404: "Not Found",
        409: "Conflict", 422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error",
        502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout",
    ]
}
