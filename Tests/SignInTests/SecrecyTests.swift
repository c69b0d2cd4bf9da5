import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Nothing secret but where it belongs (reliability A20, row 18).
@Suite(.timeLimit(.minutes(1))) struct SecrecyTests {
    @Test(.rows(18)) func `No log line, error, state or status contains a secret`()
        async throws
    {
        try await SignInHarness.run { harness in
            let said = Watched<[String]>([])
            func note(_ text: Any) {
                var dumped = ""
                dump(text, to: &dumped)
                let lines = ["\(text)", String(reflecting: text), dumped]
                said.update { $0 += lines }
            }
            let source = try harness.source()
            var secrets: Set<String> = []
            // Signing in, once refused and once not.
            for isGood in [false, true] {
                let underWay = try await OngoingSignIn.begin(source)
                let query = underWay.answer(from: harness.authority)
                secrets.insert(FakeAuthority.query(query)["code"] ?? "")
                _ = try await SignInHarness.comeBack(underWay.progress, "code=stray-code&state=wrong")
                secrets.insert("stray-code")
                if !isGood { harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_grant")) }
                _ = try await SignInHarness.comeBack(underWay.progress, query)
                if let failure = await underWay.failure { note(failure) }
                harness.authority.answer("/token", with: nil)
            }
            // Staying signed in, with faults.
            let old = try await source.token()
            for fault in [ScriptedAnswer(.reset), .json("{}", status: 503), FakeAuthority.refusal("invalid_client")] {
                harness.authority.answer("/token", with: fault)
                do { _ = try await source.renewed(insteadOf: old) } catch { note(error) }
            }
            harness.authority.answer("/token", with: nil)
            let new = try await source.renewed(insteadOf: old)
            note(try await source.status())
            note(source)
            harness.authority.answer("/revoke", with: ScriptedAnswer(.reset))
            note(try await source.signOut() as Any)
            // A service.
            let registration = try Registration(
                authority: Authority(harness.authority.issuer),
                clientID: "service",
                grant: .service(secret: .variable(name: "S"))
            )
            let service = try harness.source(registration, environment: ["S": "canary-secret"])
            _ = try await service.token()
            harness.authority.answer("/token", with: FakeAuthority.refusal("invalid_client", status: 401))
            do { _ = try await service.renewed(insteadOf: try await service.token()) } catch { note(error) }
            secrets.formUnion([old.revealed, new.revealed, "canary-secret", "Basic "])
            for form in harness.authority.state.value.forms {
                for name in ["code", "code_verifier", "refresh_token"] { secrets.insert(form[name] ?? "") }
            }
            secrets.formUnion(harness.authority.state.value.families.keys)
            secrets.remove("")
            #expect(secrets.count >= 10)
            let texts = said.value + harness.log.lines + harness.states.value.map { "\($0)" }
            #expect(harness.log.lines.count >= 10)
            for secret in secrets {
                #expect(texts.allSatisfy { !$0.contains(secret) }, "\(texts.first { $0.contains(secret) } ?? "")")
            }
        }
    }

    @Test(.rows(18)) func `A dump of an authority's client leaves out its connections and their data`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            var dumped = ""
            dump(source, to: &dumped)
            #expect(dumped.contains(harness.authority.issuer))
            #expect(!dumped.contains("NIO") && !dumped.contains("HTTPClient"))
        }
    }

    /// What an authority could quote of a call.
    private static let quotes: [@Sendable ([String: String], RecordedRequest) -> String] = [
        { form, _ in "bad code \(form["code"] ?? "-"), verifier \(form["code_verifier"] ?? "-")" },
        { form, _ in "bad token \(form["refresh_token"] ?? form["token"] ?? "-")" },
        { _, request in String(String(decoding: request.body, as: UTF8.self).suffix(190)) },
        { _, request in request["Authorization"] ?? "-" },
        { form, _ in
            switch form["grant_type"] {
            case "authorization_code": "no"
            case "client_credentials": "access-canary/1 is still good, secret+canary/2 is wrong"
            default: "access-canary/1 is still good"
            }
        },
    ]

    @Test(.rows(18), arguments: quotes.indices)
    func `An authority's error that quotes secrets is reported and logged without them`(_ number: Int) async throws {
        try await SignInHarness.run { harness in
            var said: [SignInError] = []
            let source = try harness.source()
            let code = "code+canary/3"
            harness.authority.answer(
                "/token",
                with: .json(
                    #"{"access_token":"access-canary/1","token_type":"Bearer","refresh_token":"refresh+canary/4"}"#
                )
            )
            try await harness.signIn(source)
            let old = try await source.token()
            harness.authority.state.update { $0.quoting = Self.quotes[number] }
            do throws(SignInError) { _ = try await source.renewed(insteadOf: old) } catch { said.append(error) }
            guard case .notRevoked(let reason)? = try await source.signOut() else {
                Issue.record("it was revoked")
                return
            }
            let underWay = try await OngoingSignIn.begin(source)
            _ = try await SignInHarness.comeBack(
                underWay.progress,
                "code=\(PercentEncoding.encode(code))&state=\(underWay.asked("state"))"
            )
            if let failure = await underWay.failure { said.append(failure) }
            let service = try harness.source(
                Registration(
                    authority: Authority(harness.authority.issuer),
                    clientID: "service",
                    grant: .service(secret: .variable(name: "S"))
                ),
                environment: ["S": "secret+canary/2"]
            )
            harness.authority.state.update { $0.quoting = nil }
            let known = try await service.token()
            harness.authority.state.update { $0.quoting = Self.quotes[number] }
            do throws(SignInError) { _ = try await service.renewed(insteadOf: known) } catch { said.append(error) }
            #expect(said.count == 3)
            let texts = said.map(\.message) + [reason] + harness.log.lines + harness.states.value.map { "\($0)" }
            let verifiers = harness.authority.state.value.forms.compactMap { $0["code_verifier"] }
            #expect(verifiers.count == 2)
            let basics = harness.authority.state.value.basics.compactMap { $0?.dropFirst("Basic ".count) }.map(
                String.init
            )
            let secrets = [code, "refresh+canary/4", "secret+canary/2", "access-canary/1"] + verifiers + basics
            for secret in secrets + secrets.map({ PercentEncoding.encode($0) }) {
                #expect(texts.allSatisfy { !$0.contains(secret) }, "\(texts.first { $0.contains(secret) } ?? "")")
            }
            #expect(texts.contains { $0.contains("••••••") })
        }
    }

    @Test func `A redirect that quotes a secret is reported without it`() async throws {
        try await SignInHarness.run { harness in
            let underWay = try await OngoingSignIn.begin(harness.source())
            let state = underWay.asked("state")
            _ = try await SignInHarness.comeBack(
                underWay.progress,
                "error=invalid_request&error_description=code+code-canary+of+\(state)&code=code-canary&state=\(state)"
            )
            let message = await underWay.failure?.message ?? ""
            #expect(message.contains("code •••••• of ••••••"))
            #expect(!message.contains("canary") && !message.contains(state))
        }
    }

    @Test func `Requests to the authority are logged with URL, result and duration`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            try await harness.signIn(source)
            let line = try #require(harness.log.lines.first { $0.contains("/token") })
            #expect(line.contains("POST \(harness.authority.issuer)/token"))
            #expect(line.contains("status=200"))
            #expect(line.contains("ms="))
        }
    }
}
