import Foundation
public import ITwinsAPI

/// What a client is made of: where, how and as whom it asks.
public struct ClientConfiguration: Sendable {
    /// Scheme, host and port, without a path: `https://api.bentley.com`.
    let origin: Origin
    /// The path that routes are joined to, without the `/itwins` that they begin with; usually empty.
    let pathPrefix: String
    /// Which routes are spoken.
    public let routes: RouteTable
    /// What the service is told about this program; neither machine nor person.
    public let userAgent: String
    /// How long and how large things may be.
    public let limits: ClientLimits
    /// Gives the bearer token, without `Bearer`.
    let accessToken: @Sendable () async throws -> Secret

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - baseURL: absolute, https, or http to this machine; with or without `/itwins` at its end (contract section 1.3).
    ///   - accessToken: asked before every request.
    /// - Throws: `ConfigurationError` that names the URL and what helps.
    public init(
        baseURL: String,
        routes: RouteTable = .live,
        userAgent: String,
        limits: ClientLimits = ClientLimits(),
        accessToken: @escaping @Sendable () async throws -> Secret
    ) throws(ConfigurationError) {
        guard let components = URLComponents(string: baseURL), let origin = Origin(components) else {
            throw ConfigurationError("“\(baseURL)” is no absolute URL. Write it as https://api.bentley.com/itwins")
        }
        guard components.user == nil, components.password == nil else {
            throw ConfigurationError("the URL must not hold a user or password; the token is what signs requests")
        }
        guard components.query == nil, components.fragment == nil else {
            throw ConfigurationError("“\(baseURL)” must have neither ? nor #")
        }
        if origin.scheme == "http", !origin.isLoopback {
            throw ConfigurationError("“\(baseURL)” would send the token unprotected. Use https; http is for this machine alone")
        }
        var path = components.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        if path.lowercased().hasSuffix("/itwins") { path.removeLast("/itwins".count) }
        self.origin = origin
        pathPrefix = path
        self.routes = routes
        self.userAgent = userAgent
        self.limits = limits
        self.accessToken = accessToken
    }
}

/// Why a client cannot be made.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// What is wrong and what helps, without the name of the setting.
    public let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// How long and how large things may be (reliability H1, H2, H8). Times are in seconds, sizes in bytes.
public struct ClientLimits: Sendable, Hashable {
    /// Until a connection stands.
    public var connect = 5
    /// Between two pieces of an answer.
    public var idle = 15
    /// For a whole request with its answer.
    public var total = 30
    /// Of the body of an answer.
    public var body = 16 * 1_048_576
    /// Of the body of an error answer.
    public var errorBody = 64 * 1024
    /// Of connections to one host at a time.
    public var connections = 6

    /// Makes the limits for a service that a person waits for.
    public init() {}
}

/// Scheme, host and port.
struct Origin: Hashable, Sendable, CustomStringConvertible {
    let scheme: String
    let host: String
    let port: Int

    init?(_ components: URLComponents) {
        guard let scheme = components.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = components.host?.lowercased(), !host.isEmpty
        else { return nil }
        let port = components.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// True for an address of this machine (RFC 6761, RFC 1122 section 3.2.1.3).
    var isLoopback: Bool {
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        if bare == "localhost" || bare == "::1" { return true }
        let parts = bare.split(separator: ".").compactMap { UInt8($0) }
        return parts.count == 4 && parts[0] == 127
    }

    private var isStandardPort: Bool { port == (scheme == "https" ? 443 : 80) }

    /// Host and port, the latter unless it is the scheme's own.
    var authority: String { isStandardPort ? host : "\(host):\(port)" }

    /// The origin as a URL begins.
    var description: String { "\(scheme)://\(authority)" }
}
