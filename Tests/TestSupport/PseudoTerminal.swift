import Foundation
import Screen
import Synchronization

/// The program that the tests are about, alone on a pseudo terminal: its bytes as they come, its screen as a terminal
/// makes it of them, and signals, sizes and the modes of the terminal without anything in between.
public final class PseudoTerminal: Sendable {
    /// The process.
    public let processID: Int32
    /// The home folder of what runs in it.
    public let folder: TemporaryFolder
    private let main: Int32
    private let state: Mutex<State>

    private struct State {
        var emulator: EmulatedScreen
        var bytes: [UInt8] = []
        var isClosed = false
        var isDrained = false
        var status: Int32?
        var processorSeconds = 0.0
    }

    /// What a program did not do in time.
    public struct Timeout: Error, CustomStringConvertible {
        /// What was waited for, and the screen instead.
        public let description: String
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: its path; nil for the one that the tests are about.
    ///   - width: the columns that the program is told of; 0 for a terminal that does not tell its size.
    ///   - environment: variables besides those of a bare login.
    ///   - ignoring: signals that it is started with ignored, as `nohup` does.
    ///   - home: the home folder; nil for a new one.
    public init(
        _ program: String? = nil,
        _ arguments: [String] = [],
        width: Int = 100,
        height: Int = 30,
        environment: [String: String] = [:],
        ignoring: [Int32] = [],
        home: TemporaryFolder? = nil
    ) throws {
        folder = try home ?? TemporaryFolder()
        var ends: (main: Int32, program: Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        guard openpty(&ends.main, &ends.program, &name, nil, nil) == 0 else { throw POSIXError(.ENXIO) }
        main = ends.main
        for descriptor in [ends.main, ends.program] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let path = name.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) } ?? ""
        // Kept open until the program has it: a terminal that nobody has open has no size.
        let side = ends.program
        defer { Foundation.close(side) }
        Self.setSize(main, width, height)
        var variables = [
            "HOME": folder.path, "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]
        variables.merge(environment) { _, new in new }
        // A shell is what can ignore a signal for what it becomes.
        let traps = ignoring.map { "trap '' \($0); " }.joined()
        let words = ["/bin/sh", "-c", traps + "exec \"$@\"", "sh", program ?? Command.twinscope] + arguments
        processID = try SpawnedProcess.spawn(
            words,
            environment: variables,
            files: [.path(path, flags: O_RDWR), .descriptor(0), .descriptor(0)],
            leadsSession: true
        )
        state = Mutex(
            State(emulator: EmulatedScreen(width * height > 0 ? Size(width: width, height: height) : Self.usual))
        )
        Thread { [self] in read() }.start()
    }

    /// The size of a terminal that does not tell it.
    private static let usual = Size(width: 80, height: 24)

    private static func setSize(_ descriptor: Int32, _ width: Int, _ height: Int) {
        var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            // Waited for with a limit, so that closing the terminal ends this thread.
            var descriptor = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 50)
            let isClosed = state.withLock { $0.isClosed }
            if isClosed { break }
            guard ready > 0 else { continue }
            let count = Foundation.read(main, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            // EIO: nobody has the terminal open any more.
            if count <= 0 { break }
            state.withLock { state in
                state.emulator.take(buffer[..<count])
                state.bytes += buffer[..<count]
            }
        }
        state.withLock { state in
            if state.isClosed { Foundation.close(main) } else { state.isDrained = true }
        }
    }

    // MARK: Looking

    /// The screen.
    public var emulator: EmulatedScreen { state.withLock { $0.emulator } }

    /// The screen's text.
    public var screen: String { emulator.text }

    /// All bytes so far.
    public var bytes: [UInt8] { state.withLock { $0.bytes } }

