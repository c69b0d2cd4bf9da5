import Foundation
import TestSupport
import Testing

/// What `twinscope auth login` prints and how it ends without a terminal (reliability A7, A12, L11).
@Suite(.timeLimit(.minutes(3))) struct AuthLoginTests {
    private func atHome(_ body: (SignInHome) async throws -> Void) async throws {
        let home = try await SignInHome()
        defer { home.end() }
        try await body(home)
    }

    @Test func `If tokens can't be stored, sign-in doesn't open the web browser and says why`() async throws {
        try await atHome { home in
            _ = try await home.auth("status")
            try FileManager.default.createDirectory(atPath: home.state, withIntermediateDirectories: true)
            chmod(home.state, 0o777)
            let unsafe = try await home.auth("login", "--no-browser")
            #expect(unsafe.status == 1)
            #expect(
                unsafe.errors == "twinscope: Sign-in failed because the tokens can't be stored: "
                    + "Others can write to \(home.state). To fix it, run: chmod go-w '\(home.state)'\n"
            )
            let homeless = try await home.auth(
                "login",
                "--no-browser",
                variables: ["HOME": nil, "XDG_CONFIG_HOME": home.path + "/.config"]
            )
            #expect(homeless.status == 1)
            #expect(homeless.errors.contains("HOME isn't set. Set HOME to your home folder"))
            chmod(home.state, 0o700)
            #expect(try await home.signIn().status == 0)
        }
    }

    @Test func `Sign-in says where tokens are stored: in the keyring if available, otherwise in a file, and why`()
        async throws
    {
        try await atHome { home in
            let file = try await home.signIn()
            #expect(file.status == 0)
            let path = try #require(home.tokenFiles.first)
            #expect(file.output.hasSuffix(". The tokens are stored in \(path) (no keyring available).\n"))
            // A keyring that keeps each secret in a file.
            let tool = home.path + "/secret-tool"
            try """
            #!/bin/sh
            for e; do :; done
            case $1 in
            store) mkdir -p "$HOME/ring" && cat > "$HOME/ring/$e" ;;
            lookup) cat "$HOME/ring/$e" ;;
            clear) rm "$HOME/ring/$e" ;;
            esac
            """.write(toFile: tool, atomically: true, encoding: .utf8)
            chmod(tool, 0o700)
            let keyring = try await home.signIn(variables: [
                "PATH": home.path + ":/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
            ])
            #expect(keyring.output.hasSuffix(". The tokens are stored in the desktop's keyring.\n"))
            #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("refresh"))
        }
    }

    @Test func `End of standard input ends sign-in only if the web browser can't return`()
        async throws
    {
        let taken = try SilentPort()
        try await atHome { home in
            #expect(try await home.signIn().status == 0)
            let redirect = "http://127.0.0.1:\(taken.port)/signin-callback"
            try home.configure(["test": home.native(redirects: [redirect])])
            let login = try await home.auth("login", "--no-browser")
            #expect(login.status == 1)
            #expect(login.errors.contains("other programs use the port \(taken.port)"))
            #expect(
                login.errors.hasSuffix("Standard input has ended, and there is no other way to complete the sign-in\n")
            )
        }
        withExtendedLifetime(taken) {}
    }

    @Test func `Standard input accepts another program's response, in lines and without the redirect`()
        async throws
    {
        let taken = try SilentPort()
        try await atHome { home in
            try home.configure([
                "test": home.native(redirects: ["http://127.0.0.1:\(taken.port)/signin-callback"])
            ])
            let pipe = home.path + "/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            let end = try #require(FileHandle(forUpdatingAtPath: pipe))
            let program = try RunningCommand(
                "sh",
                ["-c", "exec \(Command.twinscope) auth login --no-browser < '\(pipe)'"],
                environment: home.environment()
            )
            defer { program.removeOutput() }
            while SignInHome.address(in: program.errors) == nil, program.isRunning {
                try await Task.sleep(for: .milliseconds(10))
            }
            let redirect = try await SignInHome.redirect(from: try #require(SignInHome.address(in: program.errors)))
            try end.write(contentsOf: Data("\(redirect.prefix(70))\r\n\(redirect.dropFirst(70))".utf8))
            // Without a line end: standard input ends.
            try end.close()
            #expect(try await SignInHome.end(of: program) == 0, "\(program.errors)")
            #expect(program.output.hasPrefix("Signed in to test as "))
            #expect(home.tokenRequests == 1)
        }
    }

    @Test
    func `A pasted URL with control characters is rejected without printing them`()
        async throws
    {
        try await atHome { home in
            let plain = try await home.login()
            plain.program.send(SIGINT)
            #expect(try await SignInHome.end(of: plain.program) == 130)
            #expect(plain.program.errors.contains("\n\(plain.address)\n"))
            #expect(plain.address.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            plain.program.removeOutput()
            try await ScriptedServer.run(
                script: { request, _ in
                    let issuer = "http://\(request["Host"] ?? "")"
                    let paths = ["authorization": "\\u001b]0;title\\u0007\\u001b[2J", "token": ""].map { name, end in
                        "\"\(name)_endpoint\": \"\(issuer)/\(name)\(end)\""
                    }
                    return .json("{\"issuer\": \"\(issuer)\", \(paths.joined(separator: ", "))}")
                }
            ) { authority in
                let issuer = authority.baseURL.replacing("/itwins", with: "")
                try home.configure([
                    "hostile": ["api-url: \(authority.baseURL)", "authority: \(issuer)", "client-id: any"]
                ])
                let program = try RunningCommand(
                    Command.twinscope,
                    ["auth", "login", "--no-browser"],
                    environment: home.environment()
                )
                defer { program.removeOutput() }
                #expect(try await SignInHome.end(of: program) == 1)
                #expect(program.output.isEmpty)
                #expect(
                    program.errors
                        == "twinscope: The discovery document of \(issuer.dropFirst("http://".count)) has "
                        + "invalid characters in authorization_endpoint. Check authority in the profile\n"
                )
            }
        }
    }
}
