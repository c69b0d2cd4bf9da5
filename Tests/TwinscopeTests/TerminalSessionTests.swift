import Foundation
import TestSupport
import Testing

/// The terminals and programs that the other tests believe in.
@Suite(.timeLimit(.minutes(1)))
struct TerminalSessionTests {
    @Test func `With a killed tmux nothing is seen, waited for or pressed`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        let server = try #require(Int32(try await terminal.property("pid")))
        let wait = Task { try await terminal.wait(for: "the end of tmux") { _ in false } }
        #expect(kill(server, SIGKILL) == 0)
        let failure = await #expect(throws: TerminalSession.Failure.self) { try await wait.value }
        #expect(failure?.description == "tmux has ended")
        await #expect(throws: TerminalSession.Failure.self) { try await terminal.screen }
        await #expect(throws: TerminalSession.Failure.self) { try await terminal.property("pane_pid") }
        await #expect(throws: TerminalSession.Failure.self) {
            try await terminal.wait(for: "nothing") { _ in true }
        }
        #expect(throws: TerminalSession.Failure.self) { try terminal.press("q") }
    }

    @Test func `An error from tmux is thrown by the next call`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try terminal.paste(fileAt: "/nonexistent")
        let failure = await #expect(throws: TerminalSession.Failure.self) { try await terminal.screen }
        #expect(failure?.description == "tmux: /nonexistent: No such file or directory")
        #expect(throws: TerminalSession.Failure.self) { try terminal.press("q") }
    }

    @Test func `A shell that has ended shows nothing more`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("exit")
        await #expect(throws: TerminalSession.Failure.self) { try await terminal.wait(for: "no screen") { _ in false } }
    }

    @Test func `A wait ends with its task`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        let wait = Task { try await terminal.wait(for: "what never comes") { _ in false } }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
    }

    @Test(arguments: [
        #"a "b" 'c' \d\\ $HOME ${HOME} #{pane_pid} ~ ; # % `e` !"#, "-l", "Enter", "日本 ❤ é", ";",
    ])
    func `Text is typed character by character`(_ text: String) async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        let file = terminal.home.appendingPathComponent("typed")
        try await terminal.wait(for: "$")
        try terminal.enter("cat > \(file.path)")
        try await terminal.wait(for: "cat") { _ in FileManager.default.fileExists(atPath: file.path) }
        try terminal.enter(text)
        try terminal.press("C-d")
        try await terminal.wait(for: "the end of cat") { _ in try await terminal.programs.isEmpty }
        #expect(try String(contentsOf: file, encoding: .utf8) == text + "\n")
    }

    @Test func `Waiting for a program blocks nothing else and ends with its task`() async throws {
        let programs = try (0..<3 * ProcessInfo.processInfo.activeProcessorCount).map { _ in
            try RunningCommand("sleep", ["600"])
        }
        defer { for program in programs { program.removeOutput() } }
        let waits = programs.map { program in Task { try await program.waitUntilExit() } }
        // These come in turn only when threads are free.
        for _ in 0..<100 { await Task.detached { await Task.yield() }.value }
        for program in programs { #expect(program.isRunning) }
        waits[0].cancel()
        await #expect(throws: CancellationError.self) { try await waits[0].value }
        for program in programs { program.send(SIGTERM) }
        for wait in waits.dropFirst() { #expect(try await wait.value == 128 + SIGTERM) }
        #expect(try await programs[0].waitUntilExit() == 128 + SIGTERM)
    }
}
