import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Nothing secret but where it belongs (reliability A20, row 18).
@Suite(.timeLimit(.minutes(1))) struct SecrecyTests {
    @Test func `Whatever happens, no log line, error, state or status has anything secret in it`() async throws {
        try await Desk.run { desk in
            let said = Watched<[String]>([])
            func note(_ text: Any) {
                var dumped = ""
                dump(text, to: &dumped)
                let lines = ["\(text)", String(reflecting: text), dumped]
                said.update { $0 += lines }
            }
            let source = try desk.source()
            var secrets: Set<String> = []
            // Signing in, once refused and once not.
            for isGood in [false, true] {
                let underWay = try await SignInUnderWay.begin(source)
                let query = underWay.answer(from: desk.authority)
                secrets.insert(FakeAuthority.query(query)["code"] ?? "")
                _ = try await Desk.comeBack(underWay.progress, "code=stray-code&state=wrong")
                secrets.insert("stray-code")
                if !isGood { desk.authority.answer("/token", with: FakeAuthority.refusal("invalid_grant")) }
                _ = try await Desk.comeBack(underWay.progress, query)
                if let failure = await underWay.failure { note(failure) }
                desk.authority.answer("/token", with: nil)
            }
            // Staying signed in, with faults.
            let old = try await source.token()
            for fault in [ScriptedAnswer(.reset), .json("{}", status: 503), FakeAuthority.refusal("invalid_client")] {
                desk.authority.answer("/token", with: fault)
                do { _ = try await source.renewed(insteadOf: old) } catch { note(error) }
            }
            desk.authority.answer("/token", with: nil)
            let new = try await source.renewed(insteadOf: old)
            note(try await source.status())
            note(source)
            desk.authority.answer("/revoke", with: ScriptedAnswer(.reset))
            note(try await source.signOut() as Any)
            // A service.
            let registration = try Registration(
                authority: Authority(desk.authority.issuer),
                clientID: "service",
                grant: .service(secret: .variable(name: "S"))
            )
            let service = try desk.source(registration, environment: ["S": "canary-secret"])
            _ = try await service.token()
            desk.authority.answer("/token", with: FakeAuthority.refusal("invalid_client", status: 401))
            do { _ = try await service.renewed(insteadOf: try await service.token()) } catch { note(error) }
            secrets.formUnion([old.revealed, new.revealed, "canary-secret", "Basic "])
            for form in desk.authority.state.value.forms {
                for name in ["code", "code_verifier", "refresh_token"] { secrets.insert(form[name] ?? "") }
            }
            secrets.formUnion(desk.authority.state.value.families.keys)
            secrets.remove("")
            #expect(secrets.count >= 10)
            let texts = said.value + desk.log.lines + desk.states.value.map { "\($0)" }
            #expect(desk.log.lines.count >= 10)
            for secret in secrets {
                #expect(texts.allSatisfy { !$0.contains(secret) }, "\(texts.first { $0.contains(secret) } ?? "")")
            }
        }
    }

    @Test func `What is asked of the authority is logged with its place, how it ended and how long it took`()
        async throws
    {
        try await Desk.run { desk in
            let source = try desk.source()
            try await desk.signIn(source)
            let line = try #require(desk.log.lines.first { $0.contains("/token") })
            #expect(line.contains("POST \(desk.authority.issuer)/token"))
            #expect(line.contains("status=200"))
            #expect(line.contains("ms="))
        }
    }
}
