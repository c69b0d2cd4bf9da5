import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite struct RequestTests {
    @Test func `A read sends the token, media type, user agent and no content encoding`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            try await ITwinsClient.run(server.baseURL, token: "secret-token") { _ = try await $0.perform(everything) }
            let request = try #require(server.requests.first)
            #expect(request["Authorization"] == "Bearer secret-token")
            #expect(request["Accept"] == "application/vnd.bentley.itwin-platform.v1+json")
            #expect(request["Accept-Encoding"] == "identity")
            #expect(request["User-Agent"] == "twinscope-tests/1")
            #expect(request["Host"] == "127.0.0.1:\(server.port)")
            #expect(request["Content-Type"] == nil)
            #expect(request.body.isEmpty)
        }
    }

    @Test func `A draft is sent as JSON with its length`() async throws {
        try await ScriptedServer.run(.json(#"{"iTwin":\#(iTwinText(1))}"#, status: 201)) { server in
            try await ITwinsClient.run(server.baseURL) { _ = try await $0.perform(.createITwin(iTwinDraft)) }
            let request = try #require(server.requests.first)
            #expect(request.line == "POST /itwins")
            #expect(request["Content-Type"] == "application/json")
            #expect(request["Content-Length"] == String(request.body.count))
            #expect(try JSON.parse(request.body) == iTwinDraft.json)
        }
    }

    @Test func `The token is requested before every request`() async throws {
        let tokens = Watched(0)
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            let configuration = try ClientConfiguration(baseURL: server.baseURL, userAgent: "tests/1") { _ in
                Secret("token-\(tokens.update { $0 += 1; return $0 })")
            }
            try await ITwinsClient.run(configuration) { client in
                for _ in 0..<2 { _ = try await client.perform(everything) }
            }
            #expect(server.requests.map { $0["Authorization"] } == ["Bearer token-1", "Bearer token-2"])
        }
    }

    private struct NoToken: Error, CustomStringConvertible {
        let description = "sign in first"
    }

    @Test func `Without a token nothing is sent, and the reason is reported`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            let configuration = try ClientConfiguration(baseURL: server.baseURL, userAgent: "tests/1") { _ in
                throw NoToken()
            }
            try await ITwinsClient.run(configuration) { client in
                #expect(await client.failure(of: everything)?.reason == .noToken("sign in first"))
                #expect(await client.failure(of: creations[0])?.outcomeUnknown == false)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["", "two words", "line\r\nX-Evil: 1", "schlüssel", "nul\0"])
    func `A token that no header can carry is not sent and not shown`(_ token: String) async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            try await ITwinsClient.run(server.baseURL, token: token) { client in
                let error = try #require(await client.failure(of: everything))
                guard case .noToken(let why) = error.reason else {
                    Issue.record("\(error)")
                    return
                }
                #expect(why.hasPrefix("the access token "))
                #expect(token.isEmpty || !why.contains(token))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `Operations missing from the document routes are not sent`() async throws {
        let missing: [ITwinsAPI.Operation] = [
            .iTwin(id: "1"), .primaryAccount, .favorites(includeInactive: false), .addFavorite(id: "1"),
            .removeFavorite(id: "1"),
            .exports(iTwinID: nil), .export(id: "1"),
        ]
        try await ScriptedServer.run(.json("{}")) { server in
            try await ITwinsClient.run(server.baseURL, routes: .document) { client in
                for operation in missing {
                    let error = await client.failure(of: operation)
                    #expect(error == RequestError(.notInDocumentRoutes, operation: operation.id))
                }
            }
            #expect(server.connections == 0)
        }
    }

    @Test func `The document routes use their own paths`() async throws {
        try await ScriptedServer.run(
            .json(pageText(0..<1)),
            .json(#"{"exports":[]}"#),
            .json(#"{"iTwin":\#(iTwinText(7))}"#, status: 201)
        ) { server in
            try await ITwinsClient.run(server.baseURL, routes: .document) { client in
                _ = try await client.perform(.recents(includeInactive: false))
                _ = try await client.perform(.exports(iTwinID: "a/b"))
                #expect(try await client.perform(.addRecent(id: "7")) == .done)
            }
            #expect(
                server.requests.map(\.line) == [
                    "GET /itwins/myitwins/recents", "GET /itwins/a%2Fb/exports", "POST /itwins/myitwins/recents",
                ]
            )
            #expect(server.requests.last.map { String(decoding: $0.body, as: UTF8.self) } == #"{"iTwinId":"7"}"#)
        }
    }

    @Test func `Requests share connections`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                for _ in 0..<10 { _ = try await client.perform(everything) }
            }
            #expect(server.requests.count == 10)
            #expect(server.connections == 1)
        }
    }

    @Test func `The log has method, path, status and correlation ID, and no query values`() async throws {
        let log = CapturedLog()
        try await ScriptedServer.run(.json(pageText(0..<1), headers: ["x-correlation-id: c-42"])) { server in
            try await ITwinsClient.run(server.baseURL, log: log) { client in
                var query = ITwinQuery()
                query.search = "very private"
                _ = try await client.perform(.iTwins(query))
            }
        }
        let line = try #require(log.lines.first)
        #expect(line.hasPrefix("info GET /itwins 200 "))
        #expect(line.contains(" correlation=c-42"))
        #expect(line.contains(" bytes=\(pageText(0..<1).utf8.count)"))
        #expect(line.contains(" ms="))
        #expect(!line.contains("private"))
        #expect(log.lines.count == 1)
    }
}
