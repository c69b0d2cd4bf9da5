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
        /// It did not end well: how, such as “ended with status 3”, and what it wrote to standard error, in one line.
        case failed(_ how: String, said: String = "")
        /// There is no such program.
        case missing
        case tookTooLong
        /// The task that waited for it was cancelled.
        case cancelled
    }

    /// Bytes of output that are taken.
    private static let largestOutput = 64 * 1024
    /// Characters of standard error that are told.
    private static let longestWords = 300

    /// A program with its arguments. Of this program's own variables, which may hold secrets, it sees none (reliability A20).
    init(_ name: String, _ arguments: [String], environment: [String: String]) {
        executable = name.hasPrefix("/") ? .path(FilePath(name)) : .name(name)
        self.arguments = arguments
        self.environment = environment.filter { !$0.key.hasPrefix("TWINSCOPE_") }
    }

    /// A line for the shell, as a user wrote it into the configuration.
    init(line: String, environment: [String: String]) {
        self.init("/bin/sh", ["-c", line], environment: environment)
    }

    /// Runs it, and ends it with all that it started when it takes longer than the limit.
    func run(input: String = "", within limit: Duration) async -> Outcome {
        await run(input: input) { try await Task.sleep(for: limit) }
    }

    /// Runs it, and ends it with all that it started when it takes until something is over.
    func run(input: String = "", until end: @escaping @Sendable () async throws -> Void) async -> Outcome {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        let running = Task { continuation.yield(await collected(input)) }
        defer { running.cancel() }
        return await Self.first(of: outcomes, continuation, until: end)
    }

    /// Starts it and leaves it running, with nothing at its three streams: a browser that was not open yet stays in the
    /// foreground of what started it.
    ///
    /// - Returns: `tookTooLong` when it runs, what it ended with when it ended at once.
    func start() async -> Outcome {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        // Not a child of this task: it outlives it.
        Task.detached { continuation.yield(await detached()) }
        return await Self.first(of: outcomes, continuation) { try await Task.sleep(for: Self.patience) }
    }

    /// Within which a browser that cannot be started says so.
    private static let patience = Duration.seconds(2)

    /// What ends is not waited for beyond the limit: what it started itself may hold its output open for ever.
    private static func first(
        of outcomes: AsyncStream<Outcome>,
        _ continuation: AsyncStream<Outcome>.Continuation,
        until end: @escaping @Sendable () async throws -> Void
    ) async -> Outcome {
        let timer = Task {
            try await end()
            continuation.yield(.tookTooLong)
        }
        defer { timer.cancel() }
        for await outcome in outcomes { return outcome }
        return .cancelled
    }

    private func collected(_ input: String) async -> Outcome {
        guard !input.isEmpty else { return await collected(from: .none) }
        guard let pipe = Self.pipe(with: input) else { return .failed("couldn't be given its input") }
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
            let errors = try Self.scratch()
            defer { try? errors.close() }
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                environment: .custom(variables),
                platformOptions: options,
                input: input,
                output: .string(limit: Self.largestOutput),
                error: .fileDescriptor(errors, closeAfterSpawningProcess: false)
            )
            guard result.terminationStatus.isSuccess else {
                return .failed(Self.ending(result.terminationStatus), said: Self.words(in: errors))
            }
            return .output(result.standardOutput)
        } catch {
            return Self.outcome(of: error)
        }
    }

    /// A file without a name for what is written beside the output that counts. Nobody has to read it meanwhile, and what the
    /// program leaves running can go on to write there.
    private static func scratch() throws -> FileDescriptor {
        var path = Array((NSTemporaryDirectory() + "/twinscope-XXXXXX").utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { return try FileDescriptor.open("/dev/null", .readWrite) }
        unlink(path)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        return FileDescriptor(rawValue: file)
    }

    /// The beginning of what was written to a file, in one line.
    private static func words(in file: FileDescriptor) -> String {
        var bytes = [UInt8](repeating: 0, count: 8 * 1024)
        let count = bytes.withUnsafeMutableBytes { (try? file.read(fromAbsoluteOffset: 0, into: $0)) ?? 0 }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.oneLine(longestWords)
    }

    private static func ending(_ status: TerminationStatus) -> String {
        switch status {
        case .exited(let code): "ended with status \(code)"
        case .signaled(let signal): "was killed by signal \(signal)"
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
            return result.terminationStatus.isSuccess ? .output("") : .failed(Self.ending(result.terminationStatus))
        } catch {
            return Self.outcome(of: error)
        }
    }

    private static func outcome(of error: any Error) -> Outcome {
        if let error = error as? SubprocessError, error.code == .executableNotFound { return .missing }
        return .failed("couldn't be run: \("\(error)".oneLine(120))")
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
