/// Something in a repository, such as an iModel or a layer of a map service (contract section 5.5).
public struct Resource: IdentifiedModel, Hashable, Sendable, Identifiable {
    /// Any text of at most 200 characters, unique in its repository.
    public var id: String
    /// The class of its repository.
    public var `class`: RepositoryClass?
    /// The subclass of its repository; of a geographic information system alone.
    public var subClass: RepositorySubClass?
    /// What kind of thing it is, in the words of the service it comes from.
    public var type: String?
    /// The name, at most 200 characters.
    public var displayName: String?
    /// Where its graphics are described; nil when it has none.
    public var graphicsURI: String?
    /// What the service it comes from knows of it; in full answers alone.
    public var properties: JSON?
    /// Members that are no field of this type, and fields whose value has another type than the contract's, as they
    /// came.
    public var additional: JSON.Object = JSON.Object()

    /// Makes a resource that is known by its id alone.
    public init(id: String) {
        self.id = id
    }

    /// Reads a resource leniently: only an id is needed, everything unknown or of another type is kept in `additional`.
    ///
    /// - Returns: nil when the value is no object or has no id.
    public init?(_ json: JSON) {
        self.init(withID: json)
    }

    mutating func read(_ member: JSON.Object.Member) -> Bool {
        switch member.name {
        case "class": Self.set(&`class`, member.value.string.map(RepositoryClass.init(rawValue:)))
        case "subClass": Self.set(&subClass, member.value.string.map(RepositorySubClass.init(rawValue:)))
        case "type": Self.set(&type, member.value.string)
        case "displayName": Self.set(&displayName, member.value.string)
        case "capabilities": Self.set(&graphicsURI, member.value["graphics"]?["uri"]?.string)
        case "properties": Self.set(&properties, member.value.object.map(JSON.object))
        default: false
        }
    }

    /// The resource as the service sends it, members without value left out.
    public var json: JSON {
        var object: JSON.Object = ["id": .string(id)]
        object["class"] = `class`.map { .string($0.rawValue) }
        object["subClass"] = subClass.map { .string($0.rawValue) }
        object["type"] = type.map(JSON.string)
        object["displayName"] = displayName.map(JSON.string)
        object["capabilities"] = graphicsURI.map { ["graphics": ["uri": .string($0)]] }
        object["properties"] = properties
        for member in additional.members { object[member.name] = member.value }
        return .object(object)
    }
}

/// What is sent to add a resource to a geographic information system (contract section 10.7).
public struct ResourceDraft: Hashable, Sendable {
    /// The id that the service behind the repository knows it by, at most 200 characters; required.
    public var id: String
    /// The name, at most 200 characters; required.
    public var displayName: String
    /// What kind of thing it is, at most 100 characters; nil for nothing.
    public var type: String?

    /// Makes a draft.
    public init(id: String, displayName: String, type: String? = nil) {
        self.id = id
        self.displayName = displayName
        self.type = type
    }

    /// The body of the request.
    public var json: JSON {
        var object: JSON.Object = ["id": .string(id), "displayName": .string(displayName)]
        object["type"] = type.map(JSON.string)
        return .object(object)
    }
}

/// What a list of resources is asked for (contract section 10.6). Members that are nil or empty are not sent.
public struct ResourceQuery: Hashable, Sendable {
    /// Part of the name, in any letter case.
    public var search: String?
    /// The page size, 1 to 1000; nil for the service's 100.
    public var top: Int?
    /// How many to leave out first; nil for none.
    public var skip: Int?
    /// Whether properties are sent too.
    public var representation = false

    /// Makes a query for everything without properties.
    public init() {}

    var parameters: [ITwinQuery.Parameter] {
        [
            search.flatMap { $0.isEmpty ? nil : .init(name: "$search", value: $0) },
            top.map { .init(name: "$top", value: String($0)) }, skip.map { .init(name: "$skip", value: String($0)) },
        ].compactMap(\.self)
    }
}

/// How a resource can be drawn (contract section 5.5).
public struct Graphics: LenientModel, Hashable, Sendable {
    /// The format.
    public var type: GraphicsType
    /// Where the data is; may be a signed link that ends.
    public var uri: String?
    /// How the data is asked for; nil when it needs nothing.
    public var authentication: RepositoryAuthentication?
    /// The name of what draws it, such as `UrlTemplateImageryProvider`; nil for the usual.
    public var provider: String?
    /// The options of the provider, as they came.
    public var providerOptions: JSON?
    /// Members that are no field of this type, and fields whose value has another type than the contract's, as they
    /// came.
    public var additional: JSON.Object = JSON.Object()

    /// Makes graphics of a format.
    public init(type: GraphicsType) {
        self.type = type
    }

    /// Reads graphics leniently: only a type is needed, everything unknown or of another type is kept in `additional`.
    ///
    /// - Returns: nil when the value is no object or has no type.
    public init?(_ json: JSON) {
        guard case .object(let object) = json, let type = object["type"]?.string else { return nil }
        self.init(type: GraphicsType(rawValue: type))
        read(object, besides: "type")
    }

    mutating func read(_ member: JSON.Object.Member) -> Bool {
        switch member.name {
        case "uri": return Self.set(&uri, member.value.string)
        case "authentication": return Self.set(&authentication, RepositoryAuthentication(member.value))
        case "provider":
            providerOptions = member.value["name"]?.string == nil ? nil : member.value["options"]
            return Self.set(&provider, member.value["name"]?.string)
        default: return false
        }
    }

    /// The graphics as the service sends them, members without value left out.
    public var json: JSON {
        var object: JSON.Object = ["type": .string(type.rawValue)]
        object["uri"] = uri.map(JSON.string)
        object["authentication"] = authentication?.json
        object["provider"] = provider.map { name in
            var object: JSON.Object = ["name": .string(name)]
            object["options"] = providerOptions
            return .object(object)
        }
        for member in additional.members { object[member.name] = member.value }
        return .object(object)
    }
}

/// The format of graphics (contract section 4).
public struct GraphicsType: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// All that the contract names, in its order.
    public static let known: [Self] = [
        "3DTILES", "GLTF", "IMAGERY", "TERRAIN", "KML", "CZML", "GEOJSON", "OAPIF+GEOJSON",
    ]
}
