import Foundation
import ITwinsAPI
import ITwinsClient
import SignIn

/// What gives the requests of a profile their tokens.
enum ProfileTokens: Sendable {
    /// One that the environment gave.
    case given(Secret)
    /// Those that a command prints.
    case command(ExternalToken)
    /// Those of an authority, for a user or a service.
    case authority(TokenSource, AuthorityClient, RegistrationKind)

    /// For whom an authority gives tokens.
    enum RegistrationKind: Sendable {
        case user, service
    }

    /// Makes the source for a profile; nothing is asked before the first request.
    ///
    /// - Parameters:
    ///   - profiles: all that are known, whose secrets the programs that are started do not see.
    ///   - environment: of this program.
    ///   - recorder: is told of the requests that fetch tokens.
    ///   - changed: is told where signing in stands.
    /// - Returns: nil for a profile that has no such source: the local service in this process, and one that says nothing of
    ///   tokens.
    /// - Throws: `Failure` of wrong usage that names the setting.
    init?(
        _ profile: Profile,
        among profiles: [Profile],
        environment: [String: String],
        recorder: (@Sendable (Exchange) -> Void)? = nil,
        changed: @escaping @Sendable (TokenSource.State, _ skew: Double) -> Void = { _, _ in }
    ) throws {
        let children = ChildEnvironment(environment, hidingSecretsOf: profiles)
        switch profile.access {
        case .local, .none: return nil
        case .token(let token): self = .given(token)
        case .command(let line):
            self = .command(ExternalToken(command: line, environment: children.shared, changed: changed))
        case .user, .service:
            guard let registration = try Self.registration(of: profile) else { return nil }
            self = try Self.source(profile, registration, environment, children, recorder, changed)
        }
    }

    private static func source(
        _ profile: Profile,
        _ registration: Registration,
        _ environment: [String: String],
        _ children: ChildEnvironment,
        _ recorder: (@Sendable (Exchange) -> Void)?,
        _ changed: @escaping @Sendable (TokenSource.State, _ skew: Double) -> Void
    ) throws -> ProfileTokens {
        let network: NetworkSettings
        do throws(ConfigurationError) {
            network = try NetworkSettings(environment: environment)
        } catch {
            throw Failure.usage(error.message)
        }
        var authority = AuthorityClient(
            registration.authority,
            http: network.httpClient(for: registration.authority.issuer),
            prepare: network.prepare,
            proxy: network.proxyAddress(for: registration.authority.issuer),
            cacheFile: Folders.statePath("authorities.json")
        )
        authority.recorder = recorder
        let source = TokenSource(
            registration,
            client: authority,
            store: TokenStore(folder: try? Folders.tokens(), environment: children.shared),
            apiOrigin: profile.apiOrigin,
            environment: children.own(of: profile),
            changed: changed
        )
        if case .service = registration.grant { return .authority(source, authority, .service) }
        return .authority(source, authority, .user)
    }

    /// Checks what a profile says of signing in, before anything is made.
    ///
    /// - Throws: `Failure` of wrong usage that names the setting.
    static func check(_ profile: Profile) throws { _ = try registration(of: profile) }

    /// How this program is known to the profile's authority; nil where it has none.
    private static func registration(of profile: Profile) throws -> Registration? {
        do {
            switch profile.access {
            case .local, .token, .command, .none: return nil
            case .user(let client, let redirects):
                let uris = try redirects.map { text throws(SignInError) in try RedirectURI(text) }
                return try registration(client, .user(redirects: uris))
            case .service(let client, let place):
                return try registration(client, .service(secret: try source(of: place)))
            }
        } catch let error as SignInError {
            throw Failure.usage("The profile “\(profile.name)”: \(error.message)")
        }
    }

    private static func registration(
        _ client: Profile.Client,
        _ grant: Registration.Grant
    ) throws(SignInError) -> Registration {
        try Registration(
            authority: Authority(client.authority),
            clientID: client.id,
            scopes: client.scopes,
            grant: grant
        )
    }

    private static func source(of place: Profile.SecretLocation) throws -> SecretSource {
        switch place {
        case .variable(let name): return .variable(name: name)
        case .command(let line): return .command(line)
        case .file(let path):
            guard let absolute = Folders.absolutePath(path) else {
                throw Failure.usage(
                    "client-secret-file is \(path), but there is no home folder. Use an absolute path"
                )
            }
            return .file(path: absolute)
        }
    }

    /// What gives one request that is made now its tokens, for who is signed in now.
    ///
    /// What it gives throws `SignedOut` when a user has to sign in, else what says why there is no token.
    ///
    /// - Parameter user: whom the request was made for, as a state told; nil when none did. For anybody else it is refused.
    func forRequest(of user: UInt64? = nil) -> ClientConfiguration.AccessToken {
        switch self {
        case .given(let token): return { _ in token }
        case .command(let source):
            let tokens = source.tokensForRequest(of: user)
            return { try await tokens.token(insteadOf: $0) }
        case .authority(let source, _, _):
            let tokens = source.tokensForRequest(of: user)
            return { refused in
                do throws(SignInError) {
                    return try await tokens.token(insteadOf: refused)
                } catch {
                    if error.kind == .signedOut { throw SignedOut(error.message) }
                    throw error
                }
            }
        }
    }

    /// Closes the connections to the authority.
    func shutdown() async {
        if case .authority(_, let client, _) = self { await client.shutdown() }
    }
}

extension Profile {
    /// Scheme, host and port of the API, as tokens are kept for it.
    fileprivate var apiOrigin: String {
        guard case .remote(let baseURL) = target, let components = URLComponents(string: baseURL),
            let scheme = components.scheme?.lowercased(), let host = components.host?.lowercased()
        else { return "local" }
        return "\(scheme)://\(host):\(components.port ?? (scheme == "https" ? 443 : 80))"
    }
}
