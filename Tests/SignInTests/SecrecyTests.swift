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

    @Test(.rows(18)) func `A dump of an authority's client leaves out its connections and their data`()
        async throws
    {
        try await Desk.run { desk in
            let source = try desk.source()
            try await desk.signIn(source)
            var dumped = ""
            dump(source, to: &dumped)
            #expect(dumped.contains(desk.authority.issuer))
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
        try await Desk.run { desk in
            var said: [SignInError] = []
            let source = try desk.source()
            let code = "code+canary/3"
            desk.authority.answer(
                "/token",
                with: .json(
                    #"{"access_token":"access-canary/1","token_type":"Bearer","refresh_token":"refresh+canary/4"}"#
                )
            )
            try await desk.signIn(source)
            let old = try await source.token()
            desk.authority.state.update { $0.quoting = Self.quotes[number] }
            do throws(SignInError) { _ = try await source.renewed(insteadOf: old) } catch { said.append(error) }
            guard case .notRevoked(let reason)? = try await source.signOut() else {
                Issue.record("it was revoked")
                return
            }
            let underWay = try await SignInUnderWay.begin(source)
            _ = try await Desk.comeBack(
                underWay.progress,
                "code=\(FormText.encode(code))&state=\(underWay.asked("state"))"
            )
            if let failure = await underWay.failure { said.append(failure) }
            let service = try desk.source(
                Registration(
                    authority: Authority(desk.authority.issuer),
                    clientID: "service",
                    grant: .service(secret: .variable(name: "S"))
                ),
                environment: ["S": "secret+canary/2"]
            )
            desk.authority.state.update { $0.quoting = nil }
            let known = try await service.token()
            desk.authority.state.update { $0.quoting = Self.quotes[number] }
            do throws(SignInError) { _ = try await service.renewed(insteadOf: known) } catch { said.append(error) }
            #expect(said.count == 3)
            let texts = said.map(\.message) + [reason] + desk.log.lines + desk.states.value.map { "\($0)" }
            let verifiers = desk.authority.state.value.forms.compactMap { $0["code_verifier"] }
            #expect(verifiers.count == 2)
            let basics = desk.authority.state.value.basics.compactMap { $0?.dropFirst("Basic ".count) }.map(String.init)
            let secrets = [code, "refresh+canary/4", "secret+canary/2", "access-canary/1"] + verifiers + basics
            for secret in secrets + secrets.map({ FormText.encode($0) }) {
                #expect(texts.allSatisfy { !$0.contains(secret) }, "\(texts.first { $0.contains(secret) } ?? "")")
            }
            #expect(texts.contains { $0.contains("••••••") })
        }
    }

    @Test func `A redirect that quotes a secret is reported without it`() async throws {
        try await Desk.run { desk in
            let underWay = try await SignInUnderWay.begin(desk.source())
            let state = underWay.asked("state")
            _ = try await Desk.comeBack(
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
