import Foundation
import GRDB
import ITwinsAPI

/// An export job as it lies in the database. Its status is not kept: it follows from the times.
struct ExportRecord: Sendable {
    let id: String
    let userID: String
    /// The iTwin whose path the job was made through in the document routes (contract section 1.4); nil for the live
    /// route.
    let iTwinID: String?
    let request: ExportRequest
    let created: Timestamp
    let started: Timestamp
    let completed: Timestamp
    let hasFailed: Bool
    /// True when there is a file, which is when the result was not empty.
    let hasFile: Bool

    /// How long jobs are listed, and files kept after their job is done (contract section 8.2).
    static let keptSeconds = 4.0 * 3600

    /// How far the job is at a moment.
    func status(at now: Timestamp) -> ExportStatus {
        if now < started { return .queued }
        if now < completed { return .inProgress }
        return hasFailed ? .failed : .completed
    }

    /// True while the file can be fetched.
    func offersFile(at now: Timestamp) -> Bool {
        hasFile && status(at: now) == .completed && now < completed.adding(seconds: Self.keptSeconds)
    }
}

extension ExportRecord {
    private static let columns = """
        id, userId, iTwinId, request, createdDateTime, startedDateTime, completedDateTime, hasFailed, file IS NOT NULL
        """

    private init?(_ row: Row) throws {
        guard let request = ExportRequest(try JSON.parse(row[3] as String)) else { return nil }
        self.init(
            id: row[0],
            userID: row[1],
            iTwinID: row[2],
            request: request,
            created: Timestamp(ticks: row[4]),
            started: Timestamp(ticks: row[5]),
            completed: Timestamp(ticks: row[6]),
            hasFailed: row[7],
            hasFile: row[8]
        )
    }

    /// Adds a job with its file; nil for an empty result. Files that are no longer offered go at the same time.
    func insert(file: [UInt8]?, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO export
                    (id, userId, iTwinId, request, createdDateTime, startedDateTime, completedDateTime, hasFailed, file)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, userID, iTwinID, request.json.text, created.ticks, started.ticks, completed.ticks, hasFailed,
                file.map { Data($0) },
            ]
        )
        try db.execute(
            sql: "DELETE FROM export WHERE completedDateTime < ? AND createdDateTime < ?",
            arguments: StatementArguments([created, created].map { $0.adding(seconds: -Self.keptSeconds).ticks })
        )
    }

    /// A user's job; nil when there is none of the id.
    static func find(_ id: String, userID: String, _ db: Database) throws -> ExportRecord? {
        let sql = "SELECT \(columns) FROM export WHERE id = ? AND userId = ?"
        return try Row.fetchOne(db, sql: sql, arguments: [id, userID]).flatMap(ExportRecord.init)
    }

    /// A user's jobs that were made after a moment, newest first; of one iTwin alone when it is named.
    static func all(after moment: Timestamp, userID: String, iTwinID: String?, _ db: Database) throws -> [ExportRecord]
    {
        let sql = """
            SELECT \(columns) FROM export
            WHERE userId = :user AND createdDateTime > :moment AND (:iTwin IS NULL OR iTwinId = :iTwin)
            ORDER BY createdDateTime DESC, rowid DESC
            """
        let arguments: StatementArguments = ["user": userID, "moment": moment.ticks, "iTwin": iTwinID]
        return try Row.fetchAll(db, sql: sql, arguments: arguments).compactMap(ExportRecord.init)
    }

    /// A job of any user with its file; nil when either is missing.
    static func withFile(_ id: String, _ db: Database) throws -> (record: ExportRecord, file: [UInt8])? {
        let sql = "SELECT \(columns), file FROM export WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]), let record = try ExportRecord(row) else {
            return nil
        }
        guard let file = row[9] as Data? else { return nil }
        return (record, Array(file))
    }
}
