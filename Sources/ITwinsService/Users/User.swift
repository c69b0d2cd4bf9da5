import Crypto
import Foundation
import ITwinsAPI

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

/// What a user is in an iTwin.
enum Role: String, Sendable {
    /// May do everything with it. Who creates an iTwin becomes its owner (contract section 6.2).
    case owner
    /// May change it and create below it.
    case contributor
    /// May create below it.
    case creator
    /// May look at it.
    case viewer

    /// The rights that the role gives.
    var permissions: Set<Access.Permission> {
        switch self {
        case .owner: [.create, .modify, .delete]
        case .contributor: [.create, .modify]
        case .creator: [.create]
        case .viewer: []
        }
    }
}

/// A secret that is compared with what callers send, without telling by the time it takes (reliability S3).
struct ExpectedSecret: Sendable {
    private let key = SymmetricKey(size: .bits256)
    private let code: HMAC<SHA256>.MAC

    init(_ secret: Secret) {
        code = HMAC<SHA256>.authenticationCode(for: Data(secret.revealed.utf8), using: key)
    }

    /// True when the text is the secret.
    func matches(_ text: some StringProtocol) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(text.utf8), using: key)
    }
}
