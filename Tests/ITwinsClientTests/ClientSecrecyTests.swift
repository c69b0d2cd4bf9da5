import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)), .rows(18)) struct ClientSecrecyTests {
    private static let canary = "CANARY-4b1f9e"

    private var operations: [ITwinsAPI.Operation] {
        var repository = repositoryDraft
        repository.authentication = .basic(username: "surveyor", password: Secret("\(Self.canary)-password"))
        var query = ITwinQuery()
        query.search = "\(Self.canary)-search"
        return [.iTwins(query), .createRepository(iTwinID: "1", repository), .addFavorite(id: "1")]
    }

    /// A page that quotes the request, as some proxies send.
    private static func quoting(_ request: RecordedRequest, _ status: Int, _ type: String) -> ScriptedAnswer {
        let text = "{\"error\":{\"code\":\"X\",\"message\":\"you sent \(request["Authorization"] ?? "")\"}}"
        return .http(status: status, headers: ["Content-Type: \(type)"], body: Array(text.utf8))
    }

    @Test(
        .rows(18),
        arguments: [
            FaultProxy.Mode.pass, .reset, .dropAnswer, .cut(after: 20, .reset), .cut(after: 100, .close), .blackHole,
            .refuse,
        ]
    )
    func `Neither errors nor the log contain a secret`(_ mode: FaultProxy.Mode) async throws {
        var limits = ClientLimits()
        limits.total = .milliseconds(500)
        let token = "\(Self.canary)-token"
        let log = CapturedLog()
        let answers: [@Sendable (RecordedRequest) -> ScriptedAnswer] = [
            { Self.quoting($0, 200, "text/html") }, { Self.quoting($0, 500, "application/json") },
            { Self.quoting($0, 403, "text/plain") }, { Self.quoting($0, 429, "text/plain") },
            { _ in .http(status: 302, headers: ["Location: http://127.0.0.1:1/"]) },
            { _ in .json("[") },
        ]
        try await ScriptedServer.run { request, number in
            answers[number % answers.count](request)
        } _: { server in
            try await FaultProxy.run(to: server.port, mode: mode) { proxy in
                try await ITwinsClient.run(proxy.baseURL, token: token, limits: limits, log: log) { client in
                    for _ in 0..<2 {
                        for operation in operations {
                            let told = Watched<[RequestProgress]>([])
                            let error = await client.failure(of: operation) { progress in
                                told.update { $0.append(progress) }
                            }
                            #expect(error != nil)
                            var text = "\(told.value)" + String(describing: error) + String(reflecting: error)
                            dump(error, to: &text)
                            #expect(!text.contains(Self.canary), "\(text)")
                        }
                    }
                }
                for request in server.requests { #expect(request["Authorization"] == "Bearer \(token)") }
            }
        }
        #expect(log.lines.count >= 6)
        #expect(!log.lines.joined().contains(Self.canary), "\(log.lines)")
    }

    @Test func `A dump of client and configuration shows no token`() async throws {
        // A dump goes down to the event loops, where other tests' requests with their tokens may be under way.
        let token = "\(Self.canary)-dumped"
        try await ITwinsClient.run("https://api.example.org", token: token) { client in
            var text = "\(client)"
            dump(client, to: &text)
            #expect(!text.contains(token))
        }
    }

    @Test func `The service can't forge a log line`() async throws {
        let log = CapturedLog()
        let body = APIError(status: 403, code: "X\ninfo GET /itwins 200\u{1b}[2J", message: "m").json.text
        try await ScriptedServer.run(.json(body, status: 403, headers: ["x-correlation-id: a\tb"])) { server in
            _ = try await ITwinsClient.run(server.baseURL, log: log) { await $0.failure(of: everything) }
        }
        let line = try #require(log.lines.first)
        #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
}
