import Foundation
import ITwinsAPI
import PrivateFiles
import TestSupport
import Testing

@testable import SignIn

/// What goes wrong while new tokens are fetched and kept, and costs nobody his session (reliability A14 to A17).
@Suite(.timeLimit(.minutes(1))) struct TokenFailureTests {
    @Test func `An unreachable authority isn't retried for a while, as long as the old token is valid`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            harness.authority.answer("/token", with: .json("{}", status: 503))
            harness.advance(3550)
            for _ in 0..<5 { #expect(try await source.token() == old) }
            #expect(harness.authority.refreshes == 1)
            harness.advance(16)
            for _ in 0..<5 { #expect(try await source.token() == old) }
            #expect(harness.authority.refreshes == 2)
            harness.authority.answer("/token", with: nil)
            harness.advance(16)
            #expect(try await source.token() != old)
        }
    }

    @Test func `Rejected tokens are not tried again, even if the store returns them once more`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            let key = TokenKey(try harness.registration(), apiOrigin: "https://api.example.org")
            let store = TokenStore(folder: harness.folder, environment: [:])
            let entry = try #require(try await store.entry(key))
            harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_grant", "revoked"))
            await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: old) }
            try await store.keep(entry, key)
            for _ in 0..<3 {
                let error = await #expect(throws: SignInError.self) { try await source.token() }
                #expect(error?.kind == .signedOut)
                #expect(error?.message.contains("revoked") == true)
            }
            #expect(harness.authority.refreshes == 1)
        }
    }

    @Test(arguments: [
        (
            "invalid_client",
            "The client ID is unknown, or its secret is wrong. Check client-id and the source of the secret"
        ), ("invalid_request", "Check client-id and redirect-uris against the registered application"),
        (
            "unauthorized_client",
            "The application isn't registered for this kind of sign-in: use a native application for users and a service for programs"
        ), ("invalid_scope", "Check scopes in the profile: the application isn't allowed to request all of them"),
        (
            "unsupported_grant_type",
            "The authority doesn't support this kind of sign-in. Check authority in the profile"
        ),
    ])
    func `A refusal that isn't about the tokens keeps them, and the old one is used`(_ code: String, _ help: String)
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            harness.authority.answer(
                "/token",
                with: FakeAuthority.refusal(code, "because", status: code == "invalid_client" ? 401 : 400)
            )
            harness.advance(3550)
            #expect(try await source.token() == old)
            let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: old) }
            #expect(error?.kind == .refused(code: code))
            let host = harness.authority.issuer.dropFirst("http://".count)
            #expect(error?.message == "\(host) refused (\(code)): “because”. \(help)")
            harness.authority.answer("/token", with: nil)
            #expect(try await source.renewed(insteadOf: old) != old)
        }
    }

    @Test func `A response that is too slow times out, and the page says that sign-in failed`() async throws {
        try await SignInHarness.run { harness in
            var client = AuthorityClient(
                try Authority(harness.authority.issuer),
                http: harness.http,
                time: harness.time()
            )
            _ = try await client.endpoints()
            client.limit = .milliseconds(50)
            harness.authority.answer(
                "/token",
                with: ScriptedAnswer(
                    ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 100000\n\n"),
                    .drip(Array(repeating: UInt8(ascii: " "), count: 100_000), pause: .milliseconds(1))
                )
            )
            let underWay = try await OngoingSignIn.begin(try harness.source(client: client))
            let page = try await SignInHarness.comeBack(underWay.progress, underWay.answer(from: harness.authority))
            #expect(String(decoding: page.body, as: UTF8.self).contains("Not signed in"))
            let failure = await underWay.failure
            #expect(failure?.kind == .unreachable)
            #expect(failure?.message.contains("in time") == true)
        }
    }

    @Test(.rows(19)) func `A slow revocation times out, and the tokens are deleted`() async throws {
        try await SignInHarness.run { harness in
            var client = AuthorityClient(
                try Authority(harness.authority.issuer),
                http: harness.http,
                time: harness.time()
            )
            client.revocationLimit = .milliseconds(50)
            let source = try harness.source(client: client)
            try await harness.signIn(source)
            harness.authority.answer("/revoke", with: .silence)
            guard case .notRevoked(let reason)? = try await source.signOut() else {
                Issue.record("it was revoked")
                return
            }
            #expect(reason.contains("in time"))
            await #expect(throws: SignInError.self) { try await harness.source().token() }
        }
    }

    @Test func `A refresh token that isn't replaced stays valid`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            harness.authority.answer("/token", with: .json(#"{"access_token":"second","token_type":"Bearer"}"#))
            #expect(try await source.renewed(insteadOf: old) == Secret("second"))
            harness.authority.answer("/token", with: nil)
            #expect(try await source.renewed(insteadOf: Secret("second")).revealed.hasPrefix("access-"))
            #expect(harness.authority.state.value.reuses == 0)
        }
    }

    // MARK: Without a refresh token

    /// Signs in where no refresh token is handed out.
    private func signInWithoutRefresh(_ harness: SignInHarness, _ source: TokenSource) async throws {
        let date = HTTPDateText.text(harness.clock.value.adding(seconds: 7200))
        harness.authority.answer(
            "/token",
            with: .json(
                #"{"access_token":"only-canary","token_type":"Bearer","expires_in":3600}"#,
                headers: ["Date: \(date)"]
            )
        )
        try await harness.signIn(source)
        harness.authority.answer("/token", with: nil)
    }

    @Test func `Without a refresh token the access token is used until it expires, and then the reason is given`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await signInWithoutRefresh(harness, source)
            #expect(try await source.status().canRefresh == false)
            for seconds in [3000.0, 500, 90, 9] {
                harness.advance(seconds)
                #expect(try await source.token() == Secret("only-canary"))
                #expect(try await harness.source().token() == Secret("only-canary"))
            }
            harness.advance(2)
            let error = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(error?.kind == .signedOut)
            let host = try Authority(harness.authority.issuer).host
            #expect(
                error?.message == "The access token has expired, and \(host) issued no refresh token. Sign in again"
            )
            #expect(harness.authority.state.value.forms.count == 1)
            await #expect(throws: SignInError.self) { try await harness.source().token() }
        }
    }

    @Test func `Without a refresh token a rejected access token ends the sign-in and isn't used again`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await signInWithoutRefresh(harness, source)
            let store = TokenStore(folder: harness.folder, environment: [:])
            let key = TokenKey(try harness.registration(), apiOrigin: "https://api.example.org")
            let entry = try #require(try await store.entry(key))
            let error = await #expect(throws: SignInError.self) {
                try await source.renewed(insteadOf: Secret("only-canary"))
            }
            #expect(error?.kind == .signedOut)
            #expect(error?.message.contains("The access token was rejected") == true)
            // As if it could not have been removed.
            try await store.keep(entry, key)
            for _ in 0..<3 {
                let again = await #expect(throws: SignInError.self) { try await source.token() }
                #expect(again?.message == error?.message)
            }
            #expect(harness.authority.state.value.forms.count == 1)
        }
    }

    @Test func `Signing out without a refresh token revokes the access token, in another program too`() async throws {
        for isAnotherProgram in [false, true] {
            try await SignInHarness.run { harness in
                let source = try harness.source()
                try await signInWithoutRefresh(harness, source)
                let other = isAnotherProgram ? try harness.source() : source
                #expect(try await other.signOut() == nil)
                #expect(harness.authority.state.value.revoked == ["only-canary"])
                #expect(harness.authority.state.value.hints == ["access_token"])
                #expect(try await harness.source().signOut() == .nobody)
            }
        }
    }

    @Test func `Tokens that can't be stored are reported and not lost`() async throws {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            let source = try harness.source(environment: tool.environment)
            try await harness.signIn(source)
            #expect(try await source.status().storage == .keyring)
            let old = try await source.token()
            try tool.answer("[ \"$1\" = store ] && exit 1")
            let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: old) }
            #expect(error?.kind == .storage)
            let second = try await source.token()
            #expect(second != old)
            try tool.answer(":")
            let third = try await source.renewed(insteadOf: second)
            #expect(![old, second].contains(third))
            #expect(harness.authority.state.value.reuses == 0)
            #expect(try await harness.source(environment: tool.environment).token() == third)
        }
    }

    @Test func `A wrong or missing client secret is reported, and fixing it continues`() async throws {
        try await SignInHarness.run { harness in
            let file = harness.folder + "/secret"
            let registration = try Registration(
                authority: Authority(harness.authority.issuer),
                clientID: "service",
                grant: .service(secret: .file(path: file))
            )
            let source = try harness.source(registration)
            let missing = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(missing?.kind == .configuration)
            #expect(missing?.message.contains(file) == true)
            #expect(harness.authority.state.value.forms.isEmpty)
            try PrivateFile(path: file).replace(with: Array("canary\n".utf8))
            harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_client", status: 401))
            let wrong = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(wrong?.kind == .refused(code: "invalid_client"))
            #expect(wrong?.message.contains("secret is wrong") == true)
            #expect(wrong?.message.contains("canary") == false)
            harness.authority.answer("/token", with: nil)
            let token = try await source.token()
            #expect(try await source.renewed(insteadOf: token) != token)
            #expect(try await source.status().storage == .memory)
        }
    }
}
