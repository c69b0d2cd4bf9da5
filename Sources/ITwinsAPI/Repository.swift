/// A source of data of an iTwin: an automatic one, or one added by hand such as a map service (contract section 5.4).
public struct Repository: LenientModel, Hashable, Sendable, Identifiable {
    /// A UUID, or the class name in lower case for automatic ones.
    public var id: String
    /// What it holds.
    public var `class`: RepositoryClass
    /// The finer kind; nil for automatic ones.
    public var subClass: RepositorySubClass?
    /// The name, at most 200 characters.
    public var displayName: String?
    /// Where the data is; may hold placeholders such as `{z}`.
    public var uri: String?
    /// Where its resources are listed; nil when it lists none.
    public var resourcesURI: String?
    /// How its data is asked for; nil when it needs nothing.
    public var authentication: RepositoryAuthentication?
    /// What is sent along with every question to it.
    public var options: RepositoryOptions?
    /// Members that are no field of this type, and fields whose value has another type than the contract's, as they
    /// came.
    public var additional: JSON.Object = JSON.Object()

    /// Makes a repository of its required fields.
    public init(id: String, class: RepositoryClass) {
        self.id = id
        self.class = `class`
    }

    /// True for a repository that came by itself and cannot be changed: those have no subclass (contract section 5.4).
    public var isAutomatic: Bool { subClass == nil }

    /// Reads a repository leniently: id and class are needed, everything unknown or of another type is kept in
    /// `additional`.
    ///
    /// - Returns: nil when the value is no object or lacks its id or class.
    public init?(_ json: JSON) {
        guard case .object(let object) = json, let id = object["id"]?.string, !id.isEmpty,
            let name = object["class"]?.string
        else { return nil }
        self.init(id: id, class: RepositoryClass(rawValue: name))
        read(object, besides: "id", "class")
    }

    mutating func read(_ member: JSON.Object.Member) -> Bool {
        switch member.name {
        case "subClass": Self.set(&subClass, member.value.string.map(RepositorySubClass.init(rawValue:)))
        case "displayName": Self.set(&displayName, member.value.string)
        case "uri": Self.set(&uri, member.value.string)
        case "capabilities": Self.set(&resourcesURI, member.value["resources"]?["uri"]?.string)
        case "authentication": Self.set(&authentication, RepositoryAuthentication(member.value))
        case "options": Self.set(&options, RepositoryOptions(member.value))
        default: false
        }
    }

    /// The repository as the service sends it, members without value left out.
    public var json: JSON {
        var object: JSON.Object = ["id": .string(id), "class": .string(`class`.rawValue)]
        object["subClass"] = subClass.map { .string($0.rawValue) }
        object["displayName"] = displayName.map(JSON.string)
        object["uri"] = uri.map(JSON.string)
        object["capabilities"] = resourcesURI.map { ["resources": ["uri": .string($0)]] }
        object["authentication"] = authentication?.json
        object["options"] = options?.json
        for member in additional.members { object[member.name] = member.value }
        return .object(object)
    }
}

/// How a repository's data is asked for (contract section 5.4). The service returns the secrets in clear: mask them on
/// screen.
public enum RepositoryAuthentication: Hashable, Sendable {
    /// A header of a request.
    case header(key: String, value: Secret)
    /// A query parameter of a request.
    case queryParameter(key: String, value: Secret)
    /// HTTP Basic.
    case basic(username: String, password: Secret)
    /// OAuth 2 authorization code with PKCE; scopes are separated by blanks.
    case oauth2PKCE(
        clientId: String,
        scopes: String,
        authorizationEndpoint: String,
        tokenEndpoint: String,
        redirectUri: String
    )

    /// The kind, as `type` spells it.
    public enum Kind: String, CaseIterable, Sendable {
        case header = "Header"
        case queryParameter = "QueryParameter"
        case basic = "Basic"
        case oauth2PKCE = "OAuth2AuthorizationCodePKCE"

        /// The names of the members that this kind needs, in the contract's order.
        public var members: [String] {
            switch self {
            case .header, .queryParameter: ["key", "value"]
            case .basic: ["username", "password"]
            case .oauth2PKCE: ["clientId", "scopes", "authorizationEndpoint", "tokenEndpoint", "redirectUri"]
            }
        }

        /// The members that are shown masked.
        public var secretMembers: Set<String> { ["value", "password"] }
    }

    /// Makes one of a kind and the values of its members.
    ///
    /// - Returns: nil when a member is missing.
    public init?(kind: Kind, members: [String: String]) {
        let values = kind.members.compactMap { members[$0] }
        guard values.count == kind.members.count else { return nil }
        switch kind {
        case .header: self = .header(key: values[0], value: Secret(values[1]))
        case .queryParameter: self = .queryParameter(key: values[0], value: Secret(values[1]))
        case .basic: self = .basic(username: values[0], password: Secret(values[1]))
        case .oauth2PKCE:
            self = .oauth2PKCE(
                clientId: values[0],
                scopes: values[1],
                authorizationEndpoint: values[2],
                tokenEndpoint: values[3],
                redirectUri: values[4]
            )
        }
    }

