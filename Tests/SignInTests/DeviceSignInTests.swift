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

    @Test func `A user types the code on another device: tokens are stored, and the port is closed`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([pending])
        } _: { attempt in
            let authority = attempt.harness.authority
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
            let other = try await attempt.harness.source().token()
            #expect(other == token)
            let port = attempt.underWay.progress.port ?? 0
            #expect((try? await RawHTTP(port: port).request("GET", "/", token: nil)) == nil)
        }
    }

    @Test func `Polling follows the authority's interval, plus five seconds for each slow_down`()
        async throws
    {
        for (members, pauses) in [
            (JSON.Object(), [5.0, 5, 10, 10, 15]), (["interval": 7], [7, 7, 12, 12, 17]),
            (["interval": "2"], [2, 2, 7, 7, 12]), (["interval": .null], [5, 5, 10, 10, 15]),
        ] {
            try await DeviceAttempt.run { harness in
                harness.authority.offerDevice([pending, slowDown, pending, slowDown], members: members)
            } _: { attempt in
                try await attempt.poll(5)
                #expect(await attempt.underWay.failure == nil)
                #expect(attempt.pauses == pauses)
            }
        }
    }

    @Test func `Network failures slow polling down, and it continues until the authority responds`()
        async throws
    {
        let faults = [
            ScriptedAnswer(.reset), .json("{}", status: 503), .json("{}", status: 429), ScriptedAnswer(.reset),
        ]
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice(faults + [pending])
        } _: { attempt in
            try await attempt.poll(6)
            #expect(await attempt.underWay.failure == nil)
            #expect(attempt.pauses == [5, 10, 20, 40, 60, 5])
        }
    }

    // MARK: Other ends

    @Test func `Declining on the other device is reported and ends the attempt`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([FakeAuthority.refusal("access_denied", "Not \u{1B}[2Jme")])
        } _: { attempt in
            try await attempt.poll()
            let failure = await attempt.underWay.failure
            #expect(failure?.kind == .refused(code: "access_denied"))
            #expect(failure?.message.contains("“Not [2Jme”") == true, "\(String(describing: failure))")
            let token = await #expect(throws: SignInError.self) { try await attempt.source.token() }
            #expect(token?.kind == .signedOut)
        }
    }

    @Test func `An expired device code is reported, and other ways to sign in remain`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([pending, FakeAuthority.refusal("expired_token")])
        } _: { attempt in
            try await attempt.poll(2)
            #expect(try await attempt.ended().contains("wasn't used in time"))
            try await attempt.comeBack()
            #expect(attempt.harness.authority.state.value.devicePolls == 2)
        }
    }

    @Test func `Polling stops after the time that the authority gave`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([pending, pending], members: ["expires_in": 12])
        } _: { attempt in
            try await attempt.poll(2)
            try await attempt.pass()
            #expect(try await attempt.ended().contains("wasn't used in time"))
            #expect(attempt.pauses == [5, 5, 2])
            try await attempt.comeBack()
            #expect(attempt.harness.authority.state.value.devicePolls == 2)
        }
    }

    @Test(arguments: [
        (FakeAuthority.refusal("invalid_grant"), "invalid_grant"),
        (FakeAuthority.refusal("unauthorized_client", "no \u{202E}devices"), "unauthorized_client): “no devices”"),
        (.json("{", status: 400), "without a reason"), (.json("<html>"), "isn't a JSON object"),
        (.json(#"{"access_token":"a b","token_type":"Bearer"}"#), "access_token"),
    ])
    func `Any other device error ends only this way to sign in, with its reason`(
        _ answer: ScriptedAnswer,
        _ reason: String
    )
        async throws
    {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([answer])
        } _: { attempt in
            try await attempt.poll()
            let told = try await attempt.ended()
            #expect(told.contains(reason), "\(told)")
            try await attempt.comeBack()
            #expect(attempt.harness.authority.state.value.devicePolls == 1)
        }
    }

    @Test func `The five minutes of an attempt apply to the device code too`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice()
        } _: { attempt in
            _ = try await attempt.shown()
            try await attempt.time.waitForSleeping(2)
            attempt.harness.authority.answer("/token", with: .silence)
            attempt.time.advance(UserSignIn.limit)
            #expect(await attempt.underWay.failure?.kind == .timedOut)
        }
    }

    // MARK: Beside the other ways

    @Test func `A browser redirect ends polling for the device code`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([pending])
        } _: { attempt in
            try await attempt.poll()
            try await attempt.comeBack()
            #expect(attempt.time.sleeping == 0)
            #expect(attempt.harness.authority.state.value.devicePolls == 1)
            #expect(attempt.harness.authority.state.value.forms.count == 2)
        }
    }

    @Test func `While the browser's code is exchanged the device code isn't polled`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice()
        } _: { attempt in
            _ = try await attempt.shown()
            try await attempt.time.waitForSleeping(2)
            // The answer takes long enough for another question.
            attempt.harness.authority.state.update { $0.isSlow = true }
            attempt.underWay.paste.yield(attempt.underWay.answer(from: attempt.harness.authority))
            try await attempt.harness.authority.state.wait { $0.forms.count == 1 }
            attempt.time.advance(.seconds(5))
            #expect(await attempt.underWay.failure == nil)
            #expect(attempt.harness.authority.state.value.devicePolls == 0)
        }
    }

    @Test func `An invalid paste is reported beside the device code, once`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([FakeAuthority.refusal("expired_token")])
        } _: { attempt in
            let device = try await attempt.shown()
            attempt.underWay.paste.yield("https://example.org/")
            let progress = try await attempt.underWay.shown.wait { $0?.pasteError != nil }
            #expect(progress?.device == device)
            try await attempt.poll()
            _ = try await attempt.ended()
            #expect(attempt.underWay.told.value.count { $0.pasteError != nil } == 1)
            try await attempt.comeBack()
        }
    }

    @Test func `Cancelling ends polling`() async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice()
        } _: { attempt in
            _ = try await attempt.shown()
            attempt.underWay.cancel()
            #expect(await attempt.underWay.failure?.kind == .cancelled)
            #expect(attempt.time.sleeping == 0)
            #expect(attempt.underWay.told.value.last?.deviceError == nil)
            #expect(attempt.harness.authority.state.value.forms.isEmpty)
        }
    }

    @Test func `Device tokens that can't be stored are reported, and nobody is signed in`() async throws {
        try await SignInHarness.run { harness in
            harness.authority.offerDevice(members: ["interval": 1])
            let folder = harness.folder + "/tokens"
            try Data().write(to: URL(fileURLWithPath: folder))
            let source = try harness.source(store: TokenStore(folder: folder, environment: [:]))
            let underWay = try await OngoingSignIn.begin(source)
            #expect(await underWay.failure?.kind == .storage)
            await #expect(throws: SignInError.self) { try await source.token() }
        }
    }

    // MARK: Secrets

    @Test(arguments: ["invalid_request", "access_denied", "expired_token"])
    func `The device code is in no log line, error or progress, even if the authority quotes it`(
        _ code: String
    ) async throws {
        let secret = FakeAuthority.deviceCode
        let quote = FakeAuthority.refusal(code, "code \(secret), \(PercentEncoding.encode(secret)) in the form")
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice([pending, quote])
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
            let texts = attempt.harness.log.lines + [dumped, failure?.message ?? ""]
            #expect(
                attempt.harness.log.lines.contains {
                    $0.contains("POST \(attempt.harness.authority.issuer)/device-code")
                }
            )
            #expect(dumped.contains("WDJB-MJHT"))
            #expect(attempt.harness.log.lines.allSatisfy { !$0.contains("WDJB-MJHT") })
            for spelling in [secret, PercentEncoding.encode(secret)] {
                #expect(texts.allSatisfy { !$0.contains(spelling) })
            }
            #expect(code == "expired_token" || texts.contains { $0.contains("code ••••••, •••••• in the form") })
        }
    }
}
