import ArgumentParser
import Foundation
import ITwinsAPI
import Screen
import SignIn

extension Auth {
    /// `twinscope auth login`.
    struct Login: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign in to a profile with the web browser.",
            discussion: """
                Without a desktop the URL to open is printed; paste the browser's final URL, or the code that it shows, \
                into the terminal. If the authority supports it, a short code to type on another device is shown as well. A \
                service has no browser: its secret is verified.
                """
        )

        @OptionGroup var options: Options

        @Flag(help: "Print the URL instead of opening a web browser.")
        var noBrowser = false

        func run() async throws {
            let target = try options.target()
            let (source, isUser) = try target.authority()
            guard isUser else {
                _ = try await target.run { try await source.token() }
                return print("The secret of \(target.profile.name) is valid. Nothing is stored: it is used each time.")
            }
            try await target.run {
                try Self.checkStorage()
                try await signIn(to: target, source)
                let success = Self.success(target.profile, try await source.status())
                await StandardError.flush()
                print(success)
            }
        }

        /// Finds out whether tokens can be kept before anybody goes through signing in for nothing.
        private static func checkStorage() throws {
            do {
                _ = try Folders.tokens()
            } catch let failure as Failure {
                throw Failure.failed("Sign-in failed because the tokens can't be stored: \(failure.message)")
            }
        }

        /// Signs in, with what the user pastes and until a signal asks to end.
        private func signIn(to target: Target, _ source: TokenSource) async throws {
            let environment = target.children.shared
            let console = SignInConsole(
                profile: target.profile.name,
                destination: SSHDestination.text(environment: environment)
            )
            let input = NoEchoInput(environment: environment)
            defer { input.end() }
            let (ends, asked) = AsyncStream.makeStream(of: Failure.self)
            let signals = SignInSignals(input) { number in
                asked.yield(Failure(message: "Sign-in was cancelled", status: 128 + number))
            }
            defer { withExtendedLifetime(signals) {} }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await source.signIn(
                        browser: noBrowser ? nil : WebBrowser(environment: environment),
                        pasted: input.answers
                    ) { progress in
                        @Sendable func endIfStuck() {
                            guard console.isStuck else { return }
                            asked.yield(
                                .failed("Standard input has ended, and there is no other way to complete the sign-in")
                            )
                        }
                        console.tell(progress)
                        endIfStuck()
                        input.read(answerTo: progress.address) { event in
                            switch event {
                            case .waiting(let count): console.tell(waiting: count)
                            case .notice(let text): console.say(text)
                            case .endedWithoutAnswer:
                                console.noteInputEnd()
                                endIfStuck()
                            }
                        }
                    }
                }
                group.addTask { for await failure in ends { throw failure } }
                group.addTask { await console.countDown() }
                defer { group.cancelAll() }
                try await group.next()
            }
        }

        /// Who is signed in, and what the tokens are kept in: it is decided now and stays so.
        private static func success(_ profile: Profile, _ status: TokenSource.Status) -> String {
            let who = status.subject.map { " as \($0)" } ?? ""
            let place = status.place ?? "memory"
            let reason = status.storage == .file ? " (no keyring available)" : ""
            return CellText("Signed in to \(profile.name)\(who). The tokens are stored in \(place)\(reason).", .detail)
                .string
        }
    }
}
