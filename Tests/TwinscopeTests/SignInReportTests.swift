import Browser
import SignIn
import Testing

@testable import twinscope

/// What the browser is told of who is signed in.
struct SignInReportTests {
    @Test func `Sign-in changes are reported in their order, also while an earlier report is repeated`() async throws {
        let queue = try EventQueue()
        let report = SignInReport(profile: "production", queue)
        let last = 20_000
        await withTaskGroup { group in
            group.addTask {
                for user in 1...last {
                    report.changed(.signedIn(subject: nil, user: UInt64(user), expires: nil), skew: 0)
                }
            }
            group.addTask { for _ in 1...last { report.repeatLast() } }
        }
        let people = queue.drain().compactMap { event in
            if case .signIn(.signedIn(_, let user, _), _) = event { user } else { nil }
        }
        #expect(people.last == UInt64(last))
        #expect(zip(people, people.dropFirst()).allSatisfy(<=))
    }
}
