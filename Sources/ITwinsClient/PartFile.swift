import Foundation
import ITwinsAPI
import Synchronization

/// A file that is not complete yet, beside the place where it will be: `NAME.part`, and in `NAME.part.tag` what is needed to
/// go on with it later.
///
/// Its calls wait for the disk. No link that lies in the folder is followed, and two downloads cannot write to it at once.
final class PartFile: Sendable {
    /// Where the complete file will be.
    let path: String
    /// The file, open to be read and written.
    let descriptor: Int32
    private let folder: Int32
    private let name: String

    /// What is known of the file that is begun.
    struct Note: Hashable, Sendable {
        /// The file's strong entity tag; empty when there is none, so that a next try begins anew.
        var tag: String
        /// How long the whole file is, in bytes; 0 when that is not known.
        var total: Int
        /// Where it comes from, without the signature.
        var source: String
    }

    /// Opens the part, an empty one when none was left behind.
    ///
    /// - Parameters:
    ///   - path: absolute.
    ///   - replaces: whether a file that is there may be replaced at the end.
    /// - Throws: `exists` and `unwritable`.
    init(at path: String, replacing replaces: Bool) throws(DownloadFailure) {
        (folder, name) = try Self.openFolder(of: path)
        self.path = path
        do throws(DownloadFailure) {
            try Self.checkPlace(folder, name, path, replacing: replaces)
            descriptor = try Self.openPart(folder, name, path)
        } catch {
            close(folder)
            throw error
        }
        // What no note of this program's lies beside is somebody's own file.
        guard count == 0 || note != nil else {
            throw .unwritable(
                "\(path).part exists and wasn't created by this program. Remove it or choose another file."
            )
        }
    }

    deinit {
        // Whoever opened it may have been gone by then.
        if !use.withLock({ $0.isOver }) { release() }
        close(descriptor)
        close(folder)
    }

    // MARK: Who uses it

    private let use = Mutex((count: 0, isOver: false))

    /// Does something with the file on another thread, which may still be at it when nobody waits for it any more.
    ///
    /// - Throws: what the closure throws, and `CancellationError` when the download is over.
    func whileInUse<Value>(_ work: () throws -> Value) throws -> Value {
        try use.withLock { use in
            if use.isOver { throw CancellationError() }
            use.count += 1
        }
        defer {
            let isLast = use.withLock { use in
                use.count -= 1
                return use.isOver && use.count == 0
            }
            if isLast { release() }
        }
        return try work()
    }

    /// Lets another download have the file, as soon as nothing is done with it any more; a part that holds nothing is removed.
    /// This one is over, although whoever did something with it may keep it in memory for a moment.
    func end() {
        let isUnused = use.withLock { use in
            use.isOver = true
            return use.count == 0
        }
        if isUnused { release() }
    }

    private func release() {
        if count == 0, isOwn(partName) {
            removeNote()
            unlinkat(folder, partName, 0)
        }
        // Closing is not enough: a process that is being started may hold a copy of the descriptor for a moment.
        flock(descriptor, LOCK_UN)
    }

    /// How much of the file is there, in bytes.
    var count: Int { Self.status(of: descriptor).map { Int($0.st_size) } ?? 0 }

    /// How many bytes the disk has room for; nil when it does not tell.
    var free: Int? {
        var status = statvfs()
        guard fstatvfs(folder, &status) == 0 else { return nil }
        let (bytes, isTooMany) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isTooMany ? nil : Int(clamping: bytes)
    }

