import Crypto
import Foundation
import GRDB
import ITwinsAPI

/// What a user granted to a client once: the code and all tokens that were made from it. It ends by being deleted, and
/// with it everything that belongs to it.
struct SignInRecord: Sendable {
    let id: String
    let clientID: String
    let userID: String
    let scopes: [Scope]
    /// What the client wants to find in the token about the user.
    let nonce: String?
    /// What the client has to show the source of to use the code (RFC 7636).
    let codeChallenge: String
    let redirectURI: String
    let codeEnd: Timestamp
    let isCodeUsed: Bool
}

extension SignInRecord {
    /// What is kept of a code or a token: they are 256 random bits, and nobody finds those of a hash.
    private static func hash(_ text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }

    private init(_ row: Row) {
        self.init(
            id: row["id"],
            clientID: row["clientId"],
            userID: row["userId"],
            scopes: [Scope](written: row["scope"]),
            nonce: row["nonce"],
            codeChallenge: row["codeChallenge"],
            redirectURI: row["redirectURI"],
            codeEnd: Timestamp(ticks: row["codeEnd"]),
            isCodeUsed: row["isCodeUsed"]
        )
    }

    /// Adds a sign-in with the code that leads to it. Everything that has ended goes at the same time.
    func insert(code: String, now: Timestamp, _ db: Database) throws {
        for table in ["signIn", "refreshToken", "revokedToken"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE ending <= ?", arguments: [now.ticks])
        }
        try db.execute(
            sql: """
                INSERT INTO signIn
                    (id, clientId, userId, scope, nonce, codeHash, codeChallenge, redirectURI, codeEnd, isCodeUsed, ending)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, clientID, userID, scopes.text, nonce, Self.hash(code), codeChallenge, redirectURI, codeEnd.ticks,
                isCodeUsed, codeEnd.ticks,
            ]
        )
    }

    /// The sign-in that a code leads to; nil when there is none.
    static func find(code: String, _ db: Database) throws -> SignInRecord? {
        let sql = "SELECT * FROM signIn WHERE codeHash = ?"
        return try Row.fetchOne(db, sql: sql, arguments: [hash(code)]).map(SignInRecord.init)
    }

    /// The sign-in that a refresh token belongs to, and whether the token is still good; nil when there is none.
    static func find(
        refreshToken: String,
        now: Timestamp,
        _ db: Database
    ) throws -> (signIn: SignInRecord, token: RefreshTokenState)? {
        let sql = """
            SELECT signIn.*, refreshToken.isUsed, refreshToken.ending AS tokenEnd
            FROM refreshToken JOIN signIn ON signIn.id = refreshToken.signInId WHERE refreshToken.hash = ?
            """
        return try Row.fetchOne(db, sql: sql, arguments: [hash(refreshToken)]).map { row in
            let hasEnded = now >= Timestamp(ticks: row["tokenEnd"])
            return (SignInRecord(row), row["isUsed"] ? .used : hasEnded ? .ended : .good)
        }
    }

    /// What has become of a refresh token.
    enum RefreshTokenState: Sendable {
        case good
        /// Another one was made in its place.
        case used
        case ended
    }

    /// Marks the code as used.
    func useCode(_ db: Database) throws {
        try db.execute(sql: "UPDATE signIn SET isCodeUsed = 1 WHERE id = ?", arguments: [id])
    }

    /// Marks a refresh token as used.
    static func use(refreshToken: String, _ db: Database) throws {
        try db.execute(sql: "UPDATE refreshToken SET isUsed = 1 WHERE hash = ?", arguments: [hash(refreshToken)])
    }

    /// Adds a refresh token.
    func add(refreshToken: String, ending: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO refreshToken (hash, signInId, isUsed, ending) VALUES (?, ?, 0, ?)",
            arguments: [Self.hash(refreshToken), id, ending.ticks]
        )
        try keep(until: ending, db)
    }

    /// Keeps the sign-in at least until a moment, as its tokens are good only while it is there.
    func keep(until moment: Timestamp, _ db: Database) throws {
        try db.execute(sql: "UPDATE signIn SET ending = max(ending, ?) WHERE id = ?", arguments: [moment.ticks, id])
    }

    /// Ends the sign-in with everything that was made from it.
    func delete(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM signIn WHERE id = ?", arguments: [id])
    }
}

/// What has become of access tokens, which are not kept themselves.
enum AccessTokenRecords {
    /// Ends an access token before its time.
    static func revoke(_ claims: AccessClaims, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO revokedToken (id, ending) VALUES (?, ?)",
            arguments: [claims.jti, Timestamp(secondsSince1970: Double(claims.exp)).ticks]
        )
    }

    /// True for a token that was not revoked, and whose sign-in is still there.
    static func isAlive(_ claims: AccessClaims, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT NOT EXISTS (SELECT * FROM revokedToken WHERE id = :token)
                    AND (:signIn IS NULL OR EXISTS (SELECT * FROM signIn WHERE id = :signIn))
                """
        )
        return try Bool.fetchOne(statement, arguments: ["token": claims.jti, "signIn": claims.sid]) ?? false
    }
}
