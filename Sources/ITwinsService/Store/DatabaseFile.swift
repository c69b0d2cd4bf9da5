import Foundation

/// The file of a database before SQLite sees it: what may be there, who may read it, whether it was left in order.
struct DatabaseFile {
    /// The path as it was named, for messages.
    let path: String
    /// The path of the file itself, when the name is a link: SQLite puts the journal beside that.
    let target: String

    /// What SQLite's journal is called after the file.
    static let journal = "-journal"

    init(path: String) {
        self.path = path
        target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// What a file was left as.
    struct State {
        let size: Int
        /// Whether the program that used it last did not end in order, or writes at this moment: a journal lies beside
        /// it.
        let hasJournal: Bool
    }

    /// Makes sure that there is a plain file that this program can write. It is not touched: it may be another program's.
    ///
    /// - Throws: `ServiceError.unusableDatabase` when something else is at the path or it cannot be made.
    func prepare() throws(ServiceError) -> State {
        if try information(about: target) == nil { try create() }
        guard let information = try information(about: target) else {
            throw unusable("it disappeared", remedy: "Check which other programs use its folder.")
        }
        // A pipe would be waited for without end, a folder is no file: neither may reach SQLite.
        guard information.type == .typeRegular else {
            let kind = information.type == .typeDirectory ? "it is a folder" : "it isn't a regular file"
            throw unusable(kind, remedy: "Choose a file, or move this away.")
        }
        let error = failure { access(path, R_OK | W_OK) }
        guard error == 0 else {
            let remedy = error == EACCES ? "To fix it, run: chmod 600 '\(path)'" : "Check its owner and its disk."
            throw unusable(reason(error), remedy: remedy)
        }
        let journal = try self.information(about: target + Self.journal)
        return State(size: information.size, hasJournal: journal.map { $0.size > 0 } ?? false)
    }

    /// The error for this file.
    func unusable(_ reason: String, remedy: String) -> ServiceError {
        .unusableDatabase(path: path, reason: reason, remedy: remedy)
    }

    /// Makes the folder of the file, for its owner alone, when there is none.
    func makeFolder() throws(ServiceError) {
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
                "its folder can't be created",
                remedy: "Check the permissions of \(folder) and its parent folders."
            )
        }
    }

    /// Makes an empty file under its name in one step; one that another program made meanwhile is left alone.
    ///
    /// The file is never opened under its own name: closing it would take away the locks that SQLite holds on it in
    /// this program.
    private func create() throws(ServiceError) {
        let remedy = "Check the folder's permissions and free space."
        let draft = "\(target).\(UUID().uuidString)"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw unusable(reason(errno), remedy: remedy) }
        close(file)
        let error = failure { link(draft, target) }
        unlink(draft)
        guard error == 0 || error == EEXIST else { throw unusable(reason(error), remedy: remedy) }
    }

    /// Makes sure that nobody else can read the file: the token is in it.
    func keepPrivate() throws(ServiceError) {
        guard let information = try information(about: target), information.permissions & 0o077 != 0 else { return }
        guard chmod(path, 0o600) == 0 else {
            throw unusable(
                "others can read it, and it contains the access token",
                remedy: "To fix it, run: chmod 600 '\(path)'"
            )
        }
    }

    private struct Information {
        var type: FileAttributeType
        var permissions: Int
        var size: Int
    }

    /// What the system knows about a file; nil when there is none.
    private func information(about path: String) throws(ServiceError) -> Information? {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return Information(
                type: attributes[.type] as? FileAttributeType ?? .typeUnknown,
                permissions: (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0,
                size: (attributes[.size] as? NSNumber)?.intValue ?? 0
            )
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw unusable(
                "its type can't be determined",
                remedy: "Check the permissions of its folder and the parent folders."
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
