import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Signing in on another device, as the screen tells it (reliability A9).
struct DeviceSignInScreenTests {
    private static let sizes = [Size(width: 80, height: 24), Size(width: 160, height: 50)]
    private static let warning = "Don't share this code: whoever enters it signs in here."

    /// The screen to sign in where no web browser was opened, before anything is known of other devices.
    private func signingIn(_ size: Size = Size(width: 80, height: 24)) -> (Robot, SignInStep) {
        var connection = Connection(profile: "production", label: "PROD", color: .red, host: "api.bentley.com")
        connection.canSignIn = true
        var robot = Robot(width: size.width, height: size.height, connection: connection)
        robot.serve(.sample)
        let ended = SignInState.signedOut(since: robot.now, reason: "The refresh token has ended.")
        robot.send(.signIn(ended, profile: "production"))
        robot.press("S")
        let step = SignInStep(
            address: "https://ims.bentley.com/connect/authorize?response_type=code&client_id=native-0123456789abcdef"
                + "&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fsignin-callback&scope=itwin-platform+offline_access"
                + "&state=kQ0mVw2bq7bJvUoV6l3zJb0Zr8o2uVvVnXw7iYb3x9A"
                + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
            obstacle: "this is an SSH session",
            port: 3000,
            forwarding: "ssh -L 3000:localhost:3000 ann@workstation",
            until: robot.now.adding(seconds: 300)
        )
        tell(.signingIn(step), &robot)
        return (robot, step)
    }

    private func tell(_ event: SignInEvent, _ robot: inout Robot) {
        robot.send(.signingIn(event, profile: "production"))
    }

    @Test(arguments: sizes)
    func `The device sign-in URL and code are shown with all other ways to sign in`(_ size: Size) {
        var (robot, step) = signingIn(size)
        #expect(robot.row(of: "on any device") == nil)
        step.device = SignInStep.Device(address: "https://ims.bentley.com/device", code: "WDJB-MJHT")
        tell(.signingIn(step), &robot)
        let name = "sign-in-device"
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
        #expect(robot.row(of: "Or open this URL on any device and enter the code WDJB-MJHT:") != nil)
        #expect(robot.text.split(separator: "\n").contains("https://ims.bentley.com/device"))
        #expect(robot.row(of: Self.warning) != nil)
        #expect(robot.row(of: "↓ more") == nil)
    }

    @Test func `On a small screen the device sign-in URL and code come first, since they fit`() {
        var (robot, step) = signingIn(Size(width: 40, height: 12))
        step.device = SignInStep.Device(address: "https://ims.bentley.com/device", code: "WDJB-MJHT")
        tell(.signingIn(step), &robot)
        #expect(robot.row(of: "https://ims.bentley.com/device") == 4)
        #expect(robot.row(of: "WDJB-MJHT") == 3)
        #expect(robot.row(of: "https://ims.bentley.com/connect") == 7)
    }

    @Test func `An expired device code is replaced by the reason`() {
        var (robot, step) = signingIn()
        step.device = SignInStep.Device(address: "https://ims.bentley.com/device", code: "WDJB-MJHT")
        tell(.signingIn(step), &robot)
        step.device = nil
        step.deviceError = "it wasn't used in time. Sign in again for a new code, or use the URL"
        tell(.signingIn(step), &robot)
        #expect(robot.row(of: "⚠ The device code can't be used any longer: it wasn't used in time.") != nil)
        #expect(robot.row(of: "https://ims.bentley.com/connect/authorize") != nil)
        #expect(robot.row(of: "WDJB-MJHT") == nil)
        #expect(robot.row(of: Self.warning) == nil)
    }

    @Test func `A result from another device doesn't count as a response to pasted text`() {
        var (robot, step) = signingIn()
        robot.paste("canary")
        robot.press("enter")
        step.device = SignInStep.Device(address: "https://ims.bentley.com/device", code: "WDJB-MJHT")
        tell(.signingIn(step), &robot)
        #expect(robot.row(of: "Checking the pasted text…") != nil)
        var refused = step
        refused.pasteError = "That belongs to another try to sign in."
        tell(.signingIn(refused), &robot)
        #expect(robot.row(of: "Checking the pasted text…") == nil)
        step.device = nil
        tell(.signingIn(step), &robot)
        #expect(robot.row(of: "✗ That belongs to another try to sign in.") != nil)
    }

    @Test func `No part of a device code or its URL affects the terminal`() {
        var (robot, step) = signingIn()
        let hostile = "a\u{1B}[2J\u{202E}b\u{9B}c\r\n"
        step.device = SignInStep.Device(address: "https://h.example/\(hostile)", code: hostile)
        tell(.signingIn(step), &robot)
        #expect(robot.row(of: "https://h.example/a") != nil)
        let isHarmless = { (scalar: Unicode.Scalar) in
            scalar == "\n" || ![.control, .format].contains(scalar.properties.generalCategory)
        }
        #expect(robot.text.unicodeScalars.allSatisfy(isHarmless))
        step.device = nil
        step.deviceError = hostile
        tell(.signingIn(step), &robot)
        #expect(robot.row(of: "any longer: a") != nil)
        #expect(robot.text.unicodeScalars.allSatisfy(isHarmless))
    }
}
