import Foundation
import ITwinsAPI

/// Which requests go through a proxy (reliability H11).
///
/// Only those over https can: plain http is spoken to this machine alone, which is never asked through a proxy. That is why
/// `http_proxy` is not read in either letter case, and what a web server puts into `HTTP_PROXY` (“httpoxy”) cannot matter.
struct ProxySettings: Hashable, Sendable {
    /// An HTTP proxy, asked to connect (RFC 9110 section 9.3.6).
    struct Proxy: Hashable, Sendable {
        let host: String
        let port: Int
        /// Who asks, for proxies that want to know; nil for nobody.
        let credentials: Credentials?

        /// Host and port, without anything secret.
        var address: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }

    /// User and password.
    struct Credentials: Hashable, Sendable {
        let user: Secret
        let password: Secret
    }

    /// The proxy; nil for none.
    let proxy: Proxy?
    private let exceptions: [ProxyException]

    /// No proxy.
    init() {
        proxy = nil
        exceptions = []
    }

    /// The proxy of the first that is set of `https_proxy`, `HTTPS_PROXY`, `all_proxy` and `ALL_PROXY`, but for what
    /// `no_proxy` or `NO_PROXY` lists.
    ///
    /// - Throws: `ConfigurationError` that names the variable and what helps; neither user nor password are shown.
    init(_ environment: [String: String]) throws(ConfigurationError) {
        func first(of names: String...) -> (name: String, value: String)? {
            names.lazy.compactMap { name in environment[name].map { (name, $0) } }.first { !$0.1.isEmpty }
        }
        var proxy: Proxy?
        if let (name, value) = first(of: "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY") {
            proxy = try Proxy(value, variable: name)
        }
        self.proxy = proxy
        let list = first(of: "no_proxy", "NO_PROXY")?.value ?? ""
        exceptions = list.split { $0 == "," || $0.isWhitespace }.compactMap { ProxyException(String($0)) }
    }

    /// The proxy that a service is asked through; nil for none.
    func proxy(for origin: Origin) -> Proxy? {
        guard origin.scheme == "https", !origin.isLoopback, !exceptions.contains(where: { $0.matches(origin) }) else {
            return nil
        }
        return proxy
    }
}

extension ProxySettings.Proxy {
    fileprivate init(_ value: String, variable: String) throws(ConfigurationError) {
        let url = value.contains("://") ? value : "http://\(value)"
        func wrong(_ what: String) -> ConfigurationError {
            ConfigurationError("\(variable) is \(ClientConfiguration.shown(url)): \(what)")
        }
        guard let components = URLComponents(string: url) else {
            throw wrong("that isn't a URL. Write it as http://proxy.example.org:3128, or unset it")
        }
        guard components.scheme?.lowercased() == "http" else {
            throw wrong("only HTTP proxies are supported. Write it as http://proxy.example.org:3128, or unset it")
        }
        guard let origin = try? Origin(components), let port = components.port else {
            throw wrong("host and port are required. Write it as http://proxy.example.org:3128, or unset it")
        }
        host = origin.host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        self.port = port
        credentials = components.user.map { user in
            ProxySettings.Credentials(user: Secret(user), password: Secret(components.password ?? ""))
        }
    }
}
