import ITwinsAPI
import Synchronization

/// Signs a person in: opens the browser, waits for the answer by the listener or pasted, and changes its code into tokens
/// (reliability A1 to A8).
struct PersonSignIn: Sendable {
    let registration: Registration
    let redirects: [RedirectURI]
    let client: AuthorityClient
    let time: SignInTime
    let tell: @Sendable (SignInProgress) -> Void

    /// How long the person has.
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
        var portObstacle: String?
        do throws(PortObstacle) {
            listener = try await LoopbackRedirect.open(redirects)
        } catch {
            portObstacle = error.message
        }
        let attempt = SignInAttempt(registration, listener?.redirect ?? redirects[0])
        var progress = SignInProgress(
            address: attempt.url(at: endpoints.authorization),
            obstacle: nil,
            port: listener?.redirect.port,
            portObstacle: portObstacle,
            until: time.now().adding(seconds: Self.limit / .seconds(1)),
            pasteObstacle: nil
        )
        progress.obstacle = browser == nil ? "you asked for none" : browser?.obstacle
        tell(progress)
        if let browser, browser.obstacle == nil { progress.obstacle = await browser.open(progress.address) }
        tell(progress)
        let answer = OneAnswer()
        let finish: @Sendable (SignInAttempt.Answer) async -> Result<Void, SignInError>? = { found in
            guard answer.begin() else { return nil }
            let result: Result<Void, SignInError>
            do throws(SignInError) {
                switch found {
                case .refused(let error): throw error
                case .code(let code): try await keep(try await client.exchange(code, of: attempt))
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
            progress: progress,
            isOver: { answer.begin() },
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
        progress: SignInProgress,
        isOver: @escaping @Sendable () -> Bool,
        finish: @escaping @Sendable (SignInAttempt.Answer) async -> Result<Void, SignInError>?
    ) async -> Result<Void, SignInError> {
        await withTaskGroup(of: Result<Void, SignInError>?.self) { group in
            if let listener {
                group.addTask {
                    await listener.run { query in
                        do throws(SignInAttempt.Stranger) {
                            return .ours(await finish(try attempt.answer(query: query, endpoints)))
                        } catch {
                            return .strange
                        }
                    }
                }
            }
            group.addTask {
                for await text in pasted {
                    do throws(SignInError) {
                        let answer = try attempt.answer(pasted: text, endpoints)
                        if let result = await finish(answer) { return result }
                    } catch {
                        var progress = progress
                        progress.pasteObstacle = error.message
                        tell(progress)
                    }
                }
                return nil
            }
            group.addTask { [time] in
                let failure: SignInError
                do {
                    try await time.sleep(Self.limit)
                    failure = SignInError(
                        .timedOut,
                        "Nobody came back from the browser within five minutes. Sign in again"
                    )
                } catch {
                    failure = SignInError(.cancelled, "Signing in was cancelled")
                }
                // Somebody came back: changing the code into tokens has a limit of its own.
                return isOver() ? .failure(failure) : nil
            }
            defer { group.cancelAll() }
            while let result = await group.next() {
                if let result { return result }
            }
            return .failure(SignInError(.cancelled, "Signing in was cancelled"))
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

    func end(_ result: Result<Void, SignInError>) {
        state.withLock { $0.result = result }
    }

    /// What came of it; nil before the end.
    var result: Result<Void, SignInError>? { state.withLock(\.result) }
}
