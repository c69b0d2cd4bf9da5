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
    }

    /// Bytes of output that are taken.
    private static let largestOutput = 64 * 1024

    /// A program with its arguments.
    init(_ name: String, _ arguments: [String], environment: [String: String]) {
        executable = name.hasPrefix("/") ? .path(FilePath(name)) : .name(name)
        self.arguments = arguments
        self.environment = environment
    }

    /// A line for the shell, as a person wrote it into the configuration.
    init(line: String, environment: [String: String]) {
        self.init("/bin/sh", ["-c", line], environment: environment)
    }

    /// Runs it.
    func run(input: String = "", within limit: Duration) async -> Outcome {
        let environment = environment.reduce(into: [Environment.Key: String]()) { result, variable in
            if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
        }
        // Without a terminal: neither can it write over the screen, nor does ^C here end a browser.
        var options = PlatformOptions()
        options.createSession = true
        return await withTaskGroup(of: Outcome?.self) { [options] group in
            group.addTask {
                do {
                    let result = try await Subprocess.run(
                        executable,
                        arguments: Arguments(arguments),
                        environment: .custom(environment),
                        platformOptions: options,
                        input: .string(input),
                        output: .string(limit: Self.largestOutput),
                        error: .discarded
                    )
                    guard result.terminationStatus.isSuccess else { return .failed("\(result.terminationStatus)") }
                    return .output(result.standardOutput)
                } catch let error as SubprocessError where error.code == .executableNotFound {
                    return .missing
                } catch {
                    return Task.isCancelled ? nil : .failed("\(error)".shown(120))
                }
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return .tookTooLong
            }
            defer { group.cancelAll() }
            return await group.next().flatMap(\.self) ?? .tookTooLong
        }
    }

    /// Starts it and leaves it running: a browser that was not open yet stays in the foreground of what started it.
    ///
    /// - Returns: `tookTooLong` when it runs, what it ended with when it ended at once.
    func start() async -> Outcome {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        // Not a child of this task: it outlives it.
        Task.detached {
            continuation.yield(await run(within: .seconds(86_400)))
            continuation.finish()
        }
        Task.detached {
            try? await Task.sleep(for: Self.patience)
            continuation.yield(.tookTooLong)
            continuation.finish()
        }
        for await outcome in outcomes { return outcome }
        return .tookTooLong
    }

    /// Within which a browser that cannot be started says so.
    private static let patience = Duration.seconds(2)
}
