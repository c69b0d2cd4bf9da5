import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Bytes there and back, within limits. Only the files of `Transport` know the HTTP library and its traps.
struct Transport: Sendable, CustomReflectable {
    private let clients: HTTPClients
    private let service: Origin
    let proxies: ProxySettings
    let limits: ClientLimits
    /// How many requests are under way at a time (reliability H16). The HTTP library has such a queue too, but waiting in it
    /// counts as connecting and ends after the connect limit.
    private let places: AsyncSemaphore
    /// Downloads take long: they have places of their own, so that no list waits for them.
    let downloads = AsyncSemaphore(Self.downloadPlaces)
    private static let downloadPlaces = 2
    /// Files whose size alone is asked: neither lists nor downloads wait for them.
    private let sizes = AsyncSemaphore(Self.sizePlaces)
    private static let sizePlaces = 2

    /// A request, complete.
    struct Call: Sendable {
        var method: String
        var url: String
        var headers: [(name: String, value: String)]
        var body: SentBody.Content?
        /// How long the request may take in all; nil for the total limit.
        var total: Duration?
        /// Whether it is for a file that a link of the service names, which no list waits for.
        var isForFile = false
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

    init(_ configuration: ClientConfiguration) {
        limits = configuration.limits
        proxies = configuration.network.proxies
        places = AsyncSemaphore(limits.connections)
        clients = HTTPClients(limits, configuration.network)
        service = configuration.origin
    }

    /// What holds for every connection of this program, whomever it asks.
    static func configuration(_ limits: ClientLimits) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = NetworkSettings.security()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(limits.connect)
        configuration.timeout.read = TimeAmount(limits.idle)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = TimeAmount(limits.keepAlive)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            max(1, limits.connections) + downloadPlaces + sizePlaces
        return configuration
    }

    /// Nothing: the library keeps a proxy's password in clear.
    var customMirror: Mirror { Mirror(self, children: [:]) }

    func shutdown() async {
        await clients.shutdown()
    }

    /// The proxy that a URL is asked through; nil for none.
    func proxy(for url: String) -> ProxySettings.Proxy? {
        URLComponents(string: url).flatMap { try? Origin($0) }.flatMap(proxies.proxy)
    }

    /// Sends a request and reads the whole answer, within the limits. Nothing is repeated.
    ///
    /// - Parameters:
    ///   - time: what is left of the time that the request may take, waiting for its turn included; nil for all of it.
    ///   - mayGo: is asked once its turn has come.
    ///   - take: makes something of the answer before the next request has its turn.
    /// - Returns: nil when it may not go then, and nothing was sent.
    func send<Value: Sendable>(
        _ call: Call,
        within time: Duration? = nil,
        if mayGo: @escaping @Sendable () -> Bool = { true },
        _ take: @escaping @Sendable (Reply) -> Value
    ) async throws(Failure) -> Value? {
        let mark = SentBody.Mark()
        let isBegun = Mutex(false)
        let time = time ?? call.total ?? limits.total
        do {
            // The library's deadline ends with the head of an answer; a body that drips would go on for ever.
            return try await withTimeLimit(time) {
                try await (call.isForFile ? sizes : places).run {
                    guard mayGo() else { return nil }
                    isBegun.withLock { $0 = true }
                    let response = try await head(of: call, mark, within: time)
                    do {
                        return take(try await read(response, hasBody: call.method != "HEAD"))
                    } catch {
                        throw BodyFailure(cause: error)
                    }
                }
            }
        } catch {
            let isCancelled = Task.isCancelled
            // Of a request without a body no more is known than whether it was given to the library.
            let hasLeft = call.body == nil ? isBegun.withLock(\.self) : mark.wasSent
            throw failure(of: error, call, hasLeft: hasLeft, isCancelled: isCancelled)
        }
    }

    /// The body is larger than it may be.
    struct BodyTooLarge: Error {
        let limit: Int
    }

    /// The head of the answer came, and then something went wrong.
    struct BodyFailure: Error {
        let cause: any Error
    }

    /// Sends a request and waits for the head of its answer.
    func head(of call: Call, _ mark: SentBody.Mark, within time: Duration) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body {
            request.body = .stream(SentBody(content: body, mark: mark), length: .known(Int64(body.count)))
        }
        let http = try await clients.client(kind(of: call))
        // The deadline is only a net below the time limit, which the task group holds.
        return try await http.execute(request, deadline: .now() + TimeAmount(time) + .seconds(1))
    }

    private func kind(of call: Call) -> HTTPClients.Kind {
        let origin = URLComponents(string: call.url).flatMap { try? Origin($0) }
        return HTTPClients.Kind(
            isSecure: call.url.prefix(6).lowercased() == "https:",
            isProxied: origin.flatMap(proxies.proxy) != nil,
            isForFilesElsewhere: call.isForFile && !service.isLoopback && origin != service
        )
    }

    private func read(_ response: HTTPClientResponse, hasBody: Bool) async throws -> Reply {
        let isError = !(200..<300).contains(response.status.code)
        let limit = isError ? limits.errorBody : limits.body
        let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        if hasBody, !isError, let length, length > limit { throw BodyTooLarge(limit: limit) }
        var body: [UInt8] = []
        body.reserveCapacity(min(max(length ?? 0, 0), limit, 1_048_576))
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
