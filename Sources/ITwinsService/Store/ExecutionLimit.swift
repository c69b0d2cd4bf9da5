import GRDB
import GRDBSQLite
import ITwinsAPI

/// Ends a query whose filter takes too long, so that everybody else gets the database (reliability S10).
final class ExecutionLimit {
    private let end: ContinuousClock.Instant
    private var isOver = false

    /// How many steps of SQLite's machine lie between two looks at the clock: some tens of microseconds.
    private static let steps: Int32 = 10_000

    private init(_ duration: Duration) {
        end = .now.advanced(by: duration)
    }

    /// Performs a query.
    ///
    /// - Throws: `APIError.filterTooSlow` when it takes longer, and what the query throws.
    static func run<Value>(_ duration: Duration, _ db: Database, _ query: () throws -> Value) throws -> Value {
        let limit = ExecutionLimit(duration)
        sqlite3_progress_handler(
            db.sqliteConnection,
            steps,
            { context in
                guard let context else { return 0 }
                let limit = Unmanaged<ExecutionLimit>.fromOpaque(context).takeUnretainedValue()
                limit.isOver = limit.isOver || ContinuousClock.now >= limit.end
                return limit.isOver ? 1 : 0
            },
            Unmanaged.passUnretained(limit).toOpaque()
        )
        defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
        return try withExtendedLifetime(limit) {
            do {
                return try query()
            } catch let error as DatabaseError where limit.isOver && error.resultCode == .SQLITE_INTERRUPT {
                throw APIError.filterTooSlow(duration)
            }
        }
    }
}
