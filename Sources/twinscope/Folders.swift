import Foundation
import PrivateFiles

/// Where files lie, by the XDG Base Directory Specification. Relative values of its variables are ignored, as it says.
enum Folders {
    /// The database of the local service; nil without a home folder.
    static var databasePath: String? { data?.path("itwins.sqlite") }

    /// A file of what is remembered or logged; nil without a home folder.
    static func statePath(_ name: String) -> String? { state?.path(name) }

    /// The folder of the user's own themes; nil without a home folder.
    static var themes: String? { Location("XDG_CONFIG_HOME", ".config")?.path("themes") }

    /// The configuration; nil without a home folder.
    static var configuration: String? { Location("XDG_CONFIG_HOME", ".config")?.path("config.yaml") }

    /// The absolute path of a file that a user named: as it stands, from the home folder with `~/`, or from the working
    /// folder.
    ///
    /// - Returns: nil for `~/` without a home folder.
    static func absolutePath(_ typed: String) -> String? {
        if typed.hasPrefix("/") { return typed }
        guard typed == "~" || typed.hasPrefix("~/") else {
            return FileManager.default.currentDirectoryPath + "/" + typed
        }
        guard let home = ProcessInfo.processInfo.environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + typed.dropFirst()
    }

    private static var data: Location? { Location("XDG_DATA_HOME", ".local/share") }
    private static var state: Location? { Location("XDG_STATE_HOME", ".local/state") }

    /// This program's folder below one that the environment names.
    private struct Location {
        let variable: String
        let root: String
        let components: [String]

        init?(_ variable: String, _ standard: String) {
            self.variable = variable
            let environment = ProcessInfo.processInfo.environment
            if let path = environment[variable], path.hasPrefix("/") {
                root = Self.standardized(path)
                components = ["twinscope"]
            } else if let home = environment["HOME"], home.hasPrefix("/") {
                root = Self.standardized(home)
                components = standard.split(separator: "/").map(String.init) + ["twinscope"]
            } else {
                return nil
            }
        }

        /// Without a slash at the end.
        private static func standardized(_ path: String) -> String {
            path.count > 1 && path.hasSuffix("/") ? standardized(String(path.dropLast())) : path
        }

        func path(_ name: String) -> String { ([root] + components + [name]).joined(separator: "/") }

        /// The folders from the one that the environment names down to this program's own.
        var chain: [String] {
            components.indices.reduce(into: [root]) { $0.append("\($0[$0.count - 1])/\(components[$1])") }
        }
    }

    /// Makes the folder of the local service's database, for this user alone.
    ///
    /// - Returns: the database's path.
    /// - Throws: `Failure` when there is no home folder, or the folder cannot be made, or is not safe to use.
    static func prepareData() throws -> String { try prepare(data).path("itwins.sqlite") }

    /// Makes the folder of what is remembered and logged, for this user alone.
    ///
    /// - Throws: `Failure` when there is no home folder, or the folder cannot be made, or is not safe to use.
    static func prepareState() throws { _ = try prepare(state) }

    /// The folder of tokens in that of the state, which is made.
    ///
    /// - Throws: `Failure` that names the folder and what helps.
    static func tokens() throws -> String { try prepare(state).path("tokens") }

    private static func prepare(_ location: Location?) throws -> Location {
        guard let location else {
            let home = ProcessInfo.processInfo.environment["HOME"]
            let fault = home.map { "HOME is “\($0)”, which isn't an absolute path." } ?? "HOME isn't set."
            throw Failure.failed("\(fault) Set HOME to your home folder")
        }
        try make(location.root)
        for folder in location.chain {
            if mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw cannotMake("\(folder) can't be created: \(reason(errno))")
            }
            try check(folder, in: location)
        }
        return location
    }

    /// Makes a folder and those above it that are missing.
    private static func make(_ folder: String) throws {
        // What is there is looked at later.
        guard access(folder, F_OK) != 0 else { return }
        do throws(FileError) {
            try PrivateFile.makeFolder(folder)
        } catch {
            throw cannotMake(error.description)
        }
    }

    /// What lies in a folder of somebody else's, or in one that others may write to, can be exchanged by them
    /// (reliability L11).
    private static func check(_ folder: String, in location: Location) throws {
        let isOwn = folder == location.chain.last
        switch PrivateFile.problem(ofFolder: folder, isOwn: isOwn) {
        case .noFolder: throw Failure.failed("\(folder) isn't a folder. Move it away")
        case .foreign:
            throw Failure.failed(
                "\(folder) belongs to another user. Take ownership, or set another folder with \(location.variable)"
            )
        case .open: throw Failure.failed("Others can write to \(folder). To fix it, run: chmod go-w '\(folder)'")
        case nil: break
        }
        guard !isOwn || access(folder, W_OK | X_OK) == 0 else {
            let error = errno
            throw Failure.failed("\(folder) can't be written: \(reason(error)). Make it writable")
        }
    }

    private static func cannotMake(_ why: String) -> Failure {
        .failed("\(why). Check its parent folder, or set HOME")
    }

    private static func reason(_ error: Int32) -> String { String(cString: strerror(error)) }
}
