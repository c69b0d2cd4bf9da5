/// What is sent to change an iTwin (contract section 6.4): the fields that are set, and no others.
public struct ITwinChanges: Hashable, Sendable {
    /// The fields that can be changed, in the model's order.
    public static let fields: [ITwin.Field] = [
        .type, .number, .displayName, .geographicLocation, .latitude, .longitude, .ianaTimeZone, .status,
    ]

    private var values: [ITwin.Field: JSON] = [:]

    /// Makes changes of nothing.
    public init() {}

    /// Makes the changes that turn one iTwin into another.
    public init(from old: ITwin, to new: ITwin) {
        for field in Self.fields where old[field] != new[field] { values[field] = new[field] }
    }

    /// The new value of a field, null to clear it; nil for a field that stays. Fields that cannot be changed stay.
    public subscript(_ field: ITwin.Field) -> JSON? {
        get { values[field] }
        set { if Self.fields.contains(field) { values[field] = newValue } }
    }

    /// True when nothing changes.
    public var isEmpty: Bool { values.isEmpty }

    /// The body of the request.
    public var json: JSON {
        .object(
            JSON.Object(
                Self.fields.compactMap { field in values[field].map { .init(name: field.rawValue, value: $0) } }
            )
        )
    }
}

/// What becomes of a value that may be missing.
public enum Change<Value: Hashable & Sendable>: Hashable, Sendable {
    /// It stays as it is.
    case keep
    /// It is taken away.
    case clear
    /// It becomes another one.
    case set(Value)

    /// The value of a member of a request: nil for one that is not sent.
    func json(_ value: (Value) -> JSON) -> JSON? {
        switch self {
        case .keep: nil
        case .clear: .null
        case .set(let new): value(new)
        }
    }
}

/// What is sent to change a repository that was added by hand (contract section 10.4): what is set, and nothing else.
public struct RepositoryChanges: Hashable, Sendable {
    /// The new name, at most 200 characters; nil for the one it has.
    public var displayName: String?
    /// The new place, at most 2000 characters; nil for the one it has.
    public var uri: String?
    /// How its data is asked for from now on; replaced as a whole.
    public var authentication = Change<RepositoryAuthentication>.keep
    /// What is sent along from now on; replaced as a whole.
    public var options = Change<RepositoryOptions>.keep

    /// Makes changes of nothing.
    public init() {}

    /// True when nothing changes.
    public var isEmpty: Bool { self == RepositoryChanges() }

    /// The body of the request, secrets in clear.
    public var json: JSON {
        var object = JSON.Object()
        object["displayName"] = displayName.map(JSON.string)
        object["uri"] = uri.map(JSON.string)
        object["authentication"] = authentication.json(\.json)
        object["options"] = options.json(\.json)
        return .object(object)
    }
}

/// Where a repository is: in an iTwin, or among those that belong to none (contract section 11).
public struct RepositoryPath: Hashable, Sendable {
    /// The iTwin; nil for a global repository.
    public var iTwinID: String?
    /// The repository's id.
    public var id: String

    /// Makes the path of a repository; nil for `iTwinID` means a global one.
    public init(iTwinID: String?, id: String) {
        self.iTwinID = iTwinID
        self.id = id
    }
}
