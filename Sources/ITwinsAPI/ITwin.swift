/// An iTwin: a project, an asset, a program or another container of infrastructure data (contract section 5.1).
///
/// Everything but the id is optional: minimal answers have six fields, `$select` picks any, and the service may leave
/// fields out.
public struct ITwin: Hashable, Sendable, Identifiable {
    /// The id, a UUID by convention, any text by contract.
    public var id: String
    /// What kind of thing it is.
    public var `class`: ITwinClass?
    /// The finer kind.
    public var subClass: ITwinSubClass?
    /// Free text of at most 100 characters.
    public var type: String?
    /// The number, unique within the account and subclass; the service's default is the id.
    public var number: String?
    /// The name, unique within the account and subclass.
    public var displayName: String?
    /// The place in words.
    public var geographicLocation: String?
    /// Degrees north, -90 to 90.
    public var latitude: Double?
    /// Degrees east, -180 to 180.
    public var longitude: Double?
    /// The IANA name of the time zone.
    public var ianaTimeZone: String?
    /// Where the data is kept.
    public var dataCenterLocation: DataCenter?
    /// Whether it is worked with.
    public var status: ITwinStatus?
    /// The id of the iTwin above; nil for an Account.
    public var parentId: String?
    /// The id of the owning Account.
    public var iTwinAccountId: String?
    /// The image's name, which changes only with the image.
    public var imageName: String?
    /// A link to the thumbnail, good for an hour.
    public var image: String?
    /// When it was made.
    public var createdDateTime: Timestamp?
    /// The id of the user who made it.
    public var createdBy: String?
    /// When it was changed last.
    public var lastModifiedDateTime: Timestamp?
    /// The id of the user who changed it last.
    public var lastModifiedBy: String?
    /// Members that are no field of this type, and fields whose value has another type than the contract's, as they
    /// came.
    public var additional: JSON.Object = JSON.Object()

    /// Makes an iTwin that is known by its id alone.
    public init(id: String) {
        self.id = id
    }

    /// A field of the model, named as on the wire, in the model's order.
    public enum Field: String, CaseIterable, Sendable {
        case id, `class`, subClass, type, number, displayName, geographicLocation, latitude, longitude, ianaTimeZone,
            dataCenterLocation, status, parentId, iTwinAccountId, imageName, image, createdDateTime, createdBy,
            lastModifiedDateTime, lastModifiedBy

        /// The six fields of a minimal answer (contract section 2.5).
        public static let minimal: [Field] = [.id, .class, .subClass, .type, .number, .displayName]
    }
}

extension ITwin {
    /// Reads an iTwin leniently: only an id is needed, everything unknown or of another type is kept in `additional`.
    ///
    /// - Returns: nil when the value is no object or has no id.
    public init?(_ json: JSON) {
        guard case .object(let object) = json else { return nil }
        self.init(id: "")
        for member in object.members {
            guard let field = Field(rawValue: member.name) else {
                additional[member.name] = member.value
                continue
            }
            if !read(member.value, into: field), !member.value.isNull { additional[member.name] = member.value }
        }
        guard !id.isEmpty else { return nil }
    }

    /// The value of a field, null where there is none.
    public subscript(_ field: Field) -> JSON {
        switch field {
        case .id: .string(id)
        case .class: .optional(`class`?.rawValue)
        case .subClass: .optional(subClass?.rawValue)
        case .type: .optional(type)
        case .number: .optional(number)
        case .displayName: .optional(displayName)
        case .geographicLocation: .optional(geographicLocation)
        case .latitude: latitude.map(JSON.double) ?? .null
        case .longitude: longitude.map(JSON.double) ?? .null
        case .ianaTimeZone: .optional(ianaTimeZone)
        case .dataCenterLocation: .optional(dataCenterLocation?.rawValue)
        case .status: .optional(status?.rawValue)
        case .parentId: .optional(parentId)
        case .iTwinAccountId: .optional(iTwinAccountId)
        case .imageName: .optional(imageName)
        case .image: .optional(image)
        case .createdDateTime: .optional(createdDateTime?.description)
        case .createdBy: .optional(createdBy)
        case .lastModifiedDateTime: .optional(lastModifiedDateTime?.description)
        case .lastModifiedBy: .optional(lastModifiedBy)
        }
    }

