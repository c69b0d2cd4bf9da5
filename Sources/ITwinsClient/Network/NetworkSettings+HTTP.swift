public import AsyncHTTPClient
import Foundation
import ITwinsAPI

extension NetworkSettings {
    /// A client of the HTTP library for another server than the API, such as an authority: reached in the same way, through
    /// the proxy where the server's URL wants it, trusting the same authorities, following no redirect. Whoever makes it
    /// shuts it down.
    ///
    /// - Parameter url: of the server.
    public func httpClient(for url: String, limits: ClientLimits = ClientLimits()) -> HTTPClient {
        var configuration = Transport.configuration(limits, authorities)
        configuration.proxy = proxy(for: url).map { .server($0) }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
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
