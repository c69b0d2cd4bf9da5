import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Refresh tokens and revocation (RFC 6749 section 6, RFC 9700 section 4.14.2, RFC 7009).
@Suite struct RefreshTests {
    private static func isGood(_ token: Secret, _ service: LocalService) async throws -> Bool {
        let answer = try await service.http.request("GET", "/itwins", token: token)
        #expect(answer.status == 200 || answer.error?.code == "Unauthorized")
        return answer.status == 200
    }

    private static func isRefused(_ answer: RawAnswer) -> Bool {
        answer.status == 400 && answer.json?["error"] == "invalid_grant"
    }

    @Test func `Each refresh returns a new refresh token for the same user and scopes`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            var tokens = try await client.signIn(as: .owner)
            let user = try JWTParts(tokens.access.revealed).claims["sub"]
            var seen: Set<String> = []
            for _ in 1...5 {
                let token = try #require(tokens.refresh)
                #expect(seen.insert(token).inserted)
                let answer = try await client.refresh(token)
                #expect(answer.json?["scope"]?.string == client.scope)
                tokens = try TestTokens(answer)
                #expect(try JWTParts(tokens.access.revealed).claims["sub"] == user)
                #expect(try await Self.isGood(tokens.access, service))
            }
        }
    }

    @Test func `Reusing a refresh token ends its sign-in and no other`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let other = try await client.signIn()
            let first = try await client.signIn()
            let second = try TestTokens(try await client.refresh(try #require(first.refresh)))
            let third = try TestTokens(try await client.refresh(try #require(second.refresh)))
            #expect(Self.isRefused(try await client.refresh(try #require(first.refresh))))
            #expect(Self.isRefused(try await client.refresh(try #require(third.refresh))))
            for tokens in [first, second, third] { #expect(try await !Self.isGood(tokens.access, service)) }
            #expect(try await Self.isGood(other.access, service))
            #expect(try await client.refresh(try #require(other.refresh)).status == 200)
        }
    }

    @Test func `If a refresh token is used concurrently, one request gets tokens, which are then revoked`() async throws
    {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let refresh = try #require(try await client.signIn().refresh)
            let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
                for _ in 1...8 { group.addTask { try await client.refresh(refresh) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let granted = try answers.filter { $0.status == 200 }.map(TestTokens.init)
            #expect(granted.count == 1)
            #expect(answers.filter(Self.isRefused).count == 7)
            for tokens in granted { #expect(try await !Self.isGood(tokens.access, service)) }
        }
    }

    @Test func `A refresh may request fewer scopes than granted, and the refresh token keeps all`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            var client = service.oauth
            client.scope = "openid itwin-platform offline_access"
            let first = try #require(try await client.signIn().refresh)
            let form = [("grant_type", "refresh_token"), ("client_id", client.id)]
            let more = try await client.token(form + [("refresh_token", first), ("scope", "itwin-platform email")])
            #expect(more.json?["error"] == "invalid_scope")
            let less = try await client.token(form + [("refresh_token", first), ("scope", "openid")])
            #expect(less.json?["scope"] == "openid")
            let tokens = try TestTokens(less)
            let answer = try await service.http.request("GET", "/itwins", token: tokens.access)
            #expect(answer.isError(403, "Forbidden"))
            let all = try await client.refresh(try #require(tokens.refresh))
            #expect(all.json?["scope"]?.string == client.scope)
        }
    }

    @Test func `An unused refresh token expires after 30 days, a used one does not`() async throws {
        let clock = TestClock()
        try await LocalService.run(requiresSignIn: true, clock: clock) { service in
            let client = service.oauth
            var tokens = try await client.signIn()
            for _ in 1...3 {
                clock.advance(seconds: 29 * 86_400)
                // Others sign in, whereby what has ended goes.
                _ = try await client.signIn()
                tokens = try TestTokens(try await client.refresh(try #require(tokens.refresh)))
                #expect(try await Self.isGood(tokens.access, service))
            }
            clock.advance(seconds: 30 * 86_400)
            #expect(Self.isRefused(try await client.refresh(try #require(tokens.refresh))))
            _ = try await client.signIn()
            #expect(Self.isRefused(try await client.refresh(try #require(tokens.refresh))))
        }
    }

    @Test func `Refresh tokens stay valid after a restart on another port`() async throws {
        let folder = try TemporaryFolder()
        let file = ServiceConfiguration.Database.file(folder.path + "/itwins.sqlite")
        let tokens = try await LocalService.run(database: file, requiresSignIn: true) { try await $0.oauth.signIn() }
        try await LocalService.run(database: file, requiresSignIn: true) { service in
            #expect(try await Self.isGood(tokens.access, service))
            let next = try TestTokens(try await service.oauth.refresh(try #require(tokens.refresh)))
            #expect(try await Self.isGood(next.access, service))
            #expect(Self.isRefused(try await service.oauth.refresh(try #require(tokens.refresh))))
        }
    }

    @Test func `Revoking a refresh token, even a used one, ends the sign-in`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let other = try await client.signIn()
            for isUsed in [false, true] {
                let first = try await client.signIn()
                let refresh = try #require(first.refresh)
                let last = isUsed ? try TestTokens(try await client.refresh(refresh)) : first
                let answer = try await client.revoke(refresh)
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
                #expect(try await !Self.isGood(first.access, service))
                #expect(try await !Self.isGood(last.access, service))
                #expect(Self.isRefused(try await client.refresh(try #require(last.refresh))))
                #expect(try await client.revoke(refresh).status == 200)
            }
            #expect(try await Self.isGood(other.access, service))
        }
    }

    @Test func `Revoking an access token revokes only that token, after a restart too`() async throws {
        let folder = try TemporaryFolder()
        let file = ServiceConfiguration.Database.file(folder.path + "/itwins.sqlite")
        let (revoked, kept) = try await LocalService.run(database: file, requiresSignIn: true) { service in
            let client = service.oauth
            let tokens = try await client.signIn()
            for _ in 1...2 { #expect(try await client.revoke(tokens.access.revealed).status == 200) }
            #expect(try await !Self.isGood(tokens.access, service))
            let next = try TestTokens(try await client.refresh(try #require(tokens.refresh)))
            #expect(try await Self.isGood(next.access, service))
            return (tokens.access, next.access)
        }
        try await LocalService.run(database: file, requiresSignIn: true) { service in
            let isGood = [try await Self.isGood(revoked, service), try await Self.isGood(kept, service)]
            #expect(isGood == [false, true])
        }
    }

    @Test func `A client can revoke only its own tokens, and must name one`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let tokens = try await client.signIn()
            let own = try TestTokens(try await client.ask(secret: service.clientSecret)).access
            func revoke(_ token: [(String, String)], secret: Secret = service.clientSecret) async throws -> RawAnswer {
                let credentials = [("client_id", "twinscope-service"), ("client_secret", secret.revealed)]
                return try await service.http.request(
                    "POST",
                    "/connect/revocation",
                    token: nil,
                    headers: ["Content-Type: application/x-www-form-urlencoded"],
                    bytes: Array(FormText.text(credentials + token).utf8)
                )
            }
            for foreign in [tokens.access.revealed, try #require(tokens.refresh)] {
                #expect(try await revoke([("token", foreign)]).json?["error"] == "unauthorized_client")
            }
            #expect(try await client.revoke(own.revealed).json?["error"] == "unauthorized_client")
            #expect(try await revoke([("token", own.revealed)], secret: Secret("x")).json?["error"] == "invalid_client")
            #expect(try await revoke([]).json?["error"] == "invalid_request")
            #expect(try await revoke([("token", "x"), ("token_type_hint", "refresh_token")]).status == 200)
            for token in [tokens.access, own] { #expect(try await Self.isGood(token, service)) }
            #expect(try await revoke([("token", own.revealed)]).status == 200)
            #expect(try await !Self.isGood(own, service))
            #expect(try await client.refresh(try #require(tokens.refresh)).status == 200)
        }
    }
}
