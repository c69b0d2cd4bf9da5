import Foundation
import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// What follows a 401 in the middle of a session (reliability A16, rows 12 and 13).
@Suite struct RenewedTokenTests {
    private static let refusal = ScriptedAnswer.json(
        #"{"error":{"code":"Unauthorized","message":"The token is expired."}}"#,
        status: 401
    )

    /// A source of tokens that gives `old` until that is refused, and counts.
    private final class Tokens: Sendable {
        let current = Watched(Secret("old"))
        let renewals = Watched(0)

        /// Gives another token for one that was refused; for those refused together the same.
        @Sendable func token(_ refused: Secret?) -> Secret {
            guard let refused, refused == current.value else { return current.value }
            return current.update { current in
                guard current == refused else { return current }
                renewals.update { $0 += 1 }
                current = Secret("new")
                return current
            }
        }
    }

    private func run(
        _ script: @escaping @Sendable (RecordedRequest, Int) -> ScriptedAnswer,
        token: @escaping @Sendable (Secret?) async throws -> Secret,
        _ body: (ITwinsClient, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(script: script) { server in
            let configuration = try ClientConfiguration(
                baseURL: server.baseURL,
                userAgent: "tests/1",
                accessToken: token
            )
            try await ITwinsClient.run(configuration) { try await body($0, server) }
        }
    }

    @Test func `A request rejected with 401 is sent once more with a new token, whatever it does`() async throws {
        let answers: [(ITwinsAPI.Operation, ScriptedAnswer)] = [
            (everything, .json(pageText(0..<2))), (creations[0], .json(#"{"iTwin":{"id":"x"}}"#, status: 201)),
            (.addFavorite(id: "x"), .http(status: 204)),
        ]
        for (operation, answer) in answers {
            let tokens = Tokens()
            try await run(
                { request, _ in request["Authorization"] == "Bearer new" ? answer : Self.refusal },
                token: tokens.token
            ) { client, server in
                #expect(await client.failure(of: operation) == nil)
                #expect(server.requests.map { $0["Authorization"] } == ["Bearer old", "Bearer new"])
                #expect(server.requests[0].body == server.requests[1].body)
            }
        }
    }

    @Test func `An upload rejected with 401 is sent once more from the beginning`() async throws {
        let bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array(repeating: 7, count: 200_000)
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("image")
        try Data(bytes).write(to: file)
        let tokens = Tokens()
        try await run(
            { request, _ in
                request["Authorization"] == "Bearer new"
                    ? .json(#"{"image":{"id":"i"}}"#, status: 201) : Self.refusal
            },
            token: tokens.token
        ) { client, server in
            #expect(await client.failure(of: .uploadImage(iTwinID: "1", path: file.path)) == nil)
            #expect(server.requests.map(\.body) == [bytes, bytes])
        }
    }

    @Test(.rows(12)) func `Twenty requests rejected together lead to one new token and twenty responses`()
        async throws
    {
        let tokens = Tokens()
        try await run(
            { request, _ in
                request["Authorization"] == "Bearer new" ? .json(#"{"iTwin":{"id":"x"}}"#) : Self.refusal
            },
            token: tokens.token
        ) { client, server in
            let failures = await withTaskGroup(of: RequestError?.self) { group in
                for number in 0..<20 {
                    // Identical questions would share one answer.
                    group.addTask { await client.failure(of: .iTwin(id: "\(number)")) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(failures.count == 20)
            #expect(tokens.renewals.value == 1)
            #expect(server.requests.count(where: { $0["Authorization"] == "Bearer new" }) == 20)
        }
    }

    @Test(.rows(13)) func `A service that rejects every token gets two requests and no more`() async throws {
        let tokens = Tokens()
        try await run({ _, _ in Self.refusal }, token: tokens.token) { client, server in
            let failure = await client.failure(of: everything)
            #expect(failure?.apiError?.status == 401)
            #expect(failure?.outcomeUnknown == false)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `Without another token the rejection stands after one request`() async throws {
        try await run({ _, _ in Self.refusal }, token: { _ in Secret("only") }) { client, server in
            #expect(await client.failure(of: everything)?.apiError?.status == 401)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `When nobody is signed in the request says so and the outcome is known`() async throws {
        try await run(
            { _, _ in Self.refusal },
            token: { refused in
                guard refused == nil else { throw SignedOut("the session has ended") }
                return Secret("old")
            }
        ) { client, server in
            let failure = await client.failure(of: creations[0])
            #expect(failure?.reason == .signedOut("the session has ended"))
            #expect(failure?.outcomeUnknown == false)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `The rejected token is not shown instead of the new one`() async throws {
        let tokens = Tokens()
        let echo = ScriptedAnswer.json(
            #"{"error":{"code":"Odd","message":"You sent Bearer new"}}"#,
            status: 400
        )
        try await run(
            { request, _ in request["Authorization"] == "Bearer new" ? echo : Self.refusal },
            token: tokens.token
        ) { client, _ in
            let failure = await client.failure(of: everything)
            #expect(failure?.apiError?.message.contains("Bearer new") == false)
        }
    }
}
