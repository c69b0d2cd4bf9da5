import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// When there is no device code (RFC 8628 sections 3.1 and 3.2, reliability A9).
@Suite(.timeLimit(.minutes(1))) struct DeviceOfferTests {
    @Test(
        arguments: [
            (["device_code": .null], "device_code"), (["device_code": 1], "device_code"),
            (["device_code": ""], "device_code"),
            (["device_code": "a b"], "device_code"), (["device_code": "canary\u{1B}"], "device_code"),
            (["device_code": .string(String(repeating: "x", count: 8193))], "device_code"),
            (["device_code": "MJHT"], "contains its device_code in other fields"),
            (["device_code": "device"], "contains its device_code in other fields"),
            (["user_code": .null], "user_code"), (["user_code": "\u{1B}[2J"], "user_code"),
            (["user_code": "a b"], "user_code"),
            (["user_code": "WDJB\u{202E}"], "user_code"),
            (["user_code": .string(String(repeating: "x", count: 41))], "user_code"),
            (["verification_uri": .null], "verification_uri"), (["verification_uri": "device"], "verification_uri"),
            (["verification_uri": "http://evil.example/device"], "verification_uri that isn't https"),
            (["verification_uri": "ftp://h.example/"], "verification_uri"),
            (["verification_uri": "https://good.example@evil.example/"], "verification_uri"),
            (["verification_uri": "https://h.example/\u{9B}2J"], "verification_uri"),
            (
                ["verification_uri": .string("https://h.example/" + String(repeating: "x", count: 256))],
                "verification_uri"
            ),
            (["expires_in": .null], "expires_in"), (["expires_in": 0], "expires_in"),
            (["expires_in": "soon"], "expires_in"),
            (["expires_in": .double(1e99)], "expires_in"), (["interval": 0], "interval"),
            (["interval": -5], "interval"),
            (["interval": 301], "interval"), (["interval": "often"], "interval"), (["interval": true], "interval"),
        ] as [(JSON.Object, String)]
    )
    func `A device code that can't be shown or used is logged, and other ways to sign in remain`(
        _ members: JSON.Object,
        _ reason: String
    ) async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice(members: members)
        } _: { attempt in
            try await expectNotOffered(attempt, reason)
        }
    }

    @Test(arguments: [
        (FakeAuthority.refusal("unauthorized_client"), "unauthorized_client"),
        (FakeAuthority.refusal("access_denied"), "access_denied"), (.json("{}", status: 500), "500"),
        (.json("[]"), "isn't a JSON object"), (.json("<html>"), "isn't a JSON object"),
        (ScriptedAnswer(.reset), "can't be reached"),
        (.http(status: 404), "404"), (.json(String(repeating: " ", count: 300 * 1024) + "{}"), "too large"),
    ])
    func `An authority that refuses a device code is logged, and other ways to sign in remain`(
        _ answer: ScriptedAnswer,
        _ reason: String
    ) async throws {
        try await DeviceAttempt.run { harness in
            harness.authority.offerDevice()
            harness.authority.answer("/device-code", with: answer)
        } _: { attempt in
            try await expectNotOffered(attempt, reason)
        }
    }

    private func expectNotOffered(_ attempt: DeviceAttempt, _ reason: String) async throws {
        // Whoever ends when standard input does has to know that nothing comes.
        try await attempt.underWay.told.wait { told in
            told.contains(where: \.awaitsDevice) && told.last?.awaitsDevice == false
        }
        try await attempt.comeBack()
        #expect(attempt.harness.authority.state.value.devicePolls == 0)
        #expect(attempt.underWay.told.value.allSatisfy { $0.device == nil && $0.deviceError == nil })
        let lines = attempt.harness.log.lines.filter { $0.contains("device sign-in failed") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(reason) == true, "\(lines)")
    }

    @Test func `An authority without device codes isn't asked for one`() async throws {
        try await DeviceAttempt.run { _ in
        } _: { attempt in
            try await attempt.comeBack()
            #expect(attempt.harness.authority.state.value.deviceForms.isEmpty)
            #expect(!attempt.harness.log.lines.contains { $0.contains("evice") })
            #expect(attempt.underWay.told.value.allSatisfy { $0.device == nil && !$0.awaitsDevice })
        }
    }

    @Test func `A device code is requested only if no web browser was opened`() async throws {
        for (variables, count) in [(["BROWSER": "true"], 0), (["BROWSER": "true", "SSH_CONNECTION": "1 2 3 4"], 1)] {
            let browser = WebBrowser(environment: variables.merging(["PATH": "/usr/bin:/bin"]) { $1 })
            try await DeviceAttempt.run(browser: browser) { harness in
                harness.authority.offerDevice()
            } _: { attempt in
                try await attempt.underWay.told.wait { $0.count >= 2 }
                if count > 0 { _ = try await attempt.shown() }
                try await attempt.comeBack()
                #expect(attempt.harness.authority.state.value.deviceForms.count == count)
                #expect(attempt.underWay.told.value.last?.awaitsDevice == (count > 0))
            }
        }
    }
}
