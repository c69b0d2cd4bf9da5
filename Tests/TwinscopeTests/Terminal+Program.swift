import Foundation
import TestSupport

extension TerminalSession {
    /// Starts the program in the shell and waits for its first screen.
    func startBrowser(_ arguments: String = "--local", until text: String = "[1 Dashboard]") async throws {
        try await wait(for: "$")
        try enter("clear; \(Command.twinscope) \(arguments); echo ended $?")
        try await wait(for: text)
    }

    /// The modes of the terminal as the shell sees them.
    func modes() async throws -> String {
        let mark = UUID().uuidString
        try enter("clear; echo modes $(stty -g) \(mark)")
        let screen = try await wait(for: "modes") {
            $0.contains("modes ") && $0.components(separatedBy: mark).count > 2 || $0.hasPrefix("modes ")
        }
        return screen.components(separatedBy: "\n").first { $0.hasPrefix("modes ") }.map {
            String($0.dropLast(mark.count))
        } ?? screen
    }

    /// Waits until nothing runs in the shell any more.
    func waitForShell() async throws {
        try await wait(for: "the shell") { _ in (try? programID().isEmpty) == true }
    }

    /// The process that runs in the shell; empty when none does.
    func programID() throws -> String {
        let shell = try property("pane_pid")
        let children = try Command.run("pgrep", ["-P", shell]).output
        return children.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
