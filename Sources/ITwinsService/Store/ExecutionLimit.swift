import GRDB
import GRDBSQLite
import ITwinsAPI

/// Ends a query that takes too long by what the caller asked for, so that everybody else gets the database (reliability S10).
final class ExecutionLimit {
    private let end: ContinuousClock.Instant
    private var isOver = false

    /// How many steps of SQLite's machine lie between two looks at the clock: some tens of microseconds.
    private static let steps: Int32 = 10_000

    /// Until when something has to be done, and what of the request makes it take long.
    struct Deadline: Sendable {
        fileprivate let end: ContinuousClock.Instant
        fileprivate let duration: Duration
        fileprivate let parameter: String

        /// - Parameters:
        ///   - duration: how much time there is, from now on.
        ///   - parameter: the parameter whose value takes the time, such as `$filter`.
        init(_ duration: Duration, parameter: String) {
            end = .now.advanced(by: duration)
            self.duration = duration
            self.parameter = parameter
        }
    }

    private init(_ deadline: Deadline) { end = deadline.end }

    /// Performs a query.
    ///
    /// - Parameter deadline: until when it has to be done; nil for any time.
    /// - Throws: `APIError.queryTooSlow` when it takes longer, and what the query throws.
    static func run<Value>(_ deadline: Deadline?, _ db: Database, _ query: () throws -> Value) throws -> Value {
        guard let deadline else { return try query() }
        let limit = ExecutionLimit(deadline)
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
                throw APIError.queryTooSlow(deadline.duration, deadline.parameter)
            }
        }
    }
}
