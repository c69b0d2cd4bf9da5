import Foundation

/// The way to a file: all folders that are gone through and all links that are followed, each looked at.
///
/// Whoever may write to one of the folders can put another file, folder or link there.
struct PathWalk {
    /// Why a way is not gone.
    enum PathError: Error, Hashable {
        /// A link to something that is not there.
        case leadsNowhere(link: String)
        /// A folder in which everybody may put another thing in the place of what is there, and whether this user may change
        /// that.
        case open(folder: String, isOwn: Bool)
        /// Something of another user's in a folder in which everybody may make files, such as that of temporary ones.
        case foreign(String)
        /// The system's reason.
        case system(SystemError)
    }

    /// More links than these are a circle, as for the system.
    private static let longestChain = 40

    /// The folder that was reached, without a link in its path.
    private var folder = "/"
    /// Whether everybody may make files in it.
    private var isShared = false
    /// The parts of the path that are still to be gone, the next one last.
    private var rest: [Substring]
    /// The links that are being followed, each with the count of the parts behind it.
    private var links: [(path: String, behind: Int)] = []

    private init(_ path: String) {
        rest = path.split(separator: "/").reversed()
    }

    /// Goes to a file.
    ///
    /// - Parameter path: an absolute path.
    /// - Returns: what is at its end; nil when there is nothing, and no link that leads there.
    /// - Throws: `PathError`.
    static func end(of path: String) throws(PathError) -> stat? {
        var way = PathWalk(path)
        var status = stat()
        guard lstat("/", &status) == 0 else { throw .system(SystemError(code: errno)) }
        try way.enter("/", status)
        var followed = 0
        while let name = way.rest.popLast() {
            if name == "." { continue }
            if name == ".." {
                let above = (way.folder as NSString).deletingLastPathComponent
                guard lstat(above, &status) == 0 else { throw .system(SystemError(code: errno)) }
                try way.enter(above, status)
                continue
            }
            let place = (way.folder == "/" ? "" : way.folder) + "/" + name
            guard lstat(place, &status) == 0 else {
                guard errno == ENOENT else { throw .system(SystemError(code: errno)) }
                guard let link = way.link else { return nil }
                throw .leadsNowhere(link: link)
            }
            guard !way.isShared || status.isOfTrustedUser else { throw .foreign(place) }
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                followed += 1
                guard followed <= longestChain else { throw .system(SystemError(code: ELOOP)) }
                try way.follow(place)
            case S_IFDIR: try way.enter(place, status)
            default:
                guard way.rest.isEmpty else { throw .system(SystemError(code: ENOTDIR)) }
            }
        }
        return status
    }

    /// The outermost link in whose target the part of the path lies that was taken last; nil outside of one.
    private var link: String? { links.first { rest.count >= $0.behind }?.path }

    private mutating func enter(_ folder: String, _ status: stat) throws(PathError) {
        isShared = status.isWritable(byGroup: false)
        guard !isShared || status.isSticky else {
            throw .open(folder: folder, isOwn: status.isOwn || geteuid() == 0)
        }
        self.folder = folder
    }

    private mutating func follow(_ place: String) throws(PathError) {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(place, &target, target.count - 1)
        guard count >= 0 else { throw .system(SystemError(code: errno)) }
        let path = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        links.removeAll { rest.count < $0.behind }
        links.append((place, rest.count))
        if path.hasPrefix("/") {
            var status = stat()
            guard lstat("/", &status) == 0 else { throw .system(SystemError(code: errno)) }
            try enter("/", status)
        }
        rest += path.split(separator: "/").reversed()
    }
}
