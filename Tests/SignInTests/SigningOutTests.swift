import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Signing out while something is in the way (reliability A18).
@Suite(.timeLimit(.minutes(1))) struct SigningOutTests {
    /// A program that waits but a moment for the lock, as for one that another program has for longer than anybody waits.
    private func hasty(_ harness: SignInHarness) throws -> TokenSource {
        var store = TokenStore(folder: harness.folder, environment: [:])
        store.lockLimit = .milliseconds(20)
        return try harness.source(store: store)
    }

    /// Begins to renew the tokens of a source, with an answer that takes a second.
    private func renewSlowly(_ harness: SignInHarness, _ source: TokenSource) async throws -> Task<Secret, any Error> {
        let old = try await source.token()
        let text = #"{"access_token":"late-access","token_type":"Bearer","refresh_token":"late-refresh"}"#
        harness.authority.answer(
            "/token",
            with: ScriptedAnswer(
                ScriptedAnswer.raw(
                    "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: \(text.utf8.count)\n\n"
                ),
                .drip(Array(text.utf8), pause: .milliseconds(10))
            )
        )
        let task = Task { try await source.renewed(insteadOf: old) }
        try await harness.authority.state.wait { $0.forms.contains { $0["grant_type"] == "refresh_token" } }
        return task
    }

    @Test func `After signing out, tokens from another program's long renewal don't come back`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let renewal = try await renewSlowly(harness, source)
            #expect(try await hasty(harness).signOut() == nil)
            let result = await renewal.result
            let error = await #expect(throws: SignInError.self) { try await harness.source().token() }
            #expect(error?.kind == .signedOut)
            // Whichever was first, nothing that was handed out late is good any more.
            #expect(harness.authority.state.value.revoked.contains("late-refresh"))
            if case .failure(let error) = result { #expect((error as? SignInError)?.kind == .signedOut) }
        }
    }

    @Test func `Tokens from another program's long renewal don't replace those of a new sign-in`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let renewal = try await renewSlowly(harness, source)
            let other = try hasty(harness)
            let underWay = try await OngoingSignIn.begin(other)
            let query = underWay.answer(from: harness.authority)
            harness.authority.answer("/token", with: nil)
            _ = try await SignInHarness.comeBack(underWay.progress, query)
            #expect(await underWay.failure == nil)
            let new = try await other.token()
            _ = await renewal.result
            #expect(try await harness.source().token() == new)
            #expect(new != Secret("late-access"))
        }
    }

    @Test func `Signing out takes effect at once, even if the keyring is slow to delete`() async throws {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            let source = try harness.source(environment: tool.environment)
            try await harness.signIn(source)
            let going = harness.folder + "/going"
            try tool.answer(
                "if [ $1 = clear ]; then touch '\(going)'; until [ -e '\(going)-on' ]; do sleep 0.02; done; fi"
            )
            let task = Task { try await source.signOut() }
            while !FileManager.default.fileExists(atPath: going) { try await Task.sleep(for: .milliseconds(5)) }
            // The keyring has them still.
            #expect(try tool.secrets.count == 1)
            let error = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(error?.kind == .signedOut)
            try Data().write(to: URL(fileURLWithPath: going + "-on"))
            #expect(try await task.value == nil)
            #expect(try tool.secrets.isEmpty)
            await #expect(throws: SignInError.self) { try await source.token() }
        }
    }

    @Test func `A locked keyring keeps the user signed in until it is unlocked, and signing out then works`()
        async throws
    {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            try await harness.signIn(harness.source(environment: tool.environment))
            #expect(try tool.secrets.count == 1)
            try tool.answer("case $1 in lookup|clear) exit 1 ;; esac")
            let error = await #expect(throws: SignInError.self) {
                try await harness.source(environment: tool.environment).signOut()
            }
            #expect(error?.kind == .storage)
            #expect(error?.message.contains("Unlock it") == true)
            #expect(try tool.secrets.count == 1)
            try tool.answer(":")
            #expect(try await harness.source(environment: tool.environment).signOut() == nil)
            #expect(try tool.secrets.isEmpty)
            #expect(harness.authority.state.value.revoked.count == 1)
            await #expect(throws: SignInError.self) { try await harness.source(environment: tool.environment).token() }
        }
    }

    @Test func `Tokens that could neither be revoked nor removed are not used again, and go with the next sign-out`()
        async throws
    {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            let source = try harness.source(environment: tool.environment)
            try await harness.signIn(source)
            let old = try await source.token()
            try tool.answer("[ $1 = clear ] && exit 1")
            harness.authority.answer("/revoke", with: ScriptedAnswer(.reset))
            let kept = await #expect(throws: SignInError.self) { try await source.signOut() }
            #expect(kept?.kind == .storage)
            // A request that was on its way with them, and one that had others.
            for refused in [old, Secret("another")] {
                let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: refused) }
                #expect(error?.kind == .signedOut)
            }
            try tool.answer(":")
            harness.authority.answer("/revoke", with: nil)
            #expect(try await source.signOut() == nil)
            #expect(try tool.secrets.isEmpty)
            #expect(harness.authority.state.value.revoked.count == 1)
        }
    }
}
