extension ITwin.Field {
    /// What a field may hold (contract section 5.1).
    public enum Value: Hashable, Sendable {
        /// The id of an iTwin or a user.
        case id
        /// Any text, up to a number of characters.
        case text(atMost: Int)
        /// One of some texts.
        case choice([String])
        /// A number of degrees.
        case degrees(ClosedRange<Double>)
        /// The name of an IANA time zone.
        case timeZone
        /// The name of a file.
        case fileName
        /// A link to a file.
        case link
        /// A moment in time.
        case moment
    }

    /// What the field may hold.
    public var value: Value {
        switch self {
        case .id, .parentId, .iTwinAccountId, .createdBy, .lastModifiedBy: .id
        case .class: .choice(ITwinClass.known.map(\.rawValue))
        case .subClass: .choice(ITwinSubClass.known.map(\.rawValue))
        case .type: .text(atMost: Rules.typeLength)
        case .number, .displayName, .geographicLocation: .text(atMost: Rules.textLength)
        case .latitude: .degrees(Rules.latitudes)
        case .longitude: .degrees(Rules.longitudes)
        case .ianaTimeZone: .timeZone
        case .dataCenterLocation: .choice(DataCenter.known.map(\.rawValue))
        case .status: .choice(ITwinStatus.known.map(\.rawValue))
        case .imageName: .fileName
        case .image: .link
        case .createdDateTime, .lastModifiedDateTime: .moment
        }
    }

    /// Whether an iTwin may be without a value of this field.
    public var isNullable: Bool {
        switch self {
        case .id, .class, .subClass, .number, .displayName, .dataCenterLocation, .status, .createdDateTime,
            .lastModifiedDateTime:
            false
        case .type, .geographicLocation, .latitude, .longitude, .ianaTimeZone, .parentId, .iTwinAccountId, .imageName,
            .image, .createdBy, .lastModifiedBy:
            true
        }
    }
}

extension ITwinDraft {
    /// The fields that can be sent to create an iTwin, in the model's order.
    public static let fields: [ITwin.Field] = [
        .class, .subClass, .type, .number, .displayName, .geographicLocation, .latitude, .longitude, .ianaTimeZone,
        .dataCenterLocation, .status, .parentId,
    ]

    /// Those of them that must be sent.
    public static let requiredFields: [ITwin.Field] = [.class, .subClass, .displayName]
}
