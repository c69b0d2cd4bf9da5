import Browser
import Foundation
import ITwinsAPI
import ITwinsClient

/// What the browser was started with: from the command line and the environment, checked.
struct Settings: Sendable {
    /// Where requests go.
    enum Target: Sendable {
        /// The local service in this process.
        case local
        /// A service that runs elsewhere.
        case remote(baseURL: String, token: Secret)
    }

    var target: Target
    /// How a service elsewhere is reached.
    var network = NetworkSettings.direct
    var routes: RouteTable
    var maxReturn: Int
    var usesColor: Bool
    var terminalType: String?

    /// - Throws: `Failure` of wrong usage that names the variable or option, its value and what helps; a token is never
    ///   named.
    init(isLocal: Bool, maxReturn: Int?, environment: [String: String]) throws {
        let url = environment["TWINSCOPE_API_URL"].flatMap { $0.isEmpty ? nil : $0 }
        let token = environment["TWINSCOPE_ACCESS_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        switch (isLocal, url, token) {
        case (true, _, _), (_, nil, nil): target = .local
        case (_, let url?, let token?):
            guard Self.canBeSent(token) else {
                throw Failure.usage(
                    "TWINSCOPE_ACCESS_TOKEN has characters that no token has, such as a blank or a line break."
                )
            }
            target = .remote(baseURL: url, token: Secret(token))
            do throws(ConfigurationError) {
                network = try NetworkSettings(environment: environment)
            } catch {
                throw Failure.usage(error.message)
            }
        case (_, _, nil):
            throw Failure.usage("TWINSCOPE_API_URL is set but TWINSCOPE_ACCESS_TOKEN is not. Set both, or use --local.")
        case (_, nil, _):
            throw Failure.usage("TWINSCOPE_ACCESS_TOKEN is set but TWINSCOPE_API_URL is not. Set both, or use --local.")
        }
        let routes = environment["TWINSCOPE_API_ROUTES"].flatMap { $0.isEmpty ? nil : $0 } ?? RouteTable.live.rawValue
        guard let table = RouteTable(rawValue: routes) else {
            throw Failure.usage("TWINSCOPE_API_ROUTES is “\(routes)”; it can be live or document.")
        }
        self.routes = table
        if let maxReturn, maxReturn < 1 { throw Failure.usage("--max-return is \(maxReturn); it must be at least 1.") }
        self.maxReturn = maxReturn ?? Rules.maxReturns.upperBound
        usesColor = (environment["NO_COLOR"] ?? "").isEmpty
        terminalType = environment["TERM"]
    }

    /// Whether the local service in this process is browsed.
    var isLocal: Bool {
        guard case .local = target else { return false }
        return true
    }

    /// The connection as the header shows it before anything is known.
    var connection: Connection {
        switch target {
        case .local: Connection(profile: "LOCAL", host: nil, routes: routes, maxReturn: maxReturn)
        case .remote(let baseURL, _):
            Connection(profile: "ENV", host: Self.host(of: baseURL), routes: routes, maxReturn: maxReturn)
        }
    }

    /// What is remembered belongs to one service.
    var origin: String {
        switch target {
        case .local: "local"
        case .remote(let baseURL, _): Self.host(of: baseURL)
        }
    }

    /// Whether a token is what RFC 6750 section 2.1 lets a client send, so that a header can carry it.
    static func canBeSent(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
    }

    /// Host and port of a URL.
    static func host(of url: String) -> String {
        guard let components = URLComponents(string: url), let host = components.host else { return url }
        return components.port.map { "\(host):\($0)" } ?? host
    }
}