    /// Reads what `type` selects; nil when the type is unknown or a member is missing or no text.
    public init?(_ json: JSON) {
        guard let kind = json["type"]?.string.flatMap(Kind.init(rawValue:)), let object = json.object else {
            return nil
        }
        let members = Dictionary(
            object.members.compactMap { member in member.value.string.map { (member.name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        self.init(kind: kind, members: members)
    }

    /// The kind of this one.
    public var kind: Kind {
        switch self {
        case .header: .header
        case .queryParameter: .queryParameter
        case .basic: .basic
        case .oauth2PKCE: .oauth2PKCE
        }
    }

    /// The members by name and value in the contract's order, secrets in clear.
    public var members: [(name: String, value: String)] {
        let values: [String] =
            switch self {
            case .header(let key, let value), .queryParameter(let key, let value): [key, value.revealed]
            case .basic(let username, let password): [username, password.revealed]
            case .oauth2PKCE(let clientId, let scopes, let authorization, let token, let redirect):
                [clientId, scopes, authorization, token, redirect]
            }
        return zip(kind.members, values).map { ($0, $1) }
    }

    /// The object as it goes over the wire, secrets in clear.
    public var json: JSON {
        var object: JSON.Object = ["type": .string(kind.rawValue)]
        for member in members { object[member.name] = .string(member.value) }
        return .object(object)
    }
}

/// What is sent along with every question to a repository (contract section 5.4).
public struct RepositoryOptions: Hashable, Sendable {
    /// Query parameters by name, in their order.
    public var queryParameters: [Parameter]
    /// The smallest zoom level, 0 to 24; of subclass UrlTemplate alone.
    public var minimumLevel: Int?
    /// The largest zoom level, 0 to 24; of subclass UrlTemplate alone.
    public var maximumLevel: Int?

    /// A query parameter.
    public struct Parameter: Hashable, Sendable {
        /// The parameter's name.
        public var name: String
        /// The parameter's value.
        public var value: String

        /// Makes a parameter.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Makes options; levels are for subclass UrlTemplate.
    public init(queryParameters: [Parameter] = [], minimumLevel: Int? = nil, maximumLevel: Int? = nil) {
        self.queryParameters = queryParameters
        self.minimumLevel = minimumLevel
        self.maximumLevel = maximumLevel
    }

    /// Reads options; nil when a member has another type than the contract's.
    public init?(_ json: JSON) {
        guard case .object(let object) = json else { return nil }
        self.init()
        for member in object.members {
            switch member.name {
            case "minimumLevel":
                guard let level = member.value.int else { return nil }
                minimumLevel = level
            case "maximumLevel":
                guard let level = member.value.int else { return nil }
                maximumLevel = level
            case "queryParameters":
                guard let parameters = member.value.object else { return nil }
                for parameter in parameters.members {
                    guard let value = parameter.value.string else { return nil }
                    queryParameters.append(Parameter(name: parameter.name, value: value))
                }
            default: return nil
            }
        }
    }

    /// The object as it goes over the wire.
    public var json: JSON {
        var object = JSON.Object()
        object["minimumLevel"] = minimumLevel.map(JSON.int)
        object["maximumLevel"] = maximumLevel.map(JSON.int)
        if !queryParameters.isEmpty {
            object["queryParameters"] = .object(
                JSON.Object(queryParameters.map { .init(name: $0.name, value: .string($0.value)) })
            )
        }
        return .object(object)
    }
}

/// What is sent to create a repository (contract section 10.2).
public struct RepositoryDraft: Hashable, Sendable {
    /// What it holds, one of the creatable classes.
    public var `class`: RepositoryClass
    /// The finer kind; must belong to the class.
    public var subClass: RepositorySubClass
    /// The name, at most 200 characters.
    public var displayName: String
    /// Where the data is, at most 2000 characters.
    public var uri: String
    /// How its data is asked for.
    public var authentication: RepositoryAuthentication?
    /// What is sent along.
    public var options: RepositoryOptions?

    /// Makes a draft of the required fields.
    public init(class: RepositoryClass, subClass: RepositorySubClass, displayName: String, uri: String) {
        self.class = `class`
        self.subClass = subClass
        self.displayName = displayName
        self.uri = uri
    }

    /// The body of the request, secrets in clear.
    public var json: JSON {
        var object: JSON.Object = [
            "class": .string(`class`.rawValue), "subClass": .string(subClass.rawValue),
            "displayName": .string(displayName),
            "uri": .string(uri),
        ]
        object["authentication"] = authentication?.json
        object["options"] = options?.json
        return .object(object)
    }
}
