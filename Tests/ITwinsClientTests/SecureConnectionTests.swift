import Foundation
import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Reliability H11 and H12, rows 45 and 46, on the wire.
@Suite(.timeLimit(.minutes(1))) struct SecureConnectionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The settings of an environment in which the tests' authority is trusted.
    private func trusting(_ environment: [String: String] = [:]) throws -> NetworkSettings {
        try folder.write(TestCertificates.authority, to: "authority.pem")
        let file = ["SSL_CERT_FILE": folder.file("authority.pem")]
        return try NetworkSettings(environment: environment.merging(file) { _, new in new })
    }

    private func withServer(
        _ certificate: String = TestCertificates.good,
        oldest: Bool = false,
        script: @escaping @Sendable (RecordedRequest, Int) -> ScriptedAnswer = { _, _ in .json(pageText(0..<1)) },
        _ body: (ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(certificate: certificate, oldest: oldest, script: script, body)
    }

    // MARK: Certificates (row 45)

    @Test(.rows(45)) func `A configured certificate authority is trusted, and only if configured`() async throws {
        try await withServer { server in
            let trusted = try await ITwinsClient.run(server.baseURL, network: trusting()) {
                await $0.failure(of: everything)
            }
            #expect(trusted == nil)
            #expect(server.requests.count == 1)
            let error = try await ITwinsClient.run(server.baseURL) { await $0.failure(of: everything) }
            #expect(
                error?.reason
                    == .unreachable(
                        "no secure connection to 127.0.0.1:\(server.port): its certificate has expired, or its authority "
                            + "isn't trusted on this machine"
                    )
            )
            #expect(error?.attempts == 1)
            #expect(server.requests.count == 1)
        }
    }

    @Test(.rows(45)) func `Trusted certificates are read for the first secure connection, and once`() async throws {
        let file = folder.file("later.pem")
        let network = try NetworkSettings(environment: ["SSL_CERT_FILE": file])
        // Nothing is wrong with it where no security is spoken.
        try await ScriptedServer.run(.json(pageText(0..<1))) { plain in
            let error = try await ITwinsClient.run(plain.baseURL, network: network) { await $0.failure(of: everything) }
            #expect(error == nil)
        }
        try await withServer { server in
            try await ITwinsClient.run(server.baseURL, network: network) { client in
                let error = await client.failure(of: everything)
                let why = "SSL_CERT_FILE: “\(file)”: No such file or directory. "
                let help = "Set it to PEM certificates, or unset SSL_CERT_FILE"
                #expect(error?.reason == .unreachable(why + help))
                #expect(error?.attempts == 1)
                #expect(error?.outcomeUnknown == false)
                #expect(server.connections == 0)
                // What is mended is found so by the next request.
                try folder.write(TestCertificates.authority, to: "later.pem")
                #expect(await client.failure(of: everything) == nil)
                try folder.write("no certificate", to: "later.pem")
                #expect(await client.failure(of: everything) == nil)
            }
            let other = try NetworkSettings(environment: ["SSL_CERT_FILE": file])
            #expect(
                try await ITwinsClient.run(server.baseURL, network: other) { await $0.failure(of: everything) } == nil
            )
        }
    }

    @Test(
        .rows(45),
        arguments: [
            (TestCertificates.expired, "expired"), (TestCertificates.selfSigned, "isn't trusted"),
            (TestCertificates.elsewhere, "for another host"),
        ]
    )
    func `An expired, mismatched or self-signed certificate gets no token`(
        _ certificate: String,
        _ reason: String
    ) async throws {
        try await withServer(certificate) { server in
            try await ITwinsClient.run(server.baseURL, network: trusting()) { client in
                for operation in [everything] + creations {
                    let error = try #require(await client.failure(of: operation))
                    guard case .unreachable(let why) = error.reason else { throw error }
                    #expect(why.contains(reason), "\(why)")
                    #expect(error.attempts == 1)
                    #expect(!error.outcomeUnknown)
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(.rows(45)) func `A server that supports only outdated protocols gets no token`() async throws {
        try await withServer(oldest: true) { server in
            let error = try await ITwinsClient.run(server.baseURL, network: trusting()) {
                await $0.failure(of: everything)
            }
            #expect(error?.isOffline == true, "\(String(describing: error))")
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        .rows(32),
        arguments: [
            ScriptedAnswer(.close), ScriptedAnswer(.cut), ScriptedAnswer(.reset),
            ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"), .cut),
        ]
    )
    func `A secure connection that closes counts as broken, and the read is sent again`(_ end: ScriptedAnswer)
        async throws
    {
        try await withServer { _, number in
            number == 1 ? end : .json(pageText(0..<1))
        } _: { server in
            try await ITwinsClient.run(server.baseURL, network: trusting()) { client in
                #expect(await client.failure(of: everything) == nil)
                #expect(await client.failure(of: everything) == nil)
            }
            #expect(server.requests.count == 3)
            #expect(server.connections == 2)
        }
        try await withServer(script: { _, _ in end }) { server in
            let error = try await ITwinsClient.run(server.baseURL, network: trusting()) {
                await $0.failure(of: creations[0])
            }
            #expect(error?.outcomeUnknown == true)
            guard case .interrupted = error?.reason else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(server.requests.count == 1)
        }
    }

    // MARK: Proxies (row 46)

    private let elsewhere = "https://service.example.test/itwins"

    @Test(.rows(46)) func `A remote service is reached through the proxy, which sees neither token nor request`()
        async throws
    {
        try await withServer { server in
            try await ConnectProxy.run(to: server.port) { proxy in
                let network = try trusting(["https_proxy": "http://us%40er:pass@127.0.0.1:\(proxy.port)"])
                try await ITwinsClient.run(elsewhere, token: "CANARY", network: network) { client in
                    #expect(await client.failure(of: everything) == nil)
                    var text = "\(client)"
                    dump(client, to: &text)
                    #expect(!text.contains("dXNAZXI6cGFzcw"))
                }
                let asked = try #require(proxy.requests.first)
                #expect(asked.line == "CONNECT service.example.test:443")
                #expect(asked["Proxy-Authorization"] == "Basic dXNAZXI6cGFzcw==")
                #expect(!asked.headers.contains { $0.value.contains("CANARY") })
                #expect(proxy.requests.count == 1)
            }
            #expect(server.requests.map { $0["Authorization"] } == ["Bearer CANARY"])
            #expect(server.requests.first?["Proxy-Authorization"] == nil)
        }
    }

    @Test(.rows(46)) func `A proxy that requires authentication is named, and not tried again`() async throws {
        try await withServer { server in
            try await ConnectProxy.run(to: server.port, status: 407) { proxy in
                let network = try trusting(["all_proxy": "127.0.0.1:\(proxy.port)"])
                try await ITwinsClient.run(elsewhere, network: network) { client in
                    for operation in [everything] + creations {
                        let error = try #require(await client.failure(of: operation))
                        guard case .unreachable(let why) = error.reason else { throw error }
                        #expect(
                            why.hasPrefix("the proxy 127.0.0.1:\(proxy.port) requires a valid user and password"),
                            "\(why)"
                        )
                        #expect(why.contains("407"))
                        #expect(error.attempts == 1)
                        #expect(!error.outcomeUnknown)
                    }
                }
                #expect(proxy.requests.count == 3)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(.rows(46)) func `A proxy that doesn't connect is tried three times, for creates too`() async throws {
        try await withServer { server in
            try await ConnectProxy.run(to: server.port, status: 503) { proxy in
                let network = try trusting(["https_proxy": "127.0.0.1:\(proxy.port)"])
                try await ITwinsClient.run(elsewhere, network: network) { client in
                    for operation in [everything, creations[0]] {
                        let error = try #require(await client.failure(of: operation))
                        let why = "the proxy 127.0.0.1:\(proxy.port) didn't connect to service.example.test:443"
                        #expect(error.reason == .unreachable(why))
                        #expect(error.attempts == 3)
                        #expect(!error.outcomeUnknown)
                    }
                }
                #expect(proxy.requests.count == 6)
            }
        }
    }

    @Test(.rows(46)) func `An unreachable proxy is named instead of the service`() async throws {
        let port = try ReservedPort()
        let network = try trusting(["https_proxy": "127.0.0.1:\(port.port)"])
        try await ITwinsClient.run(elsewhere, network: network) { client in
            let error = await client.failure(of: everything)
            #expect(
                error?.reason == .unreachable("connection refused by the proxy 127.0.0.1:\(port.port)")
            )
            #expect(error?.isOffline == true)
        }
    }

    @Test(.rows(46)) func `This machine is reached without the proxy`() async throws {
        let port = try ReservedPort()
        try await withServer { server in
            let network = try trusting(["https_proxy": "127.0.0.1:\(port.port)"])
            let error = try await ITwinsClient.run(server.baseURL, network: network) {
                await $0.failure(of: everything)
            }
            #expect(error == nil)
        }
    }

    @Test func `A remote file is downloaded through the proxy too`() async throws {
        try await withServer { server in
            try await ConnectProxy.run(to: server.port) { proxy in
                let network = try trusting(["https_proxy": "127.0.0.1:\(proxy.port)"])
                try await ITwinsClient.run("http://127.0.0.1:1/itwins", network: network) { client in
                    let size = await client.size(ofFileAt: "https://service.example.test/file")
                    #expect(size == pageText(0..<1).utf8.count)
                }
                #expect(proxy.requests.count == 1)
            }
        }
    }

    // MARK: Redirects (row 39)

    @Test func `The platform's services receive the token on a redirect, and no other header`() async throws {
        try await withServer { request, _ in
            request["Host"] == "api.bentley.com"
                ? .http(status: 302, headers: ["Location: https://imodel-api.bentley.com/x"])
                : .json(#"{"resource":{"id":"x"}}"#)
        } _: { server in
            try await ConnectProxy.run(to: server.port) { proxy in
                let network = try trusting(["https_proxy": "127.0.0.1:\(proxy.port)"])
                try await ITwinsClient.run("https://api.bentley.com/itwins", network: network) { client in
                    let resource = ITwinsAPI.Operation.resource(RepositoryPath(iTwinID: "1", id: "r"), id: "x")
                    #expect(await client.failure(of: resource) == nil)
                }
                #expect(
                    proxy.requests.map(\.line) == ["CONNECT api.bentley.com:443", "CONNECT imodel-api.bentley.com:443"]
                )
            }
            let last = try #require(server.requests.last)
            #expect(last.line == "GET /x")
            #expect(
                Set(last.headers.map { $0.name.lowercased() })
                    == ["host", "authorization", "accept", "accept-encoding", "user-agent"]
            )
            #expect(server.requests.first?["Prefer"] == "return=representation")
        }
    }
}
