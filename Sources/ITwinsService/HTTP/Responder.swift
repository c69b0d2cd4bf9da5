import Foundation
import GRDB
import HTTPTypes
import HummingbirdCore
import ITwinsAPI
import Logging

/// Answers requests: every check that is the same for all operations, in the contract's order, and then the operation
/// itself.
struct Responder: Sendable {
    private let service: Controllers
    private let hosts: HostRule
    private let authentication: Authentication
    private let routes = RouteMatcher()
    private let limits: ServiceLimits
    private let slots: RequestSlots
    private let now: @Sendable () -> Timestamp
    private let faultInjection: FaultInjection
    private let logger: Logger

    init(
        _ service: Controllers,
        hosts: HostRule,
        authentication: Authentication,
        faultInjection: FaultInjection,
        limits: ServiceLimits,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.service = service
        self.hosts = hosts
        self.authentication = authentication
        self.faultInjection = faultInjection
        self.limits = limits
        slots = RequestSlots(limits.requests)
        self.now = now
        self.logger = logger
    }

    /// An answer, and whether the connection ends with it; no answer when the connection ends in the place of one.
    struct Outcome: Sendable {
        let response: Response?
        let closes: Bool
    }

    /// Answers a request; whatever goes wrong becomes an answer too.
    ///
    /// - Parameters:
    ///   - port: the port on which the request came.
    ///   - writer: tells a client that holds its body back to send it; the answer itself is left to the caller.
    ///   - onTrust: is called as soon as it is known that a token or the signature of a link allows the request.
    func respond(
        to request: Request,
        port: Int,
        _ writer: borrowing ResponseWriter,
        onTrust: () -> Void
    ) async -> Outcome {
        let start = ContinuousClock.now
        let correlationID = UUID().uuidString.lowercased()
        let target = RequestTarget(request.head.path ?? "")
        var (reply, closes) = await outcome(of: request, target, port, writer, correlationID, onTrust)
        if closes { reply?.headers[.connection] = "close" }
        if let origin = request.headers[.origin], hosts.isAllowed(origin) { reply?.open(to: origin) }
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        let question = "\(request.method.rawValue) \(Self.printable(target.path))"
        let status = reply.map { String($0.status) } ?? "no response"
        logger.info("\(question) \(status) \(Int(milliseconds.rounded())) ms \(correlationID)")
        let response = reply?.response(to: request.method, correlationID: correlationID, now: now())
        return Outcome(response: response, closes: closes)
    }

    private func outcome(
        of request: Request,
        _ target: RequestTarget,
        _ port: Int,
        _ writer: borrowing ResponseWriter,
        _ correlationID: String,
        _ onTrust: () -> Void
    ) async -> (Reply?, closes: Bool) {
        do {
            return (try await reply(to: request, target, port, writer, onTrust), false)
        } catch let error as APIError {
            return (Reply(error), error.status == APIError.requestTimeout.status)
        } catch let error as BodyReader.TooLargeToTakeIn {
            return (Reply(.requestTooLarge(limit: error.limit)), true)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return (Reply(.databaseBusy), false)
        } catch is RequestSlots.Stopping {
            return (Reply(.serviceStops), true)
        } catch is NoAnswer {
            return (nil, true)
        } catch {
            logger.error("\(correlationID) failed: \(error)")
            return (Reply(.internalServerError), false)
        }
    }

