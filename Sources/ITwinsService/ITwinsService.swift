import ITwinsAPI
public import Logging

/// The local iTwins service: the API of the contract, answered from a SQLite database.
public struct ITwinsService: Sendable {
    private let configuration: ServiceConfiguration
    private let store: Store
    private let token: Secret
    private let tokens: [SampleUser: Secret]
    private let logger: Logger
    /// The damaged database that was put aside when this one was opened; nil when there was none.
    public let keptDatabase: KeptDatabase?

    /// Opens the database, brings it to the newest schema and puts sample data into it.
    ///
    /// Several services may do so at the same moment on the same file. A damaged file is put aside, and a new one made.
    ///
    /// - Parameter logger: gets one line a request: method, path without query, status, milliseconds, correlation id; a
    ///   warning when a damaged database was put aside.
    /// - Throws: `ServiceError.unusableDatabase`, and then nothing was changed.
    public init(_ configuration: ServiceConfiguration, logger: Logger) async throws(ServiceError) {
        self.configuration = configuration
        self.logger = logger
        (store, keptDatabase) = try await Store.open(configuration, logger: logger)
        token = configuration.tokens[.administrator] ?? configuration.token ?? store.identity.token
        tokens = configuration.tokens.merging([.administrator: token]) { $1 }
    }

    /// Answers requests until the task is cancelled or the service group it runs in shuts down gracefully; requests
    /// in flight then have 5 seconds to finish.
    ///
    /// - Parameter onReady: is called once, as soon as requests are taken.
    /// - Throws: `ServiceError` when the port is in use or the address cannot be listened on.
    public func run(onReady: @escaping @Sendable (ServiceAddress) -> Void) async throws {
        let hosts = HostRule(host: configuration.host, allowedOrigins: configuration.allowedOrigins)
        let secrets =
            configuration.requiresSignIn
            ? ServiceAddress.ProviderSecrets(
                clientSecret: configuration.clientSecret ?? store.identity.clientSecret,
                signInCode: configuration.signInCode ?? SignInCode.random()
            ) : nil
        let signer = try await TokenSigner(store.identity.signingKey)
        let responder = Responder(
            Controllers(
                store,
                configuration,
                authority: secrets.map { Authority(store, configuration, $0, signer: signer, logger: logger) }
            ),
            hosts: hosts,
            authentication: Authentication(
                tokens: configuration.requiresSignIn ? configuration.tokens : tokens,
                accessTokens: secrets.map { _ in AccessTokens(signer: signer, store: store, hosts: hosts) }
            ),
            faultInjection: FaultInjection(configuration),
            limits: configuration.limits,
            now: configuration.now,
            logger: logger
        )
        let server = LocalHTTPServer(
            host: configuration.host,
            port: configuration.port,
            responder: responder,
            limits: configuration.limits,
            now: configuration.now,
            logger: logger
        )
        try await server.run { [token, configuration] port in
            onReady(
                ServiceAddress(
                    baseURL: "http://\(Self.reachable(configuration.host)):\(port)/itwins",
                    token: token,
                    acceptsToken: !configuration.requiresSignIn || configuration.tokens[.administrator] != nil,
                    provider: secrets
                )
            )
        }
        try store.close()
    }

    /// The host by which this machine reaches an address that is listened on.
    private static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "[::1]"
        default: host.contains(":") ? "[\(host)]" : host
        }
    }
}
