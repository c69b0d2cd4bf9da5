import GRDB
import ITwinsAPI

/// What a user may do with an iTwin (contract section 12).
///
/// Roles lie in the table of memberships. Those of the administrator do not: he is the owner of all but a few of what may
/// be very many iTwins, so that a column of each says whether he is.
enum Access {
    /// A right that a role gives.
    enum Permission: String, Sendable {
        /// To create iTwins below.
        case create = "itwins_create"
        /// To change the iTwin, its image, its repositories and their resources.
        case modify = "itwins_modify"
        /// To delete the iTwin, which its owners may.
        case delete = "the role iTwin owner"
    }

    /// Checks that a user may read an iTwin: only members may.
    ///
    /// - Throws: `iTwinNotFound`; strangers do not learn that an iTwin exists.
    static func checkMember(of iTwinID: String, _ user: User, _ db: Database) throws {
        guard try role(of: user, in: iTwinID, db) != nil else { throw APIError.iTwinNotFound }
    }

    /// Checks that a user may know of an iTwin, as members and administrators may, who read repositories and try to
    /// change something.
    ///
    /// - Throws: `iTwinNotFound`.
    static func checkVisible(_ iTwinID: String, to user: User, _ db: Database) throws {
        if user.isAdministrator, try ITwinRecord.exists(iTwinID, db) { return }
        try checkMember(of: iTwinID, user, db)
    }

    /// Checks that a user has a right on an iTwin; administrators have every one.
    ///
    /// - Throws: `iTwinNotFound` for a stranger, `InsufficientPermissions` for a member without the right.
    static func check(_ permission: Permission, on iTwinID: String, _ user: User, _ db: Database) throws {
        if user.isAdministrator, try ITwinRecord.exists(iTwinID, db) { return }
        guard let role = try role(of: user, in: iTwinID, db) else { throw APIError.iTwinNotFound }
        guard role.permissions.contains(permission) else {
            throw APIError.insufficientPermissions("This needs \(permission.rawValue) on the iTwin.")
        }
    }

    /// Checks that a user may look at all of the organization, when that is asked for.
    ///
    /// - Throws: `InsufficientPermissions`.
    static func check(_ scope: QueryScope, _ user: User) throws(APIError) {
        guard scope != .organizationAdmin || user.isAdministrator else {
            throw .insufficientPermissions("OrganizationAdmin is for administrators of the organization.")
        }
    }

    /// Makes the user who created an iTwin its owner, and him alone a member.
    static func makeOwner(_ user: User, of iTwinID: String, _ db: Database) throws {
        guard !user.isAdministrator else { return }
        try db.execute(sql: "UPDATE iTwin SET isAdministrators = 0 WHERE id = ?", arguments: [iTwinID])
        try give(.owner, in: iTwinID, to: user, db)
    }

    /// Gives a user other than the administrator a role in an iTwin, in the place of the one he may have.
    static func give(_ role: Role, in iTwinID: String, to user: User, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO membership (userId, iTwinId, role) VALUES (?, ?, ?)",
            arguments: [user.id, iTwinID, role.rawValue]
        )
    }

    private static func role(of user: User, in iTwinID: String, _ db: Database) throws -> Role? {
        if user.isAdministrator {
            let statement = try db.cachedStatement(sql: "SELECT isAdministrators FROM iTwin WHERE id = ?")
            return try Bool.fetchOne(statement, arguments: [iTwinID]) == true ? .owner : nil
        }
        let statement = try db.cachedStatement(sql: "SELECT role FROM membership WHERE userId = ? AND iTwinId = ?")
        return try String.fetchOne(statement, arguments: [user.id, iTwinID]).flatMap(Role.init)
    }
}

extension ITwinConditions {
    /// What a user sees: his memberships, or all of the organization.
    mutating func add(visibleTo user: User, _ scope: QueryScope) {
        guard scope != .organizationAdmin else { return }
        if user.isAdministrator {
            add("iTwin.isAdministrators", [])
        } else {
            add("iTwin.id IN (SELECT iTwinId FROM membership WHERE userId = ?)", [user.id])
        }
    }
}
