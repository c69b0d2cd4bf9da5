import Foundation
import Synchronization

/// What a user or the system wants of the program while somebody signs in: to end, to stop for a while, to go on. The
/// terminal is put back or taken over again in time.
final class SignInSignals {
    private var sources: [any DispatchSourceSignal] = []

    /// Takes them from now on, for as long as this is there.
    ///
    /// - Parameter end: is told which one asks the program to end. One more of these ends it at once.
    init(_ input: NoEchoInput, end: @escaping @Sendable (Int32) -> Void) {
        let isAsked = Atomic(false)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            on(number) {
                input.end()
                if isAsked.exchange(true, ordering: .relaxed) { _exit(128 + number) }
                end(number)
            }
        }
        on(SIGTSTP) {
            input.giveBack()
            kill(getpid(), SIGSTOP)
        }
        on(SIGCONT) { input.takeOver() }
        for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT] {
            signal(number) { number in
                NoEchoInput.showAgain()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }

    private func on(_ number: Int32, _ body: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler(handler: body)
        source.resume()
        sources.append(source)
    }
}
