import Foundation
import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Where the files of exports are fetched from (reliability H6).
@Suite(.timeLimit(.minutes(1)), .rows(39)) struct FileLinkTests {
    /// Spellings of this machine's address that the system takes, with `PORT` for the port.
    static let spellings = [
        "http://127.0.0.1:PORT", "https://127.0.0.1:PORT", "http://localhost:PORT", "https://LOCALHOST:PORT",
        "http://127.1:PORT", "https://127.1:PORT", "https://2130706433:PORT", "https://0x7f000001:PORT",
        "https://0177.0.0.1:PORT", "https://0.0.0.0:PORT", "https://0:PORT", "https://[::1]:PORT",
        "https://[::ffff:127.0.0.1]:PORT", "https://[::ffff:7f00:1]:PORT", "https://[0:0:0:0:0:0:0:1]:PORT",
        "https://[::]:PORT",
    ]

    @Test(arguments: spellings)
    func `A remote service's link to this machine is not requested`(_ spelling: String) async throws {
        try await ScriptedServer.run(.http(status: 200, body: Array("id\n1\n".utf8))) { server in
            let link = spelling.replacing("PORT", with: String(server.port)) + "/files/a.csv"
            let folder = try TemporaryFolder()
            try await ITwinsClient.run("https://example.org/itwins") { client in
                let bytes = await client.size(ofFileAt: link)
                let failure = await client.downloadFailure(link, .csv, to: folder.file("a.csv"))
                #expect(bytes == nil)
                guard case .unexpectedAnswer(let what)? = failure?.reason else {
                    Issue.record("\(String(describing: failure))")
                    return
                }
                #expect(what.contains("points to this machine"), "\(what)")
                #expect(server.connections == 0)
                #expect(folder.names == [])
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "127.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0"])
    func `A service on this machine has its files there`(_ host: String) async throws {
        try await ScriptedServer.run(.http(status: 200, body: Array("id\n1\n".utf8))) { server in
            let folder = try TemporaryFolder()
            try await ITwinsClient.run(server.baseURL) { client in
                let link = "http://\(host):\(server.port)/files/a.csv"
                let bytes = await client.size(ofFileAt: link)
                let failure = await client.downloadFailure(link, .csv, to: folder.file("a.csv"))
                #expect(bytes == 5)
                #expect(failure == nil)
                #expect(folder.names == ["a.csv"])
            }
        }
    }

    @Test func `File sizes are requested beside the list, a few at a time`() async throws {
        try await ScriptedServer.run { request, _ in
            request.method == "HEAD" ? .silence : .json(pageText(0..<1))
        } _: { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let sizes = (0..<8).map { number in
                    Task { await client.size(ofFileAt: "http://127.0.0.1:\(server.port)/files/\(number)?sig=1") }
                }
                try await server.waitForRequests(2)
                let ended = await ends(within: .seconds(10)) { await client.failure(of: everything) == nil }
                #expect(ended)
                #expect(server.requests.count { $0.method == "HEAD" } == 2)
                for size in sizes { size.cancel() }
                for size in sizes { #expect(await size.value == nil) }
            }
        }
    }
}
