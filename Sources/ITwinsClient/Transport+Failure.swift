import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension Transport {
    /// Why there is no answer.
    struct Failure: Error, Sendable {
        let reason: RequestError.Reason
        /// What it means for another try; by this also whether the request may have reached the service.
        let kind: RetryRule.Failure
    }

    /// Whether an exchange failed in the way it does on a connection that the other side has closed.
    static func isClosedConnection(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed, ChannelError.eof: true
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        default: false
        }
    }

    /// What an error of the library means, in words for a person and without anything of the request but its host.
    ///
    /// - Parameter hasLeft: whether the request may have reached the service.
    func failure(of error: any Error, _ call: Call, hasLeft: Bool, isCancelled: Bool) -> Failure {
        if isCancelled { return Failure(reason: .cancelled, kind: hasLeft ? .unread : .final) }
        let (error, hasHead) = (error as? BodyFailure).map { ($0.cause, true) } ?? (error, false)
        var limits = limits
        limits.total = call.total ?? limits.total
        let failure = Explanation(url: call.url, proxy: proxy(for: call.url), limits: limits).failure(of: error)
        switch failure.kind {
        case .closed where hasHead: return Failure(reason: failure.reason, kind: .lost)
        case .closed where !hasLeft, .lost where !hasLeft: return Failure(reason: failure.reason, kind: .notSent)
        case .unread where !hasLeft: return Failure(reason: failure.reason, kind: .final)
        // A body left, so that there was a connection, whatever the library says of it.
        case .notSent where call.body != nil && hasLeft, .final where call.body != nil && hasLeft:
            return Failure(reason: failure.reason, kind: .unread)
        default: return failure
        }
    }
}

/// Puts the errors of the HTTP library and those below it into words.
private struct Explanation {
    private let limits: ClientLimits
    /// Who was to be connected to, as the name service is asked for it.
    private let name: String
    /// The same with its port.
    private let place: String
    /// The service's host and port.
    private let service: String
    private let proxy: String?

    typealias Failure = Transport.Failure

    init(url: String, proxy: ProxySettings.Proxy?, limits: ClientLimits) {
        let components = URLComponents(string: url)
        let host = components?.host ?? "the service"
        service = components.flatMap { try? Origin($0) }.map { "\($0.host):\($0.port)" } ?? host
        self.proxy = proxy.map { "the proxy \($0.address)" }
        name = proxy.map { "the proxy \($0.host)" } ?? host
        place = self.proxy ?? service
        self.limits = limits
    }

    func failure(of error: any Error) -> Failure {
        switch error {
        case is Transport.TotalLimitPassed: lost(.timedOut(seconds: limits.total.wholeSeconds))
        case let error as Transport.BodyTooLarge: Failure(reason: .tooLarge(limit: error.limit), kind: .unread)
        case is CancellationError: Failure(reason: .cancelled, kind: .unread)
        case let error as HTTPClientError: failure(of: error)
        case let error as NIOConnectionError: failure(of: error)
        case ChannelError.connectTimeout: silent
        case let error as IOError: failure(of: error)
        case is ChannelError, NIOSSLError.uncleanShutdown: Failure(reason: .interrupted("it was closed"), kind: .closed)
        case HTTPParserError.invalidEOFState: lost(.interrupted(Self.closedEarly))
        case HTTPParserError.headerOverflow: unread("\(service) sent headers without end")
        case is HTTPParserError: unread("\(service) sent something that is not HTTP")
        case let error as Damage: Failure(reason: .unusableFile(error.text), kind: .unread)
        default: failure(ofSecurity: error)
        }
    }

    private func failure(of error: HTTPClientError) -> Failure {
        switch error {
        case .cancelled, .alreadyShutdown: Failure(reason: .cancelled, kind: .unread)
        case .connectTimeout, .getConnectionFromPoolTimeout: silent
        case .tlsHandshakeTimeout:
            Failure(reason: .unreachable("no secure connection to \(service) came about in time"), kind: .final)
        case .deadlineExceeded: lost(.timedOut(seconds: limits.total.wholeSeconds))
        case .readTimeout: lost(.timedOut(seconds: limits.idle.wholeSeconds))
        case .remoteConnectionClosed: Failure(reason: .interrupted(Self.closedEarly), kind: .closed)
        case .proxyAuthenticationRequired:
            Failure(
                reason: .unreachable(
                    "\(proxy ?? "the proxy") wants a user and a password, or others (407 Proxy Authentication Required)"
                ),
                kind: .final
            )
        case .invalidProxyResponse: notSent("\(proxy ?? "the proxy") does not connect to \(service)")
        case .httpProxyHandshakeTimeout: notSent("\(proxy ?? "the proxy") does not answer")
        // The short description has no values of headers, which the long one has.
        default: Failure(reason: .interrupted(error.shortDescription), kind: .unread)
        }
    }

    private func failure(of error: NIOConnectionError) -> Failure {
        if error.connectionErrors.isEmpty { return notSent("\(name) is not known (DNS)") }
        let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
        // Of several addresses the one that answered says most.
        if let code = codes.first(where: { $0 == ECONNREFUSED }) ?? codes.first { return connecting(code) }
        return silent
    }

    private func failure(of error: IOError) -> Failure {
        switch error.errnoCode {
        case ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL: connecting(error.errnoCode)
        case ECONNRESET, EPIPE: Failure(reason: .interrupted("it was reset by the other side"), kind: .closed)
        default: lost(.interrupted(Self.text(error.errnoCode)))
        }
    }

    private func connecting(_ code: CInt) -> Failure {
        code == ECONNREFUSED
            ? notSent("nobody answers at \(place) (connection refused)")
            : notSent("there is no way to \(place) (\(Self.text(code)))")
    }

    /// Whoever does not even refuse has cost the connect limit, and would cost it again.
    private var silent: Failure {
        Failure(
            reason: .unreachable("\(place) does not answer (no connection within \(limits.connect.wholeSeconds) s)"),
            kind: .final
        )
    }

    /// The TLS library's texts hold certificates' faults and no secrets.
    private func failure(ofSecurity error: any Error) -> Failure {
        let text = "\(error)"
        let start = "no secure connection to \(service)"
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return insecure("\(start): its certificate is for another host")
        case is NIOSSLError where text.contains("CERTIFICATE_VERIFY_FAILED"), NIOSSLError.unableToValidateCertificate:
            return insecure("\(start): its certificate is expired, or of an authority that this machine does not trust")
        case NIOSSLError.handshakeFailed where text.contains("EOF during handshake"):
            return notSent("\(start) came about")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return insecure("\(start) (\(text.oneLine(200)))")
        default: break
        }
        let kind = String(describing: type(of: error))
        if kind.contains("Resolver") || kind.contains("DNS") { return notSent("\(name) is not known (DNS)") }
        return lost(.interrupted(kind))
    }

    private func notSent(_ why: String) -> Failure { Failure(reason: .unreachable(why), kind: .notSent) }
    private func insecure(_ why: String) -> Failure { Failure(reason: .unreachable(why), kind: .final) }
    private func lost(_ reason: RequestError.Reason) -> Failure { Failure(reason: reason, kind: .lost) }
    private func unread(_ what: String) -> Failure { Failure(reason: .unexpectedAnswer(what), kind: .unread) }

    private static let closedEarly = "it was closed before the answer was complete"

    private static func text(_ code: CInt) -> String {
        String(cString: strerror(code)).lowercased()
    }
}

extension Duration {
    /// The duration in seconds, a part of a second counted as one.
    fileprivate var wholeSeconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
