import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Reliability H3: what is to be created is never sent twice by itself, and a lost answer is told as that.
@Suite(.timeLimit(.minutes(1)), .rows(33, 34)) struct CreationTests {
    private let created = ScriptedAnswer.json(
        #"{"iTwin":{"id":"1"},"repository":{"id":"1","class":"Construction"}}"#,
        status: 201
    )

    private var shortLimits: ClientLimits {
        var limits = ClientLimits()
        limits.idle = .seconds(1)
        limits.total = .seconds(2)
        limits.body = 10_000
        return limits
    }

    /// Reliability row 33.
    @Test(arguments: [
        FaultProxy.Mode.dropAnswer, .reset, .cut(after: 0, .close), .cut(after: 30, .reset), .cut(after: 90, .close),
        .blackHole,
    ])
    func `A lost response leaves the outcome unknown, and one request was sent`(_ mode: FaultProxy.Mode) async throws {
        try await ScriptedServer.run(created) { server in
            try await FaultProxy.run(to: server.port, mode: mode) { proxy in
                try await ITwinsClient.run(proxy.baseURL, limits: shortLimits) { client in
                    for (count, operation) in creations.enumerated() {
                        let error = try #require(await client.failure(of: operation))
                        #expect(error.outcomeUnknown, "\(error)")
                        #expect(!error.isOffline)
                        #expect(proxy.requests.count == count + 1)
                        #expect(server.requests.count <= count + 1)
                    }
                }
            }
        }
    }

    @Test func `A lost response on a reused connection doesn't send the create again`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<1)), ScriptedAnswer(.close), created) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                #expect(await client.failure(of: everything) == nil)
                #expect(await client.failure(of: creations[0])?.outcomeUnknown == true)
            }
            #expect(server.requests.map(\.method) == ["GET", "POST"])
            #expect(server.connections == 1)
        }
    }

    @Test(arguments: [
        (500, [], true), (502, [], true), (504, [], true), (503, [], true), (507, [], true),
        (503, ["Retry-After: 5"], false),
        (501, [], false), (505, [], false), (400, [], false), (401, [], false), (403, [], false), (409, [], false),
        (413, [], false),
        (422, [], false), (429, ["Retry-After: 5"], false), (302, ["Location: /"], false),
    ])
    func `A refusal leaves the outcome unknown only if the service may have started`(
        _ status: Int,
        _ headers: [String],
        _ isUnknown: Bool
    ) async throws {
        let body = APIError(status: status, code: "Code", message: "text").json.text
        for answer in [
            ScriptedAnswer.json(body, status: status, headers: headers), .http(status: status, headers: headers),
        ] {
            try await ScriptedServer.run(answer) { server in
                try await ITwinsClient.run(server.baseURL) { client in
                    for operation in creations {
                        #expect(await client.failure(of: operation)?.outcomeUnknown == isUnknown)
                    }
                    #expect(server.requests.count == (status == 429 ? 6 : 2))
                    #expect(await client.failure(of: everything)?.outcomeUnknown == false)
                }
            }
        }
    }

    @Test func `A success that can't be read leaves the outcome unknown`() async throws {
        let answers = [
            ScriptedAnswer.http(status: 201), .json("{", status: 201), .json("{}", status: 201),
            .json(#"{"iTwin":{}}"#, status: 201),
            .http(status: 200, headers: ["Content-Type: text/html"], body: Array("<html>".utf8)),
            .json(#"{"iTwin":{"id":"\#(String(repeating: "1", count: 20_000))"}}"#, status: 201),
        ]
        for answer in answers {
            try await ScriptedServer.run(answer) { server in
                try await ITwinsClient.run(server.baseURL, limits: shortLimits) { client in
                    #expect(await client.failure(of: .createITwin(iTwinDraft))?.outcomeUnknown == true)
                }
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `Cancelling leaves the outcome unknown once the request may have been sent, and not before`()
        async throws
    {
        try await ScriptedServer.run(.silence) { server in
            var limits = ClientLimits()
            limits.connections = 1
            try await ITwinsClient.run(server.baseURL, limits: limits) { client in
                let sent = Task { await client.failure(of: .createITwin(iTwinDraft)) }
                try await server.waitForRequests(1)
                let waiting = Task { await client.failure(of: .createITwin(iTwinDraft)) }
                waiting.cancel()
                let unsent = await waiting.value
                #expect(unsent?.reason == .cancelled)
                #expect(unsent?.outcomeUnknown == false)
                sent.cancel()
                let lost = await sent.value
                #expect(lost?.reason == .cancelled)
                #expect(lost?.outcomeUnknown == true)
            }
            #expect(server.requests.count == 1)
        }
    }
}
