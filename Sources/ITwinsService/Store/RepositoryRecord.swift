import GRDB
import ITwinsAPI

/// How the repositories of an iTwin lie in the database.
enum RepositoryRecord {
    /// The repositories of an iTwin: automatic ones in the contract's order, then those added by hand, oldest first.
    static func all(of iTwinID: String, _ db: Database) throws -> [Repository] {
        try automatic(of: iTwinID, db) + manual(of: iTwinID, db)
    }

    /// Adds one that came by hand; nil for `name` means that its `displayName` is the default, which may stand twice
    /// (contract section 10.2).
    static func insert(_ repository: Repository, name: String?, iTwinID: String, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO repository
                    (id, iTwinId, class, subClass, displayName, displayNameFold, uri, authentication, options)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                repository.id, iTwinID, repository.class.rawValue, repository.subClass?.rawValue,
                repository.displayName,
                name.map(FoldedText.fold), repository.uri, repository.authentication?.json.text,
                repository.options?.json.text,
            ]
        )
    }

    /// Notes that an iTwin holds data of an automatic class.
    static func insertAutomatic(_ name: RepositoryClass, iTwinID: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO automaticRepository (iTwinId, class) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [iTwinID, name.rawValue]
        )
    }

    /// True when an iTwin has a repository that a new one equals: by its URI within class and subclass, or by its name,
    /// letter case aside (contract section 10.2).
    static func hasEqual(to repository: Repository, name: String?, iTwinID: String, _ db: Database) throws -> Bool {
        let found = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT * FROM repository WHERE iTwinId = :iTwin
                    AND (displayNameFold = :name OR (class = :class AND subClass = :subClass AND uri = :uri)))
                """,
            arguments: [
                "iTwin": iTwinID, "name": name.map(FoldedText.fold), "class": repository.class.rawValue,
                "subClass": repository.subClass?.rawValue, "uri": repository.uri,
            ]
        )
        return found ?? false
    }

    private static func automatic(of iTwinID: String, _ db: Database) throws -> [Repository] {
        let sql = "SELECT class FROM automaticRepository WHERE iTwinId = ?"
        var stored = Set(try String.fetchAll(db, sql: sql, arguments: [iTwinID]))
        // Every iTwin has this one (contract section 4).
        stored.insert(RepositoryClass.cesiumCuratedContent.rawValue)
        return RepositoryClass.automatic.filter { stored.contains($0.rawValue) }.map { name in
            var repository = Repository(id: name.rawValue.lowercased(), class: name)
            repository.displayName = displayName(of: name)
            repository.uri = "https://api.example.org/\(repository.id)?iTwinId=\(iTwinID)"
            return repository
        }
    }

    private static func manual(of iTwinID: String, _ db: Database) throws -> [Repository] {
        let sql = """
            SELECT id, class, subClass, displayName, uri, authentication, options
            FROM repository WHERE iTwinId = ? ORDER BY rowid
            """
        return try Row.fetchAll(db, sql: sql, arguments: [iTwinID]).map { row in
            var repository = Repository(id: row[0], class: RepositoryClass(rawValue: row[1]))
            repository.subClass = RepositorySubClass(rawValue: row[2])
            repository.displayName = row[3]
            repository.uri = row[4]
            repository.authentication = try (row[5] as String?).flatMap { try RepositoryAuthentication(JSON.parse($0)) }
            repository.options = try (row[6] as String?).flatMap { try RepositoryOptions(JSON.parse($0)) }
            return repository
        }
    }

    private static func displayName(of name: RepositoryClass) -> String {
        switch name {
        case "RealityData": "Reality data"
        case "GeospatialFeatures": "Geospatial features"
        case .cesiumCuratedContent: "Cesium curated content"
        case "SensorData": "Sensor data"
        case "PdfPlansets": "PDF plan sets"
        case "IndexedMedia": "Indexed media"
        default: name.rawValue
        }
    }
}
