import Foundation
import TestSupport
import Testing

/// Whether the time that a refusal takes tells anything about the right token (reliability row 67). It is measured where
/// nothing else runs: in `make soak` alone.
@Suite(.enabled("make soak measures it") { Soak.isOn }, .timeLimit(.minutes(30)))
struct TokenTimingTests {
    @Test(.rows(67, soak: "10,000 requests of each kind"))
    func `Rejecting a token takes the same time, however much of it is right`() async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scripts/token-timing")
        let result = try await Command.run(script.path, [Command.twinscope, "10000"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }
}
