import Foundation
import TestSupport
import Testing

/// The program where the clock of the machine is wrong, as every call of the system tells it.
@Suite(.timeLimit(.minutes(2)))
struct WrongClockTests {
    @Test(
        .rows(14),
        .enabled("faketime is installed") {
            (try? await Command.run("faketime", ["-f", "+1d", "true"]).status) == 0
        }
    )
    func `A clock a day ahead costs one renewal of a token that seems expired, and is reported`() async throws {
        let home = try await SignInHome()
        defer { home.end() }
        try await home.signIn()
        let calls = home.tokenCalls
        let line = ["-f", "+1d", Command.twinscope]
        let browser = try PseudoTerminal("faketime", line, environment: home.environment())
        defer { browser.end() }
        try await browser.wait(for: "BR-0042")
        try await browser.type("q")
        #expect(try await browser.waitForEnd() == 0)
        let status = try await Command.run("faketime", line + ["auth", "status"], environment: home.environment())
        #expect(status.output.contains(/clock {6}14(39|40|41) min ahead of/), "\(status)")
        let token = try await Command.run("faketime", line + ["auth", "token"], environment: home.environment())
        #expect(token.status == 0)
        #expect(home.tokenCalls == calls + 1)
    }
}
