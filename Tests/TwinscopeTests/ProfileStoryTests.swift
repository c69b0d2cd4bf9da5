import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// Profiles as a person meets them, in the whole program.
@Suite(.serialized)
struct ProfileStoryTests {
    private static func configure(_ text: String, _ terminal: TerminalSession) throws -> URL {
        let folder = terminal.home.appendingPathComponent(".config/twinscope")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("config.yaml")
        try Data(text.utf8).write(to: file)
        return file
    }

    @Test func `A read-only profile refuses changes, :profile goes to the local service and back`() async throws {
        try await LocalService.run { service in
            let terminal = try TerminalSession(
                environment: ["TWINSCOPE_ACCESS_TOKEN": service.token.revealed, "TWINSCOPE_PROFILE": "yard"]
            )
            defer { terminal.end() }
            let profile = "{api-url: \"\(service.baseURL)\", label: Yard, colour: magenta, read-only: true}"
            _ = try Self.configure("profiles:\n  yard: \(profile)\n", terminal)
            try await terminal.startBrowser("")
            try await terminal.wait(for: " Yard  127.0.0.1")
            try await terminal.wait(for: "● online")
            try terminal.press("2", "n")
            try await terminal.wait(for: "Yard is read-only")
            try terminal.type(":profile lo")
            try terminal.press("Tab", "Enter")
            try await terminal.wait(for: " LOCAL  127.0.0.1")
            try await terminal.wait(for: "[1 Dashboard]")
            try terminal.press("2")
            try await terminal.wait(for: "Zürich")
            try terminal.press("n")
            try await terminal.wait(for: "New iTwin")
            try terminal.press("Escape")
            try await terminal.wait(for: "dialog gone") { !$0.contains("New iTwin") }
            try terminal.type(":profile yard")
            try terminal.press("Enter")
            try await terminal.wait(for: " Yard  127.0.0.1")
            try await terminal.wait(for: "screen without the local iTwins") { !$0.contains("Zürich") }
            try terminal.type(":q")
            try terminal.press("Enter")
            try await terminal.wait(for: "ended 0")
        }
    }

    @Test func `A broken configuration is told with its place, is not touched, and the local service is browsed`()
        async throws
    {
        let terminal = try TerminalSession(width: 150)
        defer { terminal.end() }
        let content = "profile: production\nprofiles:\n  production: {colr: red}\n"
        let file = try Self.configure(content, terminal)
        try await terminal.startBrowser("")
        try await terminal.wait(
            for: "config.yaml line 3 column 16: “colr” is no key of a profile; did you mean “colour”?"
        )
        try await terminal.wait(for: " LOCAL ")
        #expect(try String(contentsOf: file, encoding: .utf8) == content)
    }

    @Test func `An unknown profile is wrong usage before anything is drawn`() async throws {
        let result = try await Command.run(
            Command.twinscope,
            ["--profile", "prodution"],
            environment: ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"]
        )
        #expect(result.status == 2)
        #expect(
            result.errors.contains("--profile is “prodution”; there is no such profile. Did you mean “production”?")
        )
        #expect(result.output.isEmpty)
    }
}
