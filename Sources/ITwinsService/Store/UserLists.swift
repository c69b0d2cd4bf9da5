import GRDB
import ITwinsAPI

/// A user's favorites and recents.
enum UserLists {
    /// Makes an iTwin a favorite; one that is a favorite already keeps its place.
    static func addFavorite(_ id: String, userID: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO favorite (userId, iTwinId) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [userID, id]
        )
    }

    /// Makes an iTwin no favorite.
    static func removeFavorite(_ id: String, userID: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM favorite WHERE userId = ? AND iTwinId = ?", arguments: [userID, id])
    }

    /// Makes an iTwin the one used last; the oldest beyond the 25th is dropped (contract section 7.3).
    static func addRecent(_ id: String, userID: String, _ db: Database) throws {
        try db.execute(sql: "INSERT OR REPLACE INTO recent (userId, iTwinId) VALUES (?, ?)", arguments: [userID, id])
        try db.execute(
            sql: """
                DELETE FROM recent WHERE userId = ? AND position <=
                    (SELECT position FROM recent WHERE userId = ? ORDER BY position DESC LIMIT 1 OFFSET ?)
                """,
            arguments: [userID, userID, Rules.recentsCount]
        )
    }
}
