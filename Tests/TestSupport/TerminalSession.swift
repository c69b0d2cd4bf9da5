public import Foundation
import Synchronization

/// A terminal of its own, by tmux, in which a shell or a program runs with a home folder of its own; gone with `end()`.
///
/// What only goes to the terminal, such as keys, is sent without waiting. What tmux refuses of it, or that tmux has ended,
/// is thrown by the next question at the latest.
public final class TerminalSession: Sendable {
    private let connection: TmuxConnection
    private let socket: String
    /// The shell's process.
    private let shell = Mutex<Int32?>(nil)
    /// The home folder of what runs in it.
    public let folder: TemporaryFolder
    /// Where the home folder is.
    public var home: URL { folder.url }

    /// What a terminal did not show in time.
    public struct Timeout: Error, CustomStringConvertible {
        /// What was waited for, and the screen instead.
        public let description: String

        /// Makes the error of what was waited for.
        public init(description: String) {
            self.description = description
        }
    }

    /// What tmux refused, or that it is gone.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened, in tmux' words where there are some.
        public let description: String
    }

    /// Starts a shell.
    ///
    /// - Parameters:
    ///   - environment: variables besides those of a bare login.
    ///   - home: the home folder; nil for a new one.
    /// - Throws: `POSIXError` when tmux cannot be started.
    public init(
        width: Int = 100,
        height: Int = 30,
        environment: [String: String] = [:],
        home: TemporaryFolder? = nil
    ) throws {
        folder = try home ?? TemporaryFolder()
        var variables = [
            "HISTFILE": "", "HOME": folder.path, "LANG": "C.UTF-8",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "PS1": "$ ",
        ]
        variables.merge(environment) { _, new in new }
        let settings = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let name = "twinscope-\(UUID().uuidString)"
        socket = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        connection = try TmuxConnection(path: socket)
        try connection.tell(["set-option", "-g", "focus-events", "on"])
        try connection.tell(["set-option", "-g", "set-clipboard", "on"])
        let command = ["env", "-i", "TERM=tmux-256color"] + settings + ["bash", "--norc", "--noprofile", "-i"]
        try connection.tell(
            ["new-session", "-d", "-s", "terminal", "-x", "\(width)", "-y", "\(height)"] + command
        )
        if Leftovers.areKept { try tell("pipe-pane", ["cat > '\(folder.path).\(name).screen'"]) }
        try tell("display-message", ["-p", "#{pane_pid}"]) { [self] lines in
            shell.withLock { $0 = lines.first.flatMap { Int32($0) } }
        }
    }

    /// Ends what runs.
    public func end() {
        // A program whose terminal goes may live on for a moment: it ends before its home folder does.
        let shell = shell.withLock(\.self)
        if let shell, connection.isOpen { for id in SpawnedProcess.children(of: shell) { kill(id, SIGKILL) } }
        connection.end()
        try? FileManager.default.removeItem(atPath: socket)
    }

    /// Closes the terminal under what runs in it, as a window that is closed does.
    public func close() async throws {
        connection.end()
        while connection.isOpen { try await Task.sleep(for: .milliseconds(1)) }
    }

    /// Presses keys, by tmux's names: `j`, `Enter`, `Escape`, `C-s`.
    public func press(_ keys: String...) throws {
        var group: [String] = []
        for key in keys {
            group.append(key)
            guard key == "Escape" else { continue }
            try press(group)
            // What follows Esc at once would be a key with alt: tmux does nothing for longer than programs wait.
            try connection.tell(["run-shell", "-d", "0.1"])
            group = []
        }
        if !group.isEmpty { try press(group) }
    }

    /// Presses keys all at once.
    public func press(_ keys: [String]) throws { try tell("send-keys", ["--"] + keys) }

    /// Types text, each character a key.
    public func type(_ text: String) throws { try tell("send-keys", ["-l", "--", text]) }

    /// Pastes a file, as a terminal does that knows of bracketed paste or as one that does not.
    public func paste(fileAt path: String, isBracketed: Bool = true) throws {
        try connection.tell(["load-buffer", path])
        try tell("paste-buffer", isBracketed ? ["-p"] : [])
    }

    /// Types a line for the shell.
    public func enter(_ line: String) throws {
        try type(line)
        try press("Enter")
    }

    /// The screen's text.
    public var screen: String {
        get async throws { try await ask("capture-pane", ["-p"]) }
    }

    /// The screen with its colours and attributes as escape sequences.
    public var styledScreen: String {
        get async throws { try await ask("capture-pane", ["-p", "-e"]) }
    }

    /// What was copied last; empty when nothing was.
    public var clipboard: String {
        get async throws {
            guard try await !connection.ask(["list-buffers"]).isEmpty else { return "" }
            // tmux writes what it shows in control mode with escapes.
            let folder = try TemporaryFolder()
            _ = try await connection.ask(["save-buffer", folder.file("copied")])
            return try String(contentsOfFile: folder.file("copied"), encoding: .utf8)
        }
    }

    /// A property of the pane, such as `alternate_on`, `cursor_flag`, `pane_pid`.
    public func property(_ name: String) async throws -> String {
        try await ask("display-message", ["-p", "#{\(name)}"]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The processes that run in the shell.
    public var programs: [Int32] {
        get async throws { SpawnedProcess.children(of: Int32(try await property("pane_pid")) ?? 0) }
    }

    /// Gives the terminal another size.
    public func resize(_ width: Int, _ height: Int) throws {
        try tell("resize-window", ["-x", "\(width)", "-y", "\(height)"])
    }

    /// Waits until the screen fulfils a condition, and returns it.
    ///
    /// - Throws: `Timeout` with the screen after a number of seconds, `Failure` when there is no screen, what the
    ///   condition throws, and `CancellationError`.
    @discardableResult
    public func wait(
        for what: String,
        seconds: Double = 50,
        until condition: (String) async throws -> Bool
    ) async throws -> String {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while true {
            let screen = try await screen
            if try await condition(screen) { return try await whole(screen, condition) }
            guard clock.now < end else { throw Timeout(description: "no \(what) within \(seconds) s:\n\(screen)") }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    /// The screen once it stays as it is: tmux may have read no more than the beginning of a frame. What turns for ever, as a
    /// spinner, is not waited for.
    private func whole(_ screen: String, _ condition: (String) async throws -> Bool) async throws -> String {
        var last = screen
        for _ in 0..<8 {
            try await Task.sleep(for: .milliseconds(5))
            let next = try await self.screen
            guard next != last, try await condition(next) else { break }
            last = next
        }
        return last
    }

    /// Waits until the screen shows a text, and returns the screen.
    @discardableResult
    public func wait(for text: String, seconds: Double = 50) async throws -> String {
        try await wait(for: "“\(text)”", seconds: seconds) { $0.contains(text) }
    }

    /// Sends a command about the pane, without waiting.
    private func tell(
        _ command: String,
        _ arguments: [String],
        onAnswer: @escaping @Sendable ([String]) -> Void = { _ in }
    ) throws {
        try connection.tell([command, "-t", "=terminal:"] + arguments, onAnswer: onAnswer)
    }

    /// Asks about the pane.
    private func ask(_ command: String, _ arguments: [String]) async throws -> String {
        try await connection.ask([command, "-t", "=terminal:"] + arguments).map { $0 + "\n" }.joined()
    }
}
