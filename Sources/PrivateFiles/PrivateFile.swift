import Foundation

/// A file that only its owner may read (reliability A13).
public struct PrivateFile: Sendable {
    /// Where it is.
    public let path: String

    /// Bytes of the largest file that is read.
    public static let largest = 64 * 1024

    /// - Parameter path: of a file that need not be there.
    public init(path: String) {
        self.path = path
    }

    // MARK: Reading

    /// Why a file is not read.
    public enum Problem: Error, Hashable, Sendable {
        /// Others can read or write it.
        case open
        /// It is somebody else's.
        case foreign
        /// It cannot be read just now; the system's reason, and what helps.
        case unreadable(String)
        /// It is a folder, a pipe, a socket or a device.
        case noFile
        /// It is larger than `largest`.
        case tooLarge
    }

    /// What is read besides a plain file of one's own.
    public struct ReadOptions: OptionSet, Sendable {
        /// One bit for each.
        public let rawValue: Int
        /// A pipe, or whatever else is no plain file and has no permissions to speak of; a writer is waited for.
        public static let pipes = ReadOptions(rawValue: 1)
        /// A file of another user's, as a superuser finds it in a folder that was lent to a container.
        public static let foreignFiles = ReadOptions(rawValue: 2)

        /// Makes a set of bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
    }

    /// The content; nil when there is no file. A link is followed.
    ///
    /// - Throws: `Problem` for one that is not read.
    public func read(allowing allowance: ReadOptions = []) throws(Problem) -> [UInt8]? {
        let file: OpenedFile
        do throws(SystemError) {
            file = try OpenedFile(path, waitsForWriter: allowance.contains(.pipes))
        } catch {
            switch error.code {
            case ENOENT: return nil
            // A socket, or a device that is not there.
            case ENXIO: throw .noFile
            case EACCES: throw .unreadable("\(error). \(remedy)")
            default: throw .unreadable(error.description)
            }
        }
        if file.isRegular {
            guard file.status.isOwn || allowance.contains(.foreignFiles) else { throw .foreign }
            guard file.status.st_mode & 0o077 == 0 else { throw .open }
        } else {
            guard allowance.contains(.pipes) else { throw .noFile }
        }
        let content: [UInt8]?
        do throws(SystemError) {
            content = try file.content(atMost: Self.largest)
        } catch {
            throw .unreadable(error.description)
        }
        guard let content else { throw .tooLarge }
        return content
    }

    /// What is wrong and what mends it, for a user: the rest of a sentence about this file.
    public func explanation(of problem: Problem) -> String {
        switch problem {
        case .open: "others can read it. \(remedy)"
        case .foreign: "it belongs to another user. Move it away"
        case .unreadable(let reason): reason
        case .noFile: "it isn't a file"
        case .tooLarge: "it is larger than \(Self.largest / 1024) KiB"
        }
    }

    private var remedy: String { "To fix it, run: chmod 600 '\(path)'" }

    // MARK: Writing

    /// Makes a folder that only its owner may look into, and those that it lies in; one that is there is left as it is.
    ///
    /// - Throws: `FileError` that names the one that cannot be made.
    public static func makeFolder(_ folder: String) throws(FileError) {
        if mkdir(folder, 0o700) == 0 { return }
        var code = errno
        let above = (folder as NSString).deletingLastPathComponent
        if code == ENOENT, !above.isEmpty, above != folder {
            try makeFolder(above)
            if mkdir(folder, 0o700) == 0 { return }
            code = errno
        }
        var status = stat()
        guard stat(folder, &status) == 0, status.isFolder else {
            throw FileError(code, "\(folder) can't be created")
        }
    }

    /// Why files in a folder may be exchanged by others.
    public enum FolderProblem: Hashable, Sendable {
        /// It is no folder.
        case noFolder
        /// It is another user's.
        case foreign
        /// Others may write to it.
        case open
    }

    /// What speaks against a folder (reliability L11); nil when nothing does.
    ///
    /// - Parameter isOwn: whether it is for this user's files alone. The superuser is trusted with any other, and so is a
    ///   sticky folder.
    public static func problem(ofFolder folder: String, isOwn: Bool) -> FolderProblem? {
        var status = stat()
        guard stat(folder, &status) == 0, status.isFolder else { return .noFolder }
        guard isOwn ? status.isOwn : status.isOfTrustedUser else { return .foreign }
        return status.isWritable(byGroup: isOwn) && (isOwn || !status.isSticky) ? .open : nil
    }

    /// Writes beside the file and renames, so that a crash leaves the old or the new one, whole. The folder has to be there.
    ///
    /// - Throws: `FileError`.
    public func replace(with bytes: [UInt8]) throws(FileError) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))\(Self.newSuffix)"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(errno, "\(temporary) can't be created") }
        do throws(FileError) {
            try write(bytes, descriptor)
            guard rename(temporary, path) == 0 else { throw FileError(errno, "\(path) can't be replaced") }
        } catch {
            unlink(temporary)
            throw error
        }
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if handle >= 0 {
            fsync(handle)
            close(handle)
        }
    }

    private func write(_ bytes: [UInt8], _ descriptor: Int32) throws(FileError) {
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw FileError(errno, "\(path) can't be written")
            }
        }
        guard fsync(descriptor) == 0 else { throw FileError(errno, "\(path) can't be written") }
    }

    // MARK: Putting away

    /// Puts the file aside, for whoever wants to know what happened.
    public func setAside() {
        rename(path, unusable)
    }

    /// Removes the file, one that was set aside, and what writing left behind when it was killed; that there is none is fine.
    ///
    /// - Throws: `FileError`.
    public func remove() throws(FileError) {
        let name = (path as NSString).lastPathComponent
        for other in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where other.hasPrefix(name + ".") && other.hasSuffix(Self.newSuffix) {
            unlink("\(folder)/\(other)")
        }
        unlink(unusable)
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw FileError(errno, "\(path) can't be removed")
    }

    private var folder: String { (path as NSString).deletingLastPathComponent }
    private var unusable: String { path + ".unusable" }
    private static let newSuffix = ".new"
}
