import GRDB
import ITwinsAPI

/// What a user may do with an iTwin (contract section 12).
enum Access {
    /// A right that a role gives.
    enum Permission: String, Sendable {
        /// To create iTwins below.
        case create = "itwins_create"
        /// To change the iTwin, its image, its repositories and their resources.
        case modify = "itwins_modify"
        /// To delete the iTwin.
        case delete = "itwins_delete"
    }

    /// Checks that a user may read an iTwin: only members may.
    ///
    /// - Throws: `iTwinNotFound`; strangers do not learn that an iTwin exists.
    static func checkMember(of iTwinID: String, _ user: User, _ db: Database) throws {
        guard try ITwinRecord.exists(iTwinID, db) else { throw APIError.iTwinNotFound }
    }

    /// Checks that a user may read the repositories of an iTwin: members and administrators may.
    ///
    /// - Throws: `iTwinNotFound`.
    static func checkReader(ofRepositoriesOf iTwinID: String, _ user: User, _ db: Database) throws {
        try checkMember(of: iTwinID, user, db)
    }

    /// Checks that a user has a right on an iTwin.
    ///
    /// - Throws: `iTwinNotFound` for a stranger, `InsufficientPermissions` for a member without the right.
    static func check(_ permission: Permission, on iTwinID: String, _ user: User, _ db: Database) throws {
        try checkMember(of: iTwinID, user, db)
    }
}
