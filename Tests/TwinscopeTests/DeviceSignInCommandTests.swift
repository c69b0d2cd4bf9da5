import Foundation
import TestSupport
import Testing

/// `twinscope auth login` with a code for another device (reliability A9).
@Suite(.timeLimit(.minutes(3))) struct DeviceSignInCommandTests {
    /// The answers of an authority that offers codes for other devices.
    ///
    /// - Parameter polls: what questions for tokens are answered with, in order, before they are given.
    private func script(_ polls: [ScriptedAnswer]) -> @Sendable (RecordedRequest, Int) -> ScriptedAnswer {
        let left = Watched(polls)
        return { request, _ in
            let issuer = "http://\(request["Host"] ?? "")"
            switch request.target {
            case "/.well-known/openid-configuration":
                return .json(
                    """
                    {"issuer": "\(issuer)", "authorization_endpoint": "\(issuer)/authorize", "token_endpoint": \
                    "\(issuer)/token", "device_authorization_endpoint": "\(issuer)/device-code"}
                    """
                )
            case "/device-code":
                return .json(
                    """
                    {"device_code": "device-canary", "user_code": "WDJB-MJHT", "verification_uri": "\(issuer)/device", \
                    "expires_in": 900, "interval": 1}
                    """
                )
            case "/token":
                return left.update { $0.isEmpty ? nil : $0.removeFirst() }
                    ?? .json(
                        #"{"access_token": "access-canary", "refresh_token": "refresh-canary", "token_type": "Bearer"}"#
                    )
            default: return .http(status: 404)
            }
        }
    }

    /// Signs in where nothing can be pasted and no web browser can come back.
    private func login(_ polls: ScriptedAnswer...) async throws -> (status: Int32, output: String, errors: String) {
        let (folder, taken) = (try TemporaryFolder(), try SilentPort())
        defer { withExtendedLifetime((folder, taken)) {} }
        return try await ScriptedServer.run(script: script(polls)) { server in
            let issuer = "http://127.0.0.1:\(server.port)"
            let configuration = folder.url.appendingPathComponent(".config/twinscope")
            try FileManager.default.createDirectory(
                at: configuration,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try """
            profiles:
              test:
                api-url: \(issuer)/itwins
                authority: \(issuer)
                client-id: native
                redirect-uris: ["http://127.0.0.1:\(taken.port)/signin-callback"]
            """.write(to: configuration.appendingPathComponent("config.yaml"), atomically: true, encoding: .utf8)
            let program = try RunningCommand(
                Command.twinscope,
                ["auth", "login", "--no-browser", "--profile", "test"],
                environment: ["HOME": folder.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
            )
            defer { program.removeOutput() }
            let status = try await SignInHome.end(of: program)
            let told = """
                Or open this URL on any device and enter the code WDJB-MJHT:

                \(issuer)/device

                Don't share this code: whoever enters it signs in here.

                """
            #expect(program.errors.contains("\n\(told)"), "\(program.errors)")
            #expect(!(program.errors + program.output).contains("canary"))
            return (status, program.output, program.errors)
        }
    }

    private func refusal(_ code: String) -> ScriptedAnswer { .json("{\"error\": \"\(code)\"}", status: 400) }

    @Test func `URL, code and a warning are printed, and the other device is enough to sign in`() async throws {
        let login = try await login(refusal("authorization_pending"))
        #expect(login.status == 0, "\(login.errors)")
        #expect(login.output.hasPrefix("Signed in to test. The tokens are stored in "))
    }

    @Test func `If the code expires and there is no other way to sign in, the command says so and ends`() async throws {
        let login = try await login(refusal("expired_token"))
        #expect(login.status == 1)
        #expect(
            login.errors.contains(
                "The device code can't be used any longer: it wasn't used in time. "
                    + "Sign in again for a new code, or use the URL.\n"
            )
        )
        #expect(login.errors.hasSuffix("Standard input has ended, and there is no other way to complete the sign-in\n"))
    }

    @Test func `Declining on the other device is reported`() async throws {
        let login = try await login(refusal("access_denied"))
        #expect(login.status == 1)
        #expect(login.errors.contains("refused (access_denied). It was declined"), "\(login.errors)")
    }
}