    /// The named fields as an object, in the order given, null where there is no value.
    public func json(_ fields: [Field] = Field.allCases) -> JSON {
        .object(JSON.Object(fields.map { JSON.Object.Member(name: $0.rawValue, value: self[$0]) }))
    }

    /// Whether the value had the field's type.
    private mutating func read(_ value: JSON, into field: Field) -> Bool {
        func text(_ path: WritableKeyPath<ITwin, String?>) -> Bool {
            self[keyPath: path] = value.string
            return value.string != nil
        }
        func open<Value: OpenText>(_ path: WritableKeyPath<ITwin, Value?>) -> Bool {
            self[keyPath: path] = value.string.map(Value.init(rawValue:))
            return value.string != nil
        }
        func moment(_ path: WritableKeyPath<ITwin, Timestamp?>) -> Bool {
            self[keyPath: path] = value.string.flatMap(Timestamp.init)
            return self[keyPath: path] != nil
        }
        func degrees(_ path: WritableKeyPath<ITwin, Double?>) -> Bool {
            self[keyPath: path] = value.double
            return value.double != nil
        }
        switch field {
        case .id:
            id = value.string ?? ""
            return value.string != nil
        case .class: return open(\.class)
        case .subClass: return open(\.subClass)
        case .type: return text(\.type)
        case .number: return text(\.number)
        case .displayName: return text(\.displayName)
        case .geographicLocation: return text(\.geographicLocation)
        case .latitude: return degrees(\.latitude)
        case .longitude: return degrees(\.longitude)
        case .ianaTimeZone: return text(\.ianaTimeZone)
        case .dataCenterLocation: return open(\.dataCenterLocation)
        case .status: return open(\.status)
        case .parentId: return text(\.parentId)
        case .iTwinAccountId: return text(\.iTwinAccountId)
        case .imageName: return text(\.imageName)
        case .image: return text(\.image)
        case .createdDateTime: return moment(\.createdDateTime)
        case .createdBy: return text(\.createdBy)
        case .lastModifiedDateTime: return moment(\.lastModifiedDateTime)
        case .lastModifiedBy: return text(\.lastModifiedBy)
        }
    }
}

/// What is sent to create an iTwin (contract section 6.2). Fields that are nil are not sent.
public struct ITwinDraft: Hashable, Sendable {
    /// What kind of thing it is; required.
    public var `class`: ITwinClass
    /// The finer kind; must pair with the class.
    public var subClass: ITwinSubClass
    /// The name; required, at most 255 characters.
    public var displayName: String
    /// The number, at most 255 characters; the service's default is the new id.
    public var number: String?
    /// Free text of at most 100 characters.
    public var type: String?
    /// The place in words, at most 255 characters.
    public var geographicLocation: String?
    /// Degrees north, -90 to 90.
    public var latitude: Double?
    /// Degrees east, -180 to 180.
    public var longitude: Double?
    /// An IANA time zone.
    public var ianaTimeZone: String?
    /// Where the data is kept; the service's default is East US.
    public var dataCenterLocation: DataCenter?
    /// Whether it is worked with; the service's default is Active.
    public var status: ITwinStatus?
    /// The iTwin above; the service's default is the caller's Account.
    public var parentId: String?

    /// Makes a draft of the required fields.
    public init(class: ITwinClass, subClass: ITwinSubClass, displayName: String) {
        self.class = `class`
        self.subClass = subClass
        self.displayName = displayName
    }

    /// The body of the request.
    public var json: JSON {
        let members: [(String, JSON?)] = [
            ("class", .string(self.class.rawValue)), ("subClass", .string(subClass.rawValue)),
            ("type", type.map(JSON.string)),
            ("number", number.map(JSON.string)), ("displayName", .string(displayName)),
            ("geographicLocation", geographicLocation.map(JSON.string)), ("latitude", latitude.map(JSON.double)),
            ("longitude", longitude.map(JSON.double)), ("ianaTimeZone", ianaTimeZone.map(JSON.string)),
            ("dataCenterLocation", dataCenterLocation.map { .string($0.rawValue) }),
            ("status", status.map { .string($0.rawValue) }), ("parentId", parentId.map(JSON.string)),
        ]
        return .object(JSON.Object(members.compactMap { name, value in value.map { .init(name: name, value: $0) } }))
    }
}
