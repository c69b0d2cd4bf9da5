import Browser
import Foundation
import ITwinsAPI
import ITwinsClient
import ITwinsService
import Logging
import SignIn
import Synchronization

/// Where the browser's requests go while it runs: the profiles as they were last read, and a client for each that was used.
final class Connections: Sendable {
    private let settings: Settings
    private let environment: [String: String]
    private let local: LocalServiceHost
    private let queue: EventQueue
    private let logger: Logger
    private let known: Mutex<Known>

    private struct Known: Sendable {
        var profiles: [Profile]
        /// Kept for coming back: connections stay open, and so does the local service.
        var clients: [Profile: ClientSource] = [:]
        /// Where a person signs in to the profiles that have that.
        var desks: [Profile: SignInDesk] = [:]
    }

    init(
        _ settings: Settings,
        environment: [String: String],
        local: LocalServiceHost,
        _ queue: EventQueue,
        _ logger: Logger
    ) {
        self.settings = settings
        self.environment = environment
        self.local = local
        self.queue = queue
        self.logger = logger
        known = Mutex(Known(profiles: settings.profiles))
    }

    /// Reads the configuration anew and tells the browser; never on the UI thread.
    func list() {
        let configuration = Configuration(path: Folders.configuration)
        if let problem = configuration.problem {
            // What was there before stays: nobody who switches wants to lose a profile to a slip of the pen.
            queue.post(.notice("\(problem.description) The profiles are as they were."))
            return
        }
        let profiles = settings.profiles(of: configuration)
        known.withLock { $0.profiles = profiles }
        queue.post(.profiles(profiles.map { $0.choice(maxReturn: settings.maxReturn) }))
    }

    /// The profile of a name; nil when there is none any more.
    func profile(_ name: String) -> Profile? {
        known.withLock { known in known.profiles.first { $0.name == name } }
    }

    /// The client of a profile, made when it is first asked for.
    func client(of profile: Profile) -> ClientSource {
        known.withLock { known in
            if let client = known.clients[profile] { return client }
            let (client, desk) = makeClient(of: profile)
            known.clients[profile] = client
            known.desks[profile] = desk
            return client
        }
    }

    /// Where a person signs in to a profile whose client was made; nil when nobody does.
    func desk(of profile: Profile) -> SignInDesk? { known.withLock { $0.desks[profile] } }

    /// Ends the tries to sign in that are under way: another profile is browsed.
    func cancelSignIns() { known.withLock { Array($0.desks.values) }.forEach { $0.cancel() } }

    /// Tells the browser what its header shows of a profile, as soon as that is known.
    func announce(_ profile: Profile) {
        let connection = profile.connection(maxReturn: settings.maxReturn)
        guard profile.isLocal else { return queue.post(.connected(connection)) }
        Task {
            guard case .success(let place) = await local.place.value else { return }
            var connection = connection
            connection.host = Settings.host(of: place.address.baseURL) + (place.isKept ? "" : " in memory")
            queue.post(.connected(connection))
        }
    }

    /// Checks what a profile says, so that wrong usage is told before anything is made on disk.
    ///
    /// - Throws: `Failure` of wrong usage.
    static func check(_ profile: Profile, environment: [String: String]) throws {
        guard case .remote(let baseURL) = profile.target else { return }
        do throws(ConfigurationError) {
            _ = try NetworkSettings(environment: environment)
        } catch {
            throw Failure.usage(error.message)
        }
        do throws(ConfigurationError) {
            _ = try ClientConfiguration(baseURL: baseURL, userAgent: userAgent) { _ in Secret("") }
        } catch {
            let isEnvironment = profile.name == Profile.environmentName
            throw Failure.usage(
                "\(isEnvironment ? "TWINSCOPE_API_URL" : "The profile “\(profile.name)”"): \(error.message)"
            )
        }
        try ProfileTokens.check(profile)
    }

    private func makeClient(of profile: Profile) -> (ClientSource, SignInDesk?) {
        switch profile.target {
        case .remote(let baseURL):
            let tokens: ProfileTokens
            do {
                guard let made = try ProfileTokens(profile, environment: environment, changed: teller(of: profile))
                else {
                    return (Self.failure(profile.problem ?? "the profile “\(profile.name)” has no token"), nil)
                }
                tokens = made
            } catch {
                return (Self.failure((error as? Failure)?.message ?? "\(error)"), nil)
            }
            let client = ClientSource { [self] in
                do throws(ConfigurationError) {
                    let configuration = try configuration(baseURL, profile.routes) { refused in
                        try await tokens.token(insteadOf: refused)
                    }
                    return .success(ITwinsClient(configuration, logger: logger))
                } catch {
                    return .failure(ClientSource.StartFailure(reason: error.message))
                }
            }
            guard case .authority(let source, _, .person) = tokens else { return (client, nil) }
            return (client, SignInDesk(profile: profile.name, source: source, environment: environment, queue))
        case .local:
            let client = ClientSource { [self] in
                switch await local.place.value {
                case .failure(let failure): return .failure(failure)
                case .success(let place):
                    let configuration = try? ClientConfiguration(
                        baseURL: place.address.baseURL,
                        routes: profile.routes,
                        userAgent: Self.userAgent,
                        accessToken: { _ in place.address.token }
                    )
                    return configuration.map { .success(ITwinsClient($0, logger: logger)) }
                        ?? .failure(ClientSource.StartFailure(reason: "the local service does not run"))
                }
            }
            return (client, nil)
        }
    }

    private static func failure(_ reason: String) -> ClientSource {
        ClientSource { .failure(ClientSource.StartFailure(reason: reason)) }
    }

    /// Tells the browser where signing in to a profile stands.
    private func teller(of profile: Profile) -> @Sendable (TokenSource.State, _ skew: Double) -> Void {
        { [queue] state, skew in
            queue.post(.signIn(SignInState(state), profile: profile.name))
            if abs(skew) >= TokenSource.largestSkew { queue.post(.clockSkew(seconds: skew, profile: profile.name)) }
        }
    }

    private static let userAgent = "twinscope/\(version)"

    private func configuration(
        _ baseURL: String,
        _ routes: RouteTable,
        _ token: @escaping @Sendable (_ refused: Secret?) async throws -> Secret
    ) throws(ConfigurationError) -> ClientConfiguration {
        try ClientConfiguration(
            baseURL: baseURL,
            routes: routes,
            userAgent: Self.userAgent,
            network: try NetworkSettings(environment: environment),
            accessToken: token
        )
    }
}
