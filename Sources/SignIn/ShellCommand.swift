import Foundation
import ITwinsAPI
import Subprocess
import SystemPackage

/// Programs that are run for their output, within a time and without a terminal, so that they cannot write over the
/// screen.
struct ShellCommand: Sendable {
    let executable: Executable
    let arguments: [String]
    /// The variables the program sees.
    let environment: [String: String]

    /// What became of it.
    enum Outcome: Sendable {
        case output(String)
        /// It ended with a failure; the status as a text.
        case failed(String)
        /// There is no such program.
        case missing
        case tookTooLong
        /// The task that waited for it was cancelled.
        case cancelled
    }

    /// Bytes of output that are taken.
    private static let largestOutput = 64 * 1024

    /// A program with its arguments. Of this program's own variables, which may hold secrets, it sees none (reliability A20).
    init(_ name: String, _ arguments: [String], environment: [String: String]) {
        executable = name.hasPrefix("/") ? .path(FilePath(name)) : .name(name)
        self.arguments = arguments
        self.environment = environment.filter { !$0.key.hasPrefix("TWINSCOPE_") }
    }

    /// A line for the shell, as a person wrote it into the configuration.
    init(line: String, environment: [String: String]) {
        self.init("/bin/sh", ["-c", line], environment: environment)
    }

    /// Runs it, and ends it with all that it started when it takes longer than the limit.
    func run(input: String = "", within limit: Duration) async -> Outcome {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        let running = Task { continuation.yield(await collected(input)) }
        defer { running.cancel() }
        return await Self.first(of: outcomes, continuation, within: limit)
    }

    /// Starts it and leaves it running, with nothing at its three streams: a browser that was not open yet stays in the
    /// foreground of what started it.
    ///
    /// - Returns: `tookTooLong` when it runs, what it ended with when it ended at once.
    func start() async -> Outcome {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        // Not a child of this task: it outlives it.
        Task.detached { continuation.yield(await detached()) }
        return await Self.first(of: outcomes, continuation, within: Self.patience)
    }

    /// Within which a browser that cannot be started says so.
    private static let patience = Duration.seconds(2)

    /// What ends is not waited for beyond the limit: what it started itself may hold its output open for ever.
    private static func first(
        of outcomes: AsyncStream<Outcome>,
        _ continuation: AsyncStream<Outcome>.Continuation,
        within limit: Duration
    ) async -> Outcome {
        let timer = Task {
            try await Task.sleep(for: limit)
            continuation.yield(.tookTooLong)
        }
        defer { timer.cancel() }
        for await outcome in outcomes { return outcome }
        return .cancelled
    }

    private func collected(_ input: String) async -> Outcome {
        guard !input.isEmpty else { return await collected(from: .none) }
        guard let pipe = Self.pipe(with: input) else { return .failed("no pipe for its input") }
        return await collected(from: .fileDescriptor(pipe, closeAfterSpawningProcess: true))
    }

    /// A pipe that is written before anybody reads it: a write to one whose reader has ended without reading, as a tool does
    /// that finds no keyring, would end this program.
    private static func pipe(with text: String) -> FileDescriptor? {
        guard let ends = try? FileDescriptor.pipe() else { return nil }
        _ = fcntl(ends.readEnd.rawValue, F_SETFD, FD_CLOEXEC)
        // What does not fit is not waited for.
        _ = fcntl(ends.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
        let isWritten = (try? ends.writeEnd.writeAll(text.utf8)) == text.utf8.count
        try? ends.writeEnd.close()
        if isWritten { return ends.readEnd }
        try? ends.readEnd.close()
        return nil
    }

    private func collected(from input: some InputProtocol) async -> Outcome {
        do {
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                environment: .custom(variables),
                platformOptions: options,
                input: input,
                output: .string(limit: Self.largestOutput),
                error: .discarded
            )
            guard result.terminationStatus.isSuccess else { return .failed("\(result.terminationStatus)") }
            return .output(result.standardOutput)
        } catch {
            return Self.outcome(of: error)
        }
    }

    private func detached() async -> Outcome {
        do {
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                environment: .custom(variables),
                platformOptions: options,
                input: .none,
                output: .discarded,
                error: .discarded
            )
            return result.terminationStatus.isSuccess ? .output("") : .failed("\(result.terminationStatus)")
        } catch {
            return Self.outcome(of: error)
        }
    }

    private static func outcome(of error: any Error) -> Outcome {
        if let error = error as? SubprocessError, error.code == .executableNotFound { return .missing }
        return .failed("\(error)".shown(120))
    }

    private var variables: [Environment.Key: String] {
        environment.reduce(into: [:]) { result, variable in
            if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
        }
    }

    private var options: PlatformOptions {
        var options = PlatformOptions()
        // Without a terminal: neither can it write over the screen, nor does ^C here end a browser.
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))
        ]
        return options
    }
}
