import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Several programs that have the same tokens (reliability A14 and A15, rows 10 and 11). Each source here opens the lock's
/// file for itself, as a program of its own does.
@Suite(.timeLimit(.minutes(1))) struct SharedTokensTests {
    @Test func `A signed-out program continues when another program signs in`() async throws {
        try await SignInHarness.run { harness in
            let here = try harness.source()
            try await harness.signIn(here)
            let old = try await here.token()
            harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_grant", "ended"))
            await #expect(throws: SignInError.self) { try await here.renewed(insteadOf: old) }
            let error = await #expect(throws: SignInError.self) { try await here.token() }
            #expect(error?.message.contains("ended") == true)
            harness.authority.answer("/token", with: nil)
            let there = try harness.source()
            try await harness.signIn(there)
            #expect(try await here.token() == there.token())
            let kinds = harness.states.value.map { state in
                switch state {
                case .unknown: "unknown"
                case .notSignedIn: "not"
                case .signedIn: "in"
                case .signedOut: "out"
                }
            }
            #expect(kinds == ["in", "out", "in", "in"])
        }
    }

    @Test(.rows(11))
    func `If another program has replaced a rejected token, the newer tokens are used`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let old = try await source.token()
            let key = TokenKey(try harness.registration(), apiOrigin: "https://api.example.org")
            let store = TokenStore(folder: harness.folder, environment: [:])
            let before = try #require(try await store.entry(key))
            var newer = before
            newer.tokens.access = Secret("newer-access")
            newer.tokens.refresh = Secret("newer-refresh")
            let path = try #require(store.place(of: key, .file))
            try await store.keep(newer, key)
            let content = try Data(contentsOf: URL(fileURLWithPath: path))
            try await store.keep(before, key)
            // Somebody who does not know of the lock writes while the authority is asked.
            harness.authority.whenAsked("/token") { try? content.write(to: URL(fileURLWithPath: path)) }
            harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_grant"))
            #expect(try await source.renewed(insteadOf: old) == Secret("newer-access"))
            #expect(try await store.entry(key)?.tokens == newer.tokens)
            #expect(harness.authority.refreshes == 1)
        }
    }

    @Test func `Tokens of a new sign-in are not overwritten by another program's refresh`()
        async throws
    {
        for _ in 0..<5 {
            try await SignInHarness.run { harness in
                let here = try harness.source()
                try await harness.signIn(here)
                let old = try await here.token()
                let underWay = try await OngoingSignIn.begin(try harness.source())
                let query = underWay.answer(from: harness.authority)
                harness.authority.state.update { $0.isSlow = true }
                async let renewed = here.renewed(insteadOf: old)
                try await harness.authority.state.wait { $0.forms.contains { $0["grant_type"] == "refresh_token" } }
                harness.authority.state.update { $0.isSlow = false }
                _ = try await SignInHarness.comeBack(underWay.progress, query)
                #expect(await underWay.failure == nil)
                let forHere = try await renewed
                let kept = try await harness.source().token()
                #expect(kept != forHere)
                #expect(kept.revealed.hasPrefix("access-"))
                #expect(harness.authority.state.value.reuses == 0)
            }
        }
    }

    @Test func `Signing out ends another program's pending renewal`() async throws {
        for _ in 0..<5 {
            try await SignInHarness.run { harness in
                let here = try harness.source()
                try await harness.signIn(here)
                let old = try await here.token()
                harness.authority.state.update { $0.isSlow = true }
                async let renewed = here.renewed(insteadOf: old)
                try await harness.authority.state.wait { $0.forms.contains { $0["grant_type"] == "refresh_token" } }
                // Revoking has five seconds, which a slow answer on a busy machine can take.
                harness.authority.state.update { $0.isSlow = false }
                #expect(try await harness.source().signOut() == nil)
                let token = try await renewed
                await #expect(throws: SignInError.self) { try await harness.source().token() }
                let revoked = harness.authority.state.value.revoked
                #expect(revoked == [harness.authority.state.value.newest.values.first ?? ""])
                // What it has goes on until it ends, and not longer.
                #expect(try await here.token() == token)
                harness.advance(4000)
                let error = await #expect(throws: SignInError.self) { try await here.token() }
                #expect(error?.kind == .signedOut)
            }
        }
    }

    @Test func `A request of one user is not sent for another who has signed in meanwhile`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let key = TokenKey(try harness.registration(), apiOrigin: "https://api.example.org")
            let store = TokenStore(folder: harness.folder, environment: [:])
            func keep(_ session: String, _ user: String?, _ token: String) async throws {
                var entry = try #require(try await store.entry(key))
                (entry.tokens.session, entry.tokens.userID) = (session, user)
                (entry.tokens.subject, entry.tokens.access) = (nil, Secret(token))
                try await store.keep(entry, key)
            }
            let request = source.tokensForRequest()
            let first = try await request.token(insteadOf: nil)
            // Whoever is not known to be the same user is another one.
            for (number, user) in [nil, "bob"].enumerated() {
                try await keep("session-\(number)", user, "access-\(number)")
                for _ in 1...2 {
                    let error = await #expect(throws: SignInError.self) {
                        try await request.token(insteadOf: number == 0 ? first : Secret("access-0"))
                    }
                    #expect(error?.kind == .otherUser)
                    #expect(error?.message == "A different user signed in. The request wasn't sent")
                }
                // What is asked from now on is asked by who is signed in now.
                #expect(try await source.tokensForRequest().token(insteadOf: nil) == Secret("access-\(number)"))
            }
            let later = source.tokensForRequest()
            try await keep("session-3", "bob", "access-3")
            #expect(try await later.token(insteadOf: Secret("access-1")) == Secret("access-3"))
        }
    }

    @Test func `A lock that another program holds for long is respected, and the old token is used`() async throws {
        try await SignInHarness.run { harness in
            var store = TokenStore(folder: harness.folder, environment: [:])
            #expect(store.lockLimit == .seconds(10))
            store.lockLimit = .milliseconds(20)
            let source = try harness.source(store: store)
            try await harness.signIn(source)
            let old = try await source.token()
            let key = TokenKey(try harness.registration(), apiOrigin: "https://api.example.org")
            let lock = try await store.lock(key)
            #expect(lock.isTaken)
            harness.advance(3560)
            #expect(try await source.token() == old)
            let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: old) }
            #expect(error?.kind == .unreachable)
            #expect(error?.message.contains("Another Twinscope") == true)
            // What the other one has got is used without the lock.
            let found = try #require(try await store.entry(key))
            var entry = found
            entry.tokens.access = Secret("newer-access")
            try await store.keep(entry, key)
            #expect(try await source.renewed(insteadOf: old) == Secret("newer-access"))
            #expect(harness.authority.refreshes == 0)
            lock.release()
            #expect(try await source.renewed(insteadOf: Secret("newer-access")).revealed.hasPrefix("access-"))
        }
    }

    @Test func `Only one sign-in of a user runs at a time`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            let first = try await OngoingSignIn.begin(source)
            let error = await #expect(throws: SignInError.self) {
                try await source.signIn(browser: nil, pasted: AsyncStream { _ in }) { _ in }
            }
            #expect(error?.message.contains("in progress") == true)
            first.cancel()
            #expect(await first.failure?.kind == .cancelled)
            try await harness.signIn(source)
        }
    }
}
