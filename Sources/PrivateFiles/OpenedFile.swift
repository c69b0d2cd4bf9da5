import Foundation

/// A file that is open for reading: what is looked at and what is read are the same, whatever is put in its place.
final class OpenedFile {
    private let descriptor: Int32
    /// What the system says of it.
    let status: stat

    /// Opens a file; a link is followed.
    ///
    /// - Parameter waitsForWriter: whether a pipe is waited for until somebody writes into it; nothing is otherwise.
    /// - Throws: the system's reason.
    init(_ path: String, waitsForWriter: Bool = false) throws(SystemError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (waitsForWriter ? 0 : O_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = SystemError(code: errno)
            close(descriptor)
            throw error
        }
        self.status = status
    }

    deinit { close(descriptor) }

    /// Whether it is a file on a disk, and no folder, pipe, socket or device.
    var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }

    /// What is in it.
    ///
    /// - Parameter limit: bytes of the largest content that is read. What the system says of the size is not believed: a
    ///   file may grow while it is read, and some have no size.
    /// - Returns: nil when there is more.
    /// - Throws: the system's reason.
    func content(atMost limit: Int) throws(SystemError) -> [UInt8]? {
        guard !isRegular || status.st_size <= limit else { return nil }
        var content: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16 * 1024)
        while content.count <= limit {
            let count = part.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return content }
            if count > 0 {
                content += part[..<count]
            } else if errno != EINTR {
                throw SystemError(code: errno)
            }
        }
        return nil
    }
}

extension stat {
    /// Whether it is this user's.
    var isOwn: Bool { st_uid == geteuid() }

    /// Whether it is this user's or the superuser's, whom every user has to trust.
    var isOfTrustedUser: Bool { isOwn || st_uid == 0 }

    /// Whether others may write to it: everybody, or the group too.
    func isWritable(byGroup: Bool) -> Bool { st_mode & (byGroup ? 0o022 : 0o002) != 0 }

    /// Whether who may make files in this folder may remove only their own.
    var isSticky: Bool { st_mode & 0o1000 != 0 }

    /// Whether it is a folder.
    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}

/// A reason of the system's.
struct SystemError: Error, Hashable, CustomStringConvertible {
    /// Its number (`errno`).
    let code: Int32

    var description: String { String(cString: strerror(code)) }
}
