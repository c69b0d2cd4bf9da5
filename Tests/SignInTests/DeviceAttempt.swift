import ITwinsClient
import TestSupport
import Testing

@testable import SignIn

/// A try to sign in for which time passes by hand.
struct DeviceAttempt {
    let harness: SignInHarness
    let time: VirtualTime
    let source: TokenSource
    let underWay: OngoingSignIn

    /// How long it waited each time before it asked for tokens, in seconds.
    var pauses: [Double] {
        time.waits.filter { $0 != UserSignIn.limit }.map { $0 / .seconds(1) }
    }

    /// Waits until the user could type the code.
    func shown() async throws -> SignInProgress.Device {
        try #require(try await underWay.shown.wait { $0?.device != nil }?.device)
    }

    /// Lets the present pause pass.
    func pass() async throws {
        // The limit of the try waits too.
        try await time.waitForSleeping(2)
        time.advance(.seconds(pauses.last ?? 0))
    }

    /// Lets so many questions for tokens be asked, each after its pause.
    func poll(_ times: Int = 1) async throws {
        for _ in 0..<times {
            let count = harness.authority.state.value.devicePolls
            try await pass()
            try await harness.authority.state.wait { $0.devicePolls > count }
        }
    }

    /// Waits until this way has ended, and gives the reason that is told.
    func ended() async throws -> String {
        let progress = try await underWay.shown.wait { $0?.deviceError != nil }
        #expect(progress?.device == nil)
        #expect(progress?.awaitsDevice == false)
        return progress?.deviceError ?? ""
    }

    /// Signs in by the browser's return, and expects that nothing stands against it.
    func comeBack() async throws {
        let page = try await SignInHarness.comeBack(underWay.progress, underWay.answer(from: harness.authority))
        #expect(page.status == 200)
        #expect(await underWay.failure == nil)
    }

    /// Begins a try, which has ended when this returns.
    static func run(
        browser: WebBrowser? = nil,
        prepare: (SignInHarness) throws -> Void,
        _ body: (DeviceAttempt) async throws -> Void
    ) async throws {
        try await SignInHarness.run { harness in
            try prepare(harness)
            let time = VirtualTime(.byHand, start: harness.clock.value)
            let clientTime = time.clientTime
            let source = try harness.source(time: SignInTime(now: clientTime.now, sleep: clientTime.sleep))
            let underWay = try await OngoingSignIn.begin(source, browser: browser)
            do {
                try await body(DeviceAttempt(harness: harness, time: time, source: source, underWay: underWay))
            } catch {
                underWay.cancel()
                _ = await underWay.failure
                throw error
            }
            underWay.cancel()
            _ = await underWay.failure
        }
    }
}
