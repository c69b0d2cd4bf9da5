import Browser
import ITwinsAPI
import SignIn
import Synchronization

/// Where a person signs in to a profile from the browser: one try at a time, told as it goes.
final class SignInDesk: Sendable {
    private let profile: String
    private let source: TokenSource
    private let environment: [String: String]
    private let queue: EventQueue
    private let attempt = Mutex<Attempt?>(nil)

    private struct Attempt: Sendable {
        var task: Task<Void, Never>
        var pasted: AsyncStream<String>.Continuation
    }

    init(profile: String, source: TokenSource, environment: [String: String], _ queue: EventQueue) {
        self.profile = profile
        self.source = source
        self.environment = environment
        self.queue = queue
    }

    /// Begins to sign in, in the place of a try that may be under way.
    func begin() {
        cancel()
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let task = Task { [self] in
            do throws(SignInError) {
                let browser = WebBrowser(environment: environment)
                try await source.signIn(browser: browser, pasted: stream) { [self] progress in
                    post(.signingIn(SignInStep(progress)))
                }
                // The source has told that somebody is signed in.
            } catch {
                if error.kind != .cancelled { post(.failed(error.message)) }
            }
        }
        attempt.withLock { $0 = Attempt(task: task, pasted: continuation) }
    }

    /// Takes what the person pasted.
    func paste(_ text: String) {
        _ = attempt.withLock { $0?.pasted.yield(text) }
    }

    /// Ends the try that is under way.
    func cancel() {
        attempt.withLock { attempt in
            attempt?.task.cancel()
            attempt = nil
        }
    }

    private func post(_ state: SignInState) {
        queue.post(.signIn(state, profile: profile))
    }
}

extension SignInState {
    /// How signing in stands, in the browser's terms.
    init(_ state: TokenSource.State) {
        switch state {
        case .unknown: self = .unknown
        case .signedIn(let subject, let expires): self = .signedIn(who: subject, until: expires)
        case .notSignedIn: self = .signedOut(since: nil, reason: "")
        case .signedOut(let reason, let since): self = .signedOut(since: since, reason: reason)
        }
    }
}

extension SignInStep {
    /// The step, in the browser's terms.
    fileprivate init(_ progress: SignInProgress) {
        self.init(
            address: progress.address,
            obstacle: progress.obstacle,
            port: progress.port,
            portObstacle: progress.portObstacle,
            forwarding: progress.forwarding(host: "THIS-MACHINE"),
            until: progress.until,
            pasteObstacle: progress.pasteObstacle
        )
    }
}
