/// Who asks.
struct User: Hashable, Sendable {
    /// The id, as in `createdBy`.
    let id: String
    /// True for an administrator of the organization, who may change everything of it (contract section 12).
    let isAdministrator: Bool
}

/// The users that every database has (contract section 17.18).
public enum SampleUser: String, Sendable, CaseIterable {
    /// An ordinary member of some iTwins.
    case member
    /// Somebody who may create iTwins, and owns some.
    case owner
    /// The administrator of the organization, whose token a service prints.
    case administrator
    /// The identity of a program.
    case service

    /// The user of an id; nil when none has it.
    init?(id: String) {
        guard let user = Self.allCases.first(where: { $0.user.id == id }) else { return nil }
        self = user
    }

    /// The name for people.
    var displayName: String { "Sample \(rawValue)" }

    /// The user behind the name.
    var user: User {
        let id =
            switch self {
            case .member: SampleITwins.colleagueIDs[1]
            case .owner: SampleITwins.colleagueIDs[0]
            case .administrator: SampleITwins.userID
            case .service: "5c0f3d2e-7b61-4a98-8e14-d9a2b6c73f05"
            }
        return User(id: id, isAdministrator: self == .administrator)
    }
}
