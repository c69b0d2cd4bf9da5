import Foundation
import Synchronization

/// Standard input while a user signs in: what is typed or pasted is not shown, since a code is as good as a key for a
/// minute, and may come in lines of any length and number. The terminal is as it was when this is not in its foreground, and
/// afterwards.
final class NoEchoInput: Sendable {
    /// The answers; they end when standard input does.
    let answers: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation
    private let modes = Mutex(Modes())
    private let isReading = Atomic(false)
    private let hasAnswered = Atomic(false)
    private let marksPastes: Bool

    /// The modes of the terminal.
    private struct Modes {
        /// Those before; nil while there was nothing to change.
        var before: termios?
        var isOver = false
    }

    /// What comes in, as it comes.
    enum Event: Sendable {
        /// So many characters wait for Enter.
        case waiting(Int)
        /// What came is no answer; why.
        case notice(String)
        /// Nothing more comes, and no answer came.
        case endedWithoutAnswer
    }

    /// How long nothing comes after Enter, in milliseconds, until it is no line end within a paste.
    private static let pauseAfterEnter: Int32 = 150
    /// How long a paste may pause.
    private static let longestPause: Int32 = 2000

    /// Hides what is typed from now on.
    ///
    /// - Parameter environment: of this program, which names the type of the terminal.
    init(environment: [String: String]) {
        (answers, continuation) = AsyncStream.makeStream(of: String.self)
        marksPastes = !["", "dumb"].contains(environment["TERM"] ?? "")
        takeOver()
    }

    // MARK: The terminal

    /// Whether the terminal of a descriptor is this program's to use, and not the shell's or that of another job.
    static func isForeground(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && tcgetpgrp(descriptor) == getpgrp()
    }

    /// Hides what is typed, also after the program was stopped and goes on.
    func takeOver() {
        modes.withLock { modes in
            var new = termios()
            guard !modes.isOver, Self.isForeground(STDIN_FILENO), tcgetattr(STDIN_FILENO, &new) == 0 else { return }
            if modes.before == nil { modes.before = new }
            // Without lines the terminal cuts none off at 4095 bytes. Keys that send signals go on to do so.
            new.c_lflag &= ~Self.changed
            Self.set(&new, TCSADRAIN)
            mark("h")
        }
    }

    /// What is switched off.
    private static let changed = tcflag_t(ECHO | ICANON | IEXTEN)

    /// Shows what is typed again, after a crash: nothing is known then but what the system says.
    static func showAgain() {
        var modes = termios()
        guard tcgetpgrp(STDIN_FILENO) == getpgrp(), tcgetattr(STDIN_FILENO, &modes) == 0 else { return }
        modes.c_lflag |= tcflag_t(ECHO | ICANON | IEXTEN)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &modes)
    }

    /// Gives the terminal to the shell for a while.
    func giveBack() { modes.withLock { restore($0, TCSADRAIN) } }

    /// Gives the terminal back for good. What nobody has read is dropped: the shell would take it for a command.
    func end() {
        modes.withLock { modes in
            guard !modes.isOver else { return }
            modes.isOver = true
            restore(modes, TCSAFLUSH)
        }
    }

    private func restore(_ modes: Modes, _ when: Int32) {
        guard var before = modes.before, Self.isForeground(STDIN_FILENO) else { return }
        mark("l")
        Self.set(&before, when)
    }

    private static func set(_ modes: inout termios, _ when: Int32) {
        while tcsetattr(STDIN_FILENO, when, &modes) != 0, errno == EINTR {}
    }

    /// Asks the terminal to say where a paste begins and ends, or to stop that.
    private func mark(_ end: String) {
        guard marksPastes else { return }
        let text = "\u{1B}[?2004\(end)"
        _ = text.withCString { write(STDIN_FILENO, $0, strlen($0)) }
    }

    // MARK: Reading

    /// Begins to read, once: from now on there is something to answer.
    func read(answerTo address: String, _ tell: @escaping @Sendable (Event) -> Void) {
        guard isReading.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
        // A thread of its own: reading waits for a user, and nothing else may wait with it.
        let thread = Thread { [self] in
            var parser = RedirectPasteParser(address: address)
            while gather(&parser, tell) {}
            if parser.count > 0 { finish(&parser, tell) }
            continuation.finish()
            if !hasAnswered.load(ordering: .relaxed) { tell(.endedWithoutAnswer) }
        }
        thread.name = "input"
        thread.start()
    }

    /// Reads what there is.
    ///
    /// - Returns: false at the end of standard input.
    private func gather(_ parser: inout RedirectPasteParser, _ tell: (Event) -> Void) -> Bool {
        let patience = parser.endsWithEnter ? Self.pauseAfterEnter : parser.isPasting ? Self.longestPause : -1
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        switch poll(&input, 1, patience) {
        case 0:
            if parser.isPasting { parser.giveUpPaste() }
            if parser.endsWithEnter { finish(&parser, tell) }
            return true
        case ..<0: return errno == EINTR
        default: break
        }
        guard isatty(STDIN_FILENO) == 0 || Self.isForeground(STDIN_FILENO) else {
            // What is typed there is the shell's; reading it would stop the program.
            usleep(200_000)
            return true
        }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { Foundation.read(STDIN_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else { return count < 0 && (errno == EINTR || errno == EAGAIN) }
        for byte in buffer[..<count] { parser.take(byte) }
        tell(.waiting(parser.count))
        return true
    }

    private func finish(_ parser: inout RedirectPasteParser, _ tell: (Event) -> Void) {
        let outcome = parser.finish()
        tell(.waiting(parser.count))
        switch outcome {
        case .answer(let text):
            hasAnswered.store(true, ordering: .relaxed)
            continuation.yield(text)
        case .notice(let text): tell(.notice(text))
        }
    }
}
