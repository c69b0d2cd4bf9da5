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
        let listener = await LoopbackRedirect.open(redirects)
        let redirect = listener?.redirect ?? redirects[0]
        let attempt = SignInAttempt(registration, redirect)
        var progress = SignInProgress(
            address: attempt.url(at: endpoints.authorization),
            obstacle: nil,
            port: listener?.redirect.port,
            portObstacle: listener == nil ? Self.portObstacle(redirects) : nil,
            until: time.now().adding(seconds: Self.limit / .seconds(1)),
            pasteObstacle: nil
        )
        progress.obstacle = browser == nil ? "you asked for none" : browser?.obstacle
        tell(progress)
        if let browser, browser.obstacle == nil { progress.obstacle = await browser.open(progress.address) }
        tell(progress)
        let isUsed = Atomic(false)
        let finish: @Sendable (SignInAttempt.Answer) async -> Result<Void, SignInError>? = { answer in
            // The first valid answer counts, a code is good once.
            guard isUsed.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else {
                return nil
            }
            do throws(SignInError) {
                switch answer {
                case .refused(let error): throw error
                case .code(let code): try await keep(try await client.exchange(code, of: attempt))
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try await self.first(
            listener: listener,
            attempt: attempt,
            endpoints: endpoints,
            pasted: pasted,
            progress: progress,
            finish: finish
        ).get()
    }

    /// The result that comes first; everything else is ended, the listener closed.
    private func first(
        listener: LoopbackRedirect?,
        attempt: SignInAttempt,
        endpoints: Endpoints,
        pasted: AsyncStream<String>,
        progress: SignInProgress,
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
                do {
                    try await time.sleep(Self.limit)
                } catch {
                    return .failure(SignInError(.cancelled, "Signing in was cancelled"))
                }
                return .failure(
                    SignInError(.timedOut, "Nobody came back from the browser within five minutes. Sign in again")
                )
            }
            defer { group.cancelAll() }
            while let result = await group.next() {
                if let result { return result }
            }
            return .failure(SignInError(.cancelled, "Signing in was cancelled"))
        }
    }

    private static func portObstacle(_ redirects: [RedirectURI]) -> String {
        let ports = redirects.map { String($0.port) }.joined(separator: ", ")
        return "other programs have the ports \(ports). End one of them and try again, "
            + "or register another redirect URI and name it in redirect-uris. Until then the address where the browser ends can be pasted"
    }
}
