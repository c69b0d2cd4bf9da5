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
        /// It cannot be read just now; why.
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
            let code = errno
            if code == ENOENT { return nil }
            // A socket, or a device that is not there.
            if code == ENXIO { throw .foreign("it is no file") }
            let help = code == EACCES ? ". To mend that: chmod 600 '\(path)'" : ""
            throw .unreadable(String(cString: strerror(code)) + help)
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .foreign("it is no file")
        }
        guard status.st_uid == geteuid() else { throw .unsafe("it belongs to another user. Move it away") }
        guard status.st_mode & 0o077 == 0 else {
            throw .unsafe("others can read it. To mend that: chmod 600 '\(path)'")
        }
        guard status.st_size <= Self.largest else { throw .foreign("it is larger than 64 KiB") }
        do {
            return Array(try file.read(upToCount: Self.largest) ?? Data())
        } catch {
            throw .unreadable(error.localizedDescription.shown(200))
        }
    }

    /// Writes beside the file and renames, so that a crash leaves the old or the new one, whole.
    ///
    /// - Throws: `SignInError.Kind.storage` with the reason.
    func replace(with bytes: [UInt8]) throws(SignInError) {
        let folder = (path as NSString).deletingLastPathComponent
        try Self.make(folder)
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))\(Self.newSuffix)"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("\(temporary) cannot be made") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(bytes))
            try file.synchronize()
        } catch {
            unlink(temporary)
            throw SignInError(.storage, "\(path) cannot be written: \(error.localizedDescription.shown(200))")
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

    /// Makes a folder that only its owner may look into, and those that it lies in; one that is there is left as it is.
    ///
    /// - Throws: `SignInError.Kind.storage` with the reason.
    static func make(_ folder: String) throws(SignInError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SignInError(.storage, "\(folder.shown(200)) cannot be made: \(error.localizedDescription.shown(200))")
        }
    }

    /// Puts the file aside, for whoever wants to know what happened.
    func setAside() {
        rename(path, unusable)
    }

    /// Removes the file, one that was set aside, and what writing left behind when it was killed; that there is none is fine.
    ///
    /// - Throws: `SignInError.Kind.storage` with the reason.
    func remove() throws(SignInError) {
        let folder = (path as NSString).deletingLastPathComponent
        let name = (path as NSString).lastPathComponent
        for other in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where other.hasPrefix(name + ".") && other.hasSuffix(Self.newSuffix) {
            unlink("\(folder)/\(other)")
        }
        unlink(unusable)
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw Self.failure("\(path) cannot be removed")
    }

    private var unusable: String { path + ".unusable" }
    private static let newSuffix = ".new"

    private static func failure(_ what: String) -> SignInError {
        SignInError(.storage, "\(what): \(String(cString: strerror(errno)))")
    }
}
