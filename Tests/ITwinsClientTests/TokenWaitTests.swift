import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// What requests say that ended without a token or before their turn (reliability H2 and H3).
@Suite(.timeLimit(.minutes(1))) struct TokenWaitTests {
    /// A source of tokens that does not care for who waits: it gives one when it is let.
    private final class StubbornTokens: Sendable {
        private let isLet = Watched(false)
        /// How often it was asked.
        let asked = Watched(0)

        @Sendable func token(_ refused: Secret?) async throws -> Secret {
            asked.update { $0 += 1 }
            // A task of its own is not cancelled with who waits for it.
            return try await Task { [isLet] in
                try await isLet.wait { $0 }
                return Secret("token")
            }.value
        }

        func give() { isLet.update { $0 = true } }
    }

    private func configuration(
        _ server: ScriptedServer,
        limits: ClientLimits = ClientLimits(),
        time: VirtualTime = VirtualTime(),
        token: @escaping @Sendable (Secret?) async throws -> Secret
    ) throws -> ClientConfiguration {
        try ClientConfiguration(
            baseURL: server.baseURL,
            userAgent: "tests/1",
            limits: limits,
            time: time.clientTime,
            accessToken: token
        )
    }

    /// Lets the token come after a while for a request that would wait for it for ever.
    private func ending<Value: Sendable>(
        _ tokens: StubbornTokens,
        _ body: () async throws -> Value
    ) async rethrows -> Value {
        let late = Task {
            try await Task.sleep(for: .seconds(5))
            tokens.give()
        }
        defer {
            late.cancel()
            tokens.give()
        }
        return try await body()
    }

    @Test func `Waiting for a token counts towards a request's time limit`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            let tokens = StubbornTokens()
            var limits = ClientLimits()
            limits.total = .milliseconds(200)
            let error = try await ending(tokens) {
                try await ITwinsClient.run(configuration(server, limits: limits, token: tokens.token)) {
                    await $0.failure(of: everything)
                }
            }
            #expect(error?.reason == .noToken("none arrived in time"))
            #expect(error?.attempts == 1)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: [everything] + creations)
    func `Cancelling a wait for a token ends it, and the outcome is known`(_ operation: ITwinsAPI.Operation)
        async throws
    {
        try await ScriptedServer.run(.json("{}")) { server in
            let tokens = StubbornTokens()
            let error = try await ending(tokens) {
                try await ITwinsClient.run(configuration(server, token: tokens.token)) { client in
                    let task = Task { await client.failure(of: operation) }
                    try await tokens.asked.wait { $0 == 1 }
                    task.cancel()
                    return await task.value
                }
            }
            #expect(error?.reason == .cancelled)
            #expect(error?.outcomeUnknown == false)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `A delete cancelled before it was sent is known not to be done`() async throws {
        try await ScriptedServer.run(.silence) { server in
            let asked = Watched(0)
            var limits = ClientLimits()
            limits.connections = 1
            let configuration = try configuration(server, limits: limits) { _ in
                asked.update { $0 += 1 }
                return Secret("token")
            }
            try await ITwinsClient.run(configuration) { client in
                let first = Task { await client.failure(of: everything) }
                try await server.waitForRequests(1)
                let second = Task { await client.failure(of: .deleteITwin(id: "1")) }
                try await asked.wait { $0 == 2 }
                second.cancel()
                let error = await second.value
                #expect(error?.reason == .cancelled)
                #expect(error?.outcomeUnknown == false)
                first.cancel()
                _ = await first.value
            }
            #expect(server.requests.count == 1)
        }
    }

    /// What the second try can end with, after a first one whose answer was lost.
    enum SecondTry: CaseIterable {
        case signedOut, noToken, refused, stoppedBefore
    }

    @Test(arguments: SecondTry.allCases)
    func `A delete whose first attempt was lost may have been done, whatever the second one returned`(
        _ second: SecondTry
    ) async throws {
        let refusal = ScriptedAnswer.json(#"{"error":{"code":"Forbidden","message":"No."}}"#, status: 403)
        try await ScriptedServer.run(.http(status: 502), refusal) { server in
            let time = VirtualTime(second == .stoppedBefore ? .byHand : .byWaiting)
            let asked = Watched(0)
            let configuration = try configuration(server, time: time) { _ in
                let count = asked.update { count in
                    count += 1
                    return count
                }
                guard count == 2 else { return Secret("token") }
                switch second {
                case .signedOut: throw SignedOut("the session has ended")
                case .noToken: throw CancellationError()
                case .refused, .stoppedBefore: return Secret("token")
                }
            }
            try await ITwinsClient.run(configuration) { client in
                let task = Task { await client.failure(of: .deleteITwin(id: "1")) }
                if second == .stoppedBefore {
                    try await time.waitForSleeping(1)
                    task.cancel()
                }
                let error = await task.value
                #expect(error?.outcomeUnknown == true)
                switch second {
                case .signedOut: #expect(error?.reason == .signedOut("the session has ended"))
                case .noToken, .stoppedBefore: #expect(error?.reason == .cancelled)
                case .refused: #expect(error?.apiError?.status == 403)
                }
            }
            #expect(server.requests.count == (second == .refused ? 2 : 1))
        }
    }
}
