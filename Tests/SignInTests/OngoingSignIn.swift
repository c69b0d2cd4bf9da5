import SignIn
import TestSupport

/// A sign-in that waits for its answer.
struct OngoingSignIn: Sendable {
    let progress: SignInProgress
    let paste: AsyncStream<String>.Continuation
    /// What was told last.
    let shown: Watched<SignInProgress?>
    /// All that was told.
    let told: Watched<[SignInProgress]>
    private let task: Task<SignInError?, Never>

    /// Begins one, and waits until the user could open the address.
    static func begin(_ source: TokenSource, browser: WebBrowser? = nil) async throws -> OngoingSignIn {
        let shown = Watched<SignInProgress?>(nil)
        let told = Watched<[SignInProgress]>([])
        let (pasted, paste) = AsyncStream.makeStream(of: String.self)
        let task = Task { () -> SignInError? in
            do throws(SignInError) {
                try await source.signIn(browser: browser, pasted: pasted) { progress in
                    told.update { $0.append(progress) }
                    shown.update { $0 = progress }
                }
                return nil
            } catch {
                return error
            }
        }
        guard let progress = try await shown.wait(until: { $0 != nil }) else { throw CancellationError() }
        return OngoingSignIn(progress: progress, paste: paste, shown: shown, told: told, task: task)
    }

    /// The parameter of the address of a name.
    func asked(_ name: String) -> String { SignInHarness.parameters(of: progress)[name] ?? "" }

    /// The query of a good answer.
    func answer(from authority: FakeAuthority) -> String {
        "code=\(authority.code(for: asked("code_challenge")))&state=\(asked("state"))"
    }

    /// Ends it as a user does.
    func cancel() { task.cancel() }

    /// What came of it; nil for success.
    var failure: SignInError? {
        get async { await task.value }
    }
}
