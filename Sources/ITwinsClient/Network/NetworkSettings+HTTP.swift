public import AsyncHTTPClient
import Foundation
import ITwinsAPI
import NIOSSL

extension NetworkSettings {
    /// A client of the HTTP library for another server than the API, such as an authority: reached in the same way, through
    /// the proxy where the server's URL wants it, following no redirect. Each request is prepared by `prepare`. Whoever makes
    /// it shuts it down.
    ///
    /// - Parameter url: of the server.
    public func httpClient(for url: String, limits: ClientLimits = ClientLimits()) -> HTTPClient {
        var configuration = Transport.configuration(limits)
        configuration.proxy = proxy(for: url).map { .server($0) }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Lets a request of such a client trust the authorities that the environment names, which are read for the first one.
    ///
    /// - Throws: `ConfigurationError` when they cannot be, and `CancellationError`.
    public func prepare(_ request: inout HTTPClientRequest) async throws {
        guard request.url.prefix(6).lowercased() == "https:" else { return }
        let certificates = try await authorities.certificates()
        if !certificates.isEmpty { request.tlsConfiguration = Self.security(trusting: certificates) }
    }

    /// How connections are secured, whomever they lead to.
    static func security(trusting certificates: [NIOSSLCertificate] = []) -> TLSConfiguration {
        var security = TLSConfiguration.makeClientConfiguration()
        security.minimumTLSVersion = .tlsv12
        if !certificates.isEmpty { security.additionalTrustRoots = [.certificates(certificates)] }
        return security
    }

    /// Host and port of the proxy that a server is asked through; nil for none.
    public func proxyAddress(for url: String) -> (host: String, port: Int)? {
        proxy(for: url).map { ($0.host, $0.port) }
    }

    private func proxy(for url: String) -> ProxySettings.Proxy? {
        URLComponents(string: url).flatMap { try? Origin($0) }.flatMap(proxies.proxy)
    }
}

extension HTTPClient.Configuration.Proxy {
    /// The proxy as the library names it.
    static func server(_ proxy: ProxySettings.Proxy) -> Self {
        let authorization = proxy.credentials.map {
            HTTPClient.Authorization.basic(username: $0.user.revealed, password: $0.password.revealed)
        }
        return .server(host: proxy.host, port: proxy.port, authorization: authorization)
    }
}
