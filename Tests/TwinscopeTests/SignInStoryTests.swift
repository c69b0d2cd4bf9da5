import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// Signing in and staying signed in, with the program, the local authority and a real web browser (issue of signing in,
/// reliability A1 to A21).
@Suite(
    .serialized,
    .enabled("there is a web browser that can be driven") { await Chromium.isThere },
    .timeLimit(.minutes(3))
)
struct SignInStoryTests {
    private func run(tokenSeconds: Int = 3600, _ body: (SignInHome, Chromium) async throws -> Void) async throws {
        let home = try await SignInHome(tokenSeconds: tokenSeconds)
        defer { home.end() }
        try await Chromium.run { try await body(home, $0) }
    }

    @Test func `A user signs in with a web browser, sends requests and signs out`() async throws {
        try await run { home, browser in
            let before = try await home.auth("status")
            #expect(before.status == 3)
            #expect(before.errors.contains("Sign in"))
            let page = try await home.signIn(with: browser)
            #expect(page.contains("Signed in"))
            let status = try await home.auth("status")
            #expect(status.status == 0)
            #expect(status.output.contains("test"))
            #expect(status.output.contains("twinscope-native"))
            #expect(status.output.contains("offline_access"))
            let token = try await home.auth("token").output
            #expect(!status.output.contains(token.trimmingCharacters(in: .newlines)))
            #expect(try await home.status(token) == 200)
            let refresh = try home.refreshToken
            let out = try await home.auth("logout")
            #expect(out.status == 0)
            #expect(out.output.contains("revoked"))
            #expect(try await home.auth("token").status == 3)
            let form = "grant_type=refresh_token&client_id=twinscope-native&refresh_token=\(refresh)"
            let stolen = try await home.post("/connect/token", form)
            #expect(stolen.status == 400)
            #expect(stolen.json?["error"]?.string == "invalid_grant")
            #expect(try await home.auth("logout").status == 0)
        }
    }

    @Test func `Declining in the web browser is reported on both sides`() async throws {
        try await run { home, browser in
            let page = try await home.signIn(with: browser, as: "decline")
            #expect(page.contains("Not signed in"))
            #expect(try await home.auth("status").status == 3)
        }
    }

    @Test func `An expired token is renewed silently, and reusing an old refresh token ends the sign-in`()
        async throws
    {
        try await run(tokenSeconds: 5) { home, browser in
            _ = try await home.signIn(with: browser)
            let first = try await home.auth("token").output
            let old = try home.refreshToken
            try await home.waitForEnd(of: first)
            let second = try await home.auth("token")
            #expect(second.status == 0)
            #expect(second.output != first)
            #expect(try await home.status(second.output) == 200)
            #expect(try home.refreshToken != old)
            let form = "grant_type=refresh_token&client_id=twinscope-native&refresh_token=\(old)"
            #expect(try await home.post("/connect/token", form).status == 400)
            #expect(try await home.status(second.output) == 401)
            try await home.waitUntilSignedOut()
        }
    }

    @Test func `A token revoked elsewhere is noticed, and signing in again fixes it`() async throws {
        try await run(tokenSeconds: 5) { home, browser in
            _ = try await home.signIn(with: browser)
            let token = try await home.auth("token").output
            let form = "token=\(try home.refreshToken)&client_id=twinscope-native"
            #expect(try await home.post("/connect/revocation", form).status == 200)
            #expect(try await home.status(token) == 401)
            try await home.waitUntilSignedOut()
            #expect(try await home.auth("status").status == 3)
            _ = try await home.signIn(with: browser, as: "member")
            #expect(try await home.auth("token").status == 0)
        }
    }

    @Test func `Programs that renew at the same time make one request and all continue`() async throws {
        try await run(tokenSeconds: 5) { home, browser in
            _ = try await home.signIn(with: browser)
            for _ in 1...2 {
                let token = try await home.auth("token").output
                try await home.waitForEnd(of: token)
                let calls = home.tokenCalls
                let programs = try (0..<6).map { _ in
                    try RunningCommand(Command.twinscope, ["auth", "token"], environment: home.environment())
                }
                for program in programs {
                    #expect(try await SignInHome.end(of: program) == 0, "\(program.errors)")
                    program.removeOutput()
                }
                #expect(home.tokenCalls == calls + 1)
            }
        }
    }

