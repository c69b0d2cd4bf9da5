import AsyncHTTPClient
import ITwinsClient
import NIOSSL
import TestSupport
import Testing

@testable import SignIn

/// What a user reads when an authority can't be reached (row 7, reliability H11 and H12).
@Suite(.timeLimit(.minutes(1))) struct UnreachableAuthorityTests {
    private func message(
        _ issuer: String,
        environment: [String: String] = [:],
        limit: Duration = .seconds(20)
    ) async throws -> String {
        let network = try NetworkSettings(environment: environment)
        var client = AuthorityClient(
            try Authority(issuer),
            http: network.httpClient(for: issuer),
            prepare: network.prepare,
            proxy: network.proxyAddress(for: issuer)
        )
        client.limit = limit
        let error = await #expect(throws: SignInError.self) { try await client.endpoints() }
        await client.shutdown()
        #expect(error?.kind == .unreachable)
        return error?.message ?? ""
    }

    @Test func `A refused connection and an unknown host are reported with what to check`() async throws {
        let port = try ReservedPort()
        let host = "127.0.0.1:\(port.port)"
        #expect(
            try await message("http://\(host)")
                == "\(host) can't be reached: connection refused by \(host). "
                + "Check host and port, and that the service is running"
        )
        #expect(
            try await message("https://nx.invalid")
                == "nx.invalid can't be reached: nx.invalid was not found (DNS). Check its spelling and the network"
        )
    }

    @Test(arguments: [
        (ScriptedAnswer(.reset), "the connection broke: it was reset by the other end. Check the network"),
        (
            ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: 100\n\n{"), .close),
            "the connection broke: it was closed before the response was complete. Check the network"
        ),
        (ScriptedAnswer(ScriptedAnswer.raw("220 mail ready\n"), .close), "sent something that is not HTTP. Check host"),
        (.silence, "it didn't respond in time. Check the network and try again"),
    ])
    func `A response that is cut off, invalid or missing is reported as such`(_ answer: ScriptedAnswer, _ why: String)
        async throws
    {
        try await ScriptedServer.run(answer) { server in
            let message = try await message(
                "http://127.0.0.1:\(server.port)",
                limit: why.contains("in time") ? .milliseconds(200) : .seconds(20)
            )
            #expect(message.hasPrefix("127.0.0.1:\(server.port) can't be reached: "))
            #expect(message.contains(why), "\(message)")
        }
    }

    @Test func `An untrusted certificate is reported with the setting to trust an authority`() async throws {
        try await ScriptedServer.run(certificate: TestCertificates.selfSigned) { _, _ in
            .json("{}")
        } _: { server in
            let host = "127.0.0.1:\(server.port)"
            let message = try await message("https://\(host)")
            #expect(
                message
                    == "\(host) can't be reached: no secure connection to \(host): its certificate has expired, or its "
                    + "authority isn't trusted on this machine. Check this machine's clock, or add a trusted authority "
                    + "with SSL_CERT_FILE"
            )
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [
        (407, "requires a valid user and password (407 Proxy Authentication Required). Set them in"),
        (502, "didn't connect to ims.example.org:443. Check https_proxy"),
    ])
    func `A refusing proxy is named, with the setting that configures it`(_ status: Int, _ why: String) async throws {
        try await ScriptedServer.run(.silence) { server in
            try await ConnectProxy.run(to: server.port, status: status) { proxy in
                let message = try await message(
                    "https://ims.example.org",
                    environment: ["https_proxy": "http://canary:canary@127.0.0.1:\(proxy.port)"]
                )
                #expect(message.contains("can't be reached: the proxy 127.0.0.1:\(proxy.port) \(why)"), "\(message)")
                #expect(!message.contains("canary"))
            }
        }
    }

    @Test func `An unreachable proxy is named instead of the authority`() async throws {
        let port = try ReservedPort()
        #expect(
            try await message("https://ims.example.org", environment: ["https_proxy": "127.0.0.1:\(port.port)"])
                == "ims.example.org can't be reached: connection refused by the proxy 127.0.0.1:\(port.port). "
                + "Check https_proxy and no_proxy, and the network"
        )
    }

    // MARK: Bentley's authority

    /// What discovery at Bentley's authority gives when a server here takes its place.
    private func endpoints(_ answer: ScriptedAnswer) async throws -> Result<Endpoints, SignInError> {
        try await ScriptedServer.run(certificate: TestCertificates.good, script: { _, _ in answer }) { server in
            try await ConnectProxy.run(to: server.port) { proxy in
                var configuration = HTTPClient.Configuration(certificateVerification: .none)
                configuration.proxy = .server(host: "127.0.0.1", port: proxy.port)
                let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                let client = AuthorityClient(try Authority("https://ims.bentley.com"), http: http)
                let result: Result<Endpoints, SignInError>
                do throws(SignInError) {
                    result = .success(try await client.endpoints())
                } catch {
                    result = .failure(error)
                }
                await client.shutdown()
                #expect(server.requests.map(\.target) == ["/.well-known/openid-configuration"])
                return result
            }
        }
    }

    @Test(arguments: [ScriptedAnswer(.reset), .json("{}", status: 503)])
    func `If discovery at Bentley's authority is unavailable the built-in endpoints are used`(_ answer: ScriptedAnswer)
        async throws
    {
        let found = try await endpoints(answer).get()
        #expect(found == Endpoints.documented(of: try Authority("https://ims.bentley.com")))
    }

    @Test(arguments: [
        (ScriptedAnswer.json(#"{"issuer":"https://evil.example"}"#), "names the issuer"),
        (.json("{}", status: 404), "returned status 404"), (.json("<html>"), "isn't a JSON object"),
    ])
    func `If discovery at Bentley's authority is invalid nothing replaces it`(
        _ answer: ScriptedAnswer,
        _ why: String
    )
        async throws
    {
        let found = try await endpoints(answer)
        #expect(throws: SignInError.self) { try found.get() }
        guard case .failure(let error) = found else { return }
        #expect(error.kind == .malformed)
        #expect(error.message.contains(why), "\(error)")
    }
}
