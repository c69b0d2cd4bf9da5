import GRDB
import HTTPTypes
import HummingbirdCore
import ITwinsAPI
import Logging

/// The OAuth 2 and OpenID provider for the sample users (contract sections 13 and 17.1): what lies at which path.
struct Authority: Sendable {
    /// A path below the origin, as IMS has it.
    enum Endpoint: String, CaseIterable, Sendable {
        case discovery = ".well-known/openid-configuration"
        case keys = ".well-known/openid-configuration/jwks"
        case authorize = "connect/authorize"
        case token = "connect/token"
        case revocation = "connect/revocation"

        /// The endpoint by the decoded segments of a path; nil when they lead elsewhere.
        init?(_ path: [String]) {
            self.init(rawValue: path.joined(separator: "/"))
        }

        /// The methods that it takes, besides OPTIONS.
        var methods: [HTTPRequest.Method] {
            switch self {
            case .discovery, .keys: [.get, .head]
            case .authorize: [.get, .head, .post]
            case .token, .revocation: [.post]
            }
        }
    }

    private let clients: ClientAuthentication
    private let signer: TokenSigner
    private let authorize: AuthorizeEndpoint
    private let token: TokenEndpoint
    private let revocation: RevocationEndpoint
    private let bodySeconds: Double
    private let logger: Logger

    init(
        _ store: Store,
        _ configuration: ServiceConfiguration,
        _ secrets: ServiceAddress.ProviderSecrets,
        signer: TokenSigner,
        logger: Logger
    ) {
        self.signer = signer
        let known = OAuthClients(configuration.clients)
        clients = ClientAuthentication(secret: secrets.clientSecret, clients: known)
        authorize = AuthorizeEndpoint(
            store: store,
            clients: known,
            code: SignInCode(secrets.signInCode),
            logger: logger
        )
        token = TokenEndpoint(
            store: store,
            issuer: TokenIssuer(signer: signer, seconds: configuration.accessTokenSeconds)
        )
        revocation = RevocationEndpoint(store: store, signer: signer)
        bodySeconds = configuration.limits.bodySeconds
        self.logger = logger
    }

    /// Answers a request whose method the endpoint takes.
    ///
    /// - Parameter origin: the origin by which the service was asked, which is the issuer.
    /// - Throws: `APIError` for a body that does not arrive or is too large.
    func reply(
        to request: Request,
        at endpoint: Endpoint,
        query: Substring?,
        origin: String,
        now: Timestamp
    ) async throws -> Reply {
        switch endpoint {
        case .discovery: return .json(Discovery.document(origin))
        case .keys: return .json(signer.publicKeys)
        case .authorize:
            do {
                guard request.method == .post else {
                    return authorize.question(OAuthParameters(try Query(query)), issuer: origin, now: now)
                }
                return await authorize.answer(try await form(of: request), issuer: origin, now: now)
            } catch let error as APIError where Self.isUnreadable(error) {
                return SignInPage.refusal(error.message)
            }
        case .token, .revocation:
            do {
                let parameters = try await form(of: request)
                let client = try clients.client(request.headers, parameters)
                return endpoint == .token
                    ? try await token.answer(parameters, from: client, origin: origin, now: now)
                    : try await revocation.answer(parameters, from: client, now: now)
            } catch let error as OAuthError {
                return error.reply
            } catch let error as APIError where Self.isUnreadable(error) {
                return OAuthError(.invalidRequest, error.message).reply
            } catch let error as DatabaseError {
                logger.error("\(endpoint.rawValue) failed: \(error)")
                return OAuthError(error).reply
            }
        }
    }

    private func form(of request: Request) async throws -> OAuthParameters {
        OAuthParameters(try await BodyReader(request: request, seconds: bodySeconds).form())
    }

    /// True for a query or a body that came but is no list of parameters.
    private static func isUnreadable(_ error: APIError) -> Bool { [400, 415].contains(error.status) }
}

/// What the authority says of itself to clients (OpenID Connect Discovery, RFC 8414, RFC 9207).
enum Discovery {
    /// The document for an origin, which is the issuer (contract section 17.20).
    static func document(_ origin: String) -> JSON {
        func url(_ endpoint: Authority.Endpoint) -> JSON { .string("\(origin)/\(endpoint.rawValue)") }
        let methods = texts(ClientAuthentication.methods)
        return [
            "issuer": .string(origin),
            "authorization_endpoint": url(.authorize), "token_endpoint": url(.token),
            "revocation_endpoint": url(.revocation), "jwks_uri": url(.keys),
            "response_types_supported": ["code"], "response_modes_supported": ["query"],
            "grant_types_supported": texts(OAuthClient.Grant.allCases.map(\.rawValue)),
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": texts(Scope.allCases.map(\.rawValue)),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [.string(TokenSigner.algorithm)],
            "token_endpoint_auth_methods_supported": methods, "revocation_endpoint_auth_methods_supported": methods,
            "authorization_response_iss_parameter_supported": true,
            "request_parameter_supported": false, "request_uri_parameter_supported": false,
            "service_documentation": .string("\(origin)/"),
        ]
    }

    private static func texts(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}

/// Ends tokens before their time (RFC 7009): an access token alone, a refresh token with the sign-in that it belongs to.
struct RevocationEndpoint: Sendable {
    let store: Store
    let signer: TokenSigner

    /// Answers a request of a client. A token that is none is as good as ended.
    ///
    /// - Throws: `OAuthError` when no token is named, or that of another client.
    func answer(_ parameters: OAuthParameters, from client: OAuthClient, now: Timestamp) async throws -> Reply {
        try parameters.checkUnique()
        let token = try parameters.required("token")
        let isOwn: Bool
        if let claims = await signer.claims(of: token) {
            isOwn = claims.clientID == client.id
            if isOwn { try await store.write { try AccessTokenRecords.revoke(claims, $0) } }
        } else {
            isOwn = try await store.write { db in
                guard let (signIn, _) = try SignInRecord.find(refreshToken: token, now: now, db) else { return true }
                guard signIn.clientID == client.id else { return false }
                try signIn.delete(db)
                return true
            }
        }
        guard isOwn else { throw OAuthError(.unauthorizedClient, "The token belongs to another client.") }
        return Reply(status: 200, body: [])
    }
}
