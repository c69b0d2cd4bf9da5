import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Bodies without end show that memory is bounded: reading them whole would never finish.
@Suite(.timeLimit(.minutes(1)), .rows(43)) struct SizeTests {
    private static let head = "HTTP/1.1 200 OK\nContent-Type: application/json\n"
    private static let megabyte = [UInt8](repeating: 0x20, count: 1_048_576)

    @Test func `A body that announces 64 MB is rejected unread`() async throws {
        let answer = ScriptedAnswer(ScriptedAnswer.raw("\(Self.head)Content-Length: 67108864\n\n"), .untilClosed)
        try await ScriptedServer.run(answer) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                #expect(await client.failure(of: everything)?.reason == .tooLarge(limit: 16_777_216))
                try await server.waitUntilAllClosed()
            }
        }
    }

    @Test(arguments: [
        ScriptedAnswer(ScriptedAnswer.raw("\(head)\n"), .bytes(megabyte, times: .max)),
        ScriptedAnswer(
            ScriptedAnswer.raw("\(head)Transfer-Encoding: chunked\n\n"),
            .bytes(Array("100000\r\n".utf8) + megabyte + Array("\r\n".utf8), times: .max)
        ),
    ])
    func `An endless body is cut off at the limit`(_ answer: ScriptedAnswer) async throws {
        try await ScriptedServer.run(answer) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                #expect(await client.failure(of: everything)?.reason == .tooLarge(limit: 16_777_216))
                try await server.waitUntilAllClosed()
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [("X-Flood: ", 40, "\r\n"), ("X-Flood: ", 60_000, "\r\n"), ("", 1000, "")])
    func `Endless headers are an error`(_ name: String, _ count: Int, _ end: String) async throws {
        let line = name + String(repeating: "x", count: count) + end
        let answer = ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nX: "), .bytes(Array(line.utf8), times: .max))
        try await ScriptedServer.run(answer) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let error = try #require(await client.failure(of: .createITwin(iTwinDraft)))
                #expect(error.unexpected?.contains("endless headers") == true, "\(error)")
                try await server.waitUntilAllClosed()
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `A body exactly at the limit is read, one byte more is not`() async throws {
        let text = pageText(0..<3)
        var limits = ClientLimits()
        for difference in [0, -1] {
            limits.body = text.utf8.count + difference
            let chunked = "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n0\r\n\r\n"
            let answers = [
                ScriptedAnswer.json(text),
                ScriptedAnswer(
                    ScriptedAnswer.raw("\(Self.head)Transfer-Encoding: chunked\n\n"),
                    .bytes(Array(chunked.utf8))
                ),
            ]
            for answer in answers {
                try await ScriptedServer.run(answer) { server in
                    let reason = try await ITwinsClient.run(server.baseURL, limits: limits) { client in
                        await client.failure(of: everything)?.reason
                    }
                    #expect(reason == (difference == 0 ? nil : .tooLarge(limit: limits.body)))
                }
            }
        }
    }

    @Test func `The beginning of an endless error body is kept`() async throws {
        let head = "HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\n\nThe gateway is down"
        try await ScriptedServer.run(ScriptedAnswer(ScriptedAnswer.raw(head), .bytes(Self.megabyte, times: .max))) {
            server in
            try await ITwinsClient.run(server.baseURL) { client in
                let refusal = await client.failure(of: everything)?.apiError
                #expect(refusal?.code == "HTTP502")
                #expect(refusal?.message.contains("The gateway is down") == true)
                try await server.waitUntilAllClosed()
            }
        }
    }

    @Test func `A text of more values than a service sends is rejected`() async throws {
        let values = "{\"iTwins\":[" + String(repeating: "0,", count: 600_000) + "0]}"
        try await ScriptedServer.run(.json(values)) { server in
            let error = try await ITwinsClient.run(server.baseURL) { await $0.failure(of: everything) }
            #expect(error?.unexpected?.contains("more than 500000 values") == true, "\(String(describing: error))")
        }
    }
}
