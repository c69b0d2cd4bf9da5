import Foundation
import GRDB

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

    /// Makes sure that there is a plain file that this program can write and nobody else can read: the token is in it.
    ///
    /// - Returns: true when the program that used the file last did not end in order, so that a journal lies beside it.
    /// - Throws: `ServiceError.unusableDatabase` when something else is at the path or it cannot be made.
    func prepare() throws(ServiceError) -> Bool {
        try makeFolder()
        var information = stat()
        if stat(path, &information) == 0 {
            // A pipe would be waited for without end, a folder is no file: neither may reach SQLite.
            guard information.st_mode & S_IFMT == S_IFREG else {
                let kind = information.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is no plain file"
                throw unusable(kind, remedy: "Name a file, or move this away.")
            }
            try restrict(information)
        } else if errno == ENOENT {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw unusable(systemReason(), remedy: "Check the folder's permissions and free space.") }
            close(file)
        } else {
            throw unusable(systemReason(), remedy: "Check the folder's permissions.")
        }
        guard access(path, R_OK | W_OK) == 0 else {
            throw unusable(systemReason(), remedy: "Make it readable and writable for you alone: chmod 600 '\(path)'")
        }
        var journal = stat()
        return stat(path + "-journal", &journal) == 0 && journal.st_size > 0
    }

    /// The error for this file.
    func unusable(_ reason: String, remedy: String) -> ServiceError {
        .unusableDatabase(path: path, reason: reason, remedy: remedy)
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
            throw unusable("its folder cannot be made", remedy: "Check the permissions of \(folder) and of what is above it.")
        }
    }

    private func restrict(_ information: stat) throws(ServiceError) {
        guard information.st_mode & 0o077 != 0 else { return }
        guard chmod(path, 0o600) == 0 else {
            throw unusable(
                "other people can read it, and it holds the access token",
                remedy: "Make it readable for you alone: chmod 600 '\(path)'"
            )
        }
    }

    private func systemReason() -> String {
        String(cString: strerror(errno))
    }
}
