import Foundation
import TestSupport
import Testing

/// Folders that are missing, unsafe or full: the browser runs in memory and says so.
@Suite(.rows(56))
struct StorageTests {
    /// Starts the browser after a line for its shell, and returns the screen once it shows a text and the iTwins.
    private func screen(
        _ terminal: TerminalSession,
        after line: String = ":",
        wrapper: String = "",
        showing text: String
    ) async throws -> String {
        try await terminal.wait(for: "$")
        try terminal.enter("\(line); clear; \(wrapper) \(Command.twinscope) --local; echo ended $?")
        try await terminal.wait(for: "the sample data and “\(text)”") {
            $0.contains("BR-0042") && $0.onOneLine.contains(text)
        }
        // Opening an iTwin is what is remembered: that it cannot be keeps nobody from it.
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("Enter")
        let screen = try await terminal.wait(for: "the iTwin, and nothing that is asked for still") {
            $0.contains("new repository") && $0.contains("● online")
        }
        try terminal.press("q", "q", "q")
        try await terminal.wait(for: "ended 0")
        return screen
    }

    private func contents(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }

    @Test(arguments: ["unset HOME", "HOME=", "HOME=some/where"])
    func `Without a home folder everything is kept in memory, with a message`(_ line: String) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("cd '\(terminal.home.path)'")
        let screen = try await screen(terminal, after: line, showing: "Set HOME")
        #expect(screen.contains("in memory"))
        #expect(try contents(terminal.home).isEmpty)
    }

    @Test func `A home folder that can't be created is named with the reason`() async throws {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let file = terminal.home.appendingPathComponent("file")
        try Data().write(to: file)
        let screen = try await screen(
            terminal,
            after: "HOME='\(file.path)/home'",
            showing: "\(file.path)/home can't be created: Not a directory"
        )
        #expect(screen.contains("in memory"))
    }

    @Test(arguments: [".local/share/twinscope", ".local/share", ".local/state/twinscope", ""])
    func `A folder that others can write to is not used, and the command that fixes it is named`(_ path: String)
        async throws
    {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let folder = path.isEmpty ? terminal.home : terminal.home.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        _ = try await screen(terminal, showing: "chmod go-w '\(folder.path)'")
        #expect(try contents(folder).isEmpty)
    }

    @Test func `An XDG folder that others can write to is not used`() async throws {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let folder = terminal.home.appendingPathComponent("open")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        _ = try await screen(
            terminal,
            after: "export XDG_DATA_HOME='\(folder.path)' XDG_STATE_HOME='\(folder.path)'",
            showing: "chmod go-w '\(folder.path)'"
        )
        #expect(try contents(folder).isEmpty)
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root gives files away"),
        arguments: [".local/share/twinscope", ""]
    )
    func `A folder owned by another user is not used`(_ path: String) async throws {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let folder = path.isEmpty ? terminal.home : terminal.home.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.ownerAccountID: 65534], ofItemAtPath: folder.path)
        _ = try await screen(terminal, showing: "\(folder.path) belongs to another user")
        #expect(try contents(folder).isEmpty)
    }

    @Test func `A pipe in place of the state file doesn't block`() async throws {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let folder = terminal.home.appendingPathComponent(".local/state/twinscope")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        mkfifo(folder.appendingPathComponent("state.json").path, 0o600)
        try await terminal.startBrowser()
        try await terminal.wait(for: "the reason", seconds: 10) { $0.contains("state.json isn't a file") }
        try terminal.press("q")
        try await terminal.wait(for: "ended 0", seconds: 10)
    }

    @Test func `Relative XDG folders are ignored`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("cd '\(terminal.home.path)'")
        _ = try await screen(
            terminal,
            after: "export XDG_DATA_HOME=data XDG_STATE_HOME=./state",
            showing: "● online"
        )
        #expect(try contents(terminal.home) == [".local"])
        let local = terminal.home.appendingPathComponent(".local")
        #expect(try contents(local.appendingPathComponent("share/twinscope")).contains("itwins.sqlite"))
        #expect(try contents(local.appendingPathComponent("state/twinscope")).contains("state.json"))
    }

    @Test func `If no file can grow, the program runs in memory`() async throws {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let wrapper = "ulimit -f 0; env --default-signal=XFSZ"
        _ = try await screen(terminal, wrapper: wrapper, showing: "in memory")
    }

    @Test func `A damaged database is kept, and the log has the command that recovers its data`()
        async throws
    {
        let terminal = try TerminalSession(width: 200)
        defer { terminal.end() }
        let folder = terminal.home.appendingPathComponent(".local/share/twinscope")
        let file = folder.appendingPathComponent("itwins.sqlite")
        try await ServiceProcess(arguments: ["--database", file.path]).stop()
        let damaged = try Data("no longer a database".utf8) + Data(contentsOf: file).dropFirst(20)
        try damaged.write(to: file)
        let log = terminal.home.appendingPathComponent(".local/state/twinscope/twinscope.log")
        let screen = try await screen(
            terminal,
            showing: "The log, \(log.path), contains the command to recover the data."
        )
        let logged = try String(contentsOf: log, encoding: .utf8)
        #expect(logged.contains("(sqlite3 '\(file.path).corrupt-"))
        #expect(!screen.contains("in memory"))
        let names = try contents(folder).filter { $0.contains(".corrupt-") && !$0.hasSuffix("-journal") }
        #expect(names.count == 1)
        for name in names { #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == damaged) }
    }

    @Test func `A file that isn't a database is left unchanged, and one in memory is used`() async throws {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let folder = terminal.home.appendingPathComponent(".local/share/twinscope")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let file = folder.appendingPathComponent("itwins.sqlite")
        let damage = Data("this was never a database".utf8)
        try damage.write(to: file)
        let screen = try await screen(terminal, showing: "\(file.path) can't be used")
        #expect(screen.contains("in memory"))
        #expect(try Data(contentsOf: file) == damage)
    }

    @Test(
        .enabled("strace may trace here") {
            (try? await Command.run("strace", ["-qq", "-o", "/dev/null", "true"]).status) == 0
        },
        arguments: [
            ("pwrite64:error=ENOSPC", "the disk is full"), ("pwrite64:error=EIO", "disk"),
            ("fdatasync,fsync:error=EIO", "disk"), ("link,linkat:error=EROFS", "Read-only file system"),
        ]
    )
    func `A full, broken or read-only disk is named, and data is kept in memory`(
        _ fault: String,
        _ reason: String
    ) async throws {
        let terminal = try TerminalSession(width: 140)
        defer { terminal.end() }
        let calls = fault.prefix { $0 != ":" }
        let wrapper = "strace -f -qq -o /dev/null -e trace=\(calls) -e inject=\(fault)"
        let screen = try await screen(terminal, wrapper: wrapper, showing: reason)
        #expect(screen.contains("in memory"))
    }

    @Test func `serve rejects an unsafe folder and names the command that fixes it`() async throws {
        let home = try TemporaryFolder()
        let folder = home.url.appendingPathComponent(".local/share/twinscope")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        let command = ["20", Command.twinscope, "serve"]
        let result = try await Command.run("timeout", command, environment: ["HOME": home.path])
        #expect(result.status == 1)
        #expect(result.errors.contains("chmod go-w '\(folder.path)'"))
        #expect(try contents(folder).isEmpty)
    }
}
