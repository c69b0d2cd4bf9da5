import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Puts the errors of the HTTP library and those below it into words.
struct ErrorDescription {
    private let limits: NetworkError.Limits
    /// Who was to be connected to, as the name service is asked for it.
    private let name: String
    /// The same with its port.
    private let place: String
    /// The service's host and port.
    private let service: String
    private let proxy: String?

    init(service: NetworkError.Peer, proxy: NetworkError.Peer?, limits: NetworkError.Limits) {
        self.service = service.address
        self.proxy = proxy.map { "the proxy \($0.address)" }
        name = proxy.map { "the proxy \($0.host)" } ?? service.host
        place = self.proxy ?? service.address
        self.limits = limits
    }

    func error(_ error: any Error) -> NetworkError {
        switch error {
        case is CancellationError: NetworkError(.cancelled, .unread)
        case let error as HTTPClientError: self.error(error)
        case let error as NIOConnectionError: self.error(error)
        case ChannelError.connectTimeout: silent
        case let error as IOError: self.error(error)
        case is ChannelError, NIOSSLError.uncleanShutdown:
            NetworkError(.interrupted("it was closed"), .closed, remedy: Self.network)
        case HTTPParserError.invalidEOFState: lost(.interrupted(Self.closedEarly))
        case HTTPParserError.headerOverflow: unread("\(service) sent endless headers")
        case is HTTPParserError: unread("\(service) sent something that is not HTTP")
        default: self.error(ofSecurity: error)
        }
    }

    private func error(_ error: HTTPClientError) -> NetworkError {
        switch error {
        case .cancelled, .alreadyShutdown: NetworkError(.cancelled, .unread)
        case .connectTimeout, .getConnectionFromPoolTimeout: silent
        case .tlsHandshakeTimeout:
            NetworkError(
                .unreachable("the secure connection to \(service) timed out"),
                .final,
                remedy: Self.network
            )
        case .deadlineExceeded: lost(.timedOut(seconds: limits.total.wholeSeconds))
        case .readTimeout: lost(.timedOut(seconds: limits.idle.wholeSeconds))
        case .remoteConnectionClosed: NetworkError(.interrupted(Self.closedEarly), .closed, remedy: Self.network)
        case .proxyAuthenticationRequired:
            NetworkError(
                .unreachable(
                    "\(proxy ?? "the proxy") requires a valid user and password (407 Proxy Authentication Required)"
                ),
                .final,
                remedy: "Set them in https_proxy, as http://user:password@host:port"
            )
        case .invalidProxyResponse:
            notSent("\(proxy ?? "the proxy") didn't connect to \(service)", remedy: Self.settings)
        case .httpProxyHandshakeTimeout: notSent("\(proxy ?? "the proxy") doesn't respond", remedy: Self.settings)
        // The short description has no values of headers, which the long one has.
        default: NetworkError(.interrupted(error.shortDescription), .unread, remedy: Self.network)
        }
    }

    private func error(_ error: NIOConnectionError) -> NetworkError {
        if error.connectionErrors.isEmpty { return unknownName }
        let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
        // Of several addresses the one that answered says most.
        if let code = codes.first(where: { $0 == ECONNREFUSED }) ?? codes.first { return connecting(code) }
        return silent
    }

    private func error(_ error: IOError) -> NetworkError {
        switch error.errnoCode {
        case ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL: connecting(error.errnoCode)
        case ECONNRESET, EPIPE:
            NetworkError(.interrupted("it was reset by the other end"), .closed, remedy: Self.network)
        default: lost(.interrupted(Self.text(error.errnoCode)))
        }
    }

    private var unknownName: NetworkError {
        notSent("\(name) was not found (DNS)", remedy: "Check its spelling and the network")
    }

    private func connecting(_ code: CInt) -> NetworkError {
        code == ECONNREFUSED
            ? notSent(
                "connection refused by \(place)",
                remedy: proxy == nil ? "Check host and port, and that the service is running" : Self.settings
            )
            : notSent("there is no route to \(place) (\(Self.text(code)))", remedy: Self.network)
    }

    /// Whoever does not even refuse has cost the connect limit, and would cost it again.
    private var silent: NetworkError {
        let limit = limits.connect.map { " (no connection within \($0.wholeSeconds) s)" } ?? ""
        return NetworkError(
            .unreachable("\(place) doesn't respond\(limit)"),
            .final,
            remedy: proxy == nil ? Self.network : Self.settings
        )
    }

    /// The TLS library's texts hold certificates' faults and no secrets.
    private func error(ofSecurity error: any Error) -> NetworkError {
        let text = "\(error)"
        let start = "no secure connection to \(service)"
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return insecure("\(start): its certificate is for another host")
        case is NIOSSLError where text.contains("CERTIFICATE_VERIFY_FAILED"), NIOSSLError.unableToValidateCertificate:
            return insecure("\(start): its certificate has expired, or its authority isn't trusted on this machine")
        case NIOSSLError.handshakeFailed where text.contains("EOF during handshake"):
            return notSent("\(start)", remedy: Self.network)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return insecure("\(start) (\(String(text.map { $0.isNewline ? " " : $0 }.prefix(200))))")
        default: break
        }
        let kind = String(describing: type(of: error))
        return kind.contains("Resolver") || kind.contains("DNS") ? unknownName : lost(.interrupted(kind))
    }

    private func notSent(_ why: String, remedy: String) -> NetworkError {
        NetworkError(.unreachable(why), .notSent, remedy: remedy)
    }

    private func insecure(_ why: String) -> NetworkError {
        NetworkError(
            .unreachable(why),
            .final,
            remedy: "Check this machine's clock, or add a trusted authority with SSL_CERT_FILE"
        )
    }

    private func lost(_ reason: RequestError.Reason) -> NetworkError {
        NetworkError(reason, .lost, remedy: Self.network)
    }

    private func unread(_ what: String) -> NetworkError {
        let remedy = "Check host and port, and whether there is a proxy"
        return NetworkError(.unexpectedAnswer(what), .unread, remedy: remedy)
    }

    private static let network = "Check the network and try again"
    private static let settings = "Check https_proxy and no_proxy, and the network"
    private static let closedEarly = "it was closed before the response was complete"

    private static func text(_ code: CInt) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
