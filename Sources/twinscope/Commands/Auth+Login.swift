import ArgumentParser
import Foundation
import ITwinsAPI
import Screen
import SignIn
import Synchronization

extension Auth {
    /// `twinscope auth login`.
    struct Login: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign in to a profile with the web browser.",
            discussion: """
                Without a desktop the address to open is printed; where the browser ended, or the code that it shows, can be \
                pasted here. A service has no browser: its secret is tried.
                """
        )

        @OptionGroup var options: Options

        @Flag(help: "Print the address instead of opening a web browser.")
        var noBrowser = false

        func run() async throws {
            let (profile, source, tokens, isPerson) = try options.authority()
            guard isPerson else {
                _ = try await Auth.run(tokens) { () throws(SignInError) in try await source.token() }
                return print("The secret of \(profile.name) is good. Nothing is kept: it is used each time.")
            }
            let environment = ProcessInfo.processInfo.environment
            let input = HiddenInput()
            let teller = Teller(profile: profile.name, isTerminal: isatty(STDERR_FILENO) == 1)
            let interrupt = Interrupt()
            try await Auth.run(tokens) { () throws(SignInError) in
                let task = Task { () -> SignInError? in
                    do throws(SignInError) {
                        try await source.signIn(
                            browser: noBrowser ? nil : WebBrowser(environment: environment),
                            pasted: input.lines,
                            tell: teller.tell
                        )
                        return nil
                    } catch {
                        return error
                    }
                }
                interrupt.cancels(task)
                let counting = Task { await teller.countDown() }
                let failure = await task.value
                counting.cancel()
                await counting.value
                input.end()
                if let failure { throw failure }
            }
            print("Signed in to \(profile.name). `twinscope auth status` tells as whom.")
        }
    }
}

/// Says how signing in stands, on standard error.
private final class Teller: Sendable {
    private let profile: String
    private let isTerminal: Bool
    private let shown = Mutex<SignInProgress?>(nil)

    init(profile: String, isTerminal: Bool) {
        self.profile = profile
        self.isTerminal = isTerminal
    }

    /// Says what is new.
    @Sendable func tell(_ progress: SignInProgress) {
        let before = shown.withLock { shown in
            defer { shown = progress }
            return shown
        }
        if let obstacle = progress.pasteObstacle { return say("That is no answer: \(obstacle).") }
        guard let before else { return introduce(progress) }
        guard before.obstacle != progress.obstacle, let obstacle = progress.obstacle else { return }
        say("No web browser was opened: \(obstacle). Open the address yourself.")
    }

    private func introduce(_ progress: SignInProgress) {
        say("Sign in to \(profile) in the web browser. The address, should none open:")
        // On a line of its own and whole, so that it can be copied.
        StandardError.write("\n\(progress.address)\n")
        if let obstacle = progress.obstacle { say("No web browser is opened: \(obstacle).") }
        if let obstacle = progress.portObstacle { say("The web browser cannot come back by itself: \(obstacle).") }
        if progress.obstacle != nil, let forwarding = progress.forwarding(host: "THIS-MACHINE") {
            say("From another machine: \(forwarding)")
        }
        say("Or paste here where the web browser ended (it is not shown), and press Enter.")
    }

    /// Counts the time that is left in a line, until the task is cancelled.
    func countDown() async {
        guard isTerminal else { return }
        while !Task.isCancelled {
            if let progress = shown.withLock({ $0 }) {
                let left = max(0, Int(progress.until.secondsSince1970 - Clock.now.secondsSince1970))
                StandardError.writePart(
                    "\r\(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left; ^C cancels "
                )
            }
            try? await Task.sleep(for: .seconds(1))
        }
        StandardError.writePart("\r\u{1B}[K")
    }

    private func say(_ text: String) {
        StandardError.write((isTerminal ? "\r\u{1B}[K" : "") + CellText(text, .detail).string)
    }
}

/// Lines of standard input, not shown while they are typed or pasted: a code is as good as a key for a minute.
private final class HiddenInput: Sendable {
    /// The lines; they end when standard input does.
    let lines: AsyncStream<String>
    private let before: termios?

    init() {
        var modes = termios()
        var before: termios?
        if isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &modes) == 0 {
            before = modes
            modes.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &modes)
        }
        self.before = before
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        // A thread of its own: reading waits for a person, and nothing else may wait with it.
        let thread = Thread {
            while let line = readLine() { continuation.yield(line) }
        }
        thread.name = "input"
        thread.start()
    }

    /// Shows again what is typed.
    func end() {
        if var before { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    }
}

/// `^C` and whatever else asks the program to end ends the try first: the terminal is put back.
private struct Interrupt {
    private let sources: [any DispatchSourceSignal]

    init() {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number)
        }
    }

    func cancels(_ task: Task<SignInError?, Never>) {
        for source in sources {
            source.setEventHandler { task.cancel() }
            source.resume()
        }
    }
}
