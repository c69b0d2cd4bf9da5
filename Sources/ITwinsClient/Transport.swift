import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NIOHTTP1
import NIOPosix

/// Bytes there and back: the only place that knows the HTTP library and its traps.
struct Transport: Sendable {
    private let http: HTTPClient
    private let limits: ClientLimits

    /// A request, complete.
    struct Call: Sendable {
        var method: String
        var url: String
        var headers: [(name: String, value: String)]
        var body: [UInt8]?
        /// Whether it may be sent once more on a connection that turns out to be closed.
        var mayRepeat: Bool
    }

    /// An answer, complete.
    struct Reply: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]

        func header(_ name: String) -> String? { headers.first(name: name) }

        /// Whether the media type is JSON or built on it (RFC 6839 section 3.1).
        var isJSON: Bool {
            guard let type = header("Content-Type")?.split(separator: ";").first?.lowercased() else { return false }
            return type.trimmingCharacters(in: .whitespaces) == "application/json" || type.hasSuffix("+json")
        }

        /// A content coding other than none.
        var coding: String? {
            header("Content-Encoding").flatMap { $0.isEmpty || $0.lowercased() == "identity" ? nil : $0 }
        }
    }

    /// Why there is no answer, or none that can be used.
    struct Failure: Error, Sendable {
        var reason: RequestError.Reason
        var reply: Reply?
        /// Whether any byte of the request may have reached the service.
        var wasSent: Bool

        init(_ reason: RequestError.Reason, reply: Reply? = nil, wasSent: Bool = true) {
            self.reason = reason
            self.reply = reply
            self.wasSent = wasSent
        }

        /// A few words for the log; nothing of what was sent.
        var summary: String {
            switch reason {
            case .refused(let error): "\(error.status) \(error.code)"
            case .unreachable(let why): why
            case .timedOut(let seconds): "no answer within \(seconds) s"
            case .interrupted(let how): how
            case .unexpectedAnswer: "unexpected answer"
            case .tooLarge: "too large"
            case .redirected: "redirected"
            case .cancelled: "cancelled"
            case .pagingStopped, .notInDocumentRoutes, .noToken: "not sent"
            }
        }
    }

    init(_ limits: ClientLimits) {
        self.limits = limits
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(Int64(limits.connect)), read: .seconds(Int64(limits.idle)))
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connections
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async {
        try? await http.shutdown()
    }

    /// Sends a request and reads the whole answer, within the limits.
    func send(_ call: Call) async throws(Failure) -> Reply {
        do {
            return try await withTotalLimit { try await attempt(call) }
        } catch let failure as Failure {
            throw failure
        } catch {
            // The pool may hand out a connection that the service has closed meanwhile, and does not repeat by itself.
            guard call.mayRepeat, Self.isStaleConnection(error), !Task.isCancelled else { throw failure(error, call) }
        }
        do {
            return try await withTotalLimit { try await attempt(call) }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw failure(error, call)
        }
    }

    /// The library's deadline ends with the head of an answer; a body that drips would go on for ever.
    private func withTotalLimit(_ work: @escaping @Sendable () async throws -> Reply) async throws -> Reply {
        try await withThrowingTaskGroup(of: Reply?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: .seconds(limits.total))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let reply = first else { throw Failure(.timedOut(seconds: limits.total)) }
            return reply
        }
    }

    private func attempt(_ call: Call) async throws -> Reply {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body { request.body = .bytes(body) }
        let response = try await http.execute(request, timeout: .seconds(Int64(limits.total)))
        let isError = !(200..<300).contains(Int(response.status.code))
        let limit = isError ? limits.errorBody : limits.body
        if !isError, let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > limit {
            throw Failure(.tooLarge(limit: limit))
        }
        var body: [UInt8] = []
        for try await part in response.body {
            guard body.count + part.readableBytes <= limit else {
                if isError { break }
                throw Failure(.tooLarge(limit: limit))
            }
            body += part.readableBytesView
        }
        return Reply(status: Int(response.status.code), headers: response.headers, body: body)
    }

    // MARK: Failures

    private static func isStaleConnection(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .remoteConnectionClosed }
        if let error = error as? ChannelError, case .ioOnClosedChannel = error { return true }
        if let error = error as? IOError { return error.errnoCode == ECONNRESET || error.errnoCode == EPIPE }
        return false
    }

    private func failure(_ error: any Error, _ call: Call) -> Failure {
        let components = URLComponents(string: call.url)
        let host = components.flatMap(Origin.init)?.authority ?? "the service"
        if Task.isCancelled || error is CancellationError { return Failure(.cancelled) }
        switch error {
        case let error as HTTPClientError:
            switch error {
            case .cancelled: return Failure(.cancelled)
            case .connectTimeout: return Failure(.unreachable("\(host) does not answer (no connection within \(limits.connect) s)"), wasSent: false)
            case .deadlineExceeded: return Failure(.timedOut(seconds: limits.total))
            case .readTimeout: return Failure(.timedOut(seconds: limits.idle))
            case .remoteConnectionClosed: return Failure(.interrupted("it was closed before the answer was complete"))
            case .getConnectionFromPoolTimeout: return Failure(.timedOut(seconds: limits.total), wasSent: false)
            default: return Failure(.interrupted(error.shortDescription))
            }
        case let error as NIOConnectionError:
            if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
                return Failure(.unreachable("\(components?.host ?? host) is not known (DNS)"), wasSent: false)
            }
            let reasons = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
            if reasons.contains(ECONNREFUSED) { return Failure(.unreachable("nobody answers at \(host) (connection refused)"), wasSent: false) }
            return Failure(.unreachable("no connection to \(host)"), wasSent: false)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return Failure(.unreachable("nobody answers at \(host) (connection refused)"), wasSent: false)
        case let error as IOError: return Failure(.interrupted(String(cString: strerror(error.errnoCode)).lowercased()))
        case is ChannelError: return Failure(.interrupted("it was closed"))
        case is HTTPParserError: return Failure(.unexpectedAnswer("\(host) sent something that is not HTTP"))
        default:
            let name = String(describing: type(of: error))
            if name.contains("SSL") || name.contains("TLS") { return Failure(.unreachable("no secure connection to \(host) (\(error))"), wasSent: false) }
            if name.contains("DNS") || name.contains("Resolve") {
                return Failure(.unreachable("\(components?.host ?? host) is not known (DNS)"), wasSent: false)
            }
            return Failure(.interrupted(name))
        }
    }
}