    /// The order of reliability S4: protocol, host, route, method, sign-in, query, body; the operation does the rest.
    private func reply(
        to request: Request,
        _ target: RequestTarget,
        _ port: Int,
        _ writer: borrowing ResponseWriter,
        _ onTrust: () -> Void
    ) async throws -> Reply {
        try checkSize(of: request)
        // A foreign host or site is told nothing of what is wrong with the path.
        let asked = try? target.segments()
        let isAuthorization = service.authority != nil && asked.flatMap(Authority.Endpoint.init) == .authorize
        let origin = try hosts.origin(of: request.head, port: port, isAuthorization: isAuthorization)
        let path = try target.segments()
        if let name = FilesController.fileName(path) {
            return try await only([.get, .head], request) {
                try await unlessFaulty(try await faultInjection.verdict(on: request.method, path)) {
                    let file = try await service.files.get(name, Query(target.query), request, now: now())
                    onTrust()
                    return file
                }
            }
        }
        if let description = service.description.reply(to: path, origin: origin) {
            return try await only([.get, .head], request) {
                try await unlessFaulty(try await faultInjection.verdict(on: request.method, path)) { description }
            }
        }
        if let authority = service.authority, let endpoint = Authority.Endpoint(path) {
            return try await only(endpoint.methods, request) {
                let verdict = try await faultInjection.verdict(on: request.method, path)
                return try await unlessFaulty(verdict) {
                    if request.method == .post { try await invite(request, writer) }
                    return try await authority.reply(
                        to: request,
                        at: endpoint,
                        query: target.query,
                        origin: origin,
                        now: now()
                    )
                }
            }
        }
        switch routes.match(request.method, path) {
        case .none: throw APIError.operationNotFound
        case .otherMethods(let allowed):
            if request.method == .options { return Reply(status: 204, headers: [.allow: allowed]) }
            return Self.methodNotAllowed(request.method, allowed)
        case .operation(let route, let ids):
            guard MediaTypes.accepts(request.headers) else { throw APIError.operationNotFound }
            let now = now()
            let user = try await authentication.user(request.headers, now: now)
            onTrust()
            let verdict = try await faultInjection.verdict(
                on: FaultInjection.Route(
                    method: request.method,
                    path: path,
                    operation: route.operation,
                    user: user,
                    now: now
                )
            )
            return try await unlessFaulty(verdict) {
                let query = try Query(target.query)
                if route.body != .none { try await invite(request, writer) }
                let call = Call(
                    target: route,
                    ids: ids,
                    query: query,
                    headers: request.headers,
                    origin: origin,
                    body: try await body(of: request, route),
                    now: now,
                    user: user
                )
                return try await slots.run { try await service.perform(call) }
            }
        }
    }

    /// The answer, unless something was asked to go wrong.
    private func unlessFaulty(_ verdict: FaultInjection.Verdict, _ answer: () async throws -> Reply) async throws
        -> Reply
    {
        switch verdict {
        case .answered(let reply): return reply
        case .dropped: throw NoAnswer()
        case .goesOn: return try await answer()
        case .lost:
            _ = try await answer()
            throw NoAnswer()
        }
    }

    /// Tells a client that holds its body back to send it.
    private func invite(_ request: Request, _ writer: borrowing ResponseWriter) async throws {
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
        try await writer.writeInformationalHead(HTTPResponse(status: .continue))
    }

    /// The connection is closed in the place of an answer, as was asked for on the command line.
    private struct NoAnswer: Error {}

    /// The answer of a path that is no operation, for the methods that it has.
    private func only(
        _ methods: [HTTPRequest.Method],
        _ request: Request,
        _ answer: () async throws -> Reply
    ) async throws -> Reply {
        guard methods.contains(request.method) else {
            let allowed = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
            if request.method == .options { return Reply(status: 204, headers: [.allow: allowed]) }
            return Self.methodNotAllowed(request.method, allowed)
        }
        return try await answer()
    }

    private func checkSize(of request: Request) throws(APIError) {
        guard (request.head.path ?? "").utf8.count <= ServiceLimits.targetBytes else { throw .uriTooLong }
        let size = request.headers.reduce(0) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + 4 }
        guard size <= ServiceLimits.headerBytes else { throw .headersTooLarge }
    }

    private static func methodNotAllowed(_ method: HTTPRequest.Method, _ allowed: String) -> Reply {
        var reply = Reply(.methodNotAllowed(method.rawValue, allowed: allowed))
        reply.headers[.allow] = allowed
        return reply
    }

    private func body(of request: Request, _ target: RouteMatcher.Target) async throws -> Call.Body {
        let reader = BodyReader(request: request, seconds: limits.bodySeconds)
        return switch target.body {
        case .none: .none
        case .image: .image(try await reader.image())
        default: .object(try await reader.object(isPatch: request.method == .patch))
        }
    }

    /// The path for a log line: nothing in it can end the line or start an escape sequence.
    private static func printable(_ path: Substring) -> String {
        var text = ""
        for scalar in path.unicodeScalars.prefix(300) {
            if (0x21...0x7E).contains(scalar.value) {
                text.unicodeScalars.append(scalar)
            } else {
                text += scalar.escaped(asASCII: true)
            }
        }
        return text
    }
}
