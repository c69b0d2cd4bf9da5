import Foundation

/// Where files lie, by the XDG Base Directory Specification. Relative values of its variables are ignored, as it says.
enum Folders {
    /// The database of the local service; nil without a home folder.
    static var databasePath: String? { folder("XDG_DATA_HOME", ".local/share").map { $0 + "/twinscope/itwins.sqlite" } }

    /// A file of what is remembered or logged; nil without a home folder.
    static func statePath(_ name: String) -> String? {
        folder("XDG_STATE_HOME", ".local/state").map { "\($0)/twinscope/\(name)" }
    }

    private static func folder(_ variable: String, _ standard: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment[variable], path.hasPrefix("/") { return path }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return "\(home)/\(standard)"
    }

    /// Makes the folder of a file, for this user alone.
    ///
    /// - Throws: when it cannot be made, or belongs to somebody else or others may write to it.
    static func makeFolder(of path: String) throws {
        let named = (path as NSString).deletingLastPathComponent
        let folder = URL(fileURLWithPath: named).resolvingSymlinksInPath().path
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)
        let owner = attributes[.ownerAccountID] as? NSNumber
        let permissions = attributes[.posixPermissions] as? NSNumber
        guard owner?.uint32Value == getuid(), (permissions?.uint16Value ?? 0) & 0o022 == 0 else {
            throw Failure.failed(
                "\(folder) belongs to somebody else or others may write to it. chmod 700 mends the latter"
            )
        }
    }
}
