import GRDB
import ITwinsAPI
import Logging

/// Opening what a crash, a disk or another program left damaged: the old file is kept, a new one is begun (reliability
/// D5 and row 57).
extension Store {
    /// Files up to this size are looked through at every start, larger ones only after a crash: a disk reads this much
    /// in a moment.
    private static let bytesAlwaysChecked = 64 * 1_048_576

    /// Opens a database; one that is damaged is put aside and another one made in its place.
    ///
    /// - Parameter mayMove: whether the start lock is held, without which nothing is moved.
    static func recover(
        _ file: DatabaseFile,
        mayMove: Bool,
        _ configuration: ServiceConfiguration,
        logger: Logger
    ) throws(ServiceError) -> (store: Store, kept: KeptDatabase?) {
        let state = try file.prepare()
        let now = configuration.now()
        var copy: RecoveryBackup?
        do {
            if mayMove, state.hasJournal {
                // SQLite would delete the journal of an empty file. Nobody is making one: the start lock is held.
                guard state.size > 0 else { throw Unusable.damaged }
                if try isLeftHalfWritten(file) { copy = try RecoveryBackup(file, at: now) }
            }
            let mayBeBad = state.hasJournal || state.size <= bytesAlwaysChecked
            let depth: DatabaseCheck.Depth = copy != nil ? .everything : mayBeBad ? .structure : .none
            let store = try open(file: file, checked: depth, configuration, logger: logger)
            if let copy {
                // Another database's journal has made another database of this one.
                guard copy.isSame(as: store.identity) else { throw Unusable.damaged }
                file.remove(copy.kept)
            }
            return (store, nil)
        } catch {
            guard mayMove, copy != nil || isDamage(error, file) else { throw explain(error, file: file) }
            guard !isPassing(error) else {
                // Once the journal is gone nobody can tell any more whether undoing was right: then the copy stays.
                if let copy, (try? file.prepare().hasJournal) == true { file.remove(copy.kept) }
                throw explain(error, file: file)
            }
            let kept: KeptDatabase
            if let copy {
                try file.removeOriginal(of: copy.kept)
                kept = copy.kept
            } else {
                try file.keepPrivate()
                kept = try file.moveAside(at: now)
            }
            logger.warning("\(kept.message)")
            _ = try file.prepare()
            do {
                return (try open(file: file, checked: .none, configuration, logger: logger), kept)
            } catch {
                throw explain(error, file: file)
            }
        }
    }

    /// Whether a journal is that of a program which ended in the middle of a write, and not of one that writes now.
    private static func isLeftHalfWritten(_ file: DatabaseFile) throws -> Bool {
        var settings = Configuration()
        settings.readonly = true
        do {
            // A connection that may not write cannot undo anything and says so.
            try DatabaseQueue(path: file.path, configuration: settings).read { db in
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
            }
            return false
        } catch let error as DatabaseError {
            return error.extendedResultCode == .SQLITE_READONLY_ROLLBACK
        }
    }

    private static func isDamage(_ error: any Error, _ file: DatabaseFile) -> Bool {
        switch error {
        case Unusable.damaged: true
        case let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT: true
        // Any text file is no database: only what was one of this service is put aside.
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB: file.wasOurs
        // The text of a schema that needs no migration was written by this program: a name in it that is wrong is damage.
        case let error as DatabaseError where error.resultCode == .SQLITE_ERROR:
            file.wasOurs && file.hasNewestSchema
        default: false
        }
    }

    /// Whether the same file may well be opened at another time.
    private static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case is ServiceError: true
        case let error as DatabaseError:
            ![.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_CONSTRAINT].contains(error.resultCode)
        default: false
        }
    }
}

/// A database and its journal as a crash left them, kept until it is known that undoing the half write was right: SQLite
/// takes any journal that lies there for that of the database.
private struct RecoveryBackup {
    let kept: KeptDatabase
    /// The token that the file had; nil when it cannot be read without undoing.
    private let token: Secret?

    /// - Throws: `Unusable` for a database of another program or a newer version, which then stays as it is.
    init(_ file: DatabaseFile, at time: Timestamp) throws {
        var token: Secret?
        var refusal: Store.Unusable?
        kept = try file.copyAside(at: time) { path in
            refusal = DatabaseFile.refusal(of: path)
            token = try? DatabaseQueue(path: path).read(Store.token)
        }
        self.token = token
        if let refusal {
            file.remove(kept)
            throw refusal
        }
        // The journal beside it has pages of the database.
        for path in [kept.path, kept.path + "-journal"] { try DatabaseFile(path: path).keepPrivate() }
    }

    func isSame(as identity: Store.Identity) -> Bool {
        token == nil || token == identity.token
    }
}
