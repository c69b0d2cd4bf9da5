import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite(.rows(42)) struct AnswerTests {
    /// The error of one operation on one answer.
    private func outcome(
        _ operation: ITwinsAPI.Operation = everything,
        on answer: ScriptedAnswer
    ) async throws -> (error: RequestError?, host: String, requests: Int) {
        try await ScriptedServer.run(answer) { server in
            let error = try await ITwinsClient.run(server.baseURL) { await $0.failure(of: operation) }
            return (error, "127.0.0.1:\(server.port)", server.requests.count)
        }
    }

    @Test(arguments: [200, 201, 202, 206])
    func `Any 2xx status is a success`(_ status: Int) async throws {
        #expect(
            try await outcome(.createITwin(iTwinDraft), on: .json(#"{"iTwin":{"id":"1"}}"#, status: status)).error
                == nil
        )
    }

    @Test(arguments: [
        "application/json", "application/json; charset=utf-8", "APPLICATION/JSON ;a=b",
        "application/vnd.bentley.itwin-platform.v1+json",
    ])
    func `Every JSON media type is accepted`(_ type: String) async throws {
        let answer = ScriptedAnswer.http(
            status: 200,
            headers: ["Content-Type: \(type)"],
            body: Array(pageText(0..<1).utf8)
        )
        #expect(try await outcome(on: answer).error == nil)
    }

    @Test(arguments: [
        ScriptedAnswer.http(status: 204), .http(status: 200),
        .http(status: 201, headers: ["Content-Type: application/json"]),
        .json(#"{"iTwin":{"id":"1"}}"#, status: 201), .json("null"),
    ])
    func `A success without content needs no body`(_ answer: ScriptedAnswer) async throws {
        for operation in [ITwinsAPI.Operation.addFavorite(id: "1"), .removeFavorite(id: "1"), .addRecent(id: "1")] {
            #expect(try await outcome(operation, on: answer).error == nil)
        }
    }

    @Test func `A captive portal's page is reported with its host and beginning, in one line`() async throws {
        let html = "<html>\r\n\t<title>Hotel\u{7} Wi-Fi</title>\u{85}" + String(repeating: "x", count: 5000)
        for operation in [everything, .addFavorite(id: "1")] {
            let answer = ScriptedAnswer.http(
                status: 200,
                headers: ["Content-Type: Text/HTML; charset=utf-8"],
                body: Array(html.utf8)
            )
            let (error, host, _) = try await outcome(operation, on: answer)
            let text = try #require(error?.unexpected)
            #expect(text.hasPrefix("text/html from \(host): <html> <title>Hotel Wi-Fi</title> xxx"))
            #expect(text.count == "text/html from \(host): ".count + 200)
            #expect(error?.host == host)
        }
    }

    @Test(arguments: [
        (ScriptedAnswer.http(status: 200), "the body is empty"), (.http(status: 204), "the body is empty"),
        (.json("{}"), "no “iTwins”"), (.json(#"{"iTwins":{}}"#), "not a list"), (.json("[]"), "no “iTwins”"),
        (.http(status: 200, body: Array(pageText(0..<1).utf8)), "no media type"),
    ])
    func `An envelope that differs from the contract is unexpected`(_ answer: ScriptedAnswer, _ reason: String)
        async throws
    {
        let (error, host, _) = try await outcome(on: answer)
        #expect(error?.unexpected?.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.unexpected?.contains(host) == true)
    }

    private static let utf16 = pageText(0..<1).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }

    /// The bytes of an answer with some in the place of an id.
    private static func page(id: [UInt8]) -> [UInt8] {
        Array(#"{"iTwins":[{"id":""#.utf8) + id + Array(#""}]}"#.utf8)
    }

    private static let notJSON: [[UInt8]] = [
        [0xEF, 0xBB, 0xBF] + Array(pageText(0..<1).utf8), utf16, [0xFF, 0xFE] + utf16, page(id: [0xFF]),
        page(id: [0xC0, 0xAF]),
        page(id: [0xED, 0xA0, 0x80]), page(id: [0]), Array(#"{"iTwins":[]"#.utf8), Array(#"{"iTwins":[],}"#.utf8),
        Array(#"{"iTwins":[]} trailing"#.utf8), [0], [0x20],
    ]

    @Test(.rows(26), arguments: notJSON.indices)
    func `A response that isn't UTF-8 JSON is reported as that`(_ index: Int) async throws {
        try await expectNoJSON(Self.notJSON[index])
    }

    @Test(.rows(44), arguments: [10_000, 1_000_000])
    func `Endlessly nested lists are reported as invalid JSON`(_ depth: Int) async throws {
        try await expectNoJSON([UInt8](repeating: UInt8(ascii: "["), count: depth))
    }

    private func expectNoJSON(_ body: [UInt8]) async throws {
        let answer = ScriptedAnswer.http(status: 200, headers: ["Content-Type: application/json"], body: body)
        let (error, host, _) = try await outcome(on: answer)
        #expect(
            error?.unexpected?.hasPrefix("\(host) sent invalid JSON: at byte ") == true,
            "\(String(describing: error))"
        )
    }

    @Test(.rows(43), arguments: ["gzip", "deflate", "br", "GZIP", "identity, gzip"])
    func `An unrequested content encoding is rejected, not unpacked`(_ coding: String) async throws {
        let bomb = ScriptedAnswer.http(
            status: 200,
            headers: ["Content-Type: application/json", "Content-Encoding: \(coding)"],
            body: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        )
        let error = try await outcome(on: bomb).error
        #expect(
            error?.unexpected?.contains("sent an unrequested content encoding (") == true,
            "\(String(describing: error))"
        )
    }

    @Test func `A refusal keeps the service's words`() async throws {
        let said = APIError(
            status: 422,
            code: "InvalidiTwinsRequest",
            message: "Two\nproblems",
            details: [
                .init(code: "InvalidValue", message: "too long", target: "displayName"),
                .init(code: "ReadOnlyProperty", message: ""),
            ]
        )
        let (error, host, requests) = try await outcome(
            on: .json(said.json.text, status: 422, headers: ["x-correlation-id: c-1\t2"])
        )
        #expect(error == RequestError(.refused(said), operation: .getMyITwins, host: host, correlationID: "c-1 2"))
        #expect(requests == 1)
    }

    @Test(arguments: [
        (502, "text/html", "<h1>Bad\ngateway</h1>", "Bad Gateway (text/html from HOST: <h1>Bad gateway</h1>)"),
        (503, "application/json", "", "Service Unavailable"),
        (404, "text/plain", "  ", "Not Found (text/plain from HOST)"),
        (
            500, "application/json", "{\"error\":\"x\"}",
            "Internal Server Error (application/json from HOST: {\"error\":\"x\"})"
        ),
        (429, "application/json", "{\"error\":{\"code\":7,\"message\":\"x\"}}", nil), (418, "text/plain", "short", nil),
    ])
    func `A refusal not from the service is described by its status`(
        _ status: Int,
        _ type: String,
        _ body: String,
        _ message: String?
    ) async throws {
        let answer = ScriptedAnswer.http(status: status, headers: ["Content-Type: \(type)"], body: Array(body.utf8))
        let (error, host, requests) = try await outcome(on: answer)
        let refusal = try #require(error?.apiError)
        #expect(refusal.status == status)
        #expect(refusal.code == "HTTP\(status)")
        if let message { #expect(refusal.message == message.replacing("HOST", with: host)) }
        #expect(requests == (status == 404 || status == 418 ? 1 : 3))
    }

    @Test(arguments: [301, 302, 303, 304, 307, 308])
    func `A redirect is not followed, wherever it leads`(_ status: Int) async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { elsewhere in
            for place in [
                "http://127.0.0.1:\(elsewhere.port)/itwins", "/elsewhere", "http://localhost:\(elsewhere.port)/",
            ] {
                let (error, _, requests) = try await outcome(on: .http(status: status, headers: ["Location: \(place)"]))
                #expect(error?.reason == .redirected("no redirect is expected here"))
                #expect(requests == 1)
            }
            #expect(elsewhere.connections == 0)
        }
    }

    @Test(.rows(44)) func `An iTwin that can't be decoded doesn't affect the others`() async throws {
        let text = #"{"iTwins":[\#(iTwinText(1)),null,7,{"id":null},{"id":""},[],\#(iTwinText(2))],"_links":{}}"#
        try await ScriptedServer.run(.json(text, headers: ["X-Max-Return: 10000"])) { server in
            let answer = try await ITwinsClient.run(server.baseURL) { try await $0.perform(everything) }
            guard case .iTwins(let page) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(page.items.map(\.id) == ["id-1", "id-2"])
            #expect(page.unreadable == 5)
            #expect(page.maxReturn == 10000)
        }
    }
}
