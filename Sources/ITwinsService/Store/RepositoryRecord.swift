import GRDB
import ITwinsAPI

/// How the repositories of an iTwin lie in the database.
enum RepositoryRecord {
    /// The repositories of an iTwin: automatic ones in the contract's order, then those added by hand, oldest first.
    static func all(of iTwinID: String, _ db: Database) throws -> [Repository] {
        try automatic(of: iTwinID, db) + Entry.all(of: iTwinID, db).map(\.repository)
    }

    /// A repository of an iTwin; nil when there is none of the id. Automatic ones are there even when they are empty,
    /// and are not listed then (contract section 17.20).
    static func find(_ id: String, of iTwinID: String, _ db: Database) throws -> Repository? {
        if let name = RepositoryClass.automatic.first(where: { $0.rawValue.lowercased() == id }) {
            return automatic(name, of: iTwinID)
        }
        return try Entry.find(id, of: iTwinID, db)?.repository
    }

    /// Deletes one that was added by hand, with its resources.
    static func delete(_ id: String, of iTwinID: String, _ db: Database) throws {
        try ResourceRecord.deleteAll(of: RepositoryPath(iTwinID: iTwinID, id: id), db)
        try db.execute(sql: "DELETE FROM repository WHERE id = ? AND iTwinId = ?", arguments: [id, iTwinID])
    }

    /// Notes that an iTwin holds data of an automatic class.
    static func insertAutomatic(_ name: RepositoryClass, iTwinID: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO automaticRepository (iTwinId, class) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [iTwinID, name.rawValue]
        )
    }

    private static func automatic(of iTwinID: String, _ db: Database) throws -> [Repository] {
        let sql = "SELECT class FROM automaticRepository WHERE iTwinId = ?"
        var stored = Set(try String.fetchAll(db, sql: sql, arguments: [iTwinID]))
        // Every iTwin has this one (contract section 4).
        stored.insert(RepositoryClass.cesiumCuratedContent.rawValue)
        return RepositoryClass.automatic.filter { stored.contains($0.rawValue) }.map { automatic($0, of: iTwinID) }
    }

    private static func automatic(_ name: RepositoryClass, of iTwinID: String) -> Repository {
        var repository = Repository(id: name.rawValue.lowercased(), class: name)
        repository.displayName = displayName(of: name)
        repository.uri = "https://api.example.org/\(repository.id)?iTwinId=\(iTwinID)"
        return repository
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
