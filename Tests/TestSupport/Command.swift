import Foundation

/// A program that runs to its end.
public enum Command {
    /// The program that the tests are about: the one beside the tests' own bundle, or what `TWINSCOPE_PROGRAM` names.
    public static let twinscope: String =
        ProcessInfo.processInfo.environment["TWINSCOPE_PROGRAM"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
            "twinscope"
        )
        .path

    /// Runs a program by name or path.
    ///
    /// - Parameters:
    ///   - environment: all variables of the program; nil for those of the tests.
    /// - Returns: its exit status and what it wrote to standard output and standard error.
    /// - Throws: `POSIXError` when it cannot be started, `CancellationError` when the task is cancelled, which ends it.
    @discardableResult
    public static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String]? = nil
    ) async throws -> (status: Int32, output: String, errors: String) {
        let process = try RunningCommand(program, arguments, environment: environment)
        defer { process.removeOutput() }
        do {
            return (try await process.waitUntilExit(), process.output, process.errors)
        } catch {
            process.send(SIGKILL)
            throw error
        }
    }
}

/// A program that runs beside the tests, with nothing on its standard input and its output kept in files.
public final class RunningCommand: Sendable {
    /// The process.
    public var processID: Int32 { process.id }
    private let process: SpawnedProcess
    private let outputFile: URL
    private let errorsFile: URL

    /// Starts a program by name or path.
    ///
    /// - Parameters:
    ///   - environment: all variables of the program; nil for those of the tests.
    /// - Throws: `POSIXError` when it cannot be started.
    public init(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("twinscope-\(UUID().uuidString)").path
        outputFile = URL(fileURLWithPath: path + ".out")
        errorsFile = URL(fileURLWithPath: path + ".err")
        if Leftovers.areKept {
            try Data(([program] + arguments).joined(separator: "\0").utf8).write(
                to: URL(fileURLWithPath: path + ".cmd")
            )
        }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        process = try SpawnedProcess(
            program,
            arguments,
            environment: environment,
            files: [
                .path("/dev/null", flags: O_RDONLY), .path(outputFile.path, flags: flags),
                .path(errorsFile.path, flags: flags),
            ]
        )
    }

    /// What it wrote to standard output so far.
    public var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// What it wrote to standard error so far.
    public var errors: String { (try? String(contentsOf: errorsFile, encoding: .utf8)) ?? "" }

    /// Whether it has not ended yet.
    public var isRunning: Bool { process.status == nil }

    /// Waits for its end.
    ///
    /// - Returns: its exit status, or 128 and the number of the signal that ended it.
    /// - Throws: `CancellationError` when the task is cancelled before.
    @discardableResult
    public func waitUntilExit() async throws -> Int32 { try await process.end() }

    /// Sends it a signal, unless it has ended.
    public func send(_ signal: Int32) { process.send(signal) }

    /// Tells it to end, by force after ten seconds, and removes the files with its output after that; waits for nothing.
    public func end() {
        send(SIGTERM)
        Task.detached { [self] in
            let force = Task {
                try await Task.sleep(for: .seconds(10))
                send(SIGKILL)
            }
            _ = try? await waitUntilExit()
            force.cancel()
            removeOutput()
        }
    }

    /// Removes the files with its output.
    public func removeOutput() {
        Leftovers.remove(outputFile)
        Leftovers.remove(errorsFile)
    }
}
