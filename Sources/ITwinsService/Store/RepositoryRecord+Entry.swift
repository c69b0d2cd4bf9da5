import GRDB
import ITwinsAPI

extension RepositoryRecord {
    /// A repository that was added by hand.
    struct Entry: Sendable {
        var repository: Repository
        /// The name by which it is told from the others, letter case aside; nil when its `displayName` is the default,
        /// which may stand twice (contract section 10.2).
        private var foldedName: String?

        /// Makes an entry.
        ///
        /// - Parameter name: the name that was given; nil when it is the default.
        init(_ repository: Repository, name: String?) {
            self.repository = repository
            foldedName = name.map(FoldedText.fold)
        }

        /// Gives it another name.
        mutating func rename(to name: String) {
            repository.displayName = name
            foldedName = FoldedText.fold(name)
        }
    }
}

extension RepositoryRecord.Entry {
    private static let columns = "id, class, subClass, displayName, displayNameFold, uri, authentication, options"

    private init(_ row: Row) {
        repository = Repository(id: row[0], class: RepositoryClass(rawValue: row[1]))
        repository.subClass = RepositorySubClass(rawValue: row[2])
        repository.displayName = row[3]
        foldedName = row[4]
        repository.uri = row[5]
        // What a disk left that nobody can read counts as absent: the others are there all the same.
        repository.authentication = (row[6] as String?).flatMap { try? JSON.parse($0) }.flatMap(
            RepositoryAuthentication.init
        )
        repository.options = (row[7] as String?).flatMap { try? JSON.parse($0) }.flatMap(RepositoryOptions.init)
    }

    /// Those of an iTwin, oldest first.
    static func all(of iTwinID: String, _ db: Database) throws -> [RepositoryRecord.Entry] {
        let sql = "SELECT \(columns) FROM repository WHERE iTwinId = ? ORDER BY rowid"
        return try Row.fetchAll(db, sql: sql, arguments: [iTwinID]).map(RepositoryRecord.Entry.init)
    }

    /// One of an iTwin; nil when there is none of the id.
    static func find(_ id: String, of iTwinID: String, _ db: Database) throws -> RepositoryRecord.Entry? {
        let sql = "SELECT \(columns) FROM repository WHERE iTwinId = ? AND id = ?"
        return try Row.fetchOne(db, sql: sql, arguments: [iTwinID, id]).map(RepositoryRecord.Entry.init)
    }

    /// True when another repository of an iTwin equals this one: by its URI within class and subclass, or by its name,
    /// letter case aside (contract section 10.2).
    func isTaken(inITwin iTwinID: String, _ db: Database) throws -> Bool {
        let found = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT * FROM repository WHERE iTwinId = :iTwin AND id <> :id
                    AND (displayNameFold = :name OR (class = :class AND subClass = :subClass AND uri = :uri)))
                """,
            arguments: [
                "iTwin": iTwinID, "id": repository.id, "name": foldedName, "class": repository.class.rawValue,
                "subClass": repository.subClass?.rawValue, "uri": repository.uri,
            ]
        )
        return found ?? false
    }

    /// Adds it to an iTwin.
    func insert(intoITwin iTwinID: String, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO repository
                    (id, iTwinId, class, subClass, displayName, displayNameFold, uri, authentication, options)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                repository.id, iTwinID, repository.class.rawValue, repository.subClass?.rawValue,
                repository.displayName, foldedName, repository.uri, repository.authentication?.json.text,
                repository.options?.json.text,
            ]
        )
    }

    /// Keeps its new values.
    func update(_ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE repository
                SET displayName = ?, displayNameFold = ?, uri = ?, authentication = ?, options = ? WHERE id = ?
                """,
            arguments: [
                repository.displayName, foldedName, repository.uri, repository.authentication?.json.text,
                repository.options?.json.text, repository.id,
            ]
        )
    }
}
