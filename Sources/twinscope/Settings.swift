import Browser
import Foundation
import ITwinsAPI
import ITwinsClient

/// What the browser was started with: from the command line, the environment and the configuration, checked.
struct Settings: Sendable {
    /// The profile to begin with.
    private(set) var profile: Profile
    /// The profiles that can be chosen, with what the environment makes of them.
    private(set) var profiles: [Profile]
    /// What is wrong with the configuration, for the user at the screen; nil when nothing is.
    let notice: String?
    let maxReturn: Int
    let usesColor: Bool
    let terminalType: String?

    private let variables: Variables
    /// The profile that the one of the environment behaves like; nil when none was named beside its URL.
    private let model: String?

    /// What the environment says of profiles.
    private struct Variables: Sendable {
        let url: String?
        let token: String?
        let profile: String?
        let routes: RouteTable?

        init(_ environment: [String: String]) throws {
            func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
            (url, token, profile) = (
                value("TWINSCOPE_API_URL"), value("TWINSCOPE_ACCESS_TOKEN"), value("TWINSCOPE_PROFILE")
            )
            routes = try value("TWINSCOPE_API_ROUTES").map { routes in
                if let table = RouteTable(rawValue: routes) { return table }
                throw Failure.usage("TWINSCOPE_API_ROUTES must be live or document, not “\(routes)”.")
            }
        }
    }

    /// Chooses the profile: `--local` and `--profile` beat the environment, which beats the configuration.
    ///
    /// A URL and a token make a profile of their own, which looks and behaves like the one that `TWINSCOPE_PROFILE` names. A
    /// token alone is one for the profile that was named.
    ///
    /// - Throws: `Failure` of wrong usage that names the variable or option, its value and what helps; a token is never
    ///   named.
    init(
        isLocal: Bool,
        profile named: String? = nil,
        maxReturn: Int?,
        environment: [String: String],
        configuration: Configuration = Configuration()
    ) throws {
        let variables = try Variables(environment)
        if let token = variables.token, !isLocal, !Self.canBeSent(token) {
            throw Failure.usage(
                "TWINSCOPE_ACCESS_TOKEN contains characters that aren't allowed in a token, such as a space or a line break."
            )
        }
        if isLocal, let named, named != Profile.localName {
            throw Failure.usage("--local and --profile \(named) can't be combined. Remove one.")
        }
        let option = isLocal ? Profile.localName : named
        let chosen = try Self.name(option, variables)
        let known = Self.changed(configuration.profiles, variables)
        let source = option == nil ? "TWINSCOPE_PROFILE" : "--profile"
        func find(_ name: String) throws -> Profile {
            if let profile = known.first(where: { $0.name == name }) { return profile }
            if let fault = configuration.unusable[name] {
                throw Failure.usage("\(fault.description) The profile “\(name)” can't be used until this is fixed.")
            }
            // What cannot be read may be that profile: the cause comes first.
            let cause = configuration.closedBy.map { "\($0.description) " } ?? ""
            throw Failure.usage(
                "\(cause)\(source) is “\(name)”, which isn't a profile. \(configuration.hint(for: name))."
            )
        }
        var model: String?
        if let chosen {
            profile = try find(chosen)
            // A token with a URL belongs to that URL: nobody else gets it.
            if let token = variables.token, variables.url == nil, !profile.isLocal {
                profile.access = .token(Secret(token))
            }
            profiles = known.map { [profile] in $0.name == profile.name ? profile : $0 }
        } else if let url = variables.url, let token = variables.token {
            let like = try variables.profile.map(find)
            model = like?.name
            profile = Self.profile(at: url, Secret(token), like: like, configuration, variables)
            profiles = [profile] + known
        } else {
            profile = try find(configuration.standard)
            profiles = known
        }
        if let problem = profile.problem { throw Failure.usage(problem) }
        if let maxReturn, maxReturn < 1 { throw Failure.usage("--max-return must be at least 1, not \(maxReturn).") }
        self.maxReturn = maxReturn ?? Rules.maxReturns.upperBound
        self.variables = variables
        self.model = model
        notice = configuration.notice
        usesColor = (environment["NO_COLOR"] ?? "").isEmpty
        terminalType = environment["TERM"]
    }

