extension ITwin.Field {
    /// What values of a field are, which says what it can be compared with (contract section 5.1).
    public enum Kind: String, Sendable {
        case text, number, moment = "date-time"
    }

    /// What the values of this field are.
    public var kind: Kind {
        switch self {
        case .latitude, .longitude: .number
        case .createdDateTime, .lastModifiedDateTime: .moment
        case .id, .class, .subClass, .type, .number, .displayName, .geographicLocation, .ianaTimeZone,
            .dataCenterLocation, .status, .parentId, .iTwinAccountId, .imageName, .image, .createdBy, .lastModifiedBy:
            .text
        }
    }

    /// The field of a name, letter case aside; nil when there is none.
    public init?(name: some StringProtocol) {
        guard let field = Self.byName[name.lowercased()] else { return nil }
        self = field
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })
}
