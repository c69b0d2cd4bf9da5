import Foundation
import GRDB
import ITwinsAPI

/// The image of an iTwin as it lies in the database. The same bytes serve for both sizes: nothing is decoded (contract
/// section 17.3 and reliability S12).
struct ImageRecord: Sendable {
    let id: String
    let kind: UploadedImage.Kind
    let byteCount: Int

    /// The two sizes, as the names of files begin.
    enum Size: String, CaseIterable {
        case small = "small_"
        case large = "large_"
    }

    /// What the file of a size is called (contract section 5.3).
    func fileName(_ size: Size) -> String { size.rawValue + id + kind.fileExtension }

    /// What SQL makes of an iTwin's row for its `imageName`: the name of the small file; NULL without image.
    static let smallFileName = """
        (SELECT '\(Size.small.rawValue)' || image.id
            || CASE image.mediaType WHEN '\(UploadedImage.Kind.png.rawValue)'
                THEN '\(UploadedImage.Kind.png.fileExtension)' ELSE '\(UploadedImage.Kind.jpeg.fileExtension)' END
            FROM image WHERE image.iTwinId = iTwin.id)
        """

    /// The image of an iTwin; nil when it has none.
    static func find(ofITwin id: String, _ db: Database) throws -> ImageRecord? {
        try find("iTwinId", id, db)
    }

    /// The image behind the name of a file; nil when there is none.
    static func find(fileName name: String, _ db: Database) throws -> ImageRecord? {
        let id = name.drop { $0 != "_" }.dropFirst().prefix { $0 != "." }
        guard let record = try find("id", String(id), db) else { return nil }
        return Size.allCases.contains { record.fileName($0) == name } ? record : nil
    }

    private static func find(_ column: String, _ value: String, _ db: Database) throws -> ImageRecord? {
        let sql = "SELECT id, mediaType, length(bytes) FROM image WHERE \(column) = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [value]),
            let kind = UploadedImage.Kind(rawValue: row[1])
        else { return nil }
        return ImageRecord(id: row[0], kind: kind, byteCount: row[2])
    }

    /// Gives an iTwin an image in the place of the one it may have.
    static func replace(with image: UploadedImage, id: String, iTwinID: String, _ db: Database) throws -> ImageRecord {
        try db.execute(
            sql: "INSERT OR REPLACE INTO image (iTwinId, id, mediaType, bytes) VALUES (?, ?, ?, ?)",
            arguments: [iTwinID, id, image.type.rawValue, Data(image.bytes)]
        )
        return ImageRecord(id: id, kind: image.type, byteCount: image.bytes.count)
    }

    /// Takes the image of an iTwin away.
    static func delete(ofITwin id: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM image WHERE iTwinId = ?", arguments: [id])
    }

    /// The bytes of the file; nil when the image is gone.
    func bytes(_ db: Database) throws -> Data? {
        try Data.fetchOne(db, sql: "SELECT bytes FROM image WHERE id = ?", arguments: [id])
    }
}
