import Foundation
import ITwinsAPI

/// A damaged database that was put aside with its journal, so that nothing of it is lost (reliability D5).
public struct KeptDatabase: Sendable, Hashable {
    /// Where the database lay, and where the new one lies now.
    public let original: String
    /// Where it is kept; its journal, when there is one, lies beside it under the name that SQLite looks for.
    public let path: String

    /// The number of its schema, so far as its header can be read.
    let schema: Int

    /// What happened, in short.
    public var summary: String {
        "The database \(original) was damaged. It was kept as \(path), and a new one was created."
    }

    /// What happened and how to get back what can be read, for the user who started the service.
    public var message: String {
        "\(summary) To recover readable data: \(recovery), then serve --database recovered.sqlite."
    }

    /// The commands that get back what can be read. `.recover` would be shorter and Debian's sqlite3 does not know it;
    /// `.dump` ends with a rollback when it met damage, and tells neither the mark nor the number of the schema.
    var recovery: String {
        let pragmas = "PRAGMA application_id = \(Migrations.applicationID); PRAGMA user_version = \(schema);"
        // The count at the end tells what was got, and fails when there is nothing.
        return "(umask 077; (sqlite3 \(path.shellQuoted) .dump | sed 's/^ROLLBACK;.*/COMMIT;/'; "
            + "echo '\(pragmas) SELECT count(*) AS iTwins FROM iTwin;') | sqlite3 -bail -header recovered.sqlite)"
    }
}

extension String {
    /// The text as one word of a shell's command line.
    fileprivate var shellQuoted: String { "'\(replacing("'", with: "'\\''"))'" }
}

/// Files are opened here although that may take away locks which SQLite holds on them in this program: only while the
/// start lock is held, and only those that no connection of this program can be at work on, because they are no database
/// or a crash left them in the middle of a write.
extension DatabaseFile {
    /// Moves the file and its journal out of the way, together.
    func moveAside(at time: Timestamp) throws(ServiceError) -> KeptDatabase {
        let kept = try unusedName(at: time)
        // The file first: should this be the last thing the program does, the journal lies beside no file, and what is
        // found so is kept aside as well.
        for suffix in ["", Self.journal] where rename(target + suffix, kept.path + suffix) != 0 && errno != ENOENT {
            throw cannotKeep()
        }
        return kept
    }

    /// Copies the file and its journal, before SQLite undoes by the journal what a crash left.
    ///
    /// - Parameter look: is called with the path of the copy while it has no journal yet.
    func copyAside(at time: Timestamp, look: (String) -> Void) throws(ServiceError) -> KeptDatabase {
        let kept = try unusedName(at: time)
        do {
            try FileManager.default.copyItem(atPath: target, toPath: kept.path)
            look(kept.path)
            try FileManager.default.copyItem(atPath: target + Self.journal, toPath: kept.path + Self.journal)
        } catch {
            remove(kept)
            throw cannotKeep()
        }
        return kept
    }

    /// Removes a copy that is not needed.
    func remove(_ copy: KeptDatabase) {
        for suffix in ["", Self.journal] { unlink(copy.path + suffix) }
    }

    /// Removes what became of a file whose copy is kept.
    func removeOriginal(of copy: KeptDatabase) throws(ServiceError) {
        guard access(copy.path, F_OK) == 0 else { throw cannotKeep() }
        for suffix in ["", Self.journal] where unlink(target + suffix) != 0 && errno != ENOENT { throw cannotKeep() }
    }

    /// Whether a file that SQLite does not take for a database was one of this service: its mark or its schema is there.
    var wasOurs: Bool {
        guard let file = FileHandle(forReadingAtPath: target) else { return false }
        defer { try? file.close() }
        guard let start = try? file.read(upToCount: 1_048_576) else { return false }
        return Self.mark(in: start) == Migrations.applicationID
            || start.range(of: Data("CREATE TABLE iTwin".utf8)) != nil
    }

    /// Whether the header says that nothing has to be migrated.
    var hasNewestSchema: Bool { Self.schema(of: target) == Migrations.newestVersion }

    /// Why the file of a database is not this version's to touch, by its header alone; nil when nothing speaks against.
    static func refusal(of path: String) -> Store.Unusable? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let start = try? file.read(upToCount: 100), start.starts(with: Data("SQLite format 3\0".utf8)) else {
            return nil
        }
        guard mark(in: start) == Migrations.applicationID else { return .foreign }
        let version = number(in: start, at: 60) ?? 0
        return version > Migrations.newestVersion ? .newer(version) : nil
    }

    /// The application id in the header of a database (SQLite's file format, section 1.3; the schema's version is there
    /// too).
    private static func mark(in start: Data) -> Int? { number(in: start, at: 68) }

    private static func schema(of path: String) -> Int {
        guard let file = FileHandle(forReadingAtPath: path) else { return Migrations.newestVersion }
        defer { try? file.close() }
        let version = (try? file.read(upToCount: 100)).flatMap { number(in: $0, at: 60) }
        // What is out of range is damaged itself.
        return version.flatMap { (1...Migrations.newestVersion).contains($0) ? $0 : nil } ?? Migrations.newestVersion
    }

    private static func number(in start: Data, at offset: Int) -> Int? {
        guard start.count >= offset + 4 else { return nil }
        return start[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private func unusedName(at time: Timestamp) throws(ServiceError) -> KeptDatabase {
        // 2025-02-03 04:05:06 UTC
        let moment = time.readable.split(separator: " ").prefix(2).joined(separator: "T").replacing(":", with: "")
        for number in 1...1000 {
            let path = "\(target).corrupt-\(moment)" + (number == 1 ? "" : "-\(number)")
            if access(path, F_OK) != 0, access(path + Self.journal, F_OK) != 0 {
                return KeptDatabase(original: self.path, path: path, schema: Self.schema(of: target))
            }
        }
        throw cannotKeep()
    }

    private func cannotKeep() -> ServiceError {
        unusable(
            "it is damaged or incomplete, and can't be moved aside",
            remedy: "Check its folder's permissions and free space, or move it away."
        )
    }
}
