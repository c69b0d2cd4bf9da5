public import AsyncHTTPClient
import Foundation
public import ITwinsAPI
public import Logging
import NetworkErrors

/// Asks an authority: discovery, tokens, codes for other devices, revocation. Nothing of a request or an answer is logged but its place and status.
public struct AuthorityClient: Sendable, CustomReflectable {
    /// Whom it asks.
    public let authority: Authority
    let http: HTTPClient
    /// Makes every request ready to be sent.
    let prepare: @Sendable (inout HTTPClientRequest) async throws -> Void
    private let time: SignInTime
    private let cache: EndpointCache
    let proxy: NetworkError.Peer?
    let logger: Logger
    /// Is told of every request when it ended, of nothing in it; nil, the default, for nobody.
    public var recorder: (@Sendable (Exchange) -> Void)?

    /// How long one call may take.
    var limit = Duration.seconds(20)
    /// How long revoking a token may take in all (reliability A18).
    var revocationLimit = Duration.seconds(5)
    /// Bytes of an answer; one that is larger is refused.
    static let largestAnswer = 256 * 1024

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - http: is shut down by whoever made it; must not follow redirects, which could carry secrets elsewhere.
    ///   - prepare: makes every request ready to be sent, for example by saying who is trusted; what it throws is told as the
    ///     reason why the authority cannot be reached. The default leaves them as they are.
    ///   - proxy: host and port of the proxy that it asks through, for the words of an error; nil for none.
    ///   - cacheFile: where what discovery said is kept for a day; nil to keep it in memory alone.
    ///   - logger: is told what was asked and how that ended, never a secret; the default tells nobody.
    public init(
        _ authority: Authority,
        http: HTTPClient,
        prepare: @escaping @Sendable (inout HTTPClientRequest) async throws -> Void = { _ in },
        proxy: (host: String, port: Int)? = nil,
        cacheFile: String? = nil,
        time: SignInTime = .system,
        logger: Logger = Logger(label: "sign-in") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.authority = authority
        self.http = http
        self.prepare = prepare
        self.proxy = proxy.map { NetworkError.Peer(host: $0.host, port: $0.port) }
        self.time = time
        cache = EndpointCache(file: cacheFile)
        self.logger = logger
    }

    /// Shows what a user may see: the connections below it hold the headers of what is under way, secrets among them.
    public var customMirror: Mirror { Mirror(self, children: ["authority": authority], displayStyle: .struct) }

    /// Closes the connections.
    public func shutdown() async {
        // A second shutdown is the only thing that fails, and changes nothing.
        try? await http.shutdown()
    }

    // MARK: Discovery

    /// Where the authority is asked for what: from discovery, kept for a day; the documented places of IMS when it cannot be
    /// reached.
    func endpoints() async throws(SignInError) -> Endpoints {
        let now = time.now()
        if let known = cache.endpoints(of: authority, at: now) { return known }
        do throws(SignInError) {
            let reply = try await send(.GET, "\(authority.issuer)/.well-known/openid-configuration", what: "Discovery")
            guard reply.status == 200 else {
                let isTheirs = reply.status >= 500
                let help = isTheirs ? "Try again later" : "Check authority in the profile"
                throw SignInError(
                    isTheirs ? .unreachable : .malformed,
                    "Discovery at \(authority.host) returned status \(reply.status). \(help)"
                )
            }
            let document = try reply.object(of: "discovery document", authority)
            let endpoints = try Endpoints(.object(document), of: authority)
            cache.keep(document, endpoints, of: authority, at: now)
            return endpoints
        } catch {
            // A document that lies is refused; one that cannot be had is replaced by what is documented.
            guard error.kind == .unreachable, let documented = Endpoints.documented(of: authority) else { throw error }
            cache.fallBack(to: documented, at: now)
            return documented
        }
    }

    // MARK: Tokens

    /// Changes a code into tokens (RFC 6749 section 4.1.3).
    func exchange(_ code: Secret, of attempt: SignInAttempt) async throws(SignInError) -> Tokens {
        try await tokens(
            [
                ("grant_type", "authorization_code"), ("client_id", attempt.registration.clientID),
                ("code", code.revealed), ("code_verifier", attempt.verifier.revealed),
                ("redirect_uri", attempt.redirect.text),
            ],
            asked: attempt.registration.scopes,
            hiding: [attempt.verifier, attempt.state] + code.spellings
        )
    }

