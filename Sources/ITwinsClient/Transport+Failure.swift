import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NetworkErrors

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

    /// What an error of the library means, in words for a user and without anything of the request but its host.
    ///
    /// - Parameter hasLeft: whether the request may have reached the service.
    func failure(of error: any Error, _ call: Call, hasLeft: Bool, isCancelled: Bool) -> Failure {
        if isCancelled { return Failure(reason: .cancelled, kind: hasLeft ? .unread : .final) }
        let (error, hasHead) = (error as? BodyFailure).map { ($0.cause, true) } ?? (error, false)
        let failure = failure(of: error, call)
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

    private func failure(of error: any Error, _ call: Call) -> Failure {
        let total = call.total ?? limits.total
        if let failure = Failure(own: error, total: total) { return failure }
        let origin = URLComponents(string: call.url).flatMap { try? Origin($0) }
        return Failure(
            NetworkError(
                error,
                asking: NetworkError.Peer(host: origin?.host ?? "the service", port: origin?.port ?? 0),
                through: proxy(for: call.url).map { NetworkError.Peer(host: $0.host, port: $0.port) },
                within: NetworkError.Limits(connect: limits.connect, idle: limits.idle, total: total)
            )
        )
    }
}

extension Transport.Failure {
    /// An error of this module, which its words know nothing of; nil for any other.
    fileprivate init?(own error: any Error, total: Duration) {
        switch error {
        case is TimeLimitPassed: self.init(reason: .timedOut(seconds: total.wholeSeconds), kind: .lost)
        case let error as Transport.BodyTooLarge: self.init(reason: .tooLarge(limit: error.limit), kind: .unread)
        case let error as ConfigurationError: self.init(reason: .unreachable(error.message), kind: .final)
        case is HTTPClients.LoopbackTarget: self.init(reason: .unexpectedAnswer(FileLink.leadsHere), kind: .final)
        case let error as Damage: self.init(reason: .unusableFile(error.text), kind: .unread)
        default: return nil
        }
    }

    fileprivate init(_ error: NetworkError) {
        reason = error.reason
        kind =
            switch error.stage {
            case .notSent: .notSent
            case .closed: .closed
            case .lost: .lost
            case .unread: .unread
            case .final: .final
            }
    }
}
