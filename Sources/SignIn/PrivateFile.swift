import Foundation

/// A file that only its owner may read (reliability A13).
struct PrivateFile: Sendable {
    let path: String

    /// Bytes of the largest file that is read.
    static let largest = 64 * 1024

    /// What is wrong with a file.
    enum Problem: Error, Equatable {
        /// Others can read it, or it is somebody else's; with what mends it.
        case unsafe(String)
        /// It cannot be read; why.
        case unreadable(String)
        /// It is nothing that this program writes; why.
        case foreign(String)
    }

    /// The content; nil when there is no file.
    ///
    /// - Throws: `Problem` for one that others can read or write, that belongs to somebody else, is no file or too large.
    func read() throws(Problem) -> [UInt8]? {
        // Not to be fooled by what is there when it is looked at and another thing when it is read: one descriptor.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .foreign("it is no file") }
        guard status.st_uid == geteuid() else { throw .unsafe("it belongs to another user. Move it away") }
        guard status.st_mode & 0o077 == 0 else { throw .unsafe("others can read it. To mend that: chmod 600 '\(path)'") }
        guard status.st_size <= Self.largest else { throw .foreign("it is larger than 64 KiB") }
        guard let data = try? file.read(upToCount: Self.largest) else { return [] }
        return Array(data)
    }

    /// Writes beside the file and renames, so that a crash leaves the old or the new one, whole.
    ///
    /// - Throws: `SignInError.Kind.storage` with the reason.
    func replace(with bytes: [UInt8]) throws(SignInError) {
        let folder = (path as NSString).deletingLastPathComponent
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw Self.failure("\(folder) cannot be made") }
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("\(temporary) cannot be made") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(bytes))
            try file.synchronize()
        } catch {
            unlink(temporary)
            throw SignInError(.storage, "\(path) cannot be written: \("\(error.localizedDescription)".shown(200))")
        }
        guard rename(temporary, path) == 0 else {
            let failure = Self.failure("\(path) cannot be replaced")
            unlink(temporary)
            throw failure
        }
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if handle >= 0 {
            fsync(handle)
            close(handle)
        }
    }

    /// Removes the file; that there is none is fine.
    func remove() throws(SignInError) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw Self.failure("\(path) cannot be removed")
    }

    private static func failure(_ what: String) -> SignInError {
        SignInError(.storage, "\(what): \(String(cString: strerror(errno)))")
    }
}
