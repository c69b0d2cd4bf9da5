import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Signing out while something is in the way (reliability A18).
@Suite(.timeLimit(.minutes(1))) struct SigningOutTests {
    /// A program that waits but a moment for the lock, as for one that another program has for longer than anybody waits.
    private func hasty(_ desk: Desk) throws -> TokenSource {
        var store = TokenStore(folder: desk.folder, environment: [:])
        store.lockLimit = .milliseconds(20)
        return try desk.source(store: store)
    }

    /// Begins to renew the tokens of a source, with an answer that takes a second.
    private func renewSlowly(_ desk: Desk, _ source: TokenSource) async throws -> Task<Secret, any Error> {
        let old = try await source.token()
        let text = #"{"access_token":"late-access","token_type":"Bearer","refresh_token":"late-refresh"}"#
        desk.authority.answer(
            "/token",
            with: ScriptedAnswer(
                ScriptedAnswer.raw(
                    "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: \(text.utf8.count)\n\n"
                ),
                .drip(Array(text.utf8), pause: .milliseconds(10))
            )
        )
        let task = Task { try await source.renewed(insteadOf: old) }
        try await desk.authority.state.wait { $0.forms.contains { $0["grant_type"] == "refresh_token" } }
        return task
    }

    @Test func `After signing out, tokens from another program's long renewal don't come back`() async throws {
        try await Desk.run { desk in
            let source = try desk.source()
            try await desk.signIn(source)
            let renewal = try await renewSlowly(desk, source)
            #expect(try await hasty(desk).signOut() == nil)
            let result = await renewal.result
            let error = await #expect(throws: SignInError.self) { try await desk.source().token() }
            #expect(error?.kind == .signedOut)
            // Whichever was first, nothing that was handed out late is good any more.
            #expect(desk.authority.state.value.revoked.contains("late-refresh"))
            if case .failure(let error) = result { #expect((error as? SignInError)?.kind == .signedOut) }
        }
    }

    @Test func `Tokens from another program's long renewal don't replace those of a new sign-in`() async throws {
        try await Desk.run { desk in
            let source = try desk.source()
            try await desk.signIn(source)
            let renewal = try await renewSlowly(desk, source)
            let other = try hasty(desk)
            let underWay = try await SignInUnderWay.begin(other)
            let query = underWay.answer(from: desk.authority)
            desk.authority.answer("/token", with: nil)
            _ = try await Desk.comeBack(underWay.progress, query)
            #expect(await underWay.failure == nil)
            let new = try await other.token()
            _ = await renewal.result
            #expect(try await desk.source().token() == new)
            #expect(new != Secret("late-access"))
        }
    }

    @Test func `Signing out takes effect at once, even if the keyring is slow to delete`() async throws {
        try await Desk.run { desk in
            let tool = try FakeKeyring(in: desk.folder + "/bin")
            let source = try desk.source(environment: tool.environment)
            try await desk.signIn(source)
            let going = desk.folder + "/going"
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
        try await Desk.run { desk in
            let tool = try FakeKeyring(in: desk.folder + "/bin")
            try await desk.signIn(desk.source(environment: tool.environment))
            #expect(try tool.secrets.count == 1)
            try tool.answer("case $1 in lookup|clear) exit 1 ;; esac")
            let error = await #expect(throws: SignInError.self) {
                try await desk.source(environment: tool.environment).signOut()
            }
            #expect(error?.kind == .storage)
            #expect(error?.message.contains("Unlock it") == true)
            #expect(try tool.secrets.count == 1)
            try tool.answer(":")
            #expect(try await desk.source(environment: tool.environment).signOut() == nil)
            #expect(try tool.secrets.isEmpty)
            #expect(desk.authority.state.value.revoked.count == 1)
            await #expect(throws: SignInError.self) { try await desk.source(environment: tool.environment).token() }
        }
    }

    @Test func `Tokens that could neither be revoked nor removed are not used again, and go with the next sign-out`()
        async throws
    {
        try await Desk.run { desk in
            let tool = try FakeKeyring(in: desk.folder + "/bin")
            let source = try desk.source(environment: tool.environment)
            try await desk.signIn(source)
            let old = try await source.token()
            try tool.answer("[ $1 = clear ] && exit 1")
            desk.authority.answer("/revoke", with: ScriptedAnswer(.reset))
            let kept = await #expect(throws: SignInError.self) { try await source.signOut() }
            #expect(kept?.kind == .storage)
            // A request that was on its way with them, and one that had others.
            for refused in [old, Secret("another")] {
                let error = await #expect(throws: SignInError.self) { try await source.renewed(insteadOf: refused) }
                #expect(error?.kind == .signedOut)
            }
            try tool.answer(":")
            desk.authority.answer("/revoke", with: nil)
            #expect(try await source.signOut() == nil)
            #expect(try tool.secrets.isEmpty)
            #expect(desk.authority.state.value.revoked.count == 1)
        }
    }
}
