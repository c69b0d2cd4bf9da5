import Foundation
import Synchronization

/// A program that runs to its end.
public enum Command {
    /// The program that the tests are about, beside the tests' own bundle.
    public static var twinscope: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("twinscope")
            .path
    }

    /// Runs a program by name or path.
    ///
    /// - Parameters:
    ///   - environment: all variables of the program; nil for those of the tests.
    /// - Returns: its exit status and what it wrote to standard output and standard error.
    /// - Throws: `POSIXError` when it cannot be started.
    @discardableResult
    public static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String]? = nil
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = try RunningCommand(program, arguments, environment: environment)
        defer { process.removeOutput() }
        return (process.waitUntilExit(), process.output, process.errors)
    }
}

/// A program that runs beside the tests, with nothing on its standard input and its output kept in files.
///
/// Foundation's `Process` is not used: several started at once end the tests with a bad access, and what it starts
/// inherits blocked signals and open files, which a program that leaves a server behind never closes.
public final class RunningCommand: Sendable {
    /// The process.
    public let processID: Int32
    private let outputFile: URL
    private let errorsFile: URL
    private let status = Mutex<Int32?>(nil)

    /// Starts a program by name or path.
    ///
    /// - Parameters:
    ///   - environment: all variables of the program; nil for those of the tests.
    /// - Throws: `POSIXError` when it cannot be started.
    public init(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("twinscope-\(UUID().uuidString)").path
        outputFile = URL(fileURLWithPath: path + ".out")
        errorsFile = URL(fileURLWithPath: path + ".err")
        if Remains.areKept {
            try Data(([program] + arguments).joined(separator: "\0").utf8).write(
                to: URL(fileURLWithPath: path + ".cmd")
            )
        }
        Self.keepFilesToOurselves()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorsFile.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = environment ?? ProcessInfo.processInfo.environment
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var id: pid_t = 0
        let error = posix_spawnp(&id, program, &actions, &attributes, &words, &settings)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EINVAL) }
        processID = id
    }

    /// What it wrote to standard output so far.
    public var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// What it wrote to standard error so far.
    public var errors: String { (try? String(contentsOf: errorsFile, encoding: .utf8)) ?? "" }

    /// Whether it has not ended yet.
    public var isRunning: Bool { end(WNOHANG) == nil }

    /// Waits for its end.
    ///
    /// - Returns: its exit status, or 128 and the number of the signal that ended it.
    @discardableResult
    public func waitUntilExit() -> Int32 { end(0) ?? -1 }

    /// Sends it a signal, unless it has ended.
    public func send(_ signal: Int32) {
        status.withLock { if $0 == nil { _ = kill(processID, signal) } }
    }

    /// Removes the files with its output.
    public func removeOutput() {
        Remains.remove(outputFile)
        Remains.remove(errorsFile)
    }

    /// No program gets the tests' own sockets: one that it held open would still be listened at when a test closes it.
    private static func keepFilesToOurselves() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for file in names.compactMap({ Int32($0) }) where file > 2 { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
    }

    private func end(_ options: Int32) -> Int32? {
        status.withLock { status in
            if let status { return status }
            var word: Int32 = 0
            var id = waitpid(processID, &word, options)
            while id < 0, errno == EINTR { id = waitpid(processID, &word, options) }
            guard id == processID else { return nil }
            let signal = word & 0x7F
            status = signal == 0 ? (word >> 8) & 0xFF : 128 + signal
            return status
        }
    }
}
