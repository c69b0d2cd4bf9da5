import Foundation
import Synchronization

/// A program that was started. A thread of its own takes its exit status as soon as there is one, so that nobody else waits
/// without being able to stop waiting.
///
/// Foundation's `Process` is not used: several started at once end the tests with a bad access, and what it starts
/// inherits blocked signals and open files, which a program that leaves a server behind never closes.
final class SpawnedProcess: Sendable {
    /// The process.
    let id: Int32
    private let state = Mutex(State())

    private struct State {
        var status: Int32?
        var waiting: [AsyncStream<Int32>.Continuation] = []
    }

    /// What a program finds as one of its open files.
    enum File {
        /// A file that is opened for it, with the flags of `open`.
        case path(String, flags: Int32)
        /// An open file of the tests, or one of those before it.
        case descriptor(Int32)
    }

    /// Starts a program by name or path.
    ///
    /// - Parameters:
    ///   - environment: all variables of the program; nil for those of the tests.
    ///   - files: its standard input, standard output and standard error.
    ///   - onExit: is called on the thread that took the exit status.
    /// - Throws: `POSIXError` when it cannot be started.
    init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String]?,
        files: [File],
        onExit: @escaping @Sendable () -> Void = {}
    ) throws {
        id = try Self.spawn(
            [program] + arguments,
            environment: environment ?? ProcessInfo.processInfo.environment,
            files: files
        )
        Thread.detachNewThread { [self] in
            takeStatus()
            onExit()
        }
    }

    /// Starts a program by name or path, with every signal as usual, and nothing of the tests but what is given.
    ///
    /// - Parameters:
    ///   - words: the program and its arguments.
    ///   - environment: all variables of the program.
    ///   - files: its standard input, standard output and standard error, each opened before the next.
    ///   - leadsSession: whether it leads a session of its own, whose terminal is the first that it opens.
    /// - Returns: the process.
    /// - Throws: `POSIXError` when it cannot be started.
    static func spawn(
        _ words: [String],
        environment: [String: String],
        files: [File],
        leadsSession: Bool = false
    ) throws -> Int32 {
        keepFilesToOurselves()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            switch file {
            case .path(let path, let flags):
                posix_spawn_file_actions_addopen(&actions, Int32(number), path, flags, 0o600)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // POSIX_SPAWN_SETSID, which is no constant that Swift sees everywhere.
        let newSession: Int32 = leadsSession ? 0x80 : 0
        posix_spawnattr_setflags(&attributes, Int16(Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | newSession))
        var arguments = words.map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + settings { free(text) } }
        var id: pid_t = 0
        let error = posix_spawnp(&id, words[0], &actions, &attributes, &arguments, &settings)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EINVAL) }
        return id
    }

    /// Its exit status, or 128 and the number of the signal that ended it; nil while it runs.
    var status: Int32? { state.withLock(\.status) }

    /// Waits for its end, and gives what `status` is then.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before.
    func end() async throws -> Int32 {
        let (statuses, continuation) = AsyncStream<Int32>.makeStream()
        state.withLock { state in
            if let status = state.status { continuation.yield(status) } else { state.waiting.append(continuation) }
        }
        for await status in statuses { return status }
        throw CancellationError()
    }

    /// Sends it a signal, unless it has ended.
    func send(_ signal: Int32) {
        state.withLock { if $0.status == nil { _ = kill(id, signal) } }
    }

    private func takeStatus() {
        var information = siginfo_t()
        // Its number stays its own until nobody can send it a signal any more.
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let (status, waiting) = state.withLock { state in
            var word: Int32 = 0
            while waitpid(id, &word, 0) < 0, errno == EINTR {}
            let signal = word & 0x7F
            let status = signal == 0 ? (word >> 8) & 0xFF : 128 + signal
            defer { state.waiting = [] }
            state.status = status
            return (status, state.waiting)
        }
        for waiting in waiting { waiting.yield(status) }
    }

    /// No program gets the tests' own sockets: one that it held open would still be listened at when a test closes it.
    private static func keepFilesToOurselves() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for file in names.compactMap({ Int32($0) }) where file > 2 { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
    }

    /// The processes that another one started and that are still there (proc(5), `/proc/PID/task/TID/children`).
    static func children(of id: Int32) -> [Int32] {
        let words = (try? String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)) ?? ""
        return words.split(separator: " ").compactMap { Int32($0) }
    }
}
