import ITwinsAPI
import ITwinsClient
import SignIn
import TestSupport
import Testing

/// A client of the API whose tokens come from here (reliability A16, rows 12, 13 and 20).
@Suite(.timeLimit(.minutes(1))) struct SessionTests {
    /// Runs a test's part with a client and a service that takes the tokens that a closure takes.
    private func run(
        accepting isGood: @escaping @Sendable (String) -> Bool,
        _ body: (SignInHarness, TokenSource, ITwinsClient, ScriptedServer) async throws -> Void
    ) async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await ScriptedServer.run { request, _ in
                isGood(String((request["Authorization"] ?? "").dropFirst("Bearer ".count)))
                    ? .json(#"{"iTwin":{"id":"x"}}"#)
                    : .json(#"{"error":{"code":"Unauthorized","message":"No."}}"#, status: 401)
            } _: { server in
                let configuration = try ClientConfiguration(baseURL: server.baseURL, userAgent: "tests/1") { refused in
                    do throws(SignInError) {
                        return try await refused == nil
                            ? source.token() : source.renewed(insteadOf: refused ?? Secret(""))
                    } catch {
                        throw error.kind == .signedOut ? SignedOut(error.message) : error
                    }
                }
                try await ITwinsClient.run(configuration) { try await body(harness, source, $0, server) }
            }
        }
    }

    private func failures(of client: ITwinsClient, requests: Int) async -> [RequestError] {
        await withTaskGroup(of: RequestError?.self) { group in
            // Identical questions would share one answer.
            for number in 0..<requests { group.addTask { await client.failure(of: .iTwin(id: "\(number)")) } }
            return await group.reduce(into: []) { failures, failure in if let failure { failures.append(failure) } }
        }
    }

    @Test(.rows(12))
    func `When the service rejects the token, twenty requests lead to one renewal and twenty responses`()
        async throws
    {
        let first = Watched("")
        try await run {
            $0 != first.value
        } _: { harness, source, client, server in
            try await harness.signIn(source)
            let token = try await source.token()
            first.update { $0 = token.revealed }
            #expect(await failures(of: client, requests: 20).isEmpty)
            #expect(harness.authority.refreshes == 1)
            #expect(harness.authority.state.value.reuses == 0)
            // As long as no request waits for another one's tokens it is asked again at most once.
            #expect((20...40).contains(server.requests.count))
        }
    }

    @Test(.rows(13)) func `A service that rejects every token gets each request twice, and the rejection stands`()
        async throws
    {
        try await run { _ in
            false
        } _: { harness, source, client, server in
            try await harness.signIn(source)
            let failure = await client.failure(of: .iTwin(id: "1"))
            #expect(failure?.apiError?.status == 401)
            #expect(server.requests.count == 2)
            #expect(harness.authority.refreshes == 1)
        }
    }

    @Test func `Being signed out while working is reported, and signing in again continues`() async throws {
        let isOver = Watched(false)
        try await run { _ in
            !isOver.value
        } _: { harness, source, client, server in
            #expect(await client.failure(of: .iTwin(id: "1"))?.reason.isSignedOut == true)
            #expect(server.requests.isEmpty)
            try await harness.signIn(source)
            #expect(await client.failure(of: .iTwin(id: "1")) == nil)
            isOver.update { $0 = true }
            harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_grant", "revoked"))
            for failure in await failures(of: client, requests: 5) {
                #expect(failure.reason.isSignedOut)
                #expect(!failure.outcomeUnknown)
            }
            #expect(harness.authority.refreshes == 1)
            isOver.update { $0 = false }
            harness.authority.answer("/token", with: nil)
            try await harness.signIn(source)
            #expect(await client.failure(of: .iTwin(id: "1")) == nil)
        }
    }
}

extension RequestError.Reason {
    fileprivate var isSignedOut: Bool {
        if case .signedOut = self { true } else { false }
    }
}
