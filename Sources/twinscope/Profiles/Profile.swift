import Browser
import ITwinsAPI
import SignIn

/// A service with all that is configured for it: where it is, how one gets in, how it is shown, what is allowed.
struct Profile: Hashable, Sendable {
    /// The name by which it is chosen.
    var name: String
    /// Where requests go.
    var target: Target
    /// How requests get their token.
    var access: Access
    /// What the screen calls it.
    var label: String
    /// The colour of the label; nil for the accent.
    var color: ProfileColor?
    /// Which routes are spoken.
    var routes: RouteTable
    /// Whether changes are refused.
    var isReadOnly: Bool
    /// Whether each change is asked about before it is sent.
    var confirmsWrites: Bool
    /// The first thing in the configuration's word of it that cannot be read; nil when all can. What can be read holds,
    /// and changes are refused.
    var fault: FileProblem?
    /// What cannot be read of the configuration, so that changes are refused; nil when they are allowed, or when the
    /// configuration itself says that they are refused.
    private(set) var closedBy: FileProblem?

    /// Where requests go.
    enum Target: Hashable, Sendable {
        /// The local service in this process.
        case local
        /// A service that runs elsewhere.
        case remote(baseURL: String)
    }

    /// How requests get their token.
    enum Access: Hashable, Sendable {
        /// The token of the local service in this process, which it tells.
        case local
        /// One that was given by the environment.
        case token(Secret)
        /// One that a command prints, run by the shell.
        case command(String)
        /// One that a user gets by signing in (contract section 13.4).
        case user(Client, redirectURIs: [String])
        /// One that the program itself gets with a secret.
        case service(Client, secret: SecretLocation)
        /// None: nothing is configured.
        case none
    }

    /// How this program is registered with an authority.
    struct Client: Hashable, Sendable {
        /// The issuer.
        var authority: String
        var id: String
        /// What is asked for.
        var scopes: [String]
    }

    /// Where a service's secret is read; never the configuration itself (reliability A10).
    enum SecretLocation: Hashable, Sendable {
        /// A variable of the environment.
        case variable(String)
        /// A file, as it was written: absolute, from the home folder with `~/`, or from the working folder.
        case file(String)
        /// A line for the shell that prints it.
        case command(String)
    }

    /// Where a browser comes back after signing in unless others are configured, each to be registered.
    static let standardRedirectURIs = RedirectURI.standard.map(\.text)
    /// The scope of all of the platform's APIs (contract section 13.2).
    static let standardScopes = ["itwin-platform"]
    /// The profile of what is not to be changed by mistake.
    static let productionName = "production"
    /// The profile whose service is in this process.
    static let localName = "local"
    /// The name of what the environment makes up, which no profile of a file can have.
    static let environmentName = "environment"

    /// What a change of a profile's look leaves as it is: where requests go, and how they get their token.
    struct SessionKey: Hashable, Sendable {
        var name: String
        var target: Target
        var access: Access
        var routes: RouteTable
    }

    /// Where requests go, and how they get their token.
    var sessionKey: SessionKey { SessionKey(name: name, target: target, access: access, routes: routes) }

    /// Refuses changes, for it cannot be read whether they are allowed.
    mutating func close(for problem: FileProblem) {
        guard !isReadOnly else { return }
        isReadOnly = true
        closedBy = problem
    }

    /// Allows what another profile does; everything without a question when there is none.
    mutating func allow(as other: Profile?) {
        (isReadOnly, closedBy) = (other?.isReadOnly ?? false, other?.closedBy)
        (confirmsWrites, fault) = (other?.confirmsWrites ?? false, other?.fault)
    }

    /// Refuses changes where another profile does.
    mutating func refuse(as other: Profile) {
        guard other.isReadOnly, !isReadOnly || other.closedBy == nil else { return }
        (isReadOnly, closedBy) = (true, other.closedBy)
    }

    /// Whether the local service in this process is browsed.
    var isLocal: Bool { target == .local }

    /// Whether requests go to production, whatever the profile is called.
    var isProduction: Bool { if case .remote(let url) = target { PartialProfile.isProduction(url) } else { false } }

    /// What is remembered belongs to one service.
    var origin: String {
        switch target {
        case .local: "local"
        case .remote(let baseURL): Settings.host(of: baseURL)
        }
    }

    /// Where it goes, in a few words.
    var place: String {
        switch target {
        case .local: "the built-in local service"
        case .remote(let baseURL): Settings.host(of: baseURL)
        }
    }

    /// Why it cannot be used, and what helps; nil when it can.
    var problem: String? {
        guard access == .none else { return nil }
        let cause = fault.map { "\($0.description) " } ?? ""
        return
            "\(cause)The profile “\(name)” has no sign-in. Add client-id to config.yaml, or set "
            + "TWINSCOPE_ACCESS_TOKEN and use --profile."
    }

    /// What the browser knows of it before anything is asked.
    func connection(maxReturn: Int) -> Connection {
        var connection = Connection(
            profile: name,
            label: label,
            color: color,
            host: nil,
            routes: routes,
            maxReturn: maxReturn
        )
        if case .remote(let baseURL) = target { connection.host = Settings.host(of: baseURL) }
        connection.isReadOnly = isReadOnly
        connection.readOnlyCause = closedBy?.description
        connection.confirmsWrites = confirmsWrites
        if case .user = access { connection.canSignIn = true }
        return connection
    }

    /// The profile as it can be chosen.
    func choice(maxReturn: Int) -> ProfileChoice {
        ProfileChoice(connection: connection(maxReturn: maxReturn), target: place, problem: problem)
    }
}
