import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// No secret in what others can see of the program and of all that it starts (reliability A20).
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SecretsInSightTests {
    /// A program of a name in a folder, which does what lines of the shell say.
    private func script(_ name: String, in folder: String, _ lines: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "#!/bin/sh\n\(lines)\n".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        chmod("\(folder)/\(name)", 0o700)
    }

    /// The access and the refresh token in what is kept.
    private func tokens(in text: String) -> [String] {
        text.matches(of: #/"(access|refresh)": ?"([^"]+)"/#).map { String($0.2) }
    }

    @Test(
        .rows(18),
        .enabled("strace may trace here") {
            (try? await Command.run("strace", ["-qq", "-o", "/dev/null", "true"]).status) == 0
        }
    )
    func `No child process receives a secret in its arguments or environment`() async throws {
        let home = try await SignInHome()
        defer { home.end() }
        let bin = home.path + "/bin"
        try script(
            "secret-tool",
            in: bin,
            """
            for e; do :; done
            mkdir -p "$HOME/ring" && cd "$HOME/ring" || exit 1
            case $1 in
            store) cat > "$e" ;;
            lookup) [ -f "$e" ] && cat "$e" ;;
            clear) rm "$e" ;;
            search) if [ -f "$e" ]; then echo "[/1]"; fi ;;
            esac
            """
        )
        try script("browser", in: bin, "printf '%s' \"$1\" > \"$HOME/new\" && mv \"$HOME/new\" \"$HOME/address\"")
        let secret = try #require(home.service.clientSecret)
        try PrivateText.write(secret, to: home.path + "/secret")
        try PrivateText.write("given-canary", to: home.path + "/given")
        let service = [
            "api-url: \(home.service.baseURL)", "authority: \(home.authority)", "client-id: twinscope-service",
        ]
        try home.configure([
            "byvariable": service + ["client-secret-env: SURVEY_SECRET"],
            "bycommand": service + ["client-secret-command: cat ~/secret"],
            "given": ["api-url: \(home.service.baseURL)", "access-token-command: cat ~/given"], "test": home.native(),
        ])
        let environment = home.environment([
            "PATH": "\(bin):/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
            "BROWSER": bin + "/browser", "SURVEY_SECRET": secret, "TWINSCOPE_CANARY": "variable-canary",
            // strace reads arguments, which the program hides otherwise.
            "TWINSCOPE_CORE": "1",
        ])
        var traces: [String] = []
        func start(_ arguments: String...) throws -> RunningCommand {
            let trace = "\(home.path)/trace-\(traces.count)"
            traces.append(trace)
            return try RunningCommand(
                "strace",
                ["-f", "-qq", "-v", "-s", "100000", "-e", "trace=execve,execveat", "-o", trace, Command.twinscope]
                    + arguments,
                environment: environment
            )
        }
        let login = try start("auth", "login", "--profile", "test")
        defer { login.removeOutput() }
        while !FileManager.default.fileExists(atPath: home.path + "/address") {
            try #require(login.isRunning, "\(login.errors)")
            try await Task.sleep(for: .milliseconds(10))
        }
        let address = try String(contentsOfFile: home.path + "/address", encoding: .utf8)
        let redirect = try await SignInHome.redirect(from: address)
        try await SignInHome.follow(redirect)
        #expect(try await SignInHome.end(of: login) == 0, "\(login.errors)")
        var secrets = [secret, "given-canary", "variable-canary"]
        for name in try FileManager.default.contentsOfDirectory(atPath: home.path + "/ring") {
            secrets += tokens(in: try String(contentsOfFile: "\(home.path)/ring/\(name)", encoding: .utf8))
        }
        #expect(secrets.count == 5)
        let query = try #require(URLComponents(string: redirect)?.queryItems)
        secrets.append(try #require(query.first { $0.name == "code" }?.value))
        var said = login.output + login.errors
        for arguments in [
            ["token", "--profile", "byvariable"], ["token", "--profile", "bycommand"], ["token", "--profile", "given"],
            ["token", "--profile", "test"], ["status", "--profile", "test"], ["logout", "--profile", "test"],
        ] {
            let program = try start("auth", arguments[0], arguments[1], arguments[2])
            defer { program.removeOutput() }
            #expect(try await SignInHome.end(of: program) == 0, "\(arguments): \(program.errors)")
            said += program.errors + (arguments[0] == "token" ? "" : program.output)
            // What was handed out is a secret of what is started later.
            if arguments[0] == "token" { secrets.append(program.output.trimmingCharacters(in: .newlines)) }
        }
        let started = try traces.flatMap { try String(contentsOfFile: $0, encoding: .utf8).split(separator: "\n") }
            .filter { $0.contains("exec") && !$0.contains("\"\(Command.twinscope)\", [") && $0.hasSuffix(" = 0") }
        for program in ["/browser\", [", "\"store\", \"--label\"", "cat ~/secret", "cat ~/given"] {
            #expect(started.contains { $0.contains(program) }, "\(program) was not started")
        }
        for secret in secrets {
            #expect(started.filter { $0.contains(secret) }.isEmpty)
            #expect(!said.contains(secret))
        }
    }

    @Test(.rows(18)) func `No secret is on the screen, in the log, in the state file or in the terminal's scrollback`()
        async throws
    {
        let terminal = try TerminalSession(width: 480)
        defer { terminal.end() }
        let home = try await SignInHome(tokenSeconds: 3, home: terminal.folder)
        defer { home.end() }
        try await terminal.wait(for: "$")
        try await terminal.startBrowser("", until: "Not signed in to TEST")
        try terminal.press("S")
        var screens = [try await terminal.wait(for: "an address") { SignInHome.address(in: $0) != nil }]
        let address = try #require(SignInHome.address(in: screens[0])).trimmingCharacters(in: .whitespaces)
        let redirect = try await SignInHome.redirect(from: address)
        let file = terminal.home.appendingPathComponent("secret")
        try Data(redirect.utf8).write(to: file)
        try terminal.paste(fileAt: file.path)
        screens.append(try await terminal.wait(for: "Pasted ••••"))
        try terminal.press("Enter")
        screens.append(try await terminal.wait(for: "● online"))
        var secrets = Set<String>()
        let path = try #require(home.tokenFiles.first)
        func note() throws { secrets.formUnion(tokens(in: try String(contentsOfFile: path, encoding: .utf8))) }
        try note()
        #expect(secrets.count == 2)
        // Tokens that end are renewed beside the requests.
        while secrets.count < 4 {
            try terminal.press("r")
            try await Task.sleep(for: .milliseconds(100))
            try note()
        }
        secrets.insert(try #require(URLComponents(string: redirect)?.queryItems?.first { $0.name == "code" }?.value))
        screens.append(try await terminal.wait(for: "● online"))
        try terminal.press("q")
        screens.append(try await terminal.wait(for: "ended 0"))
        var texts = screens
        let files = FileManager.default.enumerator(atPath: home.path)?.compactMap { $0 as? String } ?? []
        for name in files where !name.contains("/tokens/") && name != "secret" {
            guard let bytes = FileManager.default.contents(atPath: "\(home.path)/\(name)") else { continue }
            texts.append(String(decoding: bytes, as: UTF8.self))
        }
        #expect(files.contains { $0.hasSuffix("twinscope.log") })
        #expect(texts.contains { $0.contains("GET /itwins 200") }, "the log tells of requests that were signed")
        for secret in secrets { #expect(texts.allSatisfy { !$0.contains(secret) }) }
    }
}

/// A text in a file that only its owner may read.
private enum PrivateText {
    static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o600)
    }
}