    /// What was noted of the part; nil when nothing was, and then one cannot go on with it.
    var note: Note? {
        let file = openat(folder, noteName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard count > 0, let text = String(validating: bytes[..<count], as: UTF8.self) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 5, lines[0] == Self.noteTitle, let total = Int(lines[2]), total >= 0 else { return nil }
        return Note(tag: lines[1], total: total, source: lines[3])
    }

    /// The first line of a note, by which it is told from somebody's own file.
    private static let noteTitle = "twinscope download"

    /// Begins anew.
    ///
    /// - Throws: `unwritable`.
    func begin(_ note: Note) throws(DownloadFailure) {
        // In this order nothing that is left behind at any moment is taken for another file's.
        removeNote()
        try cut(to: 0)
        write(note)
    }

    /// Notes that what came is of no use, so that a next try begins anew.
    func noteDamage() {
        guard var note else { return }
        note.tag = ""
        removeNote()
        write(note)
    }

    /// Removes the note; somebody's own file of that name stays.
    private func removeNote() {
        if note != nil { unlinkat(folder, noteName, 0) }
    }

    private func write(_ note: Note) {
        let file = openat(folder, noteName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        // Without the note one cannot go on later, which is no reason to fail now.
        guard file >= 0 else { return }
        defer { close(file) }
        let text = Array("\(Self.noteTitle)\n\(note.tag)\n\(note.total)\n\(note.source)\n".utf8)
        _ = text.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
    }

    /// Keeps the beginning alone and goes on behind it.
    ///
    /// - Throws: `unwritable`.
    func cut(to count: Int) throws(DownloadFailure) {
        guard ftruncate(descriptor, off_t(count)) == 0, lseek(descriptor, off_t(count), SEEK_SET) == off_t(count) else {
            throw Self.unwritable(path, errno)
        }
    }

    /// Adds bytes.
    ///
    /// - Throws: `unwritable`.
    func append(_ bytes: [UInt8]) throws(DownloadFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.unwritable(path, errno) }
            written += count
        }
    }

    /// Waits until all that was written is on the disk.
    ///
    /// - Throws: `unwritable`.
    func flush() throws(DownloadFailure) {
        guard fsync(descriptor) == 0 else { throw Self.unwritable(path, errno) }
    }

    /// Puts the complete file in its place, once it is flushed.
    ///
    /// - Throws: `exists` when there is another by now, and `unwritable`; the part stays.
    func publish(replacing replaces: Bool) throws(DownloadFailure) {
        guard isOwn(partName) else { throw Self.swapped(path) }
        if replaces {
            try Self.checkPlace(folder, name, path, replacing: true)
            guard renameat(folder, partName, folder, name) == 0 else { throw Self.unwritable(path, errno) }
        } else if linkat(folder, partName, folder, name, 0) == 0 {
            unlinkat(folder, partName, 0)
        } else if [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) {
            // Some file systems have no second names: there the place is taken by an empty file first.
            let place = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard place >= 0 else { throw Self.failure(path, errno) }
            close(place)
            guard renameat(folder, partName, folder, name) == 0 else {
                let code = errno
                unlinkat(folder, name, 0)
                throw Self.unwritable(path, code)
            }
        } else {
            throw Self.failure(path, errno)
        }
        // Between the look and the move somebody may have put another file there.
        guard isOwn(name) else { throw Self.swapped(path) }
        removeNote()
        _ = fsync(folder)
    }

    /// Whether a name in the folder leads to the file that was written and read through.
    private func isOwn(_ name: String) -> Bool {
        guard let here = Self.status(of: name, in: folder), let own = Self.status(of: descriptor) else { return false }
        return here.st_ino == own.st_ino && here.st_dev == own.st_dev
    }

    private static func swapped(_ path: String) -> DownloadFailure {
        .unwritable(
            "\(path).part was changed by another program during the download. Try again or choose another file."
        )
    }

    private var partName: String { Self.partName(name) }
    private var noteName: String { Self.partName(name) + ".tag" }

    private static func partName(_ name: String) -> String { name + ".part" }
}