    /// The name of the profile that was named; nil when the environment makes one, or nobody named any.
    private static func name(_ option: String?, _ variables: Variables) throws -> String? {
        if let option { return option }
        switch (variables.url, variables.token) {
        case (nil, _) where variables.profile != nil: return variables.profile
        case (nil, nil), (_?, _?): return nil
        case (_?, nil):
            throw Failure.usage("TWINSCOPE_API_URL is set but TWINSCOPE_ACCESS_TOKEN isn't. Set both, or use --local.")
        case (nil, _?):
            throw Failure.usage(
                "TWINSCOPE_ACCESS_TOKEN is set but TWINSCOPE_API_URL isn't. Set both, use --profile, or use --local."
            )
        }
    }

    /// The profile that a URL and a token of the environment make.
    ///
    /// - Parameter like: the profile that was named beside them.
    private static func profile(
        at url: String,
        _ token: Secret,
        like named: Profile?,
        _ configuration: Configuration,
        _ variables: Variables
    ) -> Profile {
        let profile = Profile(
            name: Profile.environmentName,
            target: .remote(baseURL: url),
            access: .token(token),
            label: named?.label ?? "ENV",
            color: named?.color ?? (PartialProfile.isProduction(url) ? .red : nil),
            routes: variables.routes ?? named?.routes ?? .live,
            isReadOnly: false,
            confirmsWrites: false
        )
        return limited(profile, like: named?.name, by: configuration)
    }

    /// A profile in which the environment has a part, with what a configuration allows it. The profile of its name decides,
    /// or the one that was named beside a URL. Without either the host does: what goes to production asks before each
    /// change, and what is forbidden in production is forbidden there by any name. A profile whose address is another one
    /// by now can forbid more, and allows nothing.
    ///
    /// - Parameter model: the name of the profile that was named beside a URL.
    private static func limited(_ profile: Profile, like model: String?, by configuration: Configuration) -> Profile {
        var limited = profile
        let now = configuration[profile.name]
        if let now, now.target == profile.target {
            limited.allow(as: now)
            return limited
        }
        let production = profile.isProduction ? configuration[Profile.productionName] : nil
        let isMadeUp = profile.name == Profile.environmentName
        let named = isMadeUp ? model : profile.name
        // What a profile would say of this address is not known once it is not there or has another: what held holds.
        let decisive = isMadeUp ? named.map { configuration[$0] } ?? production : nil
        if named == nil || decisive != nil { limited.allow(as: decisive) }
        limited.fault = nil
        if let now {
            limited.refuse(as: now)
            limited.confirmsWrites = limited.confirmsWrites || now.confirmsWrites
        }
        if profile.isProduction, decisive?.isProduction != true { limited.confirmsWrites = true }
        if let production { limited.refuse(as: production) }
        let names = [named, profile.isProduction ? Profile.productionName : nil].compactMap(\.self)
        if let problem = names.compactMap({ configuration.unusable[$0] }).first ?? configuration.closedBy {
            limited.close(for: problem)
        }
        return limited
    }

    private static func changed(_ profiles: [Profile], _ variables: Variables) -> [Profile] {
        profiles.map { profile in
            var profile = profile
            profile.routes = variables.routes ?? profile.routes
            return profile
        }
    }

    /// The profiles as a configuration that was read anew has them. The one to begin with stays as it is where the
    /// environment has a part in it, except for what is allowed now.
    func profiles(of configuration: Configuration) -> [Profile] {
        let read = Self.changed(configuration.profiles, variables)
        guard case .token = profile.access else { return read }
        let mine = Self.limited(profile, like: model, by: configuration)
        guard read.contains(where: { $0.name == mine.name }) else { return [mine] + read }
        return read.map { $0.name == mine.name ? mine : $0 }
    }

    /// Whether the local service in this process is browsed.
    var isLocal: Bool { profile.isLocal }

    /// The connection as the header shows it before anything is known.
    var connection: Connection { profile.connection(maxReturn: maxReturn) }

    /// The profiles as they can be chosen.
    var choices: [ProfileChoice] { profiles.map { $0.choice(maxReturn: maxReturn) } }

    /// Whether a token is what RFC 6750 section 2.1 lets a client send, so that a header can carry it.
    static func canBeSent(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
    }

    /// The host of a URL as it is looked up: whatever the letter case, with a port or without, and with a dot at its end or
    /// without; nil when there is none.
    static func hostName(of url: String) -> String? {
        guard let host = URLComponents(string: url)?.host else { return nil }
        var name = host.precomposedStringWithCompatibilityMapping.lowercased()
        while name.hasSuffix(".") { name.removeLast() }
        return name
    }

    /// Host and port of a URL.
    static func host(of url: String) -> String {
        guard let components = URLComponents(string: url), let host = components.host else { return url }
        return components.port.map { "\(host):\($0)" } ?? host
    }
}