    /// The modes of the terminal as `stty -g` would tell them.
    public var lineModes: [UInt32] {
        var modes = termios()
        guard tcgetattr(main, &modes) == 0 else { return [] }
        let characters = withUnsafeBytes(of: &modes.c_cc) { $0.map { UInt32($0) } }
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag] + characters
    }

    // MARK: Acting

    /// Sends bytes, as keys do; what the program does not read yet waits.
    public func send(_ bytes: some Collection<UInt8>) async throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            var descriptor = pollfd(fd: main, events: Int16(POLLOUT), revents: 0)
            guard poll(&descriptor, 1, 0) > 0 else {
                guard isRunning else { return }
                try await Task.sleep(for: .milliseconds(2))
                continue
            }
            // A terminal takes 4095 bytes at most, and a write of more would wait on this thread.
            let count = rest.prefix(512).withUnsafeBytes { write(main, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR, errno != EAGAIN { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    /// Types text, each character a key.
    public func type(_ text: String) async throws { try await send(text.utf8) }

    /// Sends the process a signal, unless it has ended.
    public func signal(_ number: Int32) { if isRunning { kill(processID, number) } }

    /// Gives the terminal another size, of which the kernel tells the program.
    public func resize(_ width: Int, _ height: Int) {
        state.withLock { $0.emulator.resize(Size(width: width, height: height)) }
        Self.setSize(main, width, height)
    }

    /// Has the kernel tell the program of another size, while what is drawn is taken as that of the size before.
    public func tell(_ width: Int, _ height: Int) { Self.setSize(main, width, height) }

    /// Shows nothing any more, as after sizes in between that came too fast for the program to ask for them, and has the
    /// kernel say that the size, which is the same again, has changed.
    public func loseContent() {
        state.withLock { state in
            let size = state.emulator.size
            state.emulator.resize(Size(width: 1, height: 1))
            state.emulator.resize(size)
        }
        signal(SIGWINCH)
    }

    /// Closes the terminal under the program, as a window that is closed does.
    public func close() { state.withLock { $0.isClosed = true } }

    /// Ends what runs.
    public func end() {
        close()
        if isRunning { kill(processID, SIGKILL) }
        var word: Int32 = 0
        if state.withLock({ $0.status }) == nil { waitpid(processID, &word, 0) }
    }

    // MARK: Waiting

    /// Whether it has not ended yet.
    public var isRunning: Bool { status == nil }

    /// Its exit status, or 128 and the number of the signal that ended it; nil while it runs.
    public var status: Int32? {
        state.withLock { state in
            if let status = state.status { return status }
            var word: Int32 = 0
            var usage = rusage()
            guard wait4(processID, &word, WNOHANG, &usage) == processID else { return nil }
            let signal = word & 0x7F
            state.status = signal == 0 ? (word >> 8) & 0xFF : 128 + signal
            state.processorSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
            return state.status
        }
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// The processor time that it took: all of it once it has ended.
    public var processorSeconds: Double {
        guard isRunning else { return state.withLock { $0.processorSeconds } }
        let text = (try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)) ?? ""
        // The name in brackets may have blanks.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Waits until the screen fulfils a condition, and returns it.
    ///
    /// - Throws: `Timeout` with the screen after a number of seconds.
    @discardableResult
    public func wait(
        for what: String,
        seconds: Double = 50,
        until condition: (EmulatedScreen) -> Bool
    ) async throws -> EmulatedScreen {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while true {
            let screen = emulator
            if condition(screen) { return screen }
            guard clock.now < end else { throw Timeout(description: "no \(what) within \(seconds) s:\n\(screen.text)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until the screen shows a text.
    @discardableResult
    public func wait(for text: String, seconds: Double = 50) async throws -> EmulatedScreen {
        try await wait(for: "“\(text)”", seconds: seconds) { $0.text.contains(text) }
    }

    /// Waits for the end of the program and of its output.
    ///
    /// - Returns: its exit status, or 128 and the number of the signal that ended it.
    /// - Throws: `Timeout` when it still runs after a number of seconds.
    @discardableResult
    public func waitForEnd(seconds: Double = 50) async throws -> Int32 {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while true {
            let isDrained = state.withLock { $0.isDrained || $0.isClosed }
            if isDrained, let status { return status }
            guard clock.now < end else { throw Timeout(description: "it still runs after \(seconds) s:\n\(screen)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
