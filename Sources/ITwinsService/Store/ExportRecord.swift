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
    /// When the job is done; while its file is still being made, when there was progress last.
    private(set) var completed: Timestamp
    private(set) var outcome: Outcome
    /// How long the file is; nil when there is none, as for a failed job and an empty result.
    var fileBytes: Int?

    /// What has become of the file.
    enum Outcome: Int, Sendable {
        /// It was made, or there is nothing that could be in one.
        case made = 0
        /// It could not be made.
        case failed = 1
        /// It is being made, by this program or another one.
        case beingMade = 2
    }

    /// Seconds without progress after which a file that is still being made will never be: whoever made it has ended.
    private static let longestPause = 120.0

    /// How long jobs are listed, and files kept after their job is done (contract section 8.2).
    static let keptSeconds = 4.0 * 3600

    /// How many jobs the service works on at a time, over all users (contract section 8.1).
    private static let jobsAtATime = 2

    /// What the file is called.
    var fileName: String { id + request.outputFormat.fileExtension }

    /// How far the job is at a moment.
    func status(at now: Timestamp) -> ExportStatus {
        if now < started { return .queued }
        if outcome == .beingMade {
            return now < completed.adding(seconds: Self.longestPause) ? .inProgress : .failed
        }
        if now < completed { return .inProgress }
        return outcome == .failed ? .failed : .completed
    }

    /// True while the file can be fetched.
    func offersFile(at now: Timestamp) -> Bool {
        fileBytes != nil && status(at: now) == .completed && now < completed.adding(seconds: Self.keptSeconds)
    }
}

extension ExportRecord {
    private static let columns = """
        id, userId, iTwinId, request, createdDateTime, startedDateTime, completedDateTime, hasFailed, fileBytes
        """

    /// Nil for a row with a request that nobody can read, as a disk may leave it: the others are there all the same.
    private init?(_ row: Row) {
        guard let json = try? JSON.parse(row[3] as String), let request = ExportRequest(json) else { return nil }
        self.init(
            id: row[0],
            userID: row[1],
            iTwinID: row[2],
            request: request,
            created: Timestamp(ticks: row[4]),
            started: Timestamp(ticks: row[5]),
            completed: Timestamp(ticks: row[6]),
            outcome: Outcome(rawValue: row[7]) ?? .failed,
            fileBytes: row[8]
        )
    }

    /// Adds a job. Files that are no longer offered go at the same time.
    func insert(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO export
                    (id, userId, iTwinId, request, createdDateTime, startedDateTime, completedDateTime, hasFailed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, userID, iTwinID, request.json.text, created.ticks, started.ticks, completed.ticks, outcome.rawValue,
            ]
        )
        try db.execute(
            sql: "DELETE FROM export WHERE completedDateTime < ? AND createdDateTime < ?",
            arguments: StatementArguments([created, created].map { $0.adding(seconds: -Self.keptSeconds).ticks })
        )
    }

    /// Notes that there is more of a file, so that it is known that somebody still makes it.
    static func noteMaking(of id: String, at moment: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE export SET completedDateTime = max(completedDateTime, ?) WHERE id = ? AND hasFailed = ?",
            arguments: [moment.ticks, id, Outcome.beingMade.rawValue]
        )
    }

    /// Notes that the file is made.
    ///
    /// - Parameters:
    ///   - fileBytes: how long it is; nil when there is nothing that could be in it.
    ///   - moment: now; the job is not completed before. One that was shown as failed meanwhile stays failed.
    mutating func complete(_ fileBytes: Int?, at moment: Timestamp, _ db: Database) throws {
        self.fileBytes = fileBytes
        outcome = status(at: moment) == .failed ? .failed : .made
        completed = max(completed, moment)
        try db.execute(
            sql: "UPDATE export SET fileBytes = ?, completedDateTime = ?, hasFailed = ? WHERE id = ?",
            arguments: [fileBytes, completed.ticks, outcome.rawValue, id]
        )
    }

    /// Takes a job away with what there is of its file.
    func delete(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM export WHERE id = ?", arguments: [id])
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

    /// When the service can begin with a new job: at once, or as soon as fewer jobs are left than it works on at a time.
    static func whenTaken(at moment: Timestamp, _ db: Database) throws -> Timestamp {
        let sql = """
            SELECT completedDateTime FROM export WHERE completedDateTime > ?
            ORDER BY completedDateTime DESC LIMIT 1 OFFSET ?
            """
        let arguments: StatementArguments = [moment.ticks, jobsAtATime - 1]
        return try Int64.fetchOne(db, sql: sql, arguments: arguments).map(Timestamp.init(ticks:)) ?? moment
    }

    /// A job of any user; nil when there is none of the id.
    static func find(_ id: String, _ db: Database) throws -> ExportRecord? {
        try Row.fetchOne(db, sql: "SELECT \(columns) FROM export WHERE id = ?", arguments: [id]).flatMap(
            ExportRecord.init
        )
    }
}
