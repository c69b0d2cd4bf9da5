import Foundation
import TestSupport
import Testing

/// However the program ends, the terminal is as it was: modes, screen and cursor (reliability L1 to L9).
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
            isAlternate: try await terminal.property("alternate_on"),
            cursor: try await terminal.property("cursor_flag")
        )
    }

    /// Starts the program, ends it, and compares the terminal before and after.
    ///
    /// - Parameters:
    ///   - prefix: what stands before the program in the shell's line.
    ///   - text: what the first screen shows that is waited for; nil for a program that ends by itself.
    ///   - status: the exit status, alone on its line.
    private func expectRestored(
        _ prefix: String = "",
        _ arguments: String = "--local",
        showing text: String? = "● online",
        ended status: String,
        by end: (TerminalSession) async throws -> Void
    ) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        let before = try await state(terminal)
        // Bash gives up the rest of a line when a program dies of INT: the status is asked for on a line of its own.
        try terminal.enter("clear; \(prefix) \(Command.twinscope) \(arguments)")
        if let text {
            try await terminal.wait(for: text)
            let hasOne = !["TERM=linux", "TERM=vt100"].contains(prefix)
            #expect(try await terminal.property("alternate_on") == (hasOne ? "1" : "0"))
        }
        try await end(terminal)
        try await terminal.waitForShell()
        try terminal.enter("echo ended $?.")
        try await terminal.wait(for: "ended \(status).")
        #expect(try await state(terminal) == before)
    }

    @Test(.rows(48)) func `q restores the terminal`() async throws {
        try await expectRestored(ended: "0") { try $0.press("q") }
    }

    @Test(
        .rows(48, 49),
        arguments: [
            ("TERM", 143), ("HUP", 129), ("QUIT", 131), ("INT", 130), ("SEGV", 139), ("ABRT", 134), ("BUS", 135),
            ("ILL", 132), ("TRAP", 133), ("FPE", 136),
        ]
    )
    func `A signal restores the terminal and sets the exit status`(_ signal: String, _ status: Int) async throws {
        try await expectRestored(ended: "\(status)") { terminal in
            try await Command.run("kill", ["-\(signal)", terminal.programID()])
        }
    }

    @Test(.rows(48), arguments: ["filter", "help", "dialog"])
    func `A signal on any screen restores the terminal and keeps the recents`(_ screen: String)
        async throws
    {
        let keys = ["filter": ["/", "z"], "help": ["?"], "dialog": ["Tab", "n"]][screen] ?? []
        try await expectRestored(ended: "143") { terminal in
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
            try terminal.press("Enter")
            try await terminal.wait(for: "new repository")
            for key in keys { try terminal.press(key) }
            try await terminal.wait(for: ["filter": "/z▏", "help": "┌─ Help", "dialog": "New iTwin"][screen] ?? "")
            try await Command.run("kill", ["-TERM", terminal.programID()])
            try await terminal.waitForShell()
            let state = terminal.home.appendingPathComponent(".local/state/twinscope/state.json")
            #expect(try String(contentsOf: state, encoding: .utf8).contains("opened"))
        }
    }

    @Test(.rows(49))
    func `A Swift trap restores the terminal, says where the log is and prompts for nothing`()
        async throws
    {
        // A trap is SIGILL on some machines and SIGTRAP on others.
        let status = try await Command.run("uname", ["-m"]).output.hasPrefix("x86_64") ? "132" : "133"
        try await expectRestored("", "--local --trap-after-first-frame", showing: nil, ended: status) { terminal in
            let message = "crashed. The log: \(terminal.home.path)/.local/state/twinscope/twinscope.log"
            try await terminal.wait(for: message) { $0.replacing("\n", with: "").contains(message) }
        }
    }

    @Test(.rows(48)) func `Ctrl-C twice ends with 130`() async throws {
        try await expectRestored(ended: "130") { try $0.press("C-c", "C-c") }
    }

    @Test(.rows(51)) func `Suspending gives the shell its terminal, and resuming redraws the screen`()
        async throws
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

    @Test(.rows(52)) func `After many size changes the layout fits the last size`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        let before = try await state(terminal)
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
        try await terminal.wait(for: "LOCAL  Recent")
        for size in [(500, 300), (1, 1), (2, 500), (300, 2), (100, 30)] { try terminal.resize(size.0, size.1) }
        try await terminal.wait(for: "[1 Dashboard]")
        try terminal.press("q")
        try await terminal.waitForShell()
        #expect(try await state(terminal) == before)
    }

    @Test(.rows(51))
    func `Resumed in the background the program waits for the foreground and leaves the shell its terminal`()
        async throws
    {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        let before = try await state(terminal)
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        try terminal.press("2", "n")
        try await terminal.wait(for: "New iTwin")
        try terminal.press("C-z")
        try await terminal.wait(for: "Stopped")
        try terminal.enter("bg; clear")
        try await terminal.wait(for: "the job stopped again") { _ in
            try terminal.enter("clear; jobs")
            return try await terminal.screen.contains("Stopped")
        }
        #expect(try await state(terminal) == before)
        try terminal.enter("fg")
        try await terminal.wait(for: "New iTwin")
        try terminal.press("C-z")
        try await terminal.wait(for: "Stopped")
        try terminal.enter("clear; kill %1; wait; echo killed")
        try await terminal.wait(for: "killed")
        try await terminal.waitForShell()
        #expect(try await state(terminal) == before)
    }

    @Test(.rows(51)) func `Stopped and resumed by another process the program redraws the screen`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        try await Command.run("kill", ["-STOP", terminal.programID()])
        try await terminal.wait(for: "Stopped")
        try terminal.enter("clear; fg")
        try await terminal.wait(for: "[1 Dashboard]")
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
    }

    @Test(.rows(50), arguments: ["", "trap '' HUP;"])
    func `Closing the terminal ends the program, even if it ignores the signal`(_ trap: String) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("clear; \(trap) \(Command.twinscope) --local")
        try await terminal.wait(for: "● online")
        let id = try await terminal.programID()
        try await terminal.close()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(10)
        while try await isRunning(id), clock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await !isRunning(id))
    }

    /// Whether a process is there and not only waiting for somebody to take its status.
    private func isRunning(_ id: String) async throws -> Bool {
        let state = try await Command.run("ps", ["-o", "stat=", "-p", id]).output
        return !state.isEmpty && !state.hasPrefix("Z")
    }

    @Test(
        .rows(53),
        arguments: [
            "xterm-256color", "xterm", "screen", "tmux-256color", "linux", "vt100", "xterm-ghostty-that-nobody-knows",
        ]
    )
    func `Terminals of many types show the dashboard and are restored`(_ type: String) async throws {
        try await expectRestored("TERM=\(type)", showing: "Dashboard", ended: "0") { terminal in
            try terminal.press("q")
            try await terminal.waitForShell()
            // Padding is for tputs, not for the screen.
            #expect(try await !terminal.screen.contains("$<"))
        }
    }

    @Test(.rows(53)) func `A terminal without a type is treated as a common one, with a message`() async throws {
        try await expectRestored("env -u TERM", showing: "TERM is not set; xterm-256color is used.", ended: "0") {
            try $0.press("q")
        }
    }

    @Test(.rows(53)) func `A terminal without cursor addressing is rejected with one line`() async throws {
        try await expectRestored("TERM=dumb", showing: nil, ended: "2") { terminal in
            try await terminal.wait(for: "can't position its cursor")
            #expect(!FileManager.default.fileExists(atPath: terminal.home.appendingPathComponent(".local").path))
        }
    }

    @Test(
        .rows(54),
        arguments: [
            "<&-", ">&-", "<&- >&- 2>&-", "</dev/null", "</etc/passwd", "| cat", "| head -1", "2>&1 >/dev/full",
            "</dev/null >/dev/null 2>&1",
        ]
    )
    func `Without a terminal on both sides the browser refuses to start and leaves nothing behind`(
        _ redirection: String
    )
        async throws
    {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("clear; set -o pipefail; \(Command.twinscope) --local \(redirection); echo ended $?.")
        try await terminal.wait(for: "ended 2.")
        #expect(!FileManager.default.fileExists(atPath: terminal.home.appendingPathComponent(".local").path))
    }

    @Test(.rows(54), arguments: ["2>&-", "2>/dev/full", "2>/dev/null"])
    func `Without a standard error the browser works, and sleeps when idle`(_ redirection: String) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("clear; \(Command.twinscope) --local \(redirection); echo ended $?.")
        try await terminal.wait(for: "● online")
        let id = try await terminal.programID()
        func ticks() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8).split(separator: " ")
            return (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)
        }
        // A loop that never sleeps adds to it all the time.
        var before = try ticks()
        try await terminal.wait(for: "rest") { _ in
            defer { before = (try? ticks()) ?? 0 }
            return (try? ticks()) == before
        }
        try terminal.press("q")
        try await terminal.wait(for: "ended 0.")
    }

    @Test(.rows(54), arguments: [true, false])
    func `A closed pipe behind a command's output is not an error`(_ endsBySignal: Bool) async throws {
        // The reader is gone before the first byte, so that every write fails.
        let program = """
            import os, subprocess, sys
            reader, writer = os.pipe()
            os.close(reader)
            end = subprocess.run(sys.argv[2:], stdout=writer, stderr=subprocess.PIPE, restore_signals=sys.argv[1] == "1")
            print(end.returncode, end.stderr.decode())
            """
        let arguments = ["-c", program, endsBySignal ? "1" : "0", Command.twinscope, "keys"]
        // As a program in a shell's pipe does it ends by the signal; where that is ignored nothing is said either.
        #expect(try await Command.run("python3", arguments).output == "\(endsBySignal ? -SIGPIPE : 0) \n")
    }

    @Test(.rows(54), arguments: [["keys"], ["--help"], ["serve", "--help"], ["--version"]], ["", "trap '' PIPE;"])
    func `If the reader of its output is gone, a command ends silently`(_ arguments: [String], _ trap: String)
        async throws
    {
        let folder = try TemporaryFolder()
        // The pipe has a writer and no reader from the start.
        let script = """
            mkfifo "$1" && exec 3<>"$1" 4>"$1" 3<&-; shift; \(trap) "$0" "$@" >&4
            """
        let command = ["-c", script, Command.twinscope, folder.file("pipe")] + arguments
        let result = try await Command.run("bash", command)
        #expect(result.errors.isEmpty)
        #expect([0, 128 + SIGPIPE].contains(result.status))
    }

    /// What cron gives a program, and what `ssh HOST twinscope` does.
    private static let withoutLogin = ["PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "HOME": "/nonexistent"]

    @Test(.rows(54), arguments: [["PATH": "/usr/bin:/bin"], withoutLogin])
    func `Without a controlling terminal the browser is refused in one line, and other commands work`(
        _ environment: [String: String]
    ) async throws {
        let refused = try await Command.run(Command.twinscope, [], environment: environment)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("needs a terminal"))
        #expect(refused.errors.count { $0 == "\n" } == 1)
        #expect(refused.output.isEmpty)
        let keys = try await Command.run(Command.twinscope, ["keys"], environment: environment)
        #expect(keys.status == 0)
        #expect(keys.errors.isEmpty)
        #expect(keys.output.contains("| `q` | Leave"))
    }

    @Test(.rows(54)) func `Inside script the browser draws and restores the terminal`()
        async throws
    {
        try await expectRestored("script -qec '\(Command.twinscope) --local' /dev/null #", ended: "0") {
            try $0.press("q")
        }
    }

    @Test(
        .rows(54),
        .enabled("GNU screen is installed") {
            (try? await Command.run("sh", ["-c", "command -v screen"]).status) == 0
        }
    )
    func `Inside GNU screen the browser draws and restores the terminal`() async throws {
        let sockets = "mkdir -m 700 ~/screens; SCREENDIR=~/screens"
        try await expectRestored("\(sockets) screen -c /dev/null -m -U", ended: "0") { terminal in
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
            try terminal.press("q", "q")
        }
    }

    @Test(.rows(53)) func `NO_COLOR turns colours off`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("typescript")
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
