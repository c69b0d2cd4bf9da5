public import AsyncHTTPClient
import Foundation
import ITwinsAPI
public import Logging
import NIOCore
import NIOHTTP1

/// Asks an authority: discovery, tokens, revocation. Nothing of a request or an answer is logged but its place and status.
public struct AuthorityClient: Sendable {
    /// Whom it asks.
    public let authority: Authority
    private let http: HTTPClient
    private let time: SignInTime
    private let cache: EndpointCache
    let logger: Logger

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
    ///   - cacheFile: where what discovery said is kept for a day; nil to keep it in memory alone.
    ///   - logger: is told what was asked and how that ended, never a secret; the default tells nobody.
    public init(
        _ authority: Authority,
        http: HTTPClient,
        cacheFile: String? = nil,
        time: SignInTime = .system,
        logger: Logger = Logger(label: "sign-in") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.authority = authority
        self.http = http
        self.time = time
        cache = EndpointCache(file: cacheFile)
        self.logger = logger
    }

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
                let kind: SignInError.Kind = reply.status >= 500 ? .unreachable : .malformed
                throw SignInError(
                    kind,
                    "Discovery at \(authority.host) answered \(reply.status). Check authority in the profile"
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
            asked: attempt.registration.scopes
        )
    }

    /// Changes a refresh token into new tokens (RFC 6749 section 6). The old one may be gone as soon as it is sent.
    func refresh(_ token: Secret, of registration: Registration) async throws(SignInError) -> Tokens {
        var tokens = try await tokens(
            [
                ("grant_type", "refresh_token"), ("client_id", registration.clientID),
                ("refresh_token", token.revealed),
            ],
            asked: registration.scopes
        )
        tokens.refresh = tokens.refresh ?? token
        return tokens
    }

    /// Tokens for a service (RFC 6749 section 4.4), by Basic with form-encoded parts (section 2.3.1).
    func clientCredentials(_ secret: Secret, of registration: Registration) async throws(SignInError) -> Tokens {
        let pair = "\(FormText.encode(registration.clientID)):\(FormText.encode(secret.revealed))"
        return try await tokens(
            [("grant_type", "client_credentials"), ("scope", registration.scopes.joined(separator: " "))],
            basic: Secret(Data(pair.utf8).base64EncodedString()),
            asked: registration.scopes
        )
    }

    /// Revokes a refresh token, within 5 seconds (RFC 7009, reliability A18).
    ///
    /// - Returns: false when the authority names no place for it.
    func revoke(_ token: Secret, of registration: Registration) async throws(SignInError) -> Bool {
        try await limited(to: revocationLimit, "Revoking") { () throws(SignInError) in
            guard let place = try await endpoints().revocation else { return false }
            let form = FormText.encode([
                ("token", token.revealed), ("token_type_hint", "refresh_token"), ("client_id", registration.clientID),
            ])
            let reply = try await send(.POST, place, form: form, what: "Revoking")
            guard reply.status == 200 else { throw refusal(reply) }
            return true
        }
    }

    private func tokens(_ parameters: [(String, String)], basic: Secret? = nil, asked: [String])
        async throws(SignInError) -> Tokens
    {
        let place = try await endpoints().token
        let reply = try await send(
            .POST,
            place,
            form: FormText.encode(parameters),
            basic: basic,
            what: "The token call"
        )
        guard reply.status == 200 else { throw refusal(reply) }
        let body = try reply.object(of: "token answer", authority)
        return try Tokens(body, from: reply, authority, asked: asked, at: time.now())
    }

    /// The error of an answer that is none of success (RFC 6749 section 5.2).
    private func refusal(_ reply: Reply) -> SignInError {
        if reply.status >= 500 || reply.status == 429 {
            return SignInError(.unreachable, "\(authority.host) answered \(reply.status). Try again later")
        }
        guard let body = (try? JSON.parse(reply.body))?.object, let code = body["error"]?.string else {
            return SignInError(
                .malformed,
                "\(authority.host) answered \(reply.status) without saying why. Check authority in the profile"
            )
        }
        return .refusal(code, body["error_description"]?.string, by: authority)
    }

    // MARK: HTTP

    struct Reply: Sendable {
        var status: Int
        var mediaType: String?
        var date: String?
        var body: [UInt8]

        /// The body as a JSON object.
        func object(of what: String, _ authority: Authority) throws(SignInError) -> JSON.Object {
            guard mediaType == "application/json", let object = (try? JSON.parse(body))?.object else {
                throw SignInError(
                    .malformed,
                    "The \(what) of \(authority.host) is no JSON object. Check authority in the profile, and whether a proxy stands between"
                )
            }
            return object
        }
    }

    private enum Method: String { case GET, POST }

    private func send(
        _ method: Method,
        _ url: String,
        form: String? = nil,
        basic: Secret? = nil,
        what: String
    ) async throws(SignInError) -> Reply {
        var request = HTTPClientRequest(url: url)
        request.method = method == .GET ? .GET : .POST
        request.headers.add(name: "Accept", value: "application/json")
        if let basic { request.headers.add(name: "Authorization", value: "Basic \(basic.revealed)") }
        if let form {
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: form))
        }
        let start = ContinuousClock.now
        var metadata: Logger.Metadata = ["request": "\(method.rawValue) \(url)"]
        defer {
            metadata["ms"] = "\(Int((ContinuousClock.now - start) / .milliseconds(1)))"
            logger.info("\(what)", metadata: metadata)
        }
        do throws(SignInError) {
            // The library's own limit is for the head of an answer alone.
            let reply = try await limited(to: limit, what) { [request] () throws(SignInError) in
                try await self.reply(to: request, what)
            }
            metadata["status"] = "\(reply.status)"
            return reply
        } catch {
            metadata["error"] = "\(error.message)"
            throw error
        }
    }

    private func reply(to request: HTTPClientRequest, _ what: String) async throws(SignInError) -> Reply {
        do {
            let response = try await http.execute(request, timeout: TimeAmount(limit))
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            let type = response.headers.first(name: "Content-Type")?.split(separator: ";").first
            return Reply(
                status: Int(response.status.code),
                mediaType: type?.trimmingCharacters(in: .whitespaces).lowercased(),
                date: response.headers.first(name: "Date"),
                body: Array(buffer: body)
            )
        } catch is NIOTooManyBytesError {
            throw SignInError(
                .malformed,
                "\(authority.host) answered far more than is needed. Check authority in the profile"
            )
        } catch {
            if Task.isCancelled || error is CancellationError { throw Self.cancelled(what) }
            throw unreachable(Self.reason(error))
        }
    }

    /// Ends work that takes too long.
    private func limited<Value: Sendable>(
        to limit: Duration,
        _ what: String,
        _ work: @escaping @Sendable () async throws(SignInError) -> Value
    ) async throws(SignInError) -> Value {
        let result = await withTaskGroup(of: Result<Value, SignInError>?.self) { group in
            group.addTask {
                do throws(SignInError) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next().flatMap(\.self)
        }
        if let result { return try result.get() }
        throw Task.isCancelled ? Self.cancelled(what) : unreachable("it did not answer in time")
    }

    private static func cancelled(_ what: String) -> SignInError {
        SignInError(.cancelled, "\(what) was cancelled")
    }

    private func unreachable(_ why: String) -> SignInError {
        SignInError(.unreachable, "\(authority.host) cannot be reached: \(why). Check the network, then try again")
    }

    /// Why a call failed, without anything of the call.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError
        where error == .connectTimeout || error == .readTimeout
            || error == .deadlineExceeded:
            "it did not answer in time"
        case is HTTPClientError: "the answer was cut short"
        default: "\(error)".shown(120)
        }
    }
}
