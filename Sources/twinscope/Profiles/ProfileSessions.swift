import Browser
import Foundation
import ITwinsAPI
import ITwinsClient
import ITwinsService
import Logging
import Synchronization

/// Where the browser's requests go while it runs: the profiles as they were last read, and a session for each that was used.
final class ProfileSessions: Sendable {
    private let settings: Settings
    private let environment: [String: String]
    private let local: LocalServiceHost
    private let queue: EventQueue
    private let logger: Logger
    private let known: Mutex<Known>

    private struct Known: Sendable {
        var profiles: [Profile]
        /// Kept for coming back: connections stay open, and so does the local service.
        var sessions: [Profile.SessionKey: ProfileSession] = [:]
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
        if let notice = configuration.notice { queue.post(.notice(notice)) }
        let profiles = known.withLock { known in
            if configuration.isUnreadable, let problem = configuration.problem {
                // Those that were there stay: nobody who switches wants to lose a profile to a slip of the pen.
                for index in known.profiles.indices where !known.profiles[index].isLocal {
                    known.profiles[index].close(for: problem)
                }
            } else {
                known.profiles = settings.profiles(of: configuration)
            }
            return known.profiles
        }
        queue.post(.profiles(profiles.map { $0.choice(maxReturn: settings.maxReturn) }))
    }

    /// The profile of a name; nil when there is none any more.
    func profile(_ name: String) -> Profile? {
        known.withLock { known in known.profiles.first { $0.name == name } }
    }

    /// What a profile is used by, begun when it is first asked for.
    func session(of profile: Profile) -> ProfileSession {
        known.withLock { known in
            if let session = known.sessions[profile.sessionKey] { return session }
            let session = makeSession(of: profile, among: settings.profiles + known.profiles)
            known.sessions[profile.sessionKey] = session
            return session
        }
    }

    private var sessions: [ProfileSession] { known.withLock { Array($0.sessions.values) } }

    /// Ends the tries to sign in that are under way: another profile is browsed.
    func cancelSignIns() { for session in sessions { session.signIn?.cancel() } }

    /// Waits for new tokens that are being fetched.
    func settle() async { for session in sessions { await session.settle() } }

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

    /// - Parameter profiles: all that are known, whose secrets the programs that are started do not see.
    private func makeSession(of profile: Profile, among profiles: [Profile]) -> ProfileSession {
        guard case .remote(let baseURL) = profile.target else { return ProfileSession(localClient(profile.routes)) }
        let report = SignInReport(profile: profile.name, queue)
        let tokens = Task { [environment, recorder] () -> Result<ProfileTokens, ClientSource.StartFailure> in
            do {
                let tokens = try ProfileTokens(
                    profile,
                    among: profiles,
                    environment: environment,
                    recorder: recorder,
                    changed: report.changed
                )
                return tokens.map(Result.success)
                    ?? .failure(.init(reason: profile.problem ?? "the profile “\(profile.name)” has no token"))
            } catch {
                return .failure(.init(reason: (error as? Failure)?.message ?? "\(error)"))
            }
        }
        let client = ClientSource { [self] in
            let found: ProfileTokens
            switch await tokens.value {
            case .success(let tokens): found = tokens
            case .failure(let failure): return .failure(failure)
            }
            do throws(ConfigurationError) {
                let configuration = try configuration(baseURL, profile.routes) {
                    found.forRequest(of: EffectRunner.requester)
                }
                return .success(ITwinsClient(configuration, logger: logger))
            } catch {
                return .failure(.init(reason: error.message))
            }
        }
        guard case .user = profile.access else { return ProfileSession(client, tokens, report, signIn: nil) }
        let children = ChildEnvironment(environment, hidingSecretsOf: profiles)
        let signIn = SignInSession(tokens, report, environment: children.shared)
        return ProfileSession(client, tokens, report, signIn: signIn)
    }

    private func localClient(_ routes: RouteTable) -> ClientSource {
        ClientSource { [self] in
            switch await local.place.value {
            case .failure(let failure): return .failure(failure)
            case .success(let place):
                var configuration = try? ClientConfiguration(
                    baseURL: place.address.baseURL,
                    routes: routes,
                    userAgent: Self.userAgent,
                    accessToken: { _ in place.address.token }
                )
                configuration?.recorder = recorder
                return configuration.map { .success(ITwinsClient($0, logger: logger)) }
                    ?? .failure(ClientSource.StartFailure(reason: "the local service isn't running"))
            }
        }
    }

    /// Tells the browser what goes over the wire.
    private var recorder: @Sendable (Exchange) -> Void { { [queue] in queue.post(.exchange($0)) } }

    private static let userAgent = "twinscope/\(version)"

    private func configuration(
        _ baseURL: String,
        _ routes: RouteTable,
        _ tokens: @escaping @Sendable () -> ClientConfiguration.AccessToken
    ) throws(ConfigurationError) -> ClientConfiguration {
        var configuration = try ClientConfiguration(
            baseURL: baseURL,
            routes: routes,
            userAgent: Self.userAgent,
            network: try NetworkSettings(environment: environment),
            accessToken: tokens()
        )
        configuration.requestTokens = tokens
        configuration.recorder = recorder
        return configuration
    }
}
