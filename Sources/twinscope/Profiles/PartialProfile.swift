import Browser
import ITwinsAPI

/// What a configuration says of a profile, member by member; what it does not say comes from the profile of the same name
/// that is built in, or from where the profile goes.
struct PartialProfile: Hashable, Sendable {
    var apiURL: String?
    var authority: String?
    var clientID: String?
    var scopes: [String]?
    var routes: RouteTable?
    var color: ProfileColor?
    var label: String?
    var isReadOnly: Bool?
    var confirmsWrites: Bool?
    var redirectURIs: [String]?
    var secret: Profile.SecretLocation?
    var tokenCommand: String?

    /// Those that exist always (contract section 2.1), in the order in which they are shown.
    static let builtIn: [(name: String, members: PartialProfile)] = [
        (Profile.productionName, PartialProfile(apiURL: "https://api.bentley.com/itwins", label: "PROD")),
        ("qa", PartialProfile(apiURL: "https://qa-api.bentley.com/itwins", color: .yellow)),
        ("dev", PartialProfile(apiURL: "https://dev-api.bentley.com/itwins", color: .blue)),
        (Profile.localName, PartialProfile(color: .green)),
    ]

    /// The authority of each of the platform's hosts; the official clients map dev to qa's.
    private static let authorities = [
        "api.bentley.com": "https://ims.bentley.com", "qa-api.bentley.com": "https://qa-ims.bentley.com",
        "dev-api.bentley.com": "https://qa-ims.bentley.com",
    ]

    /// Whether what goes there is production, whatever it is called: red, and asked about, unless it says otherwise.
    static func isProduction(_ apiURL: String) -> Bool { Settings.hostName(of: apiURL) == "api.bentley.com" }

    /// These members, and others where these say nothing.
    func completed(by other: PartialProfile) -> PartialProfile {
        var members = self
        members.apiURL = apiURL ?? other.apiURL
        members.authority = authority ?? other.authority
        members.clientID = clientID ?? other.clientID
        members.scopes = scopes ?? other.scopes
        members.routes = routes ?? other.routes
        members.color = color ?? other.color
        members.label = label ?? other.label
        members.isReadOnly = isReadOnly ?? other.isReadOnly
        members.confirmsWrites = confirmsWrites ?? other.confirmsWrites
        members.redirectURIs = redirectURIs ?? other.redirectURIs
        members.secret = secret ?? other.secret
        members.tokenCommand = tokenCommand ?? other.tokenCommand
        return members
    }

    /// These without anything about how one gets in.
    var withoutAccess: PartialProfile {
        var members = self
        (members.authority, members.clientID, members.scopes, members.redirectURIs) = (nil, nil, nil, nil)
        (members.secret, members.tokenCommand) = (nil, nil)
        return members
    }

    /// The profile that these make. Without an API's URL it is that of the local service in this process.
    ///
    /// - Throws: `ProfileFault` that names the member that is missing or too much, and what helps.
    func profile(named name: String) throws(ProfileFault) -> Profile {
        let isProduction = apiURL.map(Self.isProduction) ?? false
        return Profile(
            name: name,
            target: apiURL.map { .remote(baseURL: $0) } ?? .local,
            access: try access(named: name),
            label: label ?? String(name.uppercased().prefix(ProfileReader.longestLabel)),
            color: color ?? (isProduction ? .red : nil),
            routes: routes ?? .live,
            isReadOnly: isReadOnly ?? false,
            confirmsWrites: confirmsWrites ?? isProduction
        )
    }

    private func access(named name: String) throws(ProfileFault) -> Profile.Access {
        guard let apiURL else {
            guard name == Profile.localName else {
                throw ProfileFault(
                    key: nil,
                    text: "the profile \(quoted(name)) has no api-url; add the URL of its service"
                )
            }
            for (key, value) in [
                ("authority", authority), ("client-id", clientID), ("access-token-command", tokenCommand),
            ]
            where value != nil {
                throw ProfileFault(
                    key: key,
                    text:
                        "“local” is the built-in service and needs no \(key); use another name and an api-url"
                )
            }
            return .local
        }
        if let tokenCommand {
            guard clientID == nil, secret == nil else {
                throw ProfileFault(
                    key: "access-token-command",
                    text: "a profile has either access-token-command or client-id, not both; remove one"
                )
            }
            return .command(tokenCommand)
        }
        guard let clientID else {
            guard secret == nil, redirectURIs == nil else {
                let key = secret == nil ? "redirect-uris" : "client-secret"
                throw ProfileFault(key: key, text: "\(key) requires client-id; add it")
            }
            return .none
        }
        guard let authority = authority ?? Settings.hostName(of: apiURL).flatMap({ Self.authorities[$0] }) else {
            throw ProfileFault(
                key: "client-id",
                text:
                    "the authority of \(Settings.host(of: apiURL)) is unknown; add authority, such as https://ims.bentley.com"
            )
        }
        let client = Profile.Client(authority: authority, id: clientID, scopes: scopes ?? Profile.standardScopes)
        guard let secret else {
            return .user(client, redirectURIs: redirectURIs ?? Profile.standardRedirectURIs)
        }
        guard redirectURIs == nil else {
            throw ProfileFault(
                key: "redirect-uris",
                text:
                    "a client with a secret is a service and has no redirect; remove redirect-uris or the secret"
            )
        }
        return .service(client, secret: secret)
    }
}

/// What does not fit together in a profile.
struct ProfileFault: Error, Hashable {
    /// The member at which it is told, or the beginning of its key; nil for the profile as a whole.
    var key: String?
    var text: String
}
