import Foundation
public import ITwinsAPI

/// What a client is made of: where, how and as whom it asks.
public struct ClientConfiguration: Sendable {
    /// The base URL as it was given, such as `https://api.bentley.com/itwins`.
    public let baseURL: String
    /// Which routes are spoken.
    public var routes: RouteTable
    /// Gives a bearer token, without `Bearer`: asked before every try with nil, and once more with a token that the service
    /// refused, for another one in its place (reliability A16).
    public typealias AccessToken = @Sendable (_ refused: Secret?) async throws -> Secret
    /// Begins a request: what it gives is asked for the tokens of all tries of that request and of no other, so that it can
    /// refuse to sign what one user asked for as another.
    public var requestTokens: @Sendable () -> AccessToken
    /// How long and how large things may be.
    public var limits: ClientLimits
    /// Through which proxy services elsewhere are asked, and whom they may be vouched for by.
    public var network: NetworkSettings
    /// Time and chance as the waits between tries need them.
    public var time: ClientTime
    /// Is told of every request: when it begins, when something is sent or comes, and when it ends. Nil, the default, for
    /// nobody.
    public var recorder: (@Sendable (Exchange) -> Void)?
    /// What the service is told about this program, such as `twinscope/1.0`; neither machine nor user (reliability
    /// H14).
    public let userAgent: String
    /// Scheme, host and port of the base.
    let origin: Origin
    /// The base's percent-encoded path without the `/itwins` that every route begins with; usually empty.
    let pathPrefix: String

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - baseURL: absolute, https, or http to this machine; with or without `/itwins` in any letter case and with or
    ///     without a slash at its end (contract section 1.3).
    ///   - routes: the default is the live service's.
    ///   - userAgent: visible ASCII characters and blanks.
    ///   - limits: the default suits a service that a user waits for.
    ///   - network: the default is no proxy and the system's authorities.
    ///   - time: the default is the machine's.
    ///   - accessToken: gives the tokens of all requests; what it throws becomes `RequestError.Reason.noToken`, `SignedOut`
    ///     becomes `signedOut`. After a 401 it is asked with the token that was refused: when it gives another one, the request
    ///     is sent once more.
    /// - Throws: `ConfigurationError` that names the value and what helps.
    public init(
        baseURL: String,
        routes: RouteTable = .live,
        userAgent: String,
        limits: ClientLimits = ClientLimits(),
        network: NetworkSettings = .direct,
        time: ClientTime = .system,
        accessToken: @escaping AccessToken
    ) throws(ConfigurationError) {
        guard baseURL.contains("://"), let components = URLComponents(string: baseURL) else {
            throw ConfigurationError(
                "\(Self.shown(baseURL)) isn't an absolute URL. Include the scheme, such as https://api.bentley.com/itwins"
            )
        }
        origin = try Self.origin(of: components, shown: Self.shown(baseURL))
        guard components.user == nil, components.password == nil else {
            throw ConfigurationError(
                "\(Self.shown(baseURL)) contains a user or password. Remove it: requests use the token"
            )
        }
        guard components.query == nil, components.fragment == nil else {
            throw ConfigurationError(
                "\(Self.shown(baseURL)) has a query or fragment. End it with the path, such as /itwins"
            )
        }
        guard !userAgent.isEmpty, userAgent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw ConfigurationError("The user agent must be visible ASCII characters, such as twinscope/1.0")
        }
        var path = components.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        if path.lowercased().hasSuffix("/itwins") { path.removeLast("/itwins".count) }
        while path.hasSuffix("/") { path.removeLast() }
        pathPrefix = path
        self.baseURL = baseURL
        self.routes = routes
        self.userAgent = userAgent
        self.limits = limits
        self.network = network
        self.time = time
        requestTokens = { accessToken }
    }

    private static func origin(of components: URLComponents, shown: String) throws(ConfigurationError) -> Origin {
        let origin: Origin
        do throws(Origin.Problem) {
            origin = try Origin(components)
        } catch {
            switch error {
            case .scheme:
                throw ConfigurationError(
                    "\(shown) isn't http or https. Write it as https://api.bentley.com/itwins"
                )
            case .host:
                throw ConfigurationError("\(shown) has no valid host. Write it as https://api.bentley.com/itwins")
            case .port: throw ConfigurationError("\(shown) has an invalid port. Use one between 1 and 65535")
            }
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            throw ConfigurationError(
                "\(shown) would send the token unencrypted. Use https; http is only for this machine"
            )
        }
        return origin
    }

    /// The value in quotes as far as it can be shown: what has no scheme may be a token in the wrong place, and user,
    /// password and query of a URL may hold one.
    static func shown(_ baseURL: String) -> String {
        let line = baseURL.oneLine(200)
        guard let scheme = line.firstRange(of: "://") else {
            return line.count <= 30 ? "“\(line)”" : "“\(line.prefix(8))…” (\(baseURL.count) characters)"
        }
        let rest = line[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { "…\(authority[$0...])" } ?? String(authority)
        let path = rest[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
        return "“\(line[..<scheme.upperBound])\(host)\(path)”"
    }
}

/// Why a client cannot be made.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what helps, in a sentence or two, without the name of the setting and without secrets.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
