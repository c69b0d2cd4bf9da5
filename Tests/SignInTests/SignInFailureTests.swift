import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Signing in that fails after the browser came back, or is ended meanwhile (reliability A3, A4, rows 4, 8 and 17).
@Suite(.timeLimit(.minutes(1))) struct SignInFailureTests {
    private func isClosed(_ port: Int?) async -> Bool {
        (try? await RawHTTP(port: port ?? 0).request("GET", "/", token: nil)) == nil
    }

    @Test(
        .rows(8),
        arguments: [
            (FakeAuthority.refusal("invalid_grant"), SignInError.Kind.refused(code: "invalid_grant")),
            (FakeAuthority.refusal("invalid_client", status: 401), .refused(code: "invalid_client")),
            (.json("{}", status: 503), .unreachable), (ScriptedAnswer(.reset), .unreachable), (.silence, .unreachable),
            (.http(status: 200, headers: ["Content-Type: text/html"], body: Array("<html>".utf8)), .malformed),
            (.json("{}"), .malformed), (.json(#"{"access_token":"a b","token_type":"Bearer"}"#), .malformed),
            (.json("{", status: 400), .malformed),
        ]
    )
    func `Whatever error the code exchange has, the page says so, the port is closed and nothing is stored`(
        _ answer: ScriptedAnswer,
        _ kind: SignInError.Kind
    ) async throws {
        try await SignInHarness.run { harness in
            var client = AuthorityClient(
                try Authority(harness.authority.issuer),
                http: harness.http,
                time: harness.time()
            )
            _ = try await client.endpoints()
            client.limit = .milliseconds(500)
            let source = try harness.source(client: client)
            harness.authority.answer("/token", with: answer)
            let first = try await OngoingSignIn.begin(source)
            let page = try await SignInHarness.comeBack(first.progress, first.answer(from: harness.authority))
            #expect(page.status == 400)
            #expect(String(decoding: page.body, as: UTF8.self).contains("Not signed in"))
            #expect(await first.failure?.kind == kind)
            #expect(await isClosed(first.progress.port))
            let files = try FileManager.default.contentsOfDirectory(atPath: harness.folder)
            #expect(files.isEmpty, "\(files)")
            let token = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(token?.kind == .signedOut)
            // Nothing of that try is good for another one.
            harness.authority.answer("/token", with: nil)
            let second = try await OngoingSignIn.begin(source)
            #expect(second.asked("state") != first.asked("state"))
            #expect(second.asked("code_challenge") != first.asked("code_challenge"))
            #expect(
                try await SignInHarness.comeBack(second.progress, first.answer(from: harness.authority)).status == 400
            )
            #expect(harness.authority.state.value.forms.count == 1)
            #expect(
                try await SignInHarness.comeBack(second.progress, second.answer(from: harness.authority)).status == 200
            )
            #expect(await second.failure == nil)
            #expect(Set(harness.authority.state.value.forms.map { $0["code_verifier"] }).count == 2)
        }
    }

    @Test func `Tokens that can't be stored are reported on the page too, and nobody is signed in`() async throws {
        try await SignInHarness.run { harness in
            let folder = harness.folder + "/tokens"
            let source = try harness.source(store: TokenStore(folder: folder, environment: [:]))
            let underWay = try await OngoingSignIn.begin(source)
            try Data().write(to: URL(fileURLWithPath: folder))
            let page = try await SignInHarness.comeBack(underWay.progress, underWay.answer(from: harness.authority))
            #expect(page.status == 400)
            #expect(String(decoding: page.body, as: UTF8.self).contains("Not signed in"))
            let failure = await underWay.failure
            #expect(failure?.kind == .storage)
            #expect(failure?.message.contains(folder) == true)
            #expect(await isClosed(underWay.progress.port))
            await #expect(throws: SignInError.self) { try await source.token() }
        }
    }

    @Test func `A redirect just before the five minutes are over still signs in`() async throws {
        try await SignInHarness.run { harness in
            let isOver = Watched(false)
            let time = SignInTime(now: { harness.clock.value }) { _ in try await isOver.wait { $0 } }
            let source = try harness.source(time: time)
            harness.authority.state.update { $0.isSlow = true }
            let underWay = try await OngoingSignIn.begin(source)
            let query = underWay.answer(from: harness.authority)
            let page = Task { try await SignInHarness.comeBack(underWay.progress, query) }
            try await harness.authority.state.wait { !$0.forms.isEmpty }
            isOver.update { $0 = true }
            #expect(try await page.value.status == 200)
            #expect(await underWay.failure == nil)
            _ = try await source.token()
        }
    }

    @Test func `Cancelling while another program holds the lock takes effect, and nothing is stored without it`()
        async throws
    {
        try await SignInHarness.run { harness in
            let store = TokenStore(folder: harness.folder, environment: [:])
            let key = TokenKey(try harness.registration(), apiOrigin: "https://api.example.org")
            let lock = try await store.lock(key)
            defer { lock.release() }
            let source = try harness.source(store: store)
            let underWay = try await OngoingSignIn.begin(source)
            let query = underWay.answer(from: harness.authority)
            let browser = Task { try? await SignInHarness.comeBack(underWay.progress, query) }
            while !harness.log.lines.contains(where: { $0.contains("/token") }) {
                try await Task.sleep(for: .milliseconds(2))
            }
            underWay.cancel()
            #expect(await underWay.failure?.kind == .cancelled)
            _ = await browser.value
            let files = try FileManager.default.contentsOfDirectory(atPath: harness.folder)
            #expect(files.allSatisfy { $0.hasSuffix(".lock") }, "\(files)")
        }
    }

    @Test(arguments: ["search", "store"])
    func `Cancelling while the keyring is queried takes effect, and no file is used instead`(_ call: String)
        async throws
    {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            try tool.answer("[ \"$1\" = \(call) ] && touch '\(harness.folder)/asked' && exec sleep 1000")
            let folder = harness.folder + "/tokens"
            var store = TokenStore(folder: folder, environment: tool.environment)
            store.keyringLimit = .seconds(60)
            let source = try harness.source(store: store)
            let underWay = try await OngoingSignIn.begin(source)
            let query = underWay.answer(from: harness.authority)
            let browser = Task { try? await SignInHarness.comeBack(underWay.progress, query) }
            while !FileManager.default.fileExists(atPath: harness.folder + "/asked") {
                try await Task.sleep(for: .milliseconds(2))
            }
            underWay.cancel()
            #expect(await underWay.failure?.kind == .cancelled)
            _ = await browser.value
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.allSatisfy { $0.hasSuffix(".lock") }, "\(files)")
            let token = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(token?.kind == .signedOut)
        }
    }
}
