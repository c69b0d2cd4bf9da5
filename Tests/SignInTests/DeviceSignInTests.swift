import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Signing in on another device (RFC 8628, reliability A9).
@Suite(.timeLimit(.minutes(1))) struct DeviceSignInTests {
    private let pending = FakeAuthority.refusal("authorization_pending")
    private let slowDown = FakeAuthority.refusal("slow_down")

    // MARK: Good ends

    @Test func `A person types the code on another device: the tokens are kept, and the port is closed`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([pending])
        } _: { attempt in
            let authority = attempt.desk.authority
            let device = try await attempt.shown()
            #expect(device == SignInProgress.Device(address: "\(authority.issuer)/device", code: "WDJB-MJHT"))
            #expect(
                authority.state.value.deviceForms
                    == [["client_id": "native-test", "scope": "itwin-platform offline_access"]]
            )
            try await attempt.poll(2)
            #expect(await attempt.underWay.failure == nil)
            let form = [
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "native-test",
                "device_code": FakeAuthority.deviceCode,
            ]
            #expect(authority.state.value.forms == [form, form])
            let token = try await attempt.source.token()
            // Another program finds them.
            let other = try await attempt.desk.source().token()
            #expect(other == token)
            let port = attempt.underWay.progress.port ?? 0
            #expect((try? await RawHTTP(port: port).request("GET", "/", token: nil)) == nil)
        }
    }

    @Test func `It asks as seldom as the authority wants it, and five seconds seldomer each time it is told to`()
        async throws
    {
        for (members, pauses) in [
            (JSON.Object(), [5.0, 5, 10, 10, 15]), (["interval": 7], [7, 7, 12, 12, 17]),
            (["interval": "2"], [2, 2, 7, 7, 12]), (["interval": .null], [5, 5, 10, 10, 15]),
        ] {
            try await DeviceAttempt.run { desk in
                desk.authority.offerDevice([pending, slowDown, pending, slowDown], members: members)
            } _: { attempt in
                try await attempt.poll(5)
                #expect(await attempt.underWay.failure == nil)
                #expect(attempt.pauses == pauses)
            }
        }
    }

    @Test func `Faults of the network make it ask ever more seldom, and it goes on until the authority answers`()
        async throws
    {
        let faults = [
            ScriptedAnswer(.reset), .json("{}", status: 503), .json("{}", status: 429), ScriptedAnswer(.reset),
        ]
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice(faults + [pending])
        } _: { attempt in
            try await attempt.poll(6)
            #expect(await attempt.underWay.failure == nil)
            #expect(attempt.pauses == [5, 10, 20, 40, 60, 5])
        }
    }

    // MARK: Other ends

    @Test func `Who declines on the other device is told so, and the try ends`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([FakeAuthority.refusal("access_denied", "Not \u{1B}[2Jme")])
        } _: { attempt in
            try await attempt.poll()
            let failure = await attempt.underWay.failure
            #expect(failure?.kind == .refused(code: "access_denied"))
            #expect(failure?.message.contains("“Not [2Jme”") == true, "\(String(describing: failure))")
            let token = await #expect(throws: SignInError.self) { try await attempt.source.token() }
            #expect(token?.kind == .signedOut)
        }
    }

    @Test func `A code that has ended is told, and the other ways go on`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([pending, FakeAuthority.refusal("expired_token")])
        } _: { attempt in
            try await attempt.poll(2)
            #expect(try await attempt.ended().contains("not used in time"))
            try await attempt.comeBack()
            #expect(attempt.desk.authority.state.value.devicePolls == 2)
        }
    }

    @Test func `No tokens are asked for after the time that the authority gave`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([pending, pending], members: ["expires_in": 12])
        } _: { attempt in
            try await attempt.poll(2)
            try await attempt.pass()
            #expect(try await attempt.ended().contains("not used in time"))
            #expect(attempt.pauses == [5, 5, 2])
            try await attempt.comeBack()
            #expect(attempt.desk.authority.state.value.devicePolls == 2)
        }
    }

    @Test(arguments: [
        (FakeAuthority.refusal("invalid_grant"), "invalid_grant"),
        (FakeAuthority.refusal("unauthorized_client", "no \u{202E}devices"), "unauthorized_client): “no devices”"),
        (.json("{", status: 400), "without saying why"), (.json("<html>"), "no JSON object"),
        (.json(#"{"access_token":"a b","token_type":"Bearer"}"#), "access_token"),
    ])
    func `Any other refusal ends this way alone, with its reason`(_ answer: ScriptedAnswer, _ reason: String)
        async throws
    {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([answer])
        } _: { attempt in
            try await attempt.poll()
            let told = try await attempt.ended()
            #expect(told.contains(reason), "\(told)")
            try await attempt.comeBack()
            #expect(attempt.desk.authority.state.value.devicePolls == 1)
        }
    }

    @Test func `The five minutes of the try are those of the code too`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice()
        } _: { attempt in
            _ = try await attempt.shown()
            try await attempt.time.waitForSleeping(2)
            attempt.desk.authority.answer("/token", with: .silence)
            attempt.time.advance(PersonSignIn.limit)
            #expect(await attempt.underWay.failure?.kind == .timedOut)
        }
    }

    // MARK: Beside the other ways

    @Test func `Who comes back by the browser while the code waits ends the questions for tokens`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([pending])
        } _: { attempt in
            try await attempt.poll()
            try await attempt.comeBack()
            #expect(attempt.time.sleeping == 0)
            #expect(attempt.desk.authority.state.value.devicePolls == 1)
            #expect(attempt.desk.authority.state.value.forms.count == 2)
        }
    }

    @Test func `While the browser's answer is changed into tokens nothing is asked for the other device`() async throws
    {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice()
        } _: { attempt in
            _ = try await attempt.shown()
            try await attempt.time.waitForSleeping(2)
            // The answer takes long enough for another question.
            attempt.desk.authority.state.update { $0.isSlow = true }
            attempt.underWay.paste.yield(attempt.underWay.answer(from: attempt.desk.authority))
            try await attempt.desk.authority.state.wait { $0.forms.count == 1 }
            attempt.time.advance(.seconds(5))
            #expect(await attempt.underWay.failure == nil)
            #expect(attempt.desk.authority.state.value.devicePolls == 0)
        }
    }

    @Test func `What is pasted wrongly is told beside the code, and once`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([FakeAuthority.refusal("expired_token")])
        } _: { attempt in
            let device = try await attempt.shown()
            attempt.underWay.paste.yield("https://example.org/")
            let progress = try await attempt.underWay.shown.wait { $0?.pasteObstacle != nil }
            #expect(progress?.device == device)
            try await attempt.poll()
            _ = try await attempt.ended()
            #expect(attempt.underWay.told.value.count { $0.pasteObstacle != nil } == 1)
            try await attempt.comeBack()
        }
    }

    @Test func `Cancelling ends the questions for tokens`() async throws {
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice()
        } _: { attempt in
            _ = try await attempt.shown()
            attempt.underWay.cancel()
            #expect(await attempt.underWay.failure?.kind == .cancelled)
            #expect(attempt.time.sleeping == 0)
            #expect(attempt.underWay.told.value.last?.deviceObstacle == nil)
            #expect(attempt.desk.authority.state.value.forms.isEmpty)
        }
    }

    @Test func `Tokens that cannot be kept are told, and nobody is signed in`() async throws {
        try await Desk.run { desk in
            desk.authority.offerDevice(members: ["interval": 1])
            let folder = desk.folder + "/tokens"
            try Data().write(to: URL(fileURLWithPath: folder))
            let source = try desk.source(store: TokenStore(folder: folder, environment: [:]))
            let underWay = try await SignInUnderWay.begin(source)
            #expect(await underWay.failure?.kind == .storage)
            await #expect(throws: SignInError.self) { try await source.token() }
        }
    }

    // MARK: Secrets

    @Test(arguments: ["invalid_request", "access_denied", "expired_token"])
    func `What tokens are asked for with is in no log line, error or progress, even where the authority quotes it`(
        _ code: String
    ) async throws {
        let secret = FakeAuthority.deviceCode
        let quote = FakeAuthority.refusal(code, "code \(secret), \(FormText.encode(secret)) in the form")
        try await DeviceAttempt.run { desk in
            desk.authority.offerDevice([pending, quote])
        } _: { attempt in
            try await attempt.poll(2)
            if code != "access_denied" {
                _ = try await attempt.ended()
                attempt.underWay.cancel()
            }
            let failure = await attempt.underWay.failure
            var dumped = ""
            dump(attempt.underWay.told.value, to: &dumped)
            dump(failure, to: &dumped)
            let texts = attempt.desk.log.lines + [dumped, failure?.message ?? ""]
            #expect(
                attempt.desk.log.lines.contains { $0.contains("POST \(attempt.desk.authority.issuer)/device-code") }
            )
            #expect(dumped.contains("WDJB-MJHT"))
            #expect(attempt.desk.log.lines.allSatisfy { !$0.contains("WDJB-MJHT") })
            for spelling in [secret, FormText.encode(secret)] {
                #expect(texts.allSatisfy { !$0.contains(spelling) })
            }
            #expect(code == "expired_token" || texts.contains { $0.contains("code ••••••, •••••• in the form") })
        }
    }
}
