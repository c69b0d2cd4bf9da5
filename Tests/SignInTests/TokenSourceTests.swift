import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Staying signed in (reliability A14 to A18, rows 10 to 14, 19 and 20).
@Suite struct TokenSourceTests {
    @Test func `A token is used until it is due, then renewed in the background, then waited for`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let first = try await source.token()
            harness.advance(2000)
            #expect(try await source.token() == first)
            #expect(harness.authority.refreshes == 0)
            // Ten minutes before its end.
            harness.advance(1100)
            #expect(try await source.token() == first)
            try await harness.authority.state.wait { $0.forms.contains { $0["grant_type"] == "refresh_token" } }
            try await harness.states.wait { $0.count >= 2 }
            let second = try await source.token()
            #expect(second != first)
            // A minute before its end.
            harness.advance(3550)
            let third = try await source.token()
            #expect(third != second)
            #expect(harness.authority.refreshes == 2)
            #expect(harness.authority.state.value.reuses == 0)
        }
    }

    /// Reliability A14: beside the use when a quarter of the lifetime is left, at most ten minutes; waited for when a tenth
    /// is left, at most a minute.
    @Test(arguments: [
        (7200, 600.0, 60.0), (3600, 600, 60), (2400, 600, 60), (1200, 300, 60), (600, 150, 60), (300, 75, 30),
        (40, 10, 4),
    ])
    func `The shorter a token's lifetime, the later it is renewed`(
        _ lifetime: Int,
        _ background: Double,
        _ waiting: Double
    ) async throws {
        for (left, isFetched, isWaitedFor) in [
            (background + 1, false, false), (background - 1, true, false), (waiting + 1, true, false),
            (waiting - 1, true, true),
        ] {
            try await SignInHarness.run { harness in
                harness.authority.state.update { $0.lifetime = lifetime }
                let source = try harness.source()
                try await harness.signIn(source)
                let first = try await source.token()
                harness.advance(Double(lifetime) - left)
                let token = try await source.token()
                #expect((token != first) == isWaitedFor, "\(left) s left of \(lifetime)")
                if isFetched {
                    try await harness.states.wait { $0.count == 2 }
                } else {
                    #expect(harness.authority.refreshes == 0, "\(left) s left of \(lifetime)")
                }
            }
        }
    }

    @Test func `Requests that wait for a token, or were rejected together, lead to one renewal`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            let tokens = try await withThrowingTaskGroup(of: Secret.self) { group in
                for _ in 0..<20 { group.addTask { try await source.renewed(insteadOf: old) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(tokens.count == 1)
            #expect(!tokens.contains(old))
            #expect(harness.authority.refreshes == 1)
            harness.advance(4000)
            let later = try await withThrowingTaskGroup(of: Secret.self) { group in
                for _ in 0..<20 { group.addTask { try await source.token() } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(later.count == 1)
            #expect(harness.authority.refreshes == 2)
        }
    }

    @Test(.rows(10))
    func `Ten programs that renew at once make one request a round, and no refresh token is used twice`()
        async throws
    {
        try await SignInHarness.run { harness in
            try await harness.signIn(harness.source())
            // Each source opens the lock's file for itself, as a program of its own does.
            let sources = try (0..<10).map { _ in try harness.source() }
            for source in sources { _ = try await source.token() }
            for round in 1...100 {
                harness.advance(4000)
                let tokens = try await withThrowingTaskGroup(of: Secret.self) { group in
                    for source in sources { group.addTask { try await source.token() } }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(tokens.count == 1)
                #expect(harness.authority.refreshes == round)
            }
            #expect(harness.authority.state.value.reuses == 0)
        }
    }

    @Test func `New tokens are stored before they are used`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            // The folder can no longer be written: the new tokens are not used either.
            try FileManager.default.removeItem(atPath: harness.folder)
            try Data().write(to: URL(fileURLWithPath: harness.folder))
            let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: old) }
            #expect(error?.kind == .storage)
        }
    }

    @Test func `When the authority rejects the refresh token the user is signed out, and no token stays`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_grant", "revoked"))
            let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: old) }
            #expect(error?.kind == .signedOut)
            #expect(error?.message.contains("revoked") == true)
            guard case .signedOut(let reason, let since)? = harness.states.value.last else {
                Issue.record("\(harness.states.value)")
                return
            }
            #expect(reason.contains("revoked"))
            #expect(since == harness.clock.value)
            let files = try FileManager.default.contentsOfDirectory(atPath: harness.folder)
            #expect(files.allSatisfy { $0.hasSuffix(".lock") })
            // It is not asked again and again.
            let calls = harness.authority.state.value.forms.count
            for _ in 0..<3 { await #expect(throws: SignInError.self) { try await source.token() } }
            #expect(harness.authority.state.value.forms.count == calls)
            harness.authority.answer("/token", with: nil)
            try await harness.signIn(source)
            _ = try await source.token()
        }
    }

    @Test(arguments: [
        ScriptedAnswer(.reset), .json("{}", status: 503), .json("{}", status: 429), .json("{}", status: 500),
    ])
    func `An unreachable authority doesn't cost anyone their tokens`(_ answer: ScriptedAnswer) async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            harness.authority.answer("/token", with: answer)
            // What is left of the old one does.
            harness.advance(3555)
            #expect(try await source.token() == old)
            let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: old) }
            #expect(error?.kind == .unreachable)
            harness.advance(100)
            let late = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(late?.kind == .unreachable)
            harness.authority.answer("/token", with: nil)
            #expect(try await source.token() != old)
        }
    }

    @Test(.rows(14), arguments: [-86_400.0, -3600, 3600, 86_400])
    func `A wrong or changing clock costs at most one renewal`(_ offset: Double) async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let first = try await source.token()
            harness.advance(offset)
            let second = try await source.token()
            // Behind, the token is still taken for a good one: a 401 tells better.
            let third = try await source.renewed(insteadOf: second)
            #expect(third != second)
            #expect(third != first)
            #expect(harness.authority.state.value.reuses == 0)
        }
    }

    @Test(.rows(14), arguments: [-86_400.0, 86_400])
    func `A clock change during renewal leaves the user signed in with valid tokens`(_ offset: Double)
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let first = try await source.token()
            harness.authority.whenAsked("/token") { harness.advance(offset) }
            let second = try await source.renewed(insteadOf: first)
            #expect(second != first)
            #expect(try await source.token() == second)
            harness.authority.state.update { $0.hooks = [:] }
            // It is set right again.
            harness.advance(-offset)
            let third = try await source.token()
            let fourth = try await source.renewed(insteadOf: third)
            #expect(fourth != third)
            #expect(harness.authority.state.value.reuses == 0)
            #expect(harness.states.value.allSatisfy { if case .signedIn = $0 { true } else { false } })
        }
    }

    @Test(.rows(14)) func `After a night of sleep all requests wait for one renewal and continue`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            harness.advance(8 * 3600)
            let tokens = try await withThrowingTaskGroup(of: Secret.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        number % 2 == 0 ? try await source.token() : try await source.renewed(insteadOf: old)
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(tokens.count == 1)
            #expect(!tokens.contains(old))
            #expect(harness.authority.refreshes == 1)
        }
    }

    @Test(.rows(14)) func `A clock an hour off from the authority's is reported and harmless`() async throws {
        for skew in [-3600.0, 3600] {
            try await SignInHarness.run { harness in
                let date = HTTPDateText.text(harness.clock.value.adding(seconds: skew))
                harness.authority.answer(
                    "/token",
                    with: .json(
                        #"{"access_token":"a","token_type":"bearer","expires_in":3600,"refresh_token":"r"}"#,
                        headers: ["Date: \(date)"]
                    )
                )
                let source = try harness.source()
                try await harness.signIn(source)
                #expect(try await source.status().skew == skew)
                #expect(harness.skews.value == [skew])
                harness.advance(2000)
                #expect(try await source.token() == Secret("a"))
                #expect(harness.authority.refreshes == 0)
                #expect(abs(skew) > TokenSource.largestSkew)
            }
        }
    }

    @Test func `An implausible date from the authority is ignored, and its tokens are used by all programs`()
        async throws
    {
        for date in ["Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
            try await SignInHarness.run { harness in
                harness.authority.answer(
                    "/token",
                    with: .json(
                        #"{"access_token":"a","token_type":"bearer","expires_in":3600,"refresh_token":"r"}"#,
                        headers: ["Date: \(date)"]
                    )
                )
                let source = try harness.source()
                try await harness.signIn(source)
                #expect(try await source.status().skew == 0)
                #expect(try await harness.source().token() == Secret("a"))
                #expect(try await harness.source().status().expires == harness.clock.value.adding(seconds: 3600))
            }
        }
    }

    @Test func `Cancelling a wait for new tokens ends the wait, and the tokens still arrive`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            let text = #"{"access_token":"late","token_type":"Bearer","refresh_token":"r"}"#
            harness.authority.answer(
                "/token",
                with: ScriptedAnswer(
                    ScriptedAnswer.raw(
                        "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: \(text.utf8.count)\n\n"
                    ),
                    .drip(Array(text.utf8), pause: .milliseconds(20))
                )
            )
            harness.advance(4000)
            let waiting = [
                Task { try await source.token() }, Task { try await source.renewed(insteadOf: old) },
            ]
            try await harness.authority.state.wait { $0.forms.count == 2 }
            for task in waiting {
                task.cancel()
                let error = await #expect(throws: SignInError.self) { try await task.value }
                #expect(error?.kind == .cancelled)
            }
            #expect(try await source.token() == Secret("late"))
            #expect(harness.authority.refreshes == 1)
        }
    }

    @Test(arguments: [
        (#"[]"#, "isn't a JSON object"), ("<html>", "isn't a JSON object"), ("{}", "no access_token"),
        (#"{"access_token":1,"token_type":"Bearer"}"#, "no access_token"),
        (#"{"access_token":"","token_type":"Bearer"}"#, "invalid access_token"),
        (#"{"access_token":"a b","token_type":"Bearer"}"#, "invalid access_token"),
        (#"{"access_token":"a\r\nX: y","token_type":"Bearer"}"#, "invalid access_token"),
        (#"{"access_token":"canary"}"#, "token_type"), (#"{"access_token":"canary","token_type":"mac"}"#, "token_type"),
        (#"{"access_token":"canary","token_type":"Bearer","expires_in":-1}"#, "expires_in"),
        (#"{"access_token":"canary","token_type":"Bearer","expires_in":"soon"}"#, "expires_in"),
        (#"{"access_token":"canary","token_type":"Bearer","expires_in":1e99}"#, "expires_in"),
        (#"{"access_token":"canary","token_type":"Bearer","refresh_token":7}"#, "refresh_token"),
    ])
    func `An invalid token response is reported with the reason and quotes no token`(_ body: String, _ why: String)
        async throws
    {
        try await SignInHarness.run { harness in
            harness.authority.answer("/token", with: .json(body))
            let source = try harness.source()
            let error = await #expect(throws: SignInError.self) { try await harness.signIn(source) }
            #expect(error?.kind == .malformed)
            #expect(error?.message.contains(why) == true, "\(String(describing: error))")
            #expect(error?.message.contains("canary") == false)
        }
    }

    // MARK: Signing out

    @Test func `Signing out revokes the refresh token and deletes everything`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            #expect(try await source.signOut() == nil)
            #expect(harness.authority.state.value.revoked.count == 1)
            #expect(harness.authority.state.value.revoked.first?.hasPrefix("refresh-") == true)
            let error = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(error?.kind == .signedOut)
            await #expect(throws: SignInError.self) { try await harness.source().token() }
            #expect(try await source.signOut() == .nobody)
        }
    }

    @Test(.rows(19)) func `Signing out without the authority deletes the tokens and says that they weren't revoked`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            harness.authority.answer("/revoke", with: ScriptedAnswer(.reset))
            guard case .notRevoked(let reason)? = try await source.signOut() else {
                Issue.record("it was revoked")
                return
            }
            #expect(reason.contains("can't be reached"))
            await #expect(throws: SignInError.self) { try await harness.source().token() }
        }
    }

    // MARK: Whose tokens

    @Test(.rows(20)) func `Tokens for one service are not sent to another, and no authority is contacted`() async throws
    {
        try await SignInHarness.run { harness in
            try await harness.signIn(harness.source(apiOrigin: "https://api.bentley.com"))
            let calls = harness.authority.state.value.forms.count
            let local = await #expect(throws: SignInError.self) {
                try await harness.source(apiOrigin: "http://127.0.0.1:4000").token()
            }
            #expect(local?.kind == .signedOut)
            #expect(harness.authority.state.value.forms.count == calls)
        }
    }

    @Test func `The status shows user, authority, scopes and expiry, and nothing secret`() async throws {
        try await SignInHarness.run { harness in
            let claims = Data(#"{"sub":"1","email":"ada\u001b[2J@example.org"}"#.utf8).base64EncodedString()
            let jwt = "e30.\(claims.replacing("=", with: "")).canary"
            harness.authority.answer(
                "/token",
                with: .json(
                    #"{"access_token":"\#(jwt)","token_type":"Bearer","expires_in":60,"refresh_token":"canary","scope":"itwin-platform"}"#
                )
            )
            let source = try harness.source()
            try await harness.signIn(source)
            let status = try await source.status()
            #expect(status.subject == "ada [2J@example.org")
            #expect(status.issuer == harness.authority.issuer)
            #expect(status.apiOrigin == "https://api.example.org")
            #expect(status.scopes == ["itwin-platform"])
            #expect(status.storage == .file)
            #expect(status.place?.hasPrefix(harness.folder) == true)
            #expect(status.expires.secondsSince1970 - harness.clock.value.secondsSince1970 - status.skew == 60)
            #expect(!"\(status)".contains("canary"))
        }
    }
}
