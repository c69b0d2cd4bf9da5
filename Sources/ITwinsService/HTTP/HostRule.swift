import HTTPTypes
import ITwinsAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Refuses what a web page of another site, or a name that was rebound to this machine, can make a browser send
/// (reliability S2).
struct HostRule: Sendable {
    private let hosts: Set<String>
    private let allowedOrigins: Set<String>
    private let allowsEveryAddress: Bool

    /// Makes the rule for a service that listens on a host.
    ///
    /// - Parameter allowedOrigins: the other sites whose web pages may ask.
    init(host: String, allowedOrigins: [String] = []) {
        self.allowedOrigins = Set(allowedOrigins.map { $0.lowercased() })
        let host = host.lowercased()
        hosts = ["localhost", "127.0.0.1", "[::1]", host.contains(":") ? "[\(host)]" : host]
        allowsEveryAddress = ["0.0.0.0", "::"].contains(host)
    }

    /// - Parameters:
    ///   - port: the port on which the request came.
    ///   - isAuthorization: whether it goes to the authorization endpoint, where the pages of a registered web app send
    ///     people, whatever their site (RFC 6749 section 4.1.1).
    /// - Returns: the origin that the request names, such as `http://127.0.0.1:41873`, for links.
    /// - Throws: `InvalidRequest` for a missing or repeated host, `Forbidden` for a foreign host or origin.
    func origin(of request: HTTPRequest, port: Int, isAuthorization: Bool = false) throws(APIError) -> String {
        // The first Host header is the authority, a second one is left among the fields.
        guard let authority = request.authority, !authority.isEmpty else {
            throw .invalidRequest("The Host header is missing.")
        }
        guard !request.headerFields.contains(where: { $0.name.canonicalName == "host" }) else {
            throw .invalidRequest("The Host header is repeated.")
        }
        guard isOwn(authority, port) else {
            throw .forbidden("This service is not called \(APIError.echo(authority)).")
        }
        for origin in request.headerFields[values: .origin] where !isAllowed(origin) {
            guard origin.lowercased().hasPrefix("http://"), isOwn(String(origin.dropFirst("http://".count)), port)
            else {
                throw .forbidden("Requests from \(APIError.echo(origin)) are not accepted.")
            }
        }
        let isAllowed =
            request.headerFields[.origin].map(isAllowed) ?? (isAuthorization && Self.isNavigation(request))
        if request.headerFields[.secFetchSite]?.lowercased() == "cross-site", !isAllowed {
            throw .forbidden("Requests from other sites are not accepted.")
        }
        return "http://\(authority.lowercased())"
    }

    /// True when a user goes to a page by it and sees where they are: nothing is read by the page that led there, and
    /// nothing is in a frame of it.
    private static func isNavigation(_ request: HTTPRequest) -> Bool {
        request.method == .get && request.headerFields[.secFetchMode]?.lowercased() == "navigate"
            && request.headerFields[.secFetchDest]?.lowercased() == "document"
    }

    /// True when an issuer is an origin of this service, at any port: that of a service may be another after each start,
    /// and whose a token is tells its signature.
    func isOwnIssuer(_ issuer: String) -> Bool {
        guard issuer.hasPrefix("http://"),
            let (host, _) = Self.split(issuer.dropFirst("http://".count).lowercased())
        else { return false }
        return isOwn(host)
    }

    /// True for one of the other sites whose web pages may ask.
    func isAllowed(_ origin: String) -> Bool { allowedOrigins.contains(origin.lowercased()) }

    private func isOwn(_ authority: String, _ port: Int) -> Bool {
        guard let (host, named) = Self.split(authority.lowercased()), named == port else { return false }
        return isOwn(host)
    }

    private func isOwn(_ host: String) -> Bool {
        hosts.contains(host) || (allowsEveryAddress && Self.isAddress(host))
    }

    private static func split(_ authority: String) -> (host: String, port: Int)? {
        let end = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
        guard let end else { return (authority, 80) }
        let digits = authority[authority.index(after: end)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits) else {
            return nil
        }
        return (String(authority[..<end]), port)
    }

    /// Addresses, unlike names, cannot be rebound.
    private static func isAddress(_ host: String) -> Bool {
        var address = in6_addr()
        if host.hasPrefix("["), host.hasSuffix("]") {
            return inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1
        }
        return inet_pton(AF_INET, host, &address) == 1
    }
}

extension HTTPField.Name {
    static let limitedTier = known("ITwinPlatform-RateLimited-Tier")
    static let limitedAPI = known("ITwinPlatform-RateLimited-API")
    static let limitedOperation = known("ITwinPlatform-RateLimited-Operation")
    static let limitedApplication = known("ITwinPlatform-RateLimited-Application")
    static let secFetchDest = known("Sec-Fetch-Dest")
    static let secFetchMode = known("Sec-Fetch-Mode")
    static let secFetchSite = known("Sec-Fetch-Site")
    static let correlationID = known("x-correlation-id")
    static let maxReturn = known("X-Max-Return")
    static let queryScope = known("X-iTwin-Query-Scope")
    static let prefer = known("Prefer")
    static let contentSecurityPolicy = known("Content-Security-Policy")
    static let pragma = known("Pragma")
    static let referrerPolicy = known("Referrer-Policy")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) isn't a valid header name") }
        return field
    }
}

/// Web pages of other sites, which may ask only when `ServiceConfiguration.allowedOrigins` names them (reliability S2).
extension Reply {
    /// Lets the pages of a site read the answer; that to OPTIONS says too what they may send (Fetch standard, section
    /// 3.3.3).
    mutating func open(to origin: String) {
        headers[.accessControlAllowOrigin] = origin
        headers[.vary] = "Origin"
        headers[.accessControlExposeHeaders] = "X-Max-Return, Retry-After, x-correlation-id"
        guard let allowed = headers[.allow], status == 204 else { return }
        headers[.accessControlAllowMethods] = allowed
        headers[.accessControlAllowHeaders] =
            "Authorization, Content-Type, Accept, Prefer, X-Max-Return, X-iTwin-Query-Scope"
        headers[.accessControlMaxAge] = "600"
    }
}
