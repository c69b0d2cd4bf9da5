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
        let file = home.appendingPathComponent("modes-\(UUID().uuidString)")
        try enter("stty -g > \(file.path).new && mv \(file.path).new \(file.path)")
        try await wait(for: "modes") { _ in FileManager.default.fileExists(atPath: file.path) }
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// Waits until nothing runs in the shell any more.
    func waitForShell() async throws {
        try await wait(for: "the shell") { _ in try await programID().isEmpty }
    }

    /// The process that runs in the shell; empty when none does.
    func programID() async throws -> String { try await programs.map(String.init).joined(separator: "\n") }
}
