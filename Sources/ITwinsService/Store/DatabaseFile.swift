import Foundation
import ITwinsAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a database before SQLite sees it: what may be there, who may read it, whether it was left in order.
struct DatabaseFile {
    let path: String

    /// 16 MiB are looked through in some 50 ms.
    private static let smallSize = 16 * 1_048_576

    /// Makes sure that there is a plain file that this program can write and nobody else can read: the token is in it.
    ///
    /// - Returns: true when the file is worth looking through before it is used: the program that used it last did not end
    ///   in order, so that a journal lies beside it, or the file is so small that it takes no time.
    /// - Throws: `ServiceError.unusableDatabase` when something else is at the path or it cannot be made.
    func prepare() throws(ServiceError) -> Bool {
        try makeFolder()
        if try information(about: path) == nil { try create() }
        guard let information = try information(about: path) else {
            throw unusable("it vanished", remedy: "Look what else uses its folder.")
        }
        // A pipe would be waited for without end, a folder is no file: neither may reach SQLite.
        guard information.type == .typeRegular else {
            let kind = information.type == .typeDirectory ? "it is a folder" : "it is no plain file"
            throw unusable(kind, remedy: "Name a file, or move this away.")
        }
        if information.permissions & 0o077 != 0 { try restrict() }
        let error = failure { access(path, R_OK | W_OK) }
        guard error == 0 else {
            throw unusable(reason(error), remedy: "Make it readable and writable for you alone: chmod 600 '\(path)'")
        }
        if information.size <= Self.smallSize { return true }
        return try self.information(about: path + "-journal").map { $0.size > 0 } ?? false
    }

    /// The error for this file.
    func unusable(_ reason: String, remedy: String) -> ServiceError {
        .unusableDatabase(path: path, reason: reason, remedy: remedy)
    }

    /// The error for a file whose content is damaged.
    func damaged(_ reason: String, remedy: String) -> ServiceError {
        .damagedDatabase(path: path, reason: reason, remedy: remedy)
    }

    /// What tells the file from another one that takes its place; nil when there is none.
    var identity: UInt64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
    }

    /// True when the file bears this service's mark, whatever else is wrong with it. A file of another program, or any
    /// text that somebody named by mistake, is never touched.
    var bearsMark: Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        // Where SQLite keeps the application's number (its file format, section 1.3).
        guard (try? file.seek(toOffset: 68)) != nil, let bytes = try? file.read(upToCount: 4) else { return false }
        return bytes.reduce(0) { $0 << 8 | Int($1) } == Migrations.applicationID
    }

    /// Gives a damaged file, with its journal, another name, so that a new one can be made in its place (reliability D5).
    ///
    /// Programs that find the same damage at the same moment do it one after another: whoever holds the lock on the file
    /// that is still there under its name moves it, and the others find a new one.
    ///
    /// - Returns: the new path; nil when another program was faster.
    /// - Throws: `ServiceError.unusableDatabase` when it cannot be moved; it is then as it was.
    func keepAside(at moment: Timestamp) throws(ServiceError) -> String? {
        let remedy = "Check the permissions of its folder."
        let identity = identity
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard flock(file, LOCK_EX) == 0 else { throw unusable("it is damaged", remedy: remedy) }
        // The same before and after: what is locked is what has the name.
        guard identity != nil, self.identity == identity else { return nil }
        let time = moment.readable.filter(\.isNumber)
        var aside = "\(path).corrupt-\(time)"
        var number = 1
        while access(aside, F_OK) == 0 {
            number += 1
            aside = "\(path).corrupt-\(time)-\(number)"
        }
        // The journal first: a new file must never lie beside the journal of another one.
        let journal = path + "-journal"
        if access(journal, F_OK) == 0, rename(journal, aside + "-journal") != 0 {
            throw unusable("it is damaged, and its journal cannot be moved", remedy: remedy)
        }
        guard rename(path, aside) == 0 else {
            throw unusable("it is damaged, and cannot be moved", remedy: remedy)
        }
        return aside
    }

    private func makeFolder() throws(ServiceError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard access(folder, F_OK) != 0 else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw unusable(
                "its folder cannot be made",
                remedy: "Check the permissions of \(folder) and of what is above it."
            )
        }
    }

    /// Makes an empty file under its name in one step; one that another program made meanwhile is left alone.
    ///
    /// The file is never opened under its own name: closing it would take away the locks that SQLite holds on it in
    /// this program.
    private func create() throws(ServiceError) {
        let remedy = "Check the folder's permissions and free space."
        let draft = "\(path).\(UUID().uuidString)"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw unusable(reason(errno), remedy: remedy) }
        close(file)
        let error = failure { link(draft, path) }
        unlink(draft)
        guard error == 0 || error == EEXIST else { throw unusable(reason(error), remedy: remedy) }
    }

    private func restrict() throws(ServiceError) {
        guard chmod(path, 0o600) == 0 else {
            throw unusable(
                "other people can read it, and it holds the access token",
                remedy: "Make it readable for you alone: chmod 600 '\(path)'"
            )
        }
    }

    private struct Information {
        var type: FileAttributeType
        var permissions: Int
        var size: Int
    }

    /// What the system knows about a file, or about what a link there leads to; nil when there is none.
    private func information(about path: String) throws(ServiceError) -> Information? {
        do {
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            let attributes = try FileManager.default.attributesOfItem(atPath: target)
            return Information(
                type: attributes[.type] as? FileAttributeType ?? .typeUnknown,
                permissions: (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0,
                size: (attributes[.size] as? NSNumber)?.intValue ?? 0
            )
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw unusable(
                "the system does not tell what it is",
                remedy: "Check the permissions of its folder and of what is above it."
            )
        }
    }

    /// The number of the error with which a call of the system failed; 0 when it did not.
    private func failure(_ call: () -> Int32) -> Int32 {
        call() == 0 ? 0 : errno
    }

    private func reason(_ error: Int32) -> String {
        String(cString: strerror(error))
    }
}
