import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Bytes there and back, within limits. Only the files of `Transport` know the HTTP library and its traps.
struct Transport: Sendable {
    private let http: HTTPClient
    private let limits: ClientLimits
    let gate: RequestGate
    /// Downloads take long: they have places of their own, so that no list waits for them.
    let downloads = RequestGate(Self.downloadPlaces)
    private static let downloadPlaces = 2

    /// A request, complete.
    struct Call: Sendable {
        var method: String
        var url: String
        var headers: [(name: String, value: String)]
        var body: [UInt8]?
    }

    /// An answer, complete but for the end of an error answer's body beyond its limit.
    struct Reply: Sendable {
        var status: Int
        var reasonPhrase: String
        var headers: HTTPHeaders
        var body: [UInt8]

        func header(_ name: String) -> String? { headers.first(name: name) }

        /// The media type in lower case without parameters; nil when the answer names none.
        var mediaType: String? {
            header("Content-Type")?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces).lowercased()
        }

        /// Whether the media type is JSON or built on it (RFC 6839 section 3.1).
        var isJSON: Bool { mediaType == "application/json" || mediaType?.hasSuffix("+json") == true }

        /// The content coding; nil for none.
        var coding: String? {
            let codings = headers[canonicalForm: "Content-Encoding"].map { $0.lowercased() }.filter {
                $0 != "identity" && !$0.isEmpty
            }
            return codings.isEmpty ? nil : codings.joined(separator: ", ")
        }
    }

    init(_ limits: ClientLimits) {
        self.limits = limits
        gate = RequestGate(limits.connections)
        var configuration = HTTPClient.Configuration()
        var security = TLSConfiguration.makeClientConfiguration()
        security.minimumTLSVersion = .tlsv12
        configuration.tlsConfiguration = security
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(limits.connect)
        configuration.timeout.read = TimeAmount(limits.idle)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = TimeAmount(limits.keepAlive)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            max(1, limits.connections) + Self.downloadPlaces
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async {
        // A second shutdown is the only thing that fails, and changes nothing.
        try? await http.shutdown()
    }

    /// Sends a request and reads the whole answer, within the limits.
    ///
    /// A GET whose connection turns out to be closed is sent once more at once: the pool may hand out a connection that
    /// the service closes at that moment, and does not repeat by itself. Nothing else is repeated.
    func send(_ call: Call) async throws(Failure) -> Reply {
        let mark = SentBody.Mark()
        do {
            return try await withTotalLimit {
                try await gate.run { try await read(try await head(of: call, mark), hasBody: call.method != "HEAD") }
            }
        } catch {
            let reason = Self.reason(of: error, url: call.url, limits: limits, isCancelled: Task.isCancelled)
            throw Failure(reason: reason, wasSent: mark.wasSent)
        }
    }

    /// The library's deadline ends with the head of an answer; a body that drips would go on for ever.
    private func withTotalLimit(_ work: @escaping @Sendable () async throws -> Reply) async throws -> Reply {
        try await withThrowingTaskGroup(of: Reply.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limits.total)
                throw TotalLimitPassed()
            }
            defer { group.cancelAll() }
            guard let reply = try await group.next() else { throw CancellationError() }
            return reply
        }
    }

    /// The whole exchange took longer than it may.
    struct TotalLimitPassed: Error {}

    /// The body is larger than it may be.
    struct BodyTooLarge: Error {
        let limit: Int
    }

    /// Sends a request and waits for the head of its answer, as long as the total limit allows.
    func head(of call: Call, _ mark: SentBody.Mark) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body {
            request.body = .stream(SentBody(bytes: body, mark: mark), length: .known(Int64(body.count)))
        }
        // The deadline is only a net below the total limit, which the task group holds.
        let deadline = NIODeadline.now() + TimeAmount(limits.total) + .seconds(1)
        do {
            return try await http.execute(request, deadline: deadline)
        } catch  where call.method == "GET" && Self.isClosedConnection(error) && !Task.isCancelled {
            return try await http.execute(request, deadline: deadline)
        }
    }

    private func read(_ response: HTTPClientResponse, hasBody: Bool) async throws -> Reply {
        let isError = !(200..<300).contains(response.status.code)
        let limit = isError ? limits.errorBody : limits.body
        let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        if hasBody, !isError, let length, length > limit { throw BodyTooLarge(limit: limit) }
        var body: [UInt8] = []
        body.reserveCapacity(min(length ?? 0, limit, 1_048_576))
        for try await part in response.body {
            guard body.count + part.readableBytes <= limit else {
                guard isError else { throw BodyTooLarge(limit: limit) }
                body.append(contentsOf: part.readableBytesView.prefix(limit - body.count))
                break
            }
            body.append(contentsOf: part.readableBytesView)
        }
        // A cancelled sequence may end as if it were complete.
        try Task.checkCancellation()
        return Reply(
            status: Int(response.status.code),
            reasonPhrase: response.status.reasonPhrase,
            headers: response.headers,
            body: body
        )
    }
}
