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
        try await Desk.run { desk in
            var client = AuthorityClient(try Authority(desk.authority.issuer), http: desk.http, time: desk.time())
            _ = try await client.endpoints()
            client.limit = .milliseconds(500)
            let source = try desk.source(client: client)
            desk.authority.answer("/token", with: answer)
            let first = try await SignInUnderWay.begin(source)
            let page = try await Desk.comeBack(first.progress, first.answer(from: desk.authority))
            #expect(page.status == 400)
            #expect(String(decoding: page.body, as: UTF8.self).contains("Not signed in"))
            #expect(await first.failure?.kind == kind)
            #expect(await isClosed(first.progress.port))
            let files = try FileManager.default.contentsOfDirectory(atPath: desk.folder)
            #expect(files.isEmpty, "\(files)")
            let token = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(token?.kind == .signedOut)
            // Nothing of that try is good for another one.
            desk.authority.answer("/token", with: nil)
            let second = try await SignInUnderWay.begin(source)
            #expect(second.asked("state") != first.asked("state"))
            #expect(second.asked("code_challenge") != first.asked("code_challenge"))
            #expect(try await Desk.comeBack(second.progress, first.answer(from: desk.authority)).status == 400)
            #expect(desk.authority.state.value.forms.count == 1)
            #expect(try await Desk.comeBack(second.progress, second.answer(from: desk.authority)).status == 200)
            #expect(await second.failure == nil)
            #expect(Set(desk.authority.state.value.forms.map { $0["code_verifier"] }).count == 2)
        }
    }

    @Test func `Tokens that can't be stored are reported on the page too, and nobody is signed in`() async throws {
        try await Desk.run { desk in
            let folder = desk.folder + "/tokens"
            let source = try desk.source(store: TokenStore(folder: folder, environment: [:]))
            let underWay = try await SignInUnderWay.begin(source)
            try Data().write(to: URL(fileURLWithPath: folder))
            let page = try await Desk.comeBack(underWay.progress, underWay.answer(from: desk.authority))
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
        try await Desk.run { desk in
            let isOver = Watched(false)
            let time = SignInTime(now: { desk.clock.value }) { _ in try await isOver.wait { $0 } }
            let source = try desk.source(time: time)
            desk.authority.state.update { $0.isSlow = true }
            let underWay = try await SignInUnderWay.begin(source)
            let query = underWay.answer(from: desk.authority)
            let page = Task { try await Desk.comeBack(underWay.progress, query) }
            try await desk.authority.state.wait { !$0.forms.isEmpty }
            isOver.update { $0 = true }
            #expect(try await page.value.status == 200)
            #expect(await underWay.failure == nil)
            _ = try await source.token()
        }
    }

    @Test func `Cancelling while another program holds the lock takes effect, and nothing is stored without it`()
        async throws
    {
        try await Desk.run { desk in
            let store = TokenStore(folder: desk.folder, environment: [:])
            let key = TokenKey(try desk.registration(), apiOrigin: "https://api.example.org")
            let lock = try await store.lock(key)
            defer { lock.release() }
            let source = try desk.source(store: store)
            let underWay = try await SignInUnderWay.begin(source)
            let query = underWay.answer(from: desk.authority)
            let browser = Task { try? await Desk.comeBack(underWay.progress, query) }
            while !desk.log.lines.contains(where: { $0.contains("/token") }) {
                try await Task.sleep(for: .milliseconds(2))
            }
            underWay.cancel()
            #expect(await underWay.failure?.kind == .cancelled)
            _ = await browser.value
            let files = try FileManager.default.contentsOfDirectory(atPath: desk.folder)
            #expect(files.allSatisfy { $0.hasSuffix(".lock") }, "\(files)")
        }
    }

    @Test(arguments: ["search", "store"])
    func `Cancelling while the keyring is queried takes effect, and no file is used instead`(_ call: String)
        async throws
    {
        try await Desk.run { desk in
            let tool = try FakeKeyring(in: desk.folder + "/bin")
            try tool.answer("[ \"$1\" = \(call) ] && touch '\(desk.folder)/asked' && exec sleep 1000")
            let folder = desk.folder + "/tokens"
            var store = TokenStore(folder: folder, environment: tool.environment)
            store.keyringLimit = .seconds(60)
            let source = try desk.source(store: store)
            let underWay = try await SignInUnderWay.begin(source)
            let query = underWay.answer(from: desk.authority)
            let browser = Task { try? await Desk.comeBack(underWay.progress, query) }
            while !FileManager.default.fileExists(atPath: desk.folder + "/asked") {
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