    @Test func `A user signs in while browsing, is signed out elsewhere, and signs in again in the same place`()
        async throws
    {
        let terminal = try TerminalSession(width: 120)
        defer { terminal.end() }
        let home = try await SignInHome(tokenSeconds: 3600, home: terminal.folder)
        defer { home.end() }
        try await terminal.wait(for: "$")
        try terminal.enter("export BROWSER='\(try home.makeBrowser())'")
        try await terminal.startBrowser("", until: "Not signed in to TEST")
        try await Chromium.run { browser in
            try terminal.press("S")
            try await terminal.wait(for: "left")
            try await browser.open(
                try await home.openedAddress { try await !terminal.screen.contains(#/ended [0-9]/#) }
            )
            try await browser.type(OpenedSignInPage.code, into: "#code")
            try await browser.press("#administrator")
            try await browser.wait(for: "Signed in")
            try await terminal.wait(for: "Signed in to TEST")
            try await terminal.wait(for: "● online")
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
            // Somebody else ends the sign-in: access tokens of it are refused at once.
            let form = "token=\(try home.refreshToken)&client_id=twinscope-native"
            #expect(try await home.post("/connect/revocation", form).status == 200)
            try terminal.press("j", "j")
            try terminal.press("r")
            try await terminal.wait(for: "Signed out of TEST")
            let place = try await terminal.screen
            #expect(place.contains("SF-1934"))
            try terminal.press("S")
            try await terminal.wait(for: "left")
            try await browser.open(
                try await home.openedAddress { try await !terminal.screen.contains(#/ended [0-9]/#) }
            )
            try await browser.type(OpenedSignInPage.code, into: "#code")
            try await browser.press("#administrator")
            try await terminal.wait(for: "Signed in to TEST")
            try await terminal.wait(for: "● online")
            #expect(try await terminal.screen.contains("[2 iTwins]"))
        }
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
    }
}

/// What a user and somebody who stole a token do besides.
extension SignInHome {
    /// Writes a program that is started as the web browser and notes the address.
    ///
    /// - Returns: its path.
    fileprivate func makeBrowser() throws -> String {
        let script = folder.appendingPathComponent("browser")
        try "#!/bin/sh\nprintf '%s' \"$1\" > \"$HOME/new\" && mv \"$HOME/new\" \"$HOME/address\"\n"
            .write(to: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script.path)
        return script.path
    }

    /// The address that the program opened in the web browser, which is waited for as long as the program runs.
    fileprivate func openedAddress(while isRunning: () async throws -> Bool) async throws -> String {
        let file = folder.appendingPathComponent("address")
        while true {
            // Asked first: what ended may have opened it just before.
            let goesOn = try await isRunning()
            if let text = try? String(contentsOf: file, encoding: .utf8) {
                try FileManager.default.removeItem(at: file)
                return text
            }
            guard goesOn else { throw TerminalSession.Timeout(description: "the program ended and opened no address") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Signs in as a user does: the program opens the browser, who presses a button there.
    ///
    /// - Returns: what the page says then.
    fileprivate func signIn(with browser: Chromium, as user: String = "administrator") async throws -> String {
        let login = try RunningCommand(
            Command.twinscope,
            ["auth", "login"],
            environment: environment(["BROWSER": try makeBrowser()])
        )
        defer {
            // It waits for five minutes when the test was given up.
            login.send(SIGTERM)
            login.removeOutput()
        }
        do {
            try await browser.open(try await openedAddress { login.isRunning })
        } catch let failure as TerminalSession.Timeout {
            throw TerminalSession.Timeout(description: "\(failure): \(login.errors)")
        }
        if user != "decline" { try await browser.type(OpenedSignInPage.code, into: "#code") }
        try await browser.press("#\(user)")
        let text = try await browser.wait(for: user == "decline" ? "Not signed in" : "Signed in")
        let status = try await Self.end(of: login)
        #expect(status == (user == "decline" ? 1 : 0), "\(login.errors)")
        return text
    }

    /// The status of a list that is asked for with a token.
    fileprivate func status(_ token: String) async throws -> Int {
        let token = Secret(token.trimmingCharacters(in: .whitespacesAndNewlines))
        return try await RawHTTP(port: try service.port).request("GET", "/itwins?$top=1", token: token).status
    }

    /// Waits until the service takes a token no longer.
    fileprivate func waitForEnd(of token: String) async throws {
        while try await status(token) == 200 { try await Task.sleep(for: .milliseconds(100)) }
    }

    /// Waits until the program asks for new tokens and finds that it gets none.
    fileprivate func waitUntilSignedOut() async throws {
        var answer = try await auth("token")
        while answer.status == 0 {
            try await Task.sleep(for: .milliseconds(100))
            answer = try await auth("token")
        }
        #expect(answer.status == 3)
        #expect(answer.errors.contains("invalid_grant"))
    }

    /// The refresh token that lies in the store now.
    fileprivate var refreshToken: String {
        get throws {
            let file = try #require(tokenFiles.first)
            let content = try JSON.parse(try Data(contentsOf: URL(fileURLWithPath: file)))
            return try #require(content["tokens"]?["refresh"]?.string)
        }
    }

    /// Asks the authority for tokens, or to revoke them, as another program that stole one would.
    fileprivate func post(_ path: String, _ form: String) async throws -> RawAnswer {
        try await RawHTTP(port: try service.port).request(
            "POST",
            path,
            token: nil,
            headers: ["Content-Type: application/x-www-form-urlencoded"],
            bytes: Array(form.utf8)
        )
    }
}
