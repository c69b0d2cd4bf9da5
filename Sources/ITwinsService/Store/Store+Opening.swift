import Crypto
import Foundation
import GRDB
import ITwinsAPI
import Logging
import PrivateFiles

extension Store {
    /// Opens a database, makes or migrates its schema and seeds it, all of it in one transaction, so that programs
    /// that start at the same moment on the same file cannot disturb each other.
    ///
    /// - Returns: the store, and the damaged database that was kept aside for it, if any.
    /// - Throws: `ServiceError.unusableDatabase`; then nothing was changed.
    static func open(
        _ configuration: ServiceConfiguration,
        logger: Logger
    ) async throws(ServiceError) -> (store: Store, kept: KeptDatabase?) {
        guard case .file(let path) = configuration.database else {
            do {
                return (try open(file: nil, checked: .none, configuration, logger: logger), nil)
            } catch {
                throw explain(error, file: nil)
            }
        }
        let file = DatabaseFile(path: path)
        try file.makeFolder()
        // Of several programs that start at the same moment one at a time makes the file, undoes what a crash left or keeps a
        // damaged one aside.
        switch await FileLock.take(file.target + ".lock", within: patience) {
        case .taken(let lock):
            defer { lock.release() }
            return try recover(file, mayMove: true, configuration, logger: logger)
        // Where there can be no lock a damaged database is refused and never moved.
        case .impossible, .cancelled: return try recover(file, mayMove: false, configuration, logger: logger)
        case .busy:
            throw file.unusable(
                "another program has locked it during startup",
                remedy: "Close that program, or choose another file with --database."
            )
        }
    }

    /// Opens a database once; waits while another program has locked it.
    ///
    /// - Parameters:
    ///   - file: nil for a database in memory.
    ///   - checked: how much of it is looked at before.
    static func open(
        file: DatabaseFile?,
        checked: DatabaseCheck.Depth,
        _ configuration: ServiceConfiguration,
        logger: Logger
    ) throws -> Store {
        let end = ContinuousClock.now + patience
        while true {
            do {
                let queue = try connect(file)
                _ = try queue.read(checkOrigin)
                try file?.keepPrivate()
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = TRUNCATE") }
                try queue.read { try DatabaseCheck.run($0, checked) }
                return Store(queue: queue, identity: try queue.write { try prepare($0, configuration) })
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end {
                logger.info("The database is in use by another program, waiting")
            }
        }
    }

    /// How much of the database is kept in memory, in KiB: a list of 1,000 of 100,000 iTwins reads pages all over the file.
    static let cacheKiB = 8 * 1024

    /// How long one waits for another program.
    private static let patience = Duration.seconds(60)

    private static func connect(_ file: DatabaseFile?) throws -> DatabaseQueue {
        var settings = Configuration()
        let wait = BusyWait(seconds: 5)
        settings.busyMode = .callback { wait.goesOn(afterTries: $0) }
        settings.label = "iTwins"
        settings.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -\(cacheKiB)")
            db.addTextFunctions()
        }
        guard let file else { return try DatabaseQueue(configuration: settings) }
        return try DatabaseQueue(path: file.path, configuration: settings)
    }

    private static func prepare(_ db: Database, _ configuration: ServiceConfiguration) throws -> Identity {
        let isNew = try bringToNewestSchema(db)
        let now = configuration.now()
        if isNew { try ITwinRecord.insert(SampleITwins.account(now: now), db) }
        try makeIdentity(db)
        if isNew || !configuration.sampleDataOnlyIfNew { try SampleData.seed(db, configuration.sampleData, now: now) }
        try SampleMemberships.seed(db)
        return try identity(db)
    }

