import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Services, and secrets and tokens that somebody else hands out (reliability A10 and A24).
@Suite(.timeLimit(.minutes(1))) struct GivenSecretTests {
    @Test func `A service signs in by Basic with encoded parts, and again when its token expires`() async throws {
        try await SignInHarness.run { harness in
            let registration = try Registration(
                authority: Authority(harness.authority.issuer),
                clientID: "service:1",
                grant: .service(secret: .variable(name: "THE_SECRET"))
            )
            let source = try harness.source(
                registration,
                environment: ["THE_SECRET": "s3cr%t/ä".replacing("ä", with: "+")]
            )
            let first = try await source.token()
            #expect(try await source.token() == first)
            harness.advance(3600)
            #expect(try await source.token() != first)
            let basic = "Basic " + Data("service%3A1:s3cr%25t%2F%2B".utf8).base64EncodedString()
            #expect(harness.authority.state.value.basics == [basic, basic])
            #expect(harness.authority.state.value.forms.allSatisfy { $0["scope"] == "itwin-platform" })
            #expect(try FileManager.default.contentsOfDirectory(atPath: harness.folder).isEmpty)
        }
    }

    @Test func `User scopes are refused for a service, with the reason`() throws {
        for scope in ["openid", "email", "profile", "organization", "offline_access"] {
            let error = #expect(throws: SignInError.self) {
                try Registration(
                    authority: Authority("https://ims.bentley.com"),
                    clientID: "service",
                    scopes: ["itwin-platform", scope],
                    grant: .service(secret: .variable(name: "S"))
                )
            }
            #expect(error?.message.contains(scope) == true)
        }
    }

    @Test func `A secret comes from a variable, a private file or a command, and errors name only the source`()
        async throws
    {
        let folder = try TemporaryFolder()
        let file = folder.path + "/secret"
        try Data("  canary\n".utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let environment = ["PATH": "/usr/bin:/bin", "S": "canary", "EMPTY": ""]
        for source: SecretSource in [.variable(name: "S"), .file(path: file), .command("echo canary; echo more")] {
            #expect(try await source.secret(environment: environment) == Secret("canary"))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        for (source, why): (SecretSource, String) in [
            (.variable(name: "EMPTY"), "EMPTY"), (.variable(name: "MISSING"), "MISSING"),
            (.file(path: file), "chmod 600"),
            (.file(path: folder.path + "/none"), "doesn't exist"), (.command("echo canary; exit 3"), "status 3"),
            (.command("true"), "printed nothing"), (.command("printf 'can\\303\\244ry'"), "characters"),
        ] {
            let error = await #expect(throws: SignInError.self) { try await source.secret(environment: environment) }
            if case .command = source {
                #expect(error?.kind == .command)
            } else {
                #expect(error?.kind == .configuration)
            }
            #expect(error?.message.contains(why) == true, "\(String(describing: error))")
            #expect(error?.message.replacing("echo canary", with: "").contains("canary") == false)
        }
    }

    @Test func `A failing command's output is reported in one line, and is not a usage error`() async throws {
        let environment = ["PATH": "/usr/bin:/bin"]
        for (line, what) in [
            (
                "echo 'ERROR: Please run' >&2; echo '  az login' >&2; exit 3",
                "ended with status 3: “ERROR: Please run az login”."
            ),
            ("exit 3", "ended with status 3."), ("kill -9 $$", "was killed by signal 9."),
            ("printf 'a\\033[2Jb' >&2; exit 1", "ended with status 1: “a [2Jb”."),
        ] {
            let error = await #expect(throws: SignInError.self) {
                try await SecretSource.command(line).secret(environment: environment)
            }
            #expect(error?.kind == .command)
            #expect(error?.message.contains(what) == true, "\(String(describing: error))")
        }
        // However much it says beside the secret, the secret counts.
        let loud = SecretSource.command("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo canary")
        #expect(try await loud.secret(environment: environment) == Secret("canary"))
    }

    @Test func `A command that prints the rejected token again runs once for all rejected requests`() async throws {
        let folder = try TemporaryFolder()
        let clock = Watched(Timestamp(secondsSince1970: 1_750_000_000))
        let source = ExternalToken(
            command: "echo x >> '\(folder.path)/runs'; echo the-token",
            environment: ["PATH": "/usr/bin:/bin"],
            time: SignInTime(now: { clock.value }, sleep: { _ in })
        )
        func runs() throws -> Int {
            try String(contentsOfFile: folder.path + "/runs", encoding: .utf8).split(separator: "\n").count
        }
        let token = try await source.token()
        for _ in 0..<20 { #expect(try await source.renewed(insteadOf: token) == token) }
        #expect(try runs() == 2)
        // Some time later it may print another one.
        clock.update { $0 = $0.adding(seconds: 60) }
        for _ in 0..<20 { #expect(try await source.renewed(insteadOf: token) == token) }
        #expect(try runs() == 3)
    }

    /// A command that prints what is in a file.
    private func printed(
        _ folder: TemporaryFolder,
        _ states: Watched<[TokenSource.State]> = Watched([])
    ) -> (source: ExternalToken, print: (String) throws -> Void) {
        let file = folder.file("given")
        let source = ExternalToken(command: "cat '\(file)'", environment: ["PATH": "/usr/bin:/bin"]) { state, _ in
            states.update { $0.append(state) }
        }
        return (source, { try $0.write(toFile: file, atomically: true, encoding: .utf8) })
    }

    @Test func `A request for the user of a command's token isn't sent when the command returns another user's`()
        async throws
    {
        let folder = try TemporaryFolder()
        let states = Watched<[TokenSource.State]>([])
        let (source, print) = printed(folder, states)
        func user() -> UInt64? {
            if case .signedIn(_, let user, _) = states.value.last { user } else { nil }
        }
        func token(_ subject: String, _ id: String) -> String {
            FakeAuthority.jwt(["sub": .string(subject), "name": "Sam", "jti": .string(id)])
        }
        try print(token("ann", "1"))
        let request = source.tokensForRequest()
        let first = try await request.token(insteadOf: nil)
        let ann = user()
        try print(token("ann", "2"))
        let second = try await request.token(insteadOf: first)
        #expect(second != first)
        #expect(user() == ann)
        try print(token("bob", "3"))
        let error = await #expect(throws: SignInError.self) { try await request.token(insteadOf: second) }
        #expect(error?.kind == .otherUser)
        #expect(user() != ann)
        // What Ann saw asks for nothing of Bob's, and what is asked for from now on is asked for by Bob.
        await #expect(throws: SignInError.self) {
            try await source.tokensForRequest(of: ann).token(insteadOf: nil)
        }
        #expect(try await source.tokensForRequest(of: user()).token(insteadOf: nil).revealed == token("bob", "3"))
    }

    @Test func `A command's tokens without a user are used for every request`() async throws {
        let folder = try TemporaryFolder()
        let states = Watched<[TokenSource.State]>([])
        let (source, print) = printed(folder, states)
        try print("opaque-1")
        let request = source.tokensForRequest()
        let first = try await request.token(insteadOf: nil)
        try print("opaque-2")
        #expect(try await request.token(insteadOf: first) == Secret("opaque-2"))
        #expect(states.value.isEmpty)
    }

    @Test func `Cancelling a wait for a command ends the wait, and the command continues`() async throws {
        let folder = try TemporaryFolder()
        let source = ExternalToken(
            command: "cd '\(folder.path)'; echo x > begun; until [ -e go ]; do sleep 0.02; done; echo the-token",
            environment: ["PATH": "/usr/bin:/bin"]
        )
        let task = Task { try await source.token() }
        while !FileManager.default.fileExists(atPath: folder.path + "/begun") {
            try await Task.sleep(for: .milliseconds(5))
        }
        task.cancel()
        let error = await #expect(throws: SignInError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        try Data().write(to: URL(fileURLWithPath: folder.path + "/go"))
        #expect(try await source.token() == Secret("the-token"))
    }

    @Test func `A command that prints tokens runs again when one expires or is rejected`() async throws {
        let folder = try TemporaryFolder()
        let clock = Watched(Timestamp(secondsSince1970: 1_750_000_000))
        let claims = Data(#"{"exp":1750000600}"#.utf8).base64EncodedString().replacing("=", with: "")
        let line =
            "n=$(cat '\(folder.path)/n' 2>/dev/null || echo 0); n=$((n + 1)); echo $n > '\(folder.path)/n'; echo e30.\(claims).$n"
        let source = ExternalToken(
            command: line,
            environment: ["PATH": "/usr/bin:/bin"],
            time: SignInTime(now: { clock.value }, sleep: { _ in })
        )
        func last(_ token: Secret) -> Substring? { token.revealed.split(separator: ".").last }
        let first = try await source.token()
        #expect(last(first) == "1")
        #expect(try await source.token() == first)
        #expect(last(try await source.renewed(insteadOf: first)) == "2")
        #expect(last(try await source.renewed(insteadOf: first)) == "2")
        clock.update { $0 = $0.adding(seconds: 580) }
        #expect(last(try await source.token()) == "3")
    }
}