extension PartFile {
    private static func openFolder(of path: String) throws(DownloadFailure) -> (folder: Int32, name: String) {
        // By bytes, as the system does: a slash and a combining mark behind it are one character.
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0), let cut = bytes.lastIndex(of: UInt8(ascii: "/"))
        else {
            throw .unwritable("“\(path.oneLine(200))” isn't an absolute path. Start it with a slash.")
        }
        let name = String(decoding: bytes[(cut + 1)...], as: UTF8.self)
        guard !name.isEmpty, name != ".", name != ".." else {
            throw .unwritable("\(path) is a folder. Add the name of the file.")
        }
        let folderPath = cut == 0 ? "/" : String(decoding: bytes[..<cut], as: UTF8.self)
        let folder = open(folderPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            switch errno {
            case ENOENT:
                let quoted = folderPath.replacing("'", with: "'\\''")
                throw .unwritable(
                    "The folder \(folderPath) doesn't exist. Create it with mkdir -p '\(quoted)' or choose another."
                )
            case ENOTDIR: throw .unwritable("\(folderPath) isn't a folder. Choose another.")
            default: throw unwritable(folderPath, errno)
            }
        }
        return (folder, name)
    }

    /// Finds out before anything is fetched whether the file can be put in its place.
    private static func checkPlace(_ folder: Int32, _ name: String, _ path: String, replacing replaces: Bool)
        throws(DownloadFailure)
    {
        guard let status = status(of: name, in: folder) else { return }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw .unwritable("\(path) is a folder. Add the name of the file.")
        case S_IFREG where replaces: return
        case _ where !replaces: throw .exists(path: path)
        case S_IFLNK: throw .unwritable("\(path) is a symbolic link. Choose its target or another file.")
        default: throw .unwritable("\(path) isn't a regular file. Choose another.")
        }
    }

    private static func openPart(_ folder: Int32, _ name: String, _ path: String) throws(DownloadFailure) -> Int32 {
        let part = partName(name)
        for _ in 0..<3 {
            let file = openat(folder, part, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
            guard file >= 0 else {
                switch errno {
                case ELOOP: throw .unwritable("\(path).part is a symbolic link. Remove it or choose another file.")
                case EISDIR: throw .unwritable("\(path).part is a folder. Remove it or choose another file.")
                default: throw unwritable(path, errno)
                }
            }
            guard let opened = status(of: file), opened.st_mode & S_IFMT == S_IFREG, opened.st_uid == geteuid() else {
                close(file)
                throw .unwritable("\(path).part isn't a regular file of yours. Remove it or choose another file.")
            }
            // A file system without locks is no reason to fail.
            let isLocked = flock(file, LOCK_EX | LOCK_NB) == 0
            guard isLocked || errno != EWOULDBLOCK else {
                close(file)
                throw .unwritable("Another download to \(path) is in progress. Wait for it or choose another file.")
            }
            // Whoever had it until now may have put it in its place meanwhile: what is open is then the finished file.
            if let here = status(of: part, in: folder), here.st_ino == opened.st_ino, here.st_dev == opened.st_dev {
                if here.st_nlink == 1 { return file }
                unlinkat(folder, part, 0)
            }
            close(file)
        }
        throw .unwritable("\(path).part is being changed by another program. Choose another file.")
    }

    private static func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    private static func status(of name: String, in folder: Int32) -> stat? {
        var status = stat()
        return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    private static func failure(_ path: String, _ code: Int32) -> DownloadFailure {
        code == EEXIST ? .exists(path: path) : unwritable(path, code)
    }

    private static func unwritable(_ path: String, _ code: Int32) -> DownloadFailure {
        switch code {
        case ENOSPC, EDQUOT, EFBIG:
            .unwritable("No space left for \(path). Free some space and retry: the download resumes.")
        case EACCES, EPERM, EROFS: .unwritable("No permission to write \(path). Choose another folder.")
        case ENAMETOOLONG: .unwritable("The name of \(path) is too long. Choose another.")
        default: .unwritable("\(path) can't be written: \(String(cString: strerror(code)).lowercased()).")
        }
    }
}
