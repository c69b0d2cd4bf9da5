import Foundation
import TestSupport
import Testing

/// Programs of one user share a sign-in (reliability A16, row 10).
@Suite(.serialized, .timeLimit(.minutes(15)))
struct SharedSignInTests {
    @Test(.rows(10, soak: "100 rounds of ten programs"))
    func `Ten programs that renew tokens at the same time make one request and all continue`() async throws {
        let home = try await SignInHome(tokenSeconds: 3)
        defer { home.end() }
        try await home.signIn()
        var last = ""
        for _ in 0..<Soak.count(usually: 3, soak: 100) {
            let calls = home.tokenCalls
            // The token that is kept is one that has ended by now.
            let path = try #require(home.tokenFiles.first)
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            try kept.replacing(#/"expires": ?"[^"]*"/#, with: "\"expires\": \"2020-01-01T00:00:00Z\"")
                .write(toFile: path, atomically: false, encoding: .utf8)
            let programs = try (0..<10).map { _ in
                try RunningCommand(Command.twinscope, ["auth", "token"], environment: home.environment())
            }
            var tokens: Set<String> = []
            for program in programs {
                #expect(try await SignInHome.end(of: program) == 0, "\(program.errors)")
                tokens.insert(program.output)
                program.removeOutput()
            }
            #expect(tokens.count == 1)
            #expect(!tokens.contains(last))
            #expect(home.tokenCalls == calls + 1)
            last = tokens.first ?? ""
        }
    }
}