    /// Changes a refresh token into new tokens (RFC 6749 section 6). The old one may be gone as soon as it is sent.
    ///
    /// - Parameter access: the token that it came with, which the authority knows too.
    func refresh(_ token: Secret, insteadOf access: Secret, of registration: Registration) async throws(SignInError)
        -> Tokens
    {
        var tokens = try await tokens(
            [
                ("grant_type", "refresh_token"), ("client_id", registration.clientID),
                ("refresh_token", token.revealed),
            ],
            asked: registration.scopes,
            hiding: [access] + token.spellings
        )
        tokens.refresh = tokens.refresh ?? token
        return tokens
    }

    /// Tokens for a service (RFC 6749 section 4.4), by Basic with form-encoded parts (section 2.3.1).
    ///
    /// - Parameter access: the token that there was before, which the authority knows too.
    func clientCredentials(_ secret: Secret, insteadOf access: Secret?, of registration: Registration)
        async throws(SignInError) -> Tokens
    {
        let pair = "\(PercentEncoding.encode(registration.clientID)):\(PercentEncoding.encode(secret.revealed))"
        let basic = Secret(Data(pair.utf8).base64EncodedString())
        return try await tokens(
            [("grant_type", "client_credentials"), ("scope", registration.scopes.joined(separator: " "))],
            basic: basic,
            asked: registration.scopes,
            hiding: [basic] + secret.spellings + (access.map { [$0] } ?? [])
        )
    }

    /// Asks for a code that the user types on another device (RFC 8628 section 3.1).
    ///
    /// - Returns: nil when the authority does not offer that.
    func deviceAuthorization(of registration: Registration) async throws(SignInError) -> DeviceAuthorization? {
        guard let place = try await endpoints().device else { return nil }
        let form = FormText.encode([
            ("client_id", registration.clientID), ("scope", registration.scopes.joined(separator: " ")),
        ])
        let reply = try await send(.POST, place, form: form, what: "Device authorization")
        guard reply.status == 200 else { throw refusal(reply, hiding: []) }
        let body = try reply.object(of: "device authorization response", authority)
        return try DeviceAuthorization(body, of: authority, at: time.now())
    }

    /// Asks once whether the user has signed in on another device (RFC 8628 section 3.4).
    func tokens(of device: DeviceAuthorization, _ registration: Registration) async throws(SignInError) -> Tokens {
        try await tokens(
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", device.code.revealed), ("client_id", registration.clientID),
            ],
            asked: registration.scopes,
            hiding: device.code.spellings
        )
    }

    /// Revokes the refresh token, or the access token where there is no other, within 5 seconds (RFC 7009, reliability
    /// A18).
    ///
    /// - Returns: false when the authority names no place for it.
    func revoke(_ tokens: Tokens, of registration: Registration) async throws(SignInError) -> Bool {
        try await limited(to: revocationLimit, "Revoking") { () throws(SignInError) in
            guard let place = try await endpoints().revocation else { return false }
            let form = FormText.encode([
                ("token", tokens.root.revealed),
                ("token_type_hint", tokens.refresh == nil ? "access_token" : "refresh_token"),
                ("client_id", registration.clientID),
            ])
            let reply = try await send(.POST, place, form: form, what: "Revoking")
            guard reply.status == 200 else {
                throw refusal(reply, hiding: [tokens.access] + tokens.root.spellings)
            }
            return true
        }
    }

    private func tokens(
        _ parameters: [(String, String)],
        basic: Secret? = nil,
        asked: [String],
        hiding secrets: [Secret]
    ) async throws(SignInError) -> Tokens {
        let place = try await endpoints().token
        let reply = try await send(
            .POST,
            place,
            form: FormText.encode(parameters),
            basic: basic,
            what: "The token request"
        )
        guard reply.status == 200 else { throw refusal(reply, hiding: secrets) }
        let body = try reply.object(of: "token response", authority)
        return try Tokens(body, from: reply, authority, asked: asked, at: time.now())
    }

    /// The error of an answer that is none of success (RFC 6749 section 5.2).
    private func refusal(_ reply: Reply, hiding secrets: [Secret]) -> SignInError {
        if reply.status >= 500 || reply.status == 429 {
            return SignInError(.unreachable, "\(authority.host) returned status \(reply.status). Try again later")
        }
        guard let body = (try? JSON.parse(reply.body))?.object, let code = body["error"]?.string else {
            return SignInError(
                .malformed,
                "\(authority.host) returned status \(reply.status) without a reason. Check authority in the profile"
            )
        }
        return .refusal(code, body["error_description"]?.string, by: authority, hiding: secrets)
    }
}
