import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// What `twinscope auth` prints and how it ends: 0 done, 1 failed, 2 wrong usage, 3 not signed in, 4 authority not reached
/// (reliability A10, A11, A18, A21 to A23).
@Suite(.timeLimit(.minutes(3))) struct AuthCommandTests {
    private func atHome(_ body: (SignInHome) async throws -> Void) async throws {
        let home = try await SignInHome()
        defer { home.end() }
        try await body(home)
    }

    // MARK: status

    @Test func `The status shows user, authority, scopes, storage, expiry and clock`()
        async throws
    {
        try await atHome { home in
            try await home.signIn()
            let status = try await home.auth("status")
            #expect(status.status == 0)
            let rows = Dictionary(
                uniqueKeysWithValues: status.output.split(separator: "\n").map { line in
                    (String(line.prefix(11)).trimmingCharacters(in: .whitespaces), String(line.dropFirst(11)))
                }
            )
            #expect(rows["profile"] == "test")
            #expect(rows["user"]?.isEmpty == false)
            #expect(rows["user"] != "unknown")
            #expect(rows["client"] == "twinscope-native")
            #expect(rows["authority"] == home.authority)
            #expect(rows["service"] == home.authority)
            #expect(
                Set((rows["scopes"] ?? "").split(separator: " ")).isSuperset(of: ["itwin-platform", "offline_access"])
            )
            #expect(rows["stored in"] == home.tokenFiles.first)
            #expect(rows["expires"]?.hasSuffix(", then renewed") == true)
            #expect(rows["clock"] == "correct")
            #expect(try await home.signIn(as: .member).output.contains("as "))
            let other = try await home.auth("status").output
            #expect(other.split(separator: "\n")[1] != status.output.split(separator: "\n")[1])
        }
    }

    @Test(
        .rows(14),
        arguments: [(3600.0, "60 min behind"), (-86_400, "1440 min ahead of"), (301, "5 min behind"), (299, "correct")]
    )
    func `A wrong clock is reported with its offset and direction`(_ skew: Double, _ text: String) async throws {
        try await atHome { home in
            try await home.signIn()
            let path = try #require(home.tokenFiles.first)
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            try kept.replacing(#/"skew": ?[-0-9.e]+/#, with: "\"skew\": \(skew)")
                .write(toFile: path, atomically: false, encoding: .utf8)
            #expect(try await home.auth("status").output.contains("clock      \(text)"))
        }
    }

    @Test func `Without a sign-in the command to sign in is named, and the exit status says so`() async throws {
        try await atHome { home in
            try home.configure(["other": home.native(apiURL: home.service.baseURL + "/x"), "test": home.native()])
            let host = home.authority.replacing("http://", with: "")
            for command in ["status", "token"] {
                let standard = try await home.auth(command)
                #expect(standard.status == 3)
                #expect(standard.output.isEmpty)
                #expect(
                    standard.errors == "twinscope: You aren't signed in to \(host). Sign in: twinscope auth login\n"
                )
                let named = try await home.auth(command, "--profile", "test")
                #expect(named.status == 3)
                #expect(named.errors.hasSuffix(". Sign in: twinscope auth login --profile test\n"))
                #expect(try await home.auth(command, "--profile", "other").errors.hasSuffix("auth login\n"))
                let byVariable = try await home.auth(command, variables: ["TWINSCOPE_PROFILE": "test"])
                #expect(byVariable.errors.hasSuffix("auth login\n"))
                let local = try await home.auth(command, "--profile", "local")
                #expect(local.status == 2)
                #expect(local.errors.contains("Choose another one with --profile."))
            }
        }
    }

    @Test func `After a rejected refresh the command to sign in is named too`() async throws {
        try await atHome { home in
            try await home.signIn()
            let path = try #require(home.tokenFiles.first)
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            // An access token that has ended, and a refresh token that nobody gave out.
            try kept.replacing(#/"expires": ?"[^"]*"/#, with: "\"expires\": \"2020-01-01T00:00:00Z\"")
                .replacing(#/"refresh": ?"[^"]*"/#, with: "\"refresh\": \"canary-of-nobody\"")
                .write(toFile: path, atomically: false, encoding: .utf8)
            let token = try await home.auth("token")
            #expect(token.status == 3)
            #expect(token.errors.contains("(invalid_grant)"))
            #expect(token.errors.hasSuffix("Sign in again: twinscope auth login\n"))
        }
    }

    @Test(.rows(15)) func `A token file that others can read is not used, and the command that fixes it is named`()
        async throws
    {
        try await atHome { home in
            try await home.signIn()
            let path = try #require(home.tokenFiles.first)
            chmod(path, 0o644)
            for command in ["status", "token"] {
                let answer = try await home.auth(command)
                #expect(answer.status == 1)
                #expect(answer.errors.contains("others can read it. To fix it, run: chmod 600 '\(path)'"))
            }
            chmod(path, 0o600)
            #expect(try await home.auth("token").status == 0)
        }
    }

    // MARK: token

    @Test func `A token is printed to a program, and to a terminal only with --force`() async throws {
        try await atHome { home in
            try await home.signIn()
            let piped = try await home.auth("token")
            #expect(piped.status == 0)
            let token = Secret(piped.output.trimmingCharacters(in: .newlines))
            let answer = try await RawHTTP(port: try home.service.port).request("GET", "/itwins?$top=1", token: token)
            #expect(answer.status == 200)
            // `script` gives what it runs a terminal.
            func onTerminal(_ arguments: String) async throws -> (status: Int32, output: String, errors: String) {
                try await Command.run(
                    "script",
                    ["-qec", "\(Command.twinscope) auth token \(arguments)", "/dev/null"],
                    environment: home.environment(["TERM": "xterm"])
                )
            }
            let refused = try await onTerminal("")
            #expect(refused.status == 2)
            #expect(refused.output.contains("Pipe it to the program that needs it, or add --force."))
            #expect(!refused.output.contains(token.revealed))
            let forced = try await onTerminal("--force")
            #expect(forced.status == 0)
            #expect(forced.output.contains(token.revealed))
        }
    }

    @Test func `A token from the environment is reported and printed, and can't be signed in to`() async throws {
        let home = try await SignInHome()
        defer { home.end() }
        let secret = home.path + "/secret"
        try "canary-of-the-command".write(toFile: secret, atomically: true, encoding: .utf8)
        try home.configure([
            "command": ["api-url: \(home.service.baseURL)", "access-token-command: cat '\(secret)'"],
            "test": home.native(),
        ])
        let variables: [String: String?] = ["TWINSCOPE_ACCESS_TOKEN": "canary-of-the-variable"]
        #expect(try await home.auth("token").output == "canary-of-the-command\n")
        #expect(
            try await home.auth("token", "--profile", "test", variables: variables).output == "canary-of-the-variable\n"
        )
        let status = try await home.auth("status")
        #expect(status.output == "profile  command\ntoken    from the profile's access-token-command\n")
        let given = try await home.auth("status", "--profile", "test", variables: variables)
        #expect(given.output == "profile  test\ntoken    from TWINSCOPE_ACCESS_TOKEN\n")
        for command in ["login", "logout"] {
            let answer = try await home.auth(command)
            #expect(answer.status == 2)
            #expect(answer.errors.contains("uses a given token; there is no sign-in or sign-out."))
        }
    }

    @Test(.rows(20)) func `A token of one service is refused for another, to which nothing is sent`() async throws {
        try await atHome { home in
            try await ScriptedServer.run(.json("{}")) { other in
                try home.configure(["test": home.native(), "zother": home.native(apiURL: other.baseURL)])
                try await home.signIn()
                let ours = try #require(home.tokenFiles.first)
                #expect(try await home.auth("token", "--profile", "zother").status == 3)
                // Signed in to both, and the tokens of the one put under the name of the other.
                try await home.signIn("--profile", "zother")
                let theirs = try #require(home.tokenFiles.first { $0 != ours })
                #expect(try await home.auth("token", "--profile", "zother").status == 0)
                try Data(contentsOf: URL(fileURLWithPath: ours)).write(to: URL(fileURLWithPath: theirs))
                let mixed = try await home.auth("token", "--profile", "zother")
                #expect(mixed.status == 3)
                #expect(mixed.errors.contains("Sign in: twinscope auth login --profile zother"))
                #expect(try await home.auth("token").status == 0)
                #expect(other.requests.isEmpty)
            }
        }
    }

    // MARK: What is started sees

    @Test func `Neither a command nor the web browser receives a profile's secret in its environment`() async throws {
        try await atHome { home in
            let service = [
                "api-url: \(home.service.baseURL)", "authority: \(home.authority)", "client-id: twinscope-service",
                "client-secret-env: SURVEY_SECRET",
            ]
            try home.configure([
                "native": home.native(), "service": service,
                "command": ["api-url: \(home.service.baseURL)", "access-token-command: env > ~/command; echo token"],
            ])
            let browser = home.path + "/browser"
            try "#!/bin/sh\nenv > \"$HOME/new\"; mv \"$HOME/new\" \"$HOME/seen\"\n"
                .write(toFile: browser, atomically: true, encoding: .utf8)
            chmod(browser, 0o700)
            let variables = ["SURVEY_SECRET": "canary", "TWINSCOPE_X": "canary", "EDITOR": "ed", "BROWSER": browser]
            #expect(try await home.auth("token", "--profile", "command", variables: variables).output == "token\n")
            let login = try RunningCommand(
                Command.twinscope,
                ["auth", "login", "--profile", "native"],
                environment: home.environment(variables)
            )
            defer { login.removeOutput() }
            while !FileManager.default.fileExists(atPath: home.path + "/seen"), login.isRunning {
                try await Task.sleep(for: .milliseconds(10))
            }
            login.send(SIGINT)
            _ = try await SignInHome.end(of: login)
            for file in ["command", "seen"] {
                let seen = try String(contentsOfFile: "\(home.path)/\(file)", encoding: .utf8)
                #expect(seen.contains("EDITOR=ed\n"), "\(file)")
                #expect(!seen.contains("canary"), "\(file): \(seen)")
            }
        }
    }

    @Test func `The output of a command that fails to return a token is shown, with exit status 1`() async throws {
        try await atHome { home in
            try home.configure([
                "command": [
                    "api-url: \(home.service.baseURL)", "access-token-command: echo 'Run az login' >&2; exit 3",
                ]
            ])
            let answer = try await home.auth("token")
            #expect(answer.status == 1)
            #expect(answer.output.isEmpty)
            #expect(
                answer.errors == "twinscope: The command “echo 'Run az login' >&2; exit 3” ended with status 3: "
                    + "“Run az login”. Try it in a shell\n"
            )
        }
    }

    // MARK: logout

    @Test func `Signing out without being signed in succeeds and says so`() async throws {
        try await atHome { home in
            let out = try await home.auth("logout")
            #expect(out.status == 0)
            #expect(out.output == "You aren't signed in to test.\n")
            #expect(out.errors.isEmpty)
        }
    }

    @Test func `Signing out revokes the tokens and says so`() async throws {
        try await atHome { home in
            try await home.signIn()
            let token = Secret(try await home.auth("token").output.trimmingCharacters(in: .newlines))
            let out = try await home.auth("logout")
            #expect(out.status == 0)
            #expect(out.output == "Signed out of test; the tokens were revoked and deleted.\n")
            #expect(home.tokenFiles.isEmpty)
            let answer = try await RawHTTP(port: try home.service.port).request("GET", "/itwins?$top=1", token: token)
            #expect(answer.status == 401)
        }
    }

    @Test(.rows(19))
    func `Signing out without the authority deletes the tokens, says they aren't revoked, and ends with 4`()
        async throws
    {
        let home = try await SignInHome()
        try await home.signIn()
        try await home.service.kill()
        let out = try await home.auth("logout")
        #expect(out.status == 4)
        #expect(out.output.isEmpty)
        #expect(out.errors.hasPrefix("twinscope: The tokens were deleted but not revoked: 127.0.0.1:"))
        #expect(out.errors.contains("can't be reached"))
        #expect(home.tokenFiles.isEmpty)
        #expect(try await home.auth("status").status == 3)
    }

    // MARK: Services

    @Test func `A client secret comes from a variable, a file or a command, and errors don't show it`()
        async throws
    {
        try await atHome { home in
            let secret = try #require(home.service.clientSecret)
            let file = home.path + "/secret"
            try (secret + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            chmod(file, 0o600)
            let client = [
                "api-url: \(home.service.baseURL)", "authority: \(home.authority)", "client-id: twinscope-service",
            ]
            try home.configure([
                "byvariable": client + ["client-secret-env: SURVEY_SECRET"],
                "byfile": client + ["client-secret-file: \(file)"],
                "bycommand": client + ["client-secret-command: \"cat '\(file)'\""],
            ])
            func auth(_ command: String, _ profile: String, secret: String? = nil) async throws -> (
                status: Int32, output: String, errors: String
            ) {
                try await home.auth(command, "--profile", profile, variables: ["SURVEY_SECRET": secret])
            }
            for profile in ["byvariable", "byfile", "bycommand"] {
                let login = try await auth("login", profile, secret: secret)
                #expect(login.status == 0, "\(login.errors)")
                #expect(login.output.hasPrefix("The secret of \(profile) is valid."))
                let status = try await auth("status", profile, secret: secret)
                #expect(status.status == 0)
                #expect(status.output.contains("stored in  memory"))
                let out = try await auth("logout", profile, secret: secret)
                #expect(out.status == 2)
                #expect(out.errors.contains("no tokens are stored"))
            }
            #expect(home.tokenFiles.isEmpty)
            let unset = try await auth("login", "byvariable")
            #expect(unset.status == 2)
            #expect(unset.errors.contains("The variable SURVEY_SECRET isn't set."))
            let wrong = try await auth("login", "byvariable", secret: "canary-of-nobody")
            #expect(wrong.status == 1)
            #expect(wrong.errors.contains("(invalid_client)"))
            #expect(wrong.errors.contains("Check client-id and the source of the secret"))
            #expect(!wrong.errors.contains("canary"))
            chmod(file, 0o644)
            let open = try await auth("token", "byfile")
            #expect(open.status == 2)
            #expect(open.errors.contains("To fix it, run: chmod 600 '\(file)'"))
            try await home.service.stop()
            #expect(try await auth("status", "byvariable", secret: secret).status == 4)
        }
    }
}
