import Foundation
import TestSupport
import Testing

/// However the program ends, the terminal is as it was: modes, screen and cursor (reliability L1 to L9).
@Suite(.serialized)
struct TerminalRestoreTests {
    /// What a shell finds after the program.
    private struct State: Equatable {
        var modes: String
        var isAlternate: String
        var cursor: String
    }

    private func state(_ terminal: TerminalSession) async throws -> State {
        State(
            modes: try await terminal.modes(),
            isAlternate: try terminal.property("alternate_on"),
            cursor: try terminal.property("cursor_flag")
        )
    }

    private func expectRestored(
        _ arguments: String = "--local",
        ended status: String,
        by end: (TerminalSession) throws -> Void
    ) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        let before = try await state(terminal)
        // Bash gives up the rest of a line when a program dies of INT: the status is asked for on a line of its own.
        try terminal.enter("clear; \(Command.twinscope) \(arguments)")
        if !arguments.contains("trap") {
            try await terminal.wait(for: "● online")
            #expect(try terminal.property("alternate_on") == "1")
        }
        try end(terminal)
        try await terminal.waitForShell()
        try terminal.enter("echo ended $?")
        try await terminal.wait(for: "ended \(status)")
        #expect(try await state(terminal) == before)
    }

    @Test func `q leaves the terminal as it was`() async throws {
        try await expectRestored(ended: "0") { try $0.press("q") }
    }

    @Test(arguments: [
        ("TERM", 143), ("HUP", 129), ("QUIT", 131), ("INT", 130), ("SEGV", 139), ("ABRT", 134), ("BUS", 135),
    ])
    func `A signal leaves the terminal as it was and is the exit status`(_ signal: String, _ status: Int) async throws {
        try await expectRestored(ended: "\(status)") { terminal in
            try Command.run("kill", ["-\(signal)", terminal.programID()])
        }
    }

    @Test func `A Swift trap leaves the terminal as it was, says where the log is and does not ask anything`()
        async throws
    {
        try await expectRestored("--local --trap-after-first-frame", ended: "13") { _ in }
    }

    @Test func `Control-C twice ends with 130`() async throws {
        try await expectRestored(ended: "130") { try $0.press("C-c", "C-c") }
    }

    @Test func `Suspended and continued it draws everything anew, in between the shell has its terminal`() async throws
    {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        let before = try await state(terminal)
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        try terminal.press("C-z")
        try await terminal.wait(for: "Stopped")
        #expect(try await state(terminal) == before)
        try terminal.resize(90, 20)
        try terminal.enter("fg")
        let screen = try await terminal.wait(for: "[1 Dashboard]")
        #expect(screen.components(separatedBy: "\n").filter { !$0.isEmpty }.count == 20)
        try terminal.press("q")
        try await terminal.waitForShell()
        #expect(try await state(terminal) == before)
    }

    @Test func `A storm of sizes ends in the layout of the last one`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        for step in 0..<60 { try terminal.resize(2 + step * 37 % 300, 2 + step * 17 % 90) }
        try terminal.resize(100, 30)
        try await terminal.wait(for: "layout of 100 columns") { screen in
            screen.components(separatedBy: "\n").contains { $0.hasPrefix("┌─ Recent") && $0.count == 100 }
        }
        try terminal.resize(30, 8)
        try await terminal.wait(for: "Twinscope needs 40×12")
        try terminal.resize(40, 12)
        try await terminal.wait(for: "LOCAL  Dashboard")
    }

    @Test func `A terminal that is closed ends the program`() async throws {
        let terminal = try TerminalSession()
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        let id = try terminal.programID()
        terminal.end()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(10)
        while try isRunning(id), clock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try !isRunning(id))
    }

    /// Whether a process is there and not only waiting for somebody to take its status.
    private func isRunning(_ id: String) throws -> Bool {
        let state = try Command.run("ps", ["-o", "stat=", "-p", id]).output
        return !state.isEmpty && !state.hasPrefix("Z")
    }

    @Test(arguments: [
        "xterm-256color", "xterm", "screen", "tmux-256color", "linux", "vt100", "xterm-ghostty-that-nobody-knows",
    ])
    func `Terminals of many types show the dashboard`(_ type: String) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("clear; TERM=\(type) \(Command.twinscope) --local; echo ended $?")
        try await terminal.wait(for: "Dashboard")
        try terminal.press("q")
        try await terminal.wait(for: "ended 0")
    }

    @Test(arguments: ["TERM=dumb", "env -u TERM"])
    func `A terminal that cannot show the browser is refused in one line`(_ setting: String) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("clear; \(setting) \(Command.twinscope) --local; echo ended $?")
        let screen = try await terminal.wait(for: "ended") { $0.contains("ended 2") || $0.contains("[1 Dashboard]") }
        if setting == "TERM=dumb" { #expect(screen.contains("cannot place its cursor")) }
    }

    @Test func `NO_COLOR sends no colour`() async throws {
        let folder = try TerminalSession.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("typescript").path
        let terminal = try TerminalSession(environment: ["NO_COLOR": "1"])
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("clear; script -qec '\(Command.twinscope) --local' \(file); echo ended $?")
        try await terminal.wait(for: "● online")
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
        let bytes = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        #expect(bytes.contains("SF-1934"))
        #expect(!bytes.contains(/\u{1B}\[[0-9;]*\b(3[0-7]|4[0-7]|9[0-7]|38|48)\b[0-9;]*m/))
    }
}
