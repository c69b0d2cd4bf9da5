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
