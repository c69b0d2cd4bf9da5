import GRDB
import ITwinsAPI

/// A resource of a repository of an iTwin as it lies in the database.
struct ResourceRecord: Sendable {
    /// The resource without links, which depend on who asks.
    var resource: Resource
    /// How it can be drawn; empty when it cannot.
    var graphics: [Graphics] = []
    /// True for one that was added by hand, and can be deleted.
    var isManual = false

    private static let columns = "id, class, subClass, type, displayName, properties, graphics, isManual"

    private init(_ row: Row) {
        resource = Resource(id: row[0])
        resource.class = RepositoryClass(rawValue: row[1])
        resource.subClass = (row[2] as String?).map(RepositorySubClass.init(rawValue:))
        resource.type = row[3]
        resource.displayName = row[4]
        // What a disk left that nobody can read counts as absent: the others are there all the same.
        resource.properties = (row[5] as String?).flatMap { try? JSON.parse($0) }
        graphics = (try? JSON.parse(row[6] as String))?.array?.compactMap(Graphics.init) ?? []
        isManual = row[7]
    }

    /// Makes a record.
    init(_ resource: Resource, graphics: [Graphics] = [], isManual: Bool) {
        self.resource = resource
        self.graphics = graphics
        self.isManual = isManual
    }

    /// The resources of a repository in the order of their names, and whether there are more after them.
    ///
    /// - Parameter search: part of the name, letter case aside; nil for any.
    static func list(
        of repository: RepositoryPath,
        search: String?,
        skip: Int,
        count: Int,
        _ db: Database
    ) throws -> (records: [ResourceRecord], hasMore: Bool) {
        let sql = """
            SELECT \(columns) FROM resource
            WHERE iTwinId = :iTwin AND repositoryId = :repository
                AND (:search IS NULL OR instr(displayNameFold, :search) > 0)
            ORDER BY displayNameFold, id LIMIT :count OFFSET :skip
            """
        let rows = try Row.fetchAll(
            db,
            sql: sql,
            arguments: [
                "iTwin": repository.iTwinID, "repository": repository.id, "search": search.map(FoldedText.fold),
                "count": count + 1, "skip": skip,
            ]
        )
        return (rows.prefix(count).map(ResourceRecord.init), rows.count > count)
    }

    /// A resource; nil when there is none of the id.
    static func find(_ id: String, of repository: RepositoryPath, _ db: Database) throws -> ResourceRecord? {
        let sql = "SELECT \(columns) FROM resource WHERE iTwinId = ? AND repositoryId = ? AND id = ?"
        let arguments: StatementArguments = [repository.iTwinID, repository.id, id]
        return try Row.fetchOne(db, sql: sql, arguments: arguments).map(ResourceRecord.init)
    }

    /// True when the repository has a resource of this id, or of this name, letter case aside (contract section 10.7).
    func isTaken(in repository: RepositoryPath, _ db: Database) throws -> Bool {
        let found = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT * FROM resource
                    WHERE iTwinId = ? AND repositoryId = ? AND (id = ? OR displayNameFold = ?))
                """,
            arguments: [
                repository.iTwinID, repository.id, resource.id, resource.displayName.map(FoldedText.fold),
            ]
        )
        return found ?? false
    }

    /// Adds it to a repository.
    func insert(into repository: RepositoryPath, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO resource (iTwinId, repositoryId, id, class, subClass, type, displayName, displayNameFold,
                    properties, graphics, isManual)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                repository.iTwinID, repository.id, resource.id, resource.class?.rawValue, resource.subClass?.rawValue,
                resource.type, resource.displayName, resource.displayName.map(FoldedText.fold),
                resource.properties?.text, JSON.array(graphics.map(\.json)).text, isManual,
            ]
        )
    }

    /// Deletes a resource.
    static func delete(_ id: String, of repository: RepositoryPath, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM resource WHERE iTwinId = ? AND repositoryId = ? AND id = ?",
            arguments: [repository.iTwinID, repository.id, id]
        )
    }

    /// Deletes every resource of a repository.
    static func deleteAll(of repository: RepositoryPath, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM resource WHERE iTwinId = ? AND repositoryId = ?",
            arguments: [repository.iTwinID, repository.id]
        )
    }
}
