import ITwinsAPI
import ITwinsClient
import Synchronization
import TestSupport
import Testing

/// What the client tells whoever records what goes over the wire.
@Suite(.timeLimit(.minutes(3))) struct RecordingTests {
    /// What was told of each exchange last, and how often it was told of one.
    private final class Recording: Sendable {
        private let told = Mutex<[Exchange]>([])

        func note(_ exchange: Exchange) { told.withLock { $0.append(exchange) } }

        var all: [Exchange] { told.withLock(\.self) }
        var last: [Exchange] {
            let all = all
            return Set(all.map(\.number)).sorted().compactMap { number in all.last { $0.number == number } }
        }
    }

    private func exchanges(
        of operation: ITwinsAPI.Operation,
        token: String = "token-canary",
        _ script: @escaping @Sendable (RecordedRequest, Int) -> ScriptedAnswer
    ) async throws -> (last: [Exchange], all: [Exchange]) {
        let recording = Recording()
        try await ScriptedServer.run(script: script) { server in
            var configuration = try ClientConfiguration(
                baseURL: server.baseURL,
                userAgent: "tests/1",
                time: VirtualTime().clientTime
            ) { _ in Secret(token) }
            configuration.recorder = recording.note
            try await ITwinsClient.run(configuration) { client in
                _ = try? await Exchange.$currentRequest.withValue("#7") { try await client.perform(operation) }
            }
        }
        return (recording.last, recording.all)
    }

    @Test func `A request is reported when it starts, is sent, is answered and ends`()
        async throws
    {
        let (last, all) = try await exchanges(of: everything) { _, _ in
            .json(pageText(0..<2), headers: ["x-correlation-id: abc-1"])
        }
        let exchange = try #require(last.first)
        #expect(last.count == 1)
        #expect(all.map { $0.sent != nil } == [false, true, true, true])
        #expect(all.map(\.status) == [nil, nil, 200, 200])
        #expect(all.map { $0.seconds != nil } == [false, false, false, true])
        #expect(exchange.request == "#7")
        #expect(exchange.operation == .getMyITwins)
        #expect(exchange.method == "GET")
        #expect(exchange.target.hasPrefix("/itwins"))
        #expect(exchange.correlationID == "abc-1")
        #expect(exchange.bytes == pageText(0..<2).utf8.count)
        #expect(try exchange.received?.body == JSON.parse(Array(pageText(0..<2).utf8)).prettyText)
        #expect(exchange.failure == nil)
    }

    @Test func `The record contains neither the token nor repository credentials`() async throws {
        let answer = #"""
            {"repository":{"id":"r","class":"GeographicInformationSystem","subClass":"WebMapService","displayName":"Maps",
            "authentication":{"type":"Basic","username":"user-canary","password":"secret-canary"}}}
            """#
        var draft = repositoryDraft
        draft.authentication = .basic(username: "user-canary", password: Secret("secret-canary"))
        let operation = Operation.createRepository(iTwinID: "1", draft)
        let (last, all) = try await exchanges(of: operation) { _, _ in .json(answer, status: 201) }
        let exchange = try #require(last.first)
        #expect(!"\(all)".contains("canary"))
        #expect(exchange.sent?.headers.first { $0.name == "Authorization" }?.value == "••••••")
        #expect(exchange.sent?.body?.contains("Flood maps") == true)
        #expect(exchange.received?.body?.contains("Basic") == true)
    }

    @Test func `A link's signature is masked, and a long body is cut between characters`() async throws {
        let link = "https://files.example.org/a.csv?sv=1&sig=canary%2B&se=2"
        let name = String(repeating: "ü", count: 40_000)
        let (last, _) = try await exchanges(of: .iTwin(id: "1")) { _, _ in
            .json(#"{"iTwin":{"id":"1","link":"\#(link)","displayName":"\#(name)"}}"#)
        }
        let body = try #require(last.first?.received?.body)
        #expect(body.contains("sig=••••••&se=2"))
        #expect(body.hasSuffix("ü"))
        #expect(body.utf8.count <= Exchange.Message.bodyLimit)
        #expect(last.first?.received?.isCut == true)
    }

    @Test(
        arguments: [
            #"https://x.example/a?sv=1\u0026sig=canary"#, "https://x.example/a?SIG=canary",
            "https://x.example/a?X-Goog-Signature=canary", "https://x.example/a?X-Amz-Security-Token=canary",
            "https://x.example/#access_token=canary&x=1",
        ]
    )
    func `A link's signature is masked in every spelling`(_ link: String) async throws {
        let (_, all) = try await exchanges(of: .iTwin(id: "1")) { _, _ in
            .json(#"{"iTwin":{"id":"1","link":"\#(link)"}}"#, headers: ["Location: \(link)"])
        }
        #expect(!all.isEmpty)
        #expect(!"\(all)".contains("canary"))
    }

    @Test func `A refusal that quotes the request contains no secret`() async throws {
        var draft = repositoryDraft
        draft.authentication = .basic(username: "user-canary", password: Secret("secret\"canary"))
        let answers = [
            #"{"error":{"code":"X","message":"'secret\"canary' is not valid, Bearer token-canary"}}"#,
            #"{"error":{"code":"X","message":"you sent {\"authentication\":{\"password\":\"secret\\\"canary\"}}"}}"#,
        ]
        for answer in answers {
            let (last, all) = try await exchanges(of: .createRepository(iTwinID: "1", draft)) { _, _ in
                .json(answer, status: 422, headers: ["WWW-Authenticate: Bearer error=\"token-canary expired\""])
            }
            #expect(last.first?.status == 422)
            #expect(!"\(all)".contains("token-canary"))
            #expect(!"\(all)".contains("secret\"canary"))
            #expect(!"\(all)".contains(#"secret\"canary"#))
        }
    }

    @Test func `The token is masked in the body of a success too`() async throws {
        let (last, all) = try await exchanges(of: .iTwin(id: "1")) { _, _ in
            .json(#"{"iTwin":{"id":"1","echo":"Bearer token-canary"}}"#)
        }
        #expect(last.first?.received?.body?.contains("echo") == true)
        #expect(!"\(all)".contains("canary"))
    }

    @Test func `Of a long token nothing is left where a header or body is cut in the middle of it`() async throws {
        let token = "canary" + String(repeating: "0123456789", count: 300)
        let filling = String(repeating: "x", count: Exchange.Message.bodyLimit - 1000)
        let (last, all) = try await exchanges(of: .iTwin(id: "1"), token: token) { _, _ in
            .json(#"{"iTwin":{"id":"1","filling":"\#(filling)","echo":"\#(token)"}}"#, headers: ["X-Echo: \(token)"])
        }
        #expect(last.first?.received?.body != nil)
        #expect(!"\(all)".contains("canary"))
    }

    @Test func `Attempts are counted, and a failure says why`() async throws {
        let (retried, _) = try await exchanges(of: .iTwin(id: "1")) { _, number in
            number == 0 ? .json("{}", status: 503) : .json(#"{"iTwin":{"id":"1"}}"#)
        }
        #expect(retried.map(\.tries) == [2])
        #expect(retried.map(\.status) == [200])
        let (failed, _) = try await exchanges(of: .iTwin(id: "1")) { _, _ in
            .json(#"{"error":{"code":"iTwinNotFound","message":"There is none."}}"#, status: 404)
        }
        let exchange = try #require(failed.first)
        #expect(exchange.status == 404)
        #expect(exchange.failure != nil)
    }
}
