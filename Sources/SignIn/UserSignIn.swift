import ITwinsAPI
import Logging
import Synchronization

/// Signs a user in: opens the browser, waits for the answer by the listener or pasted, and changes its code into tokens
/// (reliability A1 to A8). Where no browser opens here, the user can sign in on another device too (A9).
struct UserSignIn: Sendable {
    let registration: Registration
    let redirects: [RedirectURI]
    let client: AuthorityClient
    let time: SignInTime
    let tell: @Sendable (SignInProgress) -> Void

    /// How long the user has.
    static let limit = Duration.seconds(300)

    /// Runs one try.
    ///
    /// - Parameter keep: puts the tokens where they are kept, before the browser is told of success.
    func run(
        browser: WebBrowser?,
        pasted: AsyncStream<String>,
        keep: @escaping @Sendable (Tokens) async throws(SignInError) -> Void
    ) async throws(SignInError) {
        let endpoints = try await client.endpoints()
        var listener: LoopbackRedirect?
        var portError: String?
        do throws(PortUnavailable) {
            listener = try await LoopbackRedirect.open(redirects)
        } catch {
            portError = error.message
        }
        let attempt = SignInAttempt(registration, listener?.redirect ?? redirects[0])
        var progress = SignInProgress(
            address: attempt.url(at: endpoints.authorization),
            obstacle: nil,
            port: listener?.redirect.port,
            portError: portError,
            until: time.now().adding(seconds: Self.limit / .seconds(1)),
            pasteError: nil,
            awaitsDevice: endpoints.device != nil
        )
        progress.obstacle = browser == nil ? "--no-browser was given" : browser?.obstacle
        tell(progress)
        if let browser, browser.obstacle == nil { progress.obstacle = await browser.open(progress.address) }
        if progress.obstacle == nil { progress.awaitsDevice = false }
        tell(progress)
        let answer = OneAnswer()
        let finish: Finish = { found in
            guard answer.begin() else { return nil }
            let result: Result<Void, SignInError>
            do throws(SignInError) {
                switch found {
                case .answer(.refused(let error)): throw error
                case .answer(.code(let code)): try await keep(try await client.exchange(code, of: attempt))
                case .tokens(let tokens): try await keep(tokens)
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            answer.end(result)
            return result
        }
        let first = await self.first(
            listener: listener,
            attempt: attempt,
            endpoints: endpoints,
            pasted: pasted,
            progress: ProgressReporter(progress, tell),
            answer: answer,
            finish: finish
        )
        // Who cancels while tokens are being kept is told what came of it.
        try (answer.result ?? first).get()
    }

    /// The result that comes first; everything else is ended, the listener closed.
    private func first(
        listener: LoopbackRedirect?,
        attempt: SignInAttempt,
        endpoints: Endpoints,
        pasted: AsyncStream<String>,
        progress: ProgressReporter,
        answer: OneAnswer,
        finish: @escaping Finish
    ) async -> Result<Void, SignInError> {
        await withTaskGroup(of: Result<Void, SignInError>?.self) { group in
            if let listener {
                group.addTask {
                    await listener.run { query in
                        do throws(SignInAttempt.UnmatchedAnswer) {
                            return .ours(await finish(.answer(try attempt.answer(query: query, endpoints))))
                        } catch {
                            return .strange
                        }
                    }
                }
            }
            group.addTask {
                for await text in pasted {
                    do throws(SignInError) {
                        let found = try attempt.answer(pasted: text, endpoints)
                        if let result = await finish(.answer(found)) { return result }
                    } catch {
                        progress.tell { $0.pasteError = error.message }
                    }
                }
                return nil
            }
            if progress.awaitsDevice {
                group.addTask { await onDevice(progress, isOver: { answer.isBegun }, finish) }
            }
            group.addTask { [time] in
                let failure: SignInError
                do {
                    try await time.sleep(Self.limit)
                    failure = SignInError(
                        .timedOut,
                        "Sign-in wasn't completed within five minutes. Sign in again"
                    )
                } catch {
                    failure = SignInError(.cancelled, "Sign-in was cancelled")
                }
                // Somebody came back: changing the code into tokens has a limit of its own.
                return answer.begin() ? .failure(failure) : nil
            }
            defer { group.cancelAll() }
            while let result = await group.next() {
                if let result { return result }
            }
            return .failure(SignInError(.cancelled, "Sign-in was cancelled"))
        }
    }

    /// The result of signing in on another device. That this way does not work, or no longer, leaves the others as they are.
    private func onDevice(
        _ progress: ProgressReporter,
        isOver: @Sendable () -> Bool,
        _ finish: Finish
    ) async -> Result<Void, SignInError>? {
        var isShown = false
        do throws(SignInError) {
            guard let authorization = try await client.deviceAuthorization(of: registration) else { return nil }
            progress.tell { $0.device = authorization.device }
            isShown = true
            let waiting = DeviceSignIn(
                registration: registration,
                authorization: authorization,
                client: client,
                time: time
            )
            return await finish(.tokens(try await waiting.tokens(isOver: isOver)))
        } catch {
            switch error.kind {
            case .cancelled: return nil
            // The user's own word, where it comes from the user's code.
            case .refused(code: "access_denied") where isShown: return await finish(.answer(.refused(error)))
            default: break
            }
            client.logger.warning("device sign-in failed", metadata: ["why": "\(error.message)"])
            progress.tell { [isShown] in
                $0.awaitsDevice = false
                $0.device = nil
                $0.deviceError = isShown ? error.message : nil
            }
            return nil
        }
    }
}

/// What came of a try.
private enum Found: Sendable {
    case answer(SignInAttempt.Answer)
    case tokens(Tokens)
}

/// Ends a try with what was found; nil when that is not the first.
private typealias Finish = @Sendable (Found) async -> Result<Void, SignInError>?

/// How a try stands, told in the order of its changes, whoever makes them.
private final class ProgressReporter: Sendable {
    private let progress: Mutex<SignInProgress>
    private let listener: @Sendable (SignInProgress) -> Void

    /// Takes over one that was told.
    init(_ progress: SignInProgress, _ listener: @escaping @Sendable (SignInProgress) -> Void) {
        self.progress = Mutex(progress)
        self.listener = listener
    }

    var awaitsDevice: Bool { progress.withLock(\.awaitsDevice) }

    /// Changes it and tells it; what was said of something pasted is not said again.
    func tell(_ change: (inout SignInProgress) -> Void) {
        progress.withLock {
            $0.pasteError = nil
            change(&$0)
            listener($0)
        }
    }
}

/// The one answer of a try: the first valid one counts, as a code is good once.
private final class OneAnswer: Sendable {
    private let state = Mutex<(isBegun: Bool, result: Result<Void, SignInError>?)>((false, nil))

    /// Whether nobody was faster; from then on it is used up.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.isBegun = true }
            return !state.isBegun
        }
    }

    /// Whether somebody was there.
    var isBegun: Bool { state.withLock(\.isBegun) }

    func end(_ result: Result<Void, SignInError>) {
        state.withLock { $0.result = result }
    }

    /// What came of it; nil before the end.
    var result: Result<Void, SignInError>? { state.withLock(\.result) }
}