    /// Refuses what this version of this service did not write, before anything is changed.
    ///
    /// - Returns: the schema's number; nil for an empty database.
    private static func checkOrigin(_ db: Database) throws -> Int? {
        let isEmpty = try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT * FROM sqlite_master)") ?? true
        guard !isEmpty else { return nil }
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id")
        guard application == Migrations.applicationID else { throw Unusable.foreign }
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= Migrations.newestVersion else { throw Unusable.newer(version) }
        return version
    }

    /// - Returns: true when the database was empty.
    private static func bringToNewestSchema(_ db: Database) throws -> Bool {
        let version = try checkOrigin(db)
        if version ?? 0 < Migrations.newestVersion { try Migrations.run(db, after: version ?? 0) }
        return version == nil
    }

    /// Makes the keys that are not there: a database of an earlier version has not all of them, and one that was got back
    /// from a damaged file may have lost any.
    private static func makeIdentity(_ db: Database) throws {
        let signingKey = Hexadecimal.text(of: P256.Signing.PrivateKey().rawRepresentation)
        let keys = [
            "token": randomKey(), "linkKey": randomKey(), "clientSecret": randomKey(), "signingKey": signingKey,
        ]
        for (name, value) in keys {
            try db.execute(sql: "INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)", arguments: [name, value])
        }
    }

    private static func randomKey() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Hexadecimal.text(of: $0) }
    }

    /// The token that a database of any version is known by.
    ///
    /// - Throws: `Unusable.damaged` when it is not there.
    static func token(_ db: Database) throws -> Secret {
        guard let token = try settings(db)["token"] else { throw Unusable.damaged }
        return Secret(token)
    }

    /// What the database is known by.
    ///
    /// - Throws: `Unusable.damaged` when it is not there.
    static func identity(_ db: Database) throws -> Identity {
        let settings = try settings(db)
        guard let token = settings["token"], let linkKey = settings["linkKey"],
            let clientSecret = settings["clientSecret"],
            let signingKey = settings["signingKey"].flatMap(Hexadecimal.bytes(of:)).flatMap({
                try? P256.Signing.PrivateKey(rawRepresentation: $0)
            })
        else { throw Unusable.damaged }
        return Identity(
            token: Secret(token),
            linkKey: Secret(linkKey),
            signingKey: signingKey,
            clientSecret: Secret(clientSecret),
            accountID: SampleITwins.accountID
        )
    }

    private static func settings(_ db: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, value FROM setting")
        return Dictionary(
            // What is damaged may be of any type.
            rows.compactMap { row in
                String.fromDatabaseValue(row["name"]).flatMap { name in
                    String.fromDatabaseValue(row["value"]).map { (name, $0) }
                }
            },
            uniquingKeysWith: { $1 }
        )
    }

    /// What a database is refused for before anything of it is changed.
    enum Unusable: Error {
        case foreign
        case newer(Int)
        case damaged
    }

    /// The error in words.
    static func explain(_ error: any Error, file: DatabaseFile?) -> ServiceError {
        let file = file ?? DatabaseFile(path: ":memory:")
        let keepAside = "Move it away and keep it, then start again: a new database is created."
        switch error {
        case let error as ServiceError: return error
        case Unusable.foreign:
            return file.unusable("it belongs to another program", remedy: "Choose another file with --database.")
        case Unusable.newer(let version):
            let reason =
                "it was written by a newer version of this program (schema \(version))"
            return file.unusable(reason, remedy: "Use that version, or choose another file with --database.")
        case Unusable.damaged:
            return file.unusable("it is damaged", remedy: keepAside)
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_NOTADB:
                return file.unusable("it isn't a SQLite database, or its header is damaged", remedy: keepAside)
            case .SQLITE_CORRUPT: return file.unusable("it is damaged", remedy: keepAside)
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                return file.unusable(
                    "another program has locked it",
                    remedy: "Close that program, or choose another file with --database."
                )
            case .SQLITE_FULL: return file.unusable("the disk is full", remedy: "Free some space and start again.")
            case .SQLITE_IOERR:
                return file.unusable(
                    "the disk failed",
                    remedy: "Check the disk, its quota and your limits."
                )
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
                return file.unusable(
                    "the file or its folder can't be written",
                    remedy: "Check the permissions of both."
                )
            default:
                return file.unusable(error.message ?? "SQLite error \(error.resultCode.rawValue)", remedy: keepAside)
            }
        default: return file.unusable("\(error)", remedy: "Choose another file with --database.")
        }
    }
}
