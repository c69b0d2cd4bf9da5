import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOCore
import NIOSSL
import Synchronization

/// The clients of the HTTP library, each made when it is first needed: whom to trust is read only where security is spoken.
final class HTTPClients: Sendable {
    /// What the library has for all requests of a client or for none.
    struct Kind: Hashable, Sendable {
        var isSecure = false
        var isProxied = false
        /// Whether it fetches files that somebody else names, and none of this machine.
        var isForFilesElsewhere = false
    }

    private struct State {
        var clients: [Kind: HTTPClient] = [:]
        var isShutDown = false
    }

    private let limits: ClientLimits
    private let network: NetworkSettings
    private let state = Mutex(State())

    init(_ limits: ClientLimits, _ network: NetworkSettings) {
        self.limits = limits
        self.network = network
    }

    /// The client of a kind.
    ///
    /// - Throws: `ConfigurationError` when those who are to be trusted cannot be read, and `CancellationError`.
    func client(_ kind: Kind) async throws -> HTTPClient {
        if let client = state.withLock({ $0.clients[kind] }) { return client }
        let certificates = kind.isSecure ? try await network.authorities.certificates() : []
        return try state.withLock { state in
            if let client = state.clients[kind] { return client }
            guard !state.isShutDown else { throw HTTPClientError.alreadyShutdown }
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton,
                configuration: configuration(kind, certificates)
            )
            state.clients[kind] = client
            return client
        }
    }

    /// Closes all connections; nothing can be asked any more.
    func shutdown() async {
        let clients = state.withLock { state in
            state.isShutDown = true
            return Array(state.clients.values)
        }
        // A second shutdown is the only thing that fails, and changes nothing.
        for client in clients { try? await client.shutdown() }
    }

    private func configuration(_ kind: Kind, _ certificates: [NIOSSLCertificate]) -> HTTPClient.Configuration {
        var configuration = Transport.configuration(limits)
        configuration.tlsConfiguration = NetworkSettings.security(trusting: certificates)
        configuration.dnsOverride = network.addresses
        if kind.isProxied { configuration.proxy = network.proxies.proxy.map { .server($0) } }
        // Where a name leads to is known only now, and decides.
        if kind.isForFilesElsewhere, !kind.isProxied {
            configuration.http1_1ConnectionDebugInitializer = { channel in
                guard channel.remoteAddress?.isLoopback == true else {
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                // The library forgets the connection first.
                channel.eventLoop.execute { channel.close(promise: nil) }
                return channel.eventLoop.makeFailedFuture(LoopbackTarget())
            }
        }
        return configuration
    }

    /// A name of somebody elsewhere leads to this machine.
    struct LoopbackTarget: Error {}
}

extension SocketAddress {
    /// Whether it leads to this machine.
    fileprivate var isLoopback: Bool {
        switch self {
        case .v4(let address): LoopbackAddress.contains(address.address.sin_addr)
        case .v6(let address): LoopbackAddress.contains(address.address.sin6_addr)
        case .unixDomainSocket: true
        }
    }
}
