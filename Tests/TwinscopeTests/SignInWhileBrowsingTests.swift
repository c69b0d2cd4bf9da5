import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// Signing in from the browser of iTwins, without a web browser: the address is read from the screen, and where it leads
/// is pasted.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SignInWhileBrowsingTests {
    /// Runs a test's part with the browser open on a profile to which nobody is signed in yet.
    private func run(
        tokenSeconds: Int = 3600,
        arguments: [String] = [],
        _ body: (SignInHome, TerminalSession) async throws -> Void
    ) async throws {
        // Wide enough for the address on one line.
        let terminal = try TerminalSession(width: 480)
        defer { terminal.end() }
        let home = try await SignInHome(tokenSeconds: tokenSeconds, arguments: arguments, home: terminal.folder)
        defer { home.end() }
        try await terminal.wait(for: "$")
        try await terminal.startBrowser("", until: "Not signed in to TEST")
        try await body(home, terminal)
    }

    /// Opens the sign-in screen and gives the address that it shows.
    private func address(_ terminal: TerminalSession) async throws -> String {
        try terminal.press("S")
        let screen = try await terminal.wait(for: "an address") { SignInHome.address(in: $0) != nil }
        return try #require(SignInHome.address(in: screen)).trimmingCharacters(in: .whitespaces)
    }

    private func paste(_ text: String, _ terminal: TerminalSession) throws {
        let file = terminal.home.appendingPathComponent("secret")
        try Data(text.utf8).write(to: file)
        try terminal.paste(fileAt: file.path)
    }

    private func signIn(_ terminal: TerminalSession) async throws {
        let address = try await address(terminal)
        try paste(try await SignInHome.redirect(from: address), terminal)
        try await terminal.wait(for: "Pasted ••••")
        try terminal.press("Enter")
        try await terminal.wait(for: "Signed in to TEST")
    }

    @Test func `A second paste signs in after a rejected one, and the token location is shown`()
        async throws
    {
        try await run { home, terminal in
            let address = try await address(terminal)
            try await terminal.wait(for: "the address copied") { _ in try await terminal.clipboard == address }
            try paste("http://127.0.0.1/signin-callback?code=canary-code&state=canary-of-another-try", terminal)
            try await terminal.wait(for: "Pasted ••••")
            try terminal.press("Enter")
            try await terminal.wait(for: "another sign-in attempt")
            // As a terminal copies what it has broken into lines.
            let redirect = try await SignInHome.redirect(from: address)
            let middle = redirect.index(redirect.startIndex, offsetBy: redirect.count / 2)
            try paste(redirect[..<middle] + "\n  " + redirect[middle...] + "\n", terminal)
            try await terminal.wait(for: "the refusal gone") { !$0.contains("another sign-in attempt") }
            try terminal.press("Enter")
            let screen = try await terminal.wait(for: "tokens are stored in")
            #expect(screen.contains("no keyring available"))
            #expect(home.tokenFiles.count == 1)
            #expect(screen.contains("\(home.state)/tokens/"))
            try await terminal.wait(for: "● online")
        }
    }

    @Test func `Returning to a profile that isn't signed in says so again, and sign-in works`() async throws {
        try await run { _, terminal in
            for name in ["local", "test"] {
                try terminal.type(":profile \(name)")
                try terminal.press("Enter")
                try await terminal.wait(for: name == "local" ? "Zürich" : "Not signed in to TEST")
            }
            try await terminal.wait(for: "Waiting for sign-in.")
            try await signIn(terminal)
            try await terminal.wait(for: "Zürich")
        }
    }

    @Test func `A profile whose appearance was reconfigured can be signed in to as before`() async throws {
        try await run { home, terminal in
            try home.configure(["test": home.native() + ["label: Yard", "colour: magenta"]])
            try terminal.type(":profile")
            try terminal.press("Enter")
            try await terminal.wait(for: "Yard")
            try terminal.press("Escape")
            try await terminal.wait(for: "the list gone") { !$0.contains("Yard") }
            try await signIn(terminal)
            try await terminal.wait(for: "Zürich")
        }
    }

    @Test func `Quitting while tokens are renewed doesn't lose them`() async throws {
        let slow = ["--fault", "POST /connect/token delay 2"]
        try await run(tokenSeconds: 5, arguments: slow) { home, terminal in
            try await signIn(terminal)
            try await terminal.wait(for: "● online")
            let content = try JSON.parse(
                try Data(contentsOf: URL(fileURLWithPath: try #require(home.tokenFiles.first)))
            )
            let access = Secret(try #require(content["tokens"]?["access"]?.string))
            let http = RawHTTP(port: try home.service.port)
            while try await http.request("GET", "/itwins?$top=1", token: access).status == 200 {
                try await Task.sleep(for: .milliseconds(100))
            }
            try terminal.press("r")
            try await terminal.wait(for: "request")
            try terminal.press("q", "q")
            try await terminal.wait(for: "ended 0")
            let token = try await home.auth("token")
            #expect(token.status == 0)
        }
    }
}
