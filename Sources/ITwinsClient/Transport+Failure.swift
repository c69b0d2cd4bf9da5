import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NIOHTTP1
import NIOPosix

extension Transport {
    /// Why there is no answer.
    struct Failure: Error, Sendable {
        let reason: RequestError.Reason
        /// Whether the body of the request may have reached the service; false for a request without a body.
        let wasSent: Bool
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
    static func reason(of error: any Error, url: String, limits: ClientLimits, isCancelled: Bool) -> RequestError.Reason
    {
        if isCancelled { return .cancelled }
        let components = URLComponents(string: url)
        let name = components?.host ?? "the service"
        let host = components.flatMap { try? Origin($0) }
        let address = host.map { "\($0.host):\($0.port)" } ?? name
        switch error {
        case is TotalLimitPassed: return .timedOut(seconds: limits.total.wholeSeconds)
        case let error as BodyTooLarge: return .tooLarge(limit: error.limit)
        case is CancellationError: return .cancelled
        case let error as HTTPClientError: return reason(of: error, address, limits)
        case let error as NIOConnectionError: return reason(of: error, name, address, limits)
        case ChannelError.connectTimeout: return silent(address, limits)
        case let error as IOError: return reason(of: error, address)
        case is ChannelError: return .interrupted("it was closed")
        case HTTPParserError.invalidEOFState: return .interrupted(closedEarly)
        case HTTPParserError.headerOverflow: return .unexpectedAnswer("\(address) sent headers without end")
        case is HTTPParserError: return .unexpectedAnswer("\(address) sent something that is not HTTP")
        default: return reason(ofUnknown: error, name, address)
        }
    }

    private static func reason(of error: HTTPClientError, _ address: String, _ limits: ClientLimits)
        -> RequestError.Reason
    {
        switch error {
        case .cancelled: .cancelled
        case .connectTimeout, .getConnectionFromPoolTimeout: silent(address, limits)
        case .tlsHandshakeTimeout: .unreachable("no secure connection to \(address) came about in time")
        case .deadlineExceeded: .timedOut(seconds: limits.total.wholeSeconds)
        case .readTimeout: .timedOut(seconds: limits.idle.wholeSeconds)
        case .remoteConnectionClosed: .interrupted(closedEarly)
        case .alreadyShutdown: .cancelled
        // The short description has no values of headers, which the long one has.
        default: .interrupted(error.shortDescription)
        }
    }

    private static func reason(
        of error: NIOConnectionError,
        _ name: String,
        _ address: String,
        _ limits: ClientLimits
    ) -> RequestError.Reason {
        if error.connectionErrors.isEmpty { return .unreachable("\(name) is not known (DNS)") }
        let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
        // Of several addresses the one that answered says most.
        if let code = codes.first(where: { $0 == ECONNREFUSED }) ?? codes.first { return connecting(code, address) }
        return silent(address, limits)
    }

    private static func reason(of error: IOError, _ address: String) -> RequestError.Reason {
        switch error.errnoCode {
        case ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL: connecting(error.errnoCode, address)
        case ECONNRESET, EPIPE: .interrupted("it was reset by the other side")
        default: .interrupted(text(error.errnoCode))
        }
    }

    private static func connecting(_ code: CInt, _ address: String) -> RequestError.Reason {
        code == ECONNREFUSED
            ? .unreachable("nobody answers at \(address) (connection refused)")
            : .unreachable("there is no way to \(address) (\(text(code)))")
    }

    private static func silent(_ address: String, _ limits: ClientLimits) -> RequestError.Reason {
        .unreachable("\(address) does not answer (no connection within \(limits.connect.wholeSeconds) s)")
    }

    /// Errors of the TLS library, which this module does not import; their texts hold certificates' faults and no
    /// secrets.
    private static func reason(ofUnknown error: any Error, _ name: String, _ address: String) -> RequestError.Reason {
        let kind = String(describing: type(of: error))
        if kind.contains("SSL") || kind.contains("TLS") {
            return .unreachable("no secure connection to \(address) (\("\(error)".oneLine(200)))")
        }
        if kind.contains("Resolver") || kind.contains("DNS") { return .unreachable("\(name) is not known (DNS)") }
        return .interrupted(kind)
    }

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
