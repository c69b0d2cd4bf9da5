import Foundation
import Synchronization

/// A tmux server of its own, and a connection to it in tmux' control mode (tmux(1), “CONTROL MODE”): each command is a
/// line, and the answers come in the order of the commands.
final class TmuxConnection: Sendable {
    typealias Answer = Result<[String], TerminalSession.Failure>

    private struct State {
        var isOpen = true
        /// What was refused of the commands for whose answer nobody waits.
        var failure: TerminalSession.Failure?
        var pending: [@Sendable (Answer) -> Void] = []
    }

    private let socket: Int32
    private let process: SpawnedProcess
    private let state = Mutex(State())

    /// Starts the server, with a session `control` that keeps it alive.
    ///
    /// - Parameters:
    ///   - path: of the socket at which the server listens.
    /// - Throws: `POSIXError` when tmux cannot be started.
    init(path: String) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL)
        }
        defer { close(ends[1]) }
        socket = ends[0]
        // The program under test has a session without a client: one that is attached would tell it of its focus.
        process = try SpawnedProcess(
            "tmux",
            ["-C", "-u", "-S", path, "-f", "/dev/null", "new-session", "-s", "control", "cat"],
            environment: nil,
            files: [.descriptor(ends[1]), .descriptor(ends[1]), .path("/dev/null", flags: O_WRONLY)]
        )
        Thread.detachNewThread { [self] in
            var reader = ControlModeReader()
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(socket, &buffer, buffer.count, 0)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for event in reader.read(buffer[..<count]) {
                    switch event {
                    case .answer(let answer): take(answer)
                    case .complaint(let text): fail(TerminalSession.Failure(description: "tmux: \(text)"))
                    }
                }
            }
            hearOfEnd()
        }
    }

    /// Whether the server is there.
    var isOpen: Bool { state.withLock(\.isOpen) }

    /// Sends a command without waiting: what is refused of it, every later command throws.
    ///
    /// - Parameters:
    ///   - onAnswer: is called with its lines, on the thread that reads.
    /// - Throws: `Failure` when tmux has ended or an earlier command was refused.
    func tell(_ words: [String], onAnswer: @escaping @Sendable ([String]) -> Void = { _ in }) throws {
        try send(words) { [self] answer in
            switch answer {
            case .success(let lines): onAnswer(lines)
            case .failure(let failure): fail(failure)
            }
        }
    }

    /// Sends a command and waits for its answer.
    ///
    /// - Returns: the lines.
    /// - Throws: `Failure` when tmux refuses it, has ended, or does not answer within 30 s; `CancellationError`.
    func ask(_ words: [String]) async throws -> [String] {
        let (answers, continuation) = AsyncStream<Answer>.makeStream()
        try send(words) { continuation.yield($0) }
        return try await withThrowingTaskGroup(of: [String].self) { group in
            group.addTask {
                for await answer in answers { return try answer.get() }
                throw CancellationError()
            }
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                throw TerminalSession.Failure(description: "tmux does not answer “\(words.joined(separator: " "))”")
            }
            defer { group.cancelAll() }
            let lines = try await group.next() ?? []
            if let failure = state.withLock(\.failure) { throw failure }
            return lines
        }
    }

    /// Ends the server, whatever was refused before, without waiting.
    func end() {
        state.withLock { state in
            state.failure = nil
            guard state.isOpen else { return }
            state.pending.append { _ in }
            _ = write("kill-server\n")
        }
    }

    private func send(_ words: [String], then: @escaping @Sendable (Answer) -> Void) throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            let line = words.map(Self.quote).joined(separator: " ") + "\n"
            guard state.isOpen, write(line) else { throw TerminalSession.Failure(description: "tmux has ended") }
            state.pending.append(then)
        }
    }

    /// Writes without waiting: a server that lets a quarter of a megabyte of commands lie has ended for the tests.
    private func write(_ line: String) -> Bool {
        let bytes = Array(line.utf8)
        return Foundation.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            == bytes.count
    }

    private func fail(_ failure: TerminalSession.Failure) {
        state.withLock { if $0.failure == nil { $0.failure = failure } }
    }

    private func take(_ answer: Answer) {
        let then = state.withLock { $0.pending.isEmpty ? nil : $0.pending.removeFirst() }
        then?(answer)
    }

    private func hearOfEnd() {
        let pending = state.withLock { state in
            state.isOpen = false
            close(socket)
            defer { state.pending = [] }
            return state.pending
        }
        for then in pending { then(.failure(TerminalSession.Failure(description: "tmux has ended"))) }
    }

    /// A word as tmux' parser reads it: in double quotes, with escapes for what would end the word or the line.
    private static func quote(_ word: String) -> String {
        var quoted = "\""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\"", "\\", "$": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let octal = String(scalar.value, radix: 8)
                quoted += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// Takes the answers out of what tmux writes in control mode; its notifications are passed over.
struct ControlModeReader {
    enum Event {
        case answer(TmuxConnection.Answer)
        /// What stands outside of any answer: a file that a command could not read.
        case complaint(String)
    }

    private var rest: [UInt8] = []
    /// What stands behind `%begin`, and again behind `%end` or `%error`.
    private var mark: String?
    private var lines: [String] = []

    /// Takes more bytes, and gives what is complete with them.
    mutating func read(_ bytes: ArraySlice<UInt8>) -> [Event] {
        rest += bytes
        var events: [Event] = []
        var begin = rest.startIndex
        while let end = rest[begin...].firstIndex(of: 0x0A) {
            if let event = read(line: String(decoding: rest[begin..<end], as: UTF8.self)) { events.append(event) }
            begin = end + 1
        }
        rest.removeFirst(begin)
        return events
    }

    private mutating func read(line: String) -> Event? {
        guard let mark else {
            if line.hasPrefix("%begin ") { mark = String(line.dropFirst(7)) }
            return line.isEmpty || line.hasPrefix("%") ? nil : .complaint(line)
        }
        let isEnd = line == "%end \(mark)"
        guard isEnd || line == "%error \(mark)" else {
            lines.append(line)
            return nil
        }
        defer {
            self.mark = nil
            lines = []
        }
        // The flag 1: a command of this connection, not the one that tmux was started with.
        guard mark.hasSuffix(" 1") else { return nil }
        let text = lines.joined(separator: "\n")
        return .answer(isEnd ? .success(lines) : .failure(TerminalSession.Failure(description: "tmux: \(text)")))
    }
}
