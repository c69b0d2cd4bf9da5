import Foundation
import ITwinsService
import TestSupport
import Testing

/// Signing in at a terminal with `twinscope auth login`: what a user sees, pastes and presses (reliability A1 to A8, rows
/// 3, 4 and 9).
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SignInAtTerminalTests {
    /// A terminal in which somebody signs in.
    private struct SignInHarness {
        let terminal: TerminalSession
        let home: SignInHome
        /// The address that is to be opened.
        let address: String
        /// The modes of the terminal before.
        let modes: String

        /// The port where the web browser comes back.
        var port: Int {
            get throws { try #require(URLComponents(string: FormText.values(address)["redirect_uri"] ?? "")?.port) }
        }

        /// Waits for a text that may be broken where the screen ends.
        func wait(for text: String) async throws {
            try await terminal.wait(for: "“\(text)”") { $0.replacing("\n", with: "").contains(text) }
        }

        /// Pastes a text.
        func paste(_ text: String, isBracketed: Bool = true) throws {
            let file = terminal.folder.file("pasted")
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            try terminal.paste(fileAt: file, isBracketed: isBracketed)
        }

        /// Where the web browser ended.
        func redirect(as user: SampleUser? = .administrator) async throws -> String {
            try await SignInHome.redirect(from: address, as: user)
        }

        /// Waits for the end, which is to leave the terminal as it was.
        func expectEnd(_ status: Int) async throws {
            try await terminal.waitForShell()
            try terminal.enter("echo ended $?.")
            try await terminal.wait(for: "ended \(status).")
            let now = try await terminal.modes()
            #expect(now == modes)
        }

        /// Whether what is typed is shown.
        var hasEcho: Bool {
            get async throws {
                let words = try await Command.run("stty", ["-a", "-F", terminal.property("pane_tty")]).output
                return !words.split(whereSeparator: \.isWhitespace).contains("-echo")
            }
        }
    }

    /// Starts to sign in in a terminal, and goes on there.
    private func atTerminal(
        _ prefix: String = "",
        suffix: String = "",
        redirects: [String] = ["http://127.0.0.1:0/signin-callback"],
        _ body: (SignInHarness) async throws -> Void
    ) async throws {
        // Wide enough for the address.
        let terminal = try TerminalSession(width: 600, height: 40)
        defer { terminal.end() }
        let home = try await SignInHome(redirects: redirects, home: terminal.folder)
        defer { home.end() }
        try await terminal.wait(for: "$")
        let modes = try await terminal.modes()
        try terminal.enter("clear; \(prefix) \(Command.twinscope) auth login --no-browser \(suffix)")
        let screen = try await terminal.wait(for: "press Enter.")
        let address = try #require(SignInHome.address(in: screen))
        #expect(screen.split(separator: "\n").contains { $0 == address })
        try await body(SignInHarness(terminal: terminal, home: home, address: address, modes: modes))
    }

    // MARK: What is seen

    @Test func `The sign-in URL has its own line, the time counts down, and the redirect signs in`() async throws {
        try await atTerminal { harness in
            let screen = try await harness.terminal.wait(for: "^C cancels")
            #expect(screen.contains("Sign in to test in the web browser."))
            #expect(screen.contains("No web browser was opened: --no-browser was given."))
            let time = try #require(screen.firstMatch(of: #/\d:\d\d left/#)).output
            try await harness.terminal.wait(for: "later than \(time)") { screen in
                screen.firstMatch(of: #/\d:\d\d left/#).map { $0.output != time } == true
            }
            #expect(try await !harness.hasEcho)
            let page = try await SignInHome.follow(try await harness.redirect())
            #expect(page.contains("Signed in"))
            try await harness.wait(for: "Signed in to test as ")
            let kept = "stored in \(harness.home.tokenFiles.first ?? "no file") (no keyring available)."
            try await harness.wait(for: kept)
            #expect(try await !harness.terminal.screen.contains("cancels"))
            try await harness.expectEnd(0)
        }
    }

    @Test(arguments: [("10.0.0.1 50000 192.0.2.7 22", ""), ("10.0.0.1 50000 2001:db8::7 2222", "-p 2222 ")])
    func `Over SSH the sign-in prints the port-forwarding command`(_ connection: String, _ port: String)
        async throws
    {
        try await atTerminal("SSH_CONNECTION='\(connection)'") { harness in
            let listened = try harness.port
            let host = connection.split(separator: " ")[2]
            let line = "ssh -L \(listened):localhost:\(listened) \(port)\(NSUserName())@\(host)"
            let screen = try await harness.terminal.screen
            #expect(screen.split(separator: "\n").contains { $0.hasSuffix(": \(line)") }, "\(screen)")
        }
    }

    @Test(.rows(3)) func `If all ports are in use sign-in says what to do, and pasting works`() async throws {
        let (first, second) = (try SilentPort(), try SilentPort())
        let redirects = [first, second].map { "http://127.0.0.1:\($0.port)/signin-callback" }
        try await atTerminal(redirects: redirects) { harness in
            try await harness.wait(
                for: "use the ports \(first.port), \(second.port). Close one of them and try again, or"
            )
            try await harness.wait(
                for: "register another redirect URI with a port from 1024 up and add it to redirect-uris"
            )
            #expect(try await !harness.terminal.screen.contains("ssh -L"))
            try harness.paste(try await harness.redirect())
            try await harness.terminal.wait(for: "characters received, Enter sends them")
            try harness.terminal.press("Enter")
            try await harness.wait(for: "Signed in to test as ")
            try await harness.expectEnd(0)
        }
        withExtendedLifetime((first, second)) {}
    }

    @Test(.rows(6), arguments: [true, false])
    func `Declining is reported, by the web browser's redirect or by pasting`(_ isPasted: Bool) async throws {
        try await atTerminal { harness in
            let redirect = try await harness.redirect(as: nil)
            if isPasted {
                try harness.paste(redirect + "\n", isBracketed: false)
            } else {
                let page = try await SignInHome.follow(redirect)
                #expect(page.contains("Not signed in"))
            }
            try await harness.wait(for: "refused (access_denied)")
            try await harness.wait(
                for: "It was declined in the browser, or you aren't allowed to use this application."
            )
            try await harness.wait(for: "Sign in again: twinscope auth login")
            try await harness.expectEnd(1)
            #expect(harness.home.tokenRequests == 0)
        }
    }

    // MARK: What is pasted

    /// Ways in which terminals copy a text that has more columns than they have: the text that is pasted, and whether the
    /// terminal says that it is pasted and Enter has to be pressed.
    private static let wraps: [(name: String, separator: String, end: String, isBracketed: Bool)] = [
        ("lines", "\n", "", true), ("lines with blanks at their ends", "   \n", "\n", true),
        ("lines, unmarked", "\n", "\n", false), ("lines with blanks, unmarked", "  \n", "\n", false),
        ("one line", "", "", true),
    ]

    @Test(.rows(9), arguments: wraps.indices)
    func `A URL copied in several lines is joined, not shown, and signs in`(_ index: Int) async throws {
        let wrap = Self.wraps[index]
        try await atTerminal { harness in
            let redirect = try await harness.redirect()
            let lines = stride(from: 0, to: redirect.count, by: 40).map { String(redirect.dropFirst($0).prefix(40)) }
            try harness.paste(lines.joined(separator: wrap.separator) + wrap.end, isBracketed: wrap.isBracketed)
            if wrap.end.isEmpty {
                try await harness.terminal.wait(for: "\(redirect.count) characters received, Enter sends them")
                #expect(harness.home.tokenRequests == 0)
                try harness.terminal.press("Enter")
            }
            try await harness.wait(for: "Signed in to test as ")
            #expect(try await !harness.terminal.screen.contains(redirect.prefix(40)))
            #expect(try await !harness.terminal.screen.contains("code="))
            #expect(harness.home.tokenRequests == 1)
            try await harness.expectEnd(0)
        }
    }

    @Test(.rows(9)) func `Text that isn't a response is reported and not sent, and the whole URL then signs in`()
        async throws
    {
        try await atTerminal { harness in
            let redirect = try await harness.redirect()
            let state = try #require(FormText.values(redirect)["state"])
            func expect(_ notice: String, after paste: String) async throws {
                if !paste.isEmpty {
                    try harness.paste(paste)
                    try await harness.terminal.wait(for: "\(paste.count) characters received")
                }
                try harness.terminal.press("Enter")
                try await harness.wait(for: notice)
            }
            try await expect("Nothing was pasted.", after: "")
            try await expect("That is neither the web browser's final URL nor a code.", after: "hello")
            try await expect("That is only part of the URL.", after: String(state.suffix(24)))
            let other = redirect.replacing(state, with: String(state.reversed()))
            try await expect("That isn't a valid response: That belongs to another sign-in attempt.", after: other)
            try await expect("That is the URL to open in the web browser.", after: harness.address)
            #expect(harness.home.tokenRequests == 0)
            // Broken within the state, with as much time between the lines as a slow line takes.
            let place = redirect.count - (redirect.components(separatedBy: state).last?.count ?? 0) - 10
            try harness.paste("\(redirect.prefix(place))\n", isBracketed: false)
            try await harness.wait(for: "The URL is incomplete.")
            try harness.paste("\(redirect.dropFirst(place))\n", isBracketed: false)
            try await harness.wait(for: "Signed in to test as ")
            #expect(harness.home.tokenRequests == 1)
            try await harness.expectEnd(0)
        }
    }

    @Test func `A URL of more than 4,095 characters is read completely`() async throws {
        try await atTerminal { harness in
            let redirect = try await harness.redirect()
            let text = redirect.replacing("?", with: "?session_state=\(String(repeating: "x", count: 5000))&")
            try harness.paste(text, isBracketed: false)
            try await harness.terminal.wait(for: "\(text.count) characters received, Enter sends them")
            try harness.terminal.press("Enter")
            try await harness.wait(for: "Signed in to test as ")
            try await harness.expectEnd(0)
        }
    }

    // MARK: What is pressed

    @Test(arguments: [("C-c", 130), ("C-\\", 131), ("TERM", 143), ("HUP", 129), ("INT", 130), ("QUIT", 131)])
    func `A key or signal that ends sign-in restores the terminal without signing in`(
        _ name: String,
        _ status: Int
    ) async throws {
        try await atTerminal { harness in
            try await harness.terminal.wait(for: "^C cancels")
            #expect(try await !harness.hasEcho)
            try harness.paste(try await harness.redirect())
            try await harness.terminal.wait(for: "characters received")
            if name.hasPrefix("C-") {
                try harness.terminal.press(name)
            } else {
                try await Command.run("kill", ["-\(name)", harness.terminal.programID()])
            }
            try await harness.wait(for: "twinscope: Sign-in was cancelled")
            try await harness.expectEnd(status)
            #expect(harness.home.tokenRequests == 0)
            #expect(harness.home.tokenFiles.isEmpty)
            await #expect(throws: (any Error).self) { try await RawHTTP(port: harness.port).connected { _ in } }
        }
    }

    @Test func `A crash during sign-in restores the terminal`() async throws {
        try await atTerminal { harness in
            try await harness.terminal.wait(for: "^C cancels")
            try await Command.run("kill", ["-SEGV", harness.terminal.programID()])
            try await harness.expectEnd(139)
        }
    }

    @Test func `Ctrl-Z gives the shell its terminal, and fg resumes with pasted text hidden`() async throws {
        try await atTerminal { harness in
            try await harness.terminal.wait(for: "^C cancels")
            try harness.terminal.press("C-z")
            try await harness.terminal.wait(for: "Stopped")
            let stopped = try await harness.terminal.modes()
            #expect(stopped == harness.modes)
            try harness.terminal.enter("clear; fg")
            try await harness.terminal.wait(for: "left; ^C cancels")
            try await harness.terminal.wait(for: "no echo") { _ in try await !harness.hasEcho }
            let redirect = try await harness.redirect()
            try harness.paste("\(redirect.prefix(50))\n\(redirect.dropFirst(50))")
            try harness.terminal.press("Enter")
            try await harness.wait(for: "Signed in to test as ")
            #expect(try await !harness.terminal.screen.contains("code="))
            try await harness.expectEnd(0)
        }
    }

    @Test func `In the background sign-in leaves the terminal to the shell, and the web browser's redirect signs in`()
        async throws
    {
        try await atTerminal(suffix: "&") { harness in
            let modes = try await harness.terminal.modes()
            #expect(modes == harness.modes)
            try await SignInHome.follow(try await harness.redirect())
            try await harness.wait(for: "Signed in to test as ")
            try await harness.terminal.waitForShell()
            try harness.terminal.enter("jobs; echo ended $?.")
            try await harness.terminal.wait(for: "ended 0.")
        }
    }
}
