import Foundation

/// A file that may turn out to be anything: a pipe without a writer, a device without an end, a circle of links, or larger
/// than memory. Nothing of that is waited for or read.
public struct PlainFile: Sendable {
    /// Where it is: an absolute path.
    public let path: String

    /// - Parameter path: an absolute path of a file that need not be there.
    public init(path: String) {
        self.path = path
    }

    /// Why a file is not read.
    public enum Problem: Error, Hashable, Sendable {
        /// The system's reason.
        case unreadable(String)
        /// It is a folder, a pipe, a socket or a device.
        case noFile
        /// It is larger than the limit.
        case tooLarge
        /// This link leads to nothing.
        case leadsNowhere(link: String)
        /// Somebody else can have written it.
        case notTrusted(TrustProblem)
    }

    /// Why somebody else can have written a file.
    public enum TrustProblem: Hashable, Sendable {
        /// It is another user's.
        case foreign
        /// Everybody may write to it.
        case open
        /// Everybody may put another thing in the place of what is in this folder, which is on the way to it; this user may
        /// change that only when it is their own.
        case openFolder(String, isOwn: Bool)
        /// This is another user's; it is on the way to the file, in a folder in which everybody may make files.
        case foreignPlace(String)
    }

    /// The content; nil when there is no file. A link is followed.
    ///
    /// - Parameter limit: bytes of the largest content that is read.
    /// - Throws: `Problem` for one that is not read.
    public func content(atMost limit: Int) throws(Problem) -> [UInt8]? {
        let file: OpenedFile
        do throws(SystemError) {
            file = try OpenedFile(path)
        } catch {
            if error.code == ENOENT { return nil }
            throw Self.problem(error)
        }
        return try Self.content(file, limit)
    }

    /// The content of a file that nobody can have written but this user or the superuser (reliability L11); nil when there
    /// is no file. Folders and links on the way are looked at.
    ///
    /// - Parameter limit: bytes of the largest content that is read.
    /// - Throws: `Problem` for one that is not read, or that somebody else can have put there.
    public func trustedContent(atMost limit: Int) throws(Problem) -> [UInt8]? {
        let status: stat
        do throws(PathWalk.PathError) {
            guard let end = try PathWalk.end(of: path) else { return nil }
            status = end
        } catch {
            switch error {
            case .leadsNowhere(let link): throw .leadsNowhere(link: link)
            case .open(let folder, let isOwn): throw .notTrusted(.openFolder(folder, isOwn: isOwn))
            case .foreign(let place): throw .notTrusted(.foreignPlace(place))
            case .system(let error): throw Self.problem(error)
            }
        }
        let file: OpenedFile
        do throws(SystemError) {
            file = try OpenedFile(path)
        } catch {
            throw Self.problem(error)
        }
        // Nobody else can exchange what the way leads to, and this user did if it is another thing now.
        guard file.status.st_ino == status.st_ino, file.status.st_dev == status.st_dev else {
            throw .unreadable("it was just replaced")
        }
        guard status.isOfTrustedUser else { throw .notTrusted(.foreign) }
        guard !file.isRegular || !file.status.isWritable(byGroup: false) else { throw .notTrusted(.open) }
        return try Self.content(file, limit)
    }

    private static func content(_ file: OpenedFile, _ limit: Int) throws(Problem) -> [UInt8] {
        guard file.isRegular else { throw .noFile }
        let content: [UInt8]?
        do throws(SystemError) {
            content = try file.content(atMost: limit)
        } catch {
            throw problem(error)
        }
        guard let content else { throw .tooLarge }
        return content
    }

    private static func problem(_ error: SystemError) -> Problem {
        // A socket, or a device that is not there.
        error.code == ENXIO ? .noFile : .unreadable(error.description)
    }
}
