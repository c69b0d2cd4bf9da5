import Foundation
import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@testable import SignIn

/// A request is sent for who made it, or not at all.
@Suite(.timeLimit(.minutes(1))) struct BoundRequestTests {
    private static let creation = ITwinsAPI.Operation.createITwin(
        ITwinDraft(class: .endeavor, subClass: .project, displayName: "Harbour Bridge Deck")
    )
    private static let why = "A different user signed in. The request wasn't sent"

    /// Runs a test's part with a client whose tokens come from a source.
    private func run(
        time: VirtualTime = VirtualTime(),
        _ script: @escaping @Sendable (RecordedRequest, Int) -> ScriptedAnswer = { _, _ in
            .json(#"{"iTwin":{"id":"x"}}"#, status: 201)
        },
        _ body: (SignInHarness, TokenSource, ITwinsClient, ScriptedServer) async throws -> Void
    ) async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await ScriptedServer.run(script: script) { server in
                var configuration = try ClientConfiguration(
                    baseURL: server.baseURL,
                    userAgent: "tests/1",
                    time: time.clientTime
                ) { _ in Secret("") }
                configuration.requestTokens = {
                    let tokens = source.tokensForRequest()
                    return { try await tokens.token(insteadOf: $0) }
                }
                try await ITwinsClient.run(configuration) { try await body(harness, source, $0, server) }
            }
        }
    }

    private func signIn(_ harness: SignInHarness, _ source: TokenSource, as subject: String) async throws {
        harness.authority.state.update { $0.subject = subject }
        try await harness.signIn(source)
    }

    /// Whether what the other one got has ended too when the first one's has.
    @Test(arguments: [false, true])
    func `A user's request is not sent for another user who signed in elsewhere`(_ isFresh: Bool) async throws {
        try await run { harness, source, client, server in
            try await signIn(harness, source, as: "ann")
            if isFresh { harness.advance(4000) }
            try await signIn(harness, harness.source(), as: "bob")
            if !isFresh { harness.advance(4000) }
            let failure = await client.failure(of: Self.creation)
            #expect(failure?.reason == .noToken(Self.why))
            #expect(failure?.outcomeUnknown == false)
            #expect(server.requests.isEmpty)
            // What is asked for from now on is asked for by who is signed in now.
            #expect(await client.failure(of: Self.creation) == nil)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `A change waiting for the service isn't sent for a user who signs in meanwhile`()
        async throws
    {
        let time = VirtualTime(.byHand)
        try await run(time: time) { _, number in
            number == 0
                ? .json(
                    #"{"error":{"code":"TooManyRequests","message":"Wait."}}"#,
                    status: 429,
                    headers: ["Retry-After: 5"]
                )
                : .json(#"{"iTwin":{"id":"x"}}"#, status: 201)
        } _: { harness, source, client, server in
            try await signIn(harness, source, as: "ann")
            let task = Task { await client.failure(of: Self.creation) }
            try await time.waitForSleeping(1)
            try await signIn(harness, source, as: "bob")
            time.advance(.seconds(10))
            let failure = await task.value
            #expect(failure?.reason == .noToken(Self.why))
            #expect(failure?.outcomeUnknown == false)
            #expect(server.requests.count == 1)
        }
    }

    /// The numbers of who was signed in, state by state.
    private func people(_ harness: SignInHarness) -> [UInt64] {
        harness.states.value.compactMap { if case .signedIn(_, let user, _) = $0 { user } else { nil } }
    }

    /// Tokens that name nobody, both by the same name, or by what only the authority calls them.
    @Test(arguments: [nil, ["name": "Ann"], ["name": "Ann", "sub": "1"]] as [[String: String]?])
    func `A possibly different user is reported as another one and gets none of the previous user's data`(
        _ claims: [String: String]?
    ) async throws {
        try await run { harness, source, client, server in
            func answer(_ claims: [String: String]?, _ number: Int) {
                var object = JSON.Object()
                for (name, value) in claims ?? [:] { object[name] = .string(value) }
                let token = claims == nil ? "opaque-\(number)" : FakeAuthority.jwt(object)
                harness.authority.answer(
                    "/token",
                    with: .json(
                        #"{"access_token":"\#(token)","token_type":"Bearer","expires_in":3600,"refresh_token":"r\#(number)"}"#
                    )
                )
            }
            answer(claims, 1)
            try await harness.signIn(source)
            let first = try #require(people(harness).last)
            #expect(try await source.tokensForRequest(of: first).token(insteadOf: nil) == source.token())
            // Another sign-in; where the authority says who it is, that of another user.
            answer(claims?.mapValues { $0 == "1" ? "2" : $0 }, 2)
            try await harness.signIn(source)
            let second = try #require(people(harness).last)
            #expect(first != second)
            let error = await #expect(throws: SignInError.self) {
                try await source.tokensForRequest(of: first).token(insteadOf: nil)
            }
            #expect(error?.kind == .otherUser)
            #expect(try await source.tokensForRequest(of: second).token(insteadOf: nil) == source.token())
        }
    }

    @Test func `Tokens of an older version belong to the same user if only the name matches`() {
        let before = TokenOwner(session: "", userID: nil, name: "Ann")
        // Refreshed: the authority has told now who it is.
        let after = TokenOwner(session: "", userID: "1", name: "Ann")
        #expect(before.isSame(as: after) && after.isSame(as: before))
        #expect(!before.isSame(as: TokenOwner(session: "", userID: nil, name: "Bob")))
        // Of a known sign-in there is more than a name.
        #expect(!before.isSame(as: TokenOwner(session: "s", userID: nil, name: "Ann")))
    }

    @Test func `Renewed tokens belong to the same user, for a service too`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            harness.advance(4000)
            _ = try await source.token()
            let service = try harness.source(
                Registration(
                    authority: Authority(harness.authority.issuer),
                    clientID: "service",
                    grant: .service(secret: .variable(name: "S"))
                ),
                environment: ["S": "secret"]
            )
            let before = people(harness)
            #expect(before.count == 2 && Set(before).count == 1)
            _ = try await service.token()
            harness.advance(4000)
            _ = try await service.token()
            #expect(people(harness).count == 4 && Set(people(harness).dropFirst(2)).count == 1)
        }
    }

    @Test func `A request continues when the same user signs in again elsewhere`() async throws {
        try await run { harness, source, client, server in
            try await signIn(harness, source, as: "ann")
            let first = try await source.token()
            try await signIn(harness, harness.source(), as: "ann")
            harness.advance(4000)
            #expect(await client.failure(of: Self.creation) == nil)
            #expect(server.requests.count == 1)
            #expect(try await source.token() != first)
        }
    }

    @Test func `New tokens that name the user in another way still belong to the same user`() async throws {
        try await run { request, number in
            number == 0
                ? .json(#"{"error":{"code":"Unauthorized","message":"No."}}"#, status: 401)
                : .json(#"{"iTwin":{"id":"x"}}"#, status: 201)
        } _: { harness, source, client, server in
            try await signIn(harness, source, as: "ann@example.org")
            harness.authority.answer(
                "/token",
                with: .json(
                    """
                    {"access_token":"\(FakeAuthority.jwt(["sub": "4711"]))","token_type":"Bearer","expires_in":3600,\
                    "refresh_token":"next"}
                    """
                )
            )
            #expect(await client.failure(of: Self.creation) == nil)
            #expect(server.requests.count == 2)
            #expect(try await source.status().subject == "ann@example.org")
        }
    }
}
