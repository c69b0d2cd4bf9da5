import Foundation
import ITwinsAPI

/// Where an authority is asked for what (OpenID Connect Discovery 1.0 section 3).
struct Endpoints: Hashable, Sendable {
    var authorization: String
    var token: String
    /// Where tokens are revoked (RFC 7009); nil when there is no such place.
    var revocation: String?
    /// Where a code for another device is had (RFC 8628 section 4); nil when there is no such place.
    var device: String?
    /// Whether a redirect has to name the issuer (RFC 9207 section 3).
    var namesIssuer = false

    /// The documented endpoints of Bentley IMS (contract section 13.1), for when discovery cannot be reached.
    static func documented(of authority: Authority) -> Endpoints? {
        guard ["https://ims.bentley.com", "https://qa-ims.bentley.com"].contains(authority.issuer) else { return nil }
        return Endpoints(
            authorization: "\(authority.issuer)/connect/authorize",
            token: "\(authority.issuer)/connect/token"
        )
    }

    /// Reads a discovery document.
    ///
    /// - Throws: `SignInError` for a document of another issuer, with an endpoint where secrets would be sent unprotected,
    ///   and for anything that is no such document (reliability A6).
    init(_ document: JSON, of authority: Authority) throws(SignInError) {
        func wrong(_ what: String) -> SignInError {
            SignInError(
                .malformed,
                "The discovery document of \(authority.host) \(what). Check authority in the profile"
            )
        }
        guard let issuer = document["issuer"]?.string else { throw wrong("names no issuer") }
        guard authority.isNamed(issuer) else {
            throw wrong("names the issuer “\(issuer.oneLine(100))”, not \(authority.issuer)")
        }
        func endpoint(_ name: String) throws(SignInError) -> String? {
            guard let value = document[name], value != .null else { return nil }
            guard let text = value.string, let components = URLComponents(string: text),
                let origin = try? Origin(components), components.fragment == nil, components.user == nil,
                let url = components.string
            else { throw wrong("has no valid URL as \(name)") }
            // The library encodes what a URL may not have (RFC 3986 section 2), and it goes to a terminal and a browser.
            guard text.isVisibleASCII else { throw wrong("has invalid characters in \(name)") }
            guard origin.isProtected, authority.origin.isLoopback || origin.scheme == "https" else {
                throw wrong("has no https URL as \(name)")
            }
            return url
        }
        guard let authorization = try endpoint("authorization_endpoint") else {
            throw wrong("names no authorization_endpoint")
        }
        guard let token = try endpoint("token_endpoint") else { throw wrong("names no token_endpoint") }
        self.init(authorization: authorization, token: token, revocation: try endpoint("revocation_endpoint"))
        device = try endpoint("device_authorization_endpoint")
        namesIssuer = document["authorization_response_iss_parameter_supported"]?.bool ?? false
    }

    init(authorization: String, token: String, revocation: String? = nil, namesIssuer: Bool = false) {
        self.authorization = authorization
        self.token = token
        self.revocation = revocation
        self.namesIssuer = namesIssuer
    }
}
