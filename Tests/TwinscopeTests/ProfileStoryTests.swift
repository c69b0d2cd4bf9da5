import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// Profiles as a user meets them, in the whole program.
@Suite(.serialized)
struct ProfileStoryTests {
    private static func configure(_ text: String, _ terminal: TerminalSession) throws -> URL {
        let folder = terminal.home.appendingPathComponent(".config/twinscope")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("config.yaml")
        try Data(text.utf8).write(to: file)
        return file
    }

    @Test func `A read-only profile refuses changes, and :profile switches to the local service and back`() async throws
    {
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

    @Test func `A partly unreadable profile can be browsed but not changed, and the file is left unchanged`()
        async throws
    {
        try await LocalService.run { service in
            let terminal = try TerminalSession(width: 150)
            defer { terminal.end() }
            let access = "api-url: \"\(service.baseURL)\", access-token-command: \"echo \(service.token.revealed)\""
            let content = "profile: yard\nprofiles:\n  yard: {label: Yard, colr: red, \(access)}\n"
            let file = try Self.configure(content, terminal)
            try await terminal.startBrowser("", until: " Yard  127.0.0.1")
            let path = "~/.config/twinscope/config.yaml".replacing("~", with: terminal.home.path)
            let told = "\(path) line 3 column 23: “colr” isn't a profile key; did you mean “colour”?"
            try await terminal.wait(for: told) { $0.onOneLine.contains(told) }
            try await terminal.wait(for: "● online")
            try terminal.press("2", "n")
            let refused = "Yard is read-only until its configuration is fixed. \(told)"
            try await terminal.wait(for: refused) { $0.onOneLine.contains(refused) }
            #expect(try String(contentsOf: file, encoding: .utf8) == content)
            // Read again, it allows changes once it is chosen again, and refuses them at once.
            _ = try Self.configure(content.replacing("colr", with: "colour"), terminal)
            try terminal.type(":profile")
            try terminal.press("Enter")
            try await terminal.wait(for: "the profiles without a fault") {
                $0.contains("Current profile") && !$0.contains("Read-only until")
            }
            try terminal.press("Enter")
            try await terminal.wait(for: "Profile “yard”")
            try terminal.press("2", "n")
            try await terminal.wait(for: "[ Cancel ]")
            try terminal.press("Escape")
            try await terminal.wait(for: "no dialog") { !$0.contains("[ Cancel ]") }
            _ = try Self.configure("profiles: {\n", terminal)
            try terminal.type(":profile")
            try terminal.press("Enter")
            try await terminal.wait(for: "Read-only until")
            try terminal.press("Escape")
            try await terminal.wait(for: "the notice") {
                $0.onOneLine.contains("All profiles except local are read-only until this is fixed.")
            }
            try terminal.press("n")
            try await terminal.wait(for: "Yard is read-only until its configuration is fixed")
        }
    }

    @Test func `With an unreadable configuration the local service can be browsed and changed`()
        async throws
    {
        let terminal = try TerminalSession(width: 150)
        defer { terminal.end() }
        let state = terminal.home.appendingPathComponent(".local/state/twinscope")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        chmod(state.path, 0o777)
        _ = try Self.configure("profile: production\nprofiles: {production: {read-only: true}\n", terminal)
        try await terminal.startBrowser("")
        try await terminal.wait(for: "All profiles except local are read-only until this is fixed.")
        try await terminal.wait(for: " LOCAL ")
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        // What else is wrong is told behind it.
        try terminal.press("Escape")
        try await terminal.wait(for: "State and log aren't saved.")
        try terminal.press("n")
        try await terminal.wait(for: "New iTwin")
    }

    @Test func `An unknown profile is a usage error before anything is drawn`() async throws {
        let result = try await Command.run(
            Command.twinscope,
            ["--profile", "prodution"],
            environment: ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"]
        )
        #expect(result.status == 2)
        #expect(
            result.errors.contains("--profile is “prodution”, which isn't a profile. Did you mean “production”?")
        )
        #expect(result.output.isEmpty)
    }
}
