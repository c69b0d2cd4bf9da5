public import Foundation

/// A terminal of its own, by tmux, in which a shell or a program runs with a home folder of its own; gone with `end()`.
public final class TerminalSession: Sendable {
    private let socket = "twinscope-\(UUID().uuidString)"
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

    /// Starts a shell.
    ///
    /// - Parameters:
    ///   - environment: variables besides those of a bare login.
    ///   - home: the home folder; nil for a new one.
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
        try tmux(
            [
                "-f", "/dev/null", "new-session", "-d", "-x", "\(width)", "-y", "\(height)", "env", "-i",
                "TERM=tmux-256color",
            ]
                + settings + ["bash", "--norc", "--noprofile", "-i"]
        )
        try tmux(["set-option", "-g", "focus-events", "on"])
        try tmux(["set-option", "-g", "set-clipboard", "on"])
        if Remains.areKept { try tmux(["pipe-pane", "cat > '\(folder.path).\(socket).screen'"]) }
    }

    /// Ends what runs.
    public func end() {
        // A program whose terminal goes may live on for a moment: it ends before its home folder does.
        let shell = (try? property("pane_pid")) ?? ""
        let programs = (try? Command.run("pgrep", ["-P", shell]).output) ?? ""
        for id in programs.split(separator: "\n").compactMap({ Int32($0) }) where id > 1 { kill(id, SIGKILL) }
        let socket = try? property("socket_path")
        _ = try? tmux(["kill-server"])
        if let socket, !socket.isEmpty { try? FileManager.default.removeItem(atPath: socket) }
    }

    /// Closes the terminal under what runs in it, as a window that is closed does.
    public func close() throws {
        let socket = try property("socket_path")
        try tmux(["kill-server"])
        try? FileManager.default.removeItem(atPath: socket)
    }

    /// Presses keys, by tmux's names: `j`, `Enter`, `Escape`, `C-s`.
    public func press(_ keys: String...) throws {
        // What follows Esc at once would be a key with alt.
        var group: [String] = []
        for key in keys {
            group.append(key)
            guard key == "Escape" else { continue }
            try press(group)
            group = []
        }
        if !group.isEmpty { try press(group) }
    }

    /// Presses keys all at once.
    public func press(_ keys: [String]) throws { try tmux(["send-keys"] + keys) }

    /// Types text, each character a key.
    public func type(_ text: String) throws { try tmux(["send-keys", "-l", text]) }

    /// Pastes a file, as a terminal does that knows of bracketed paste or as one that does not.
    public func paste(fileAt path: String, isBracketed: Bool = true) throws {
        try tmux(["load-buffer", path])
        try tmux(["paste-buffer"] + (isBracketed ? ["-p"] : []))
    }

    /// Types a line for the shell.
    public func enter(_ line: String) throws {
        try type(line)
        try press("Enter")
    }

    /// The screen's text.
    public var screen: String {
        get throws { try tmux(["capture-pane", "-p"]) }
    }

    /// The screen with its colours and attributes as escape sequences.
    public var styledScreen: String {
        get throws { try tmux(["capture-pane", "-p", "-e"]) }
    }

    /// What was copied last.
    public var clipboard: String {
        get throws { try tmux(["show-buffer"]) }
    }

    /// A property of the pane, such as `alternate_on`, `cursor_flag`, `pane_pid`.
    public func property(_ name: String) throws -> String {
        try tmux(["display-message", "-p", "#{\(name)}"]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Gives the terminal another size.
    public func resize(_ width: Int, _ height: Int) throws {
        try tmux(["resize-window", "-x", "\(width)", "-y", "\(height)"])
    }

    /// Waits until the screen fulfils a condition, and returns it.
    ///
    /// - Throws: `Timeout` with the screen after a number of seconds.
    @discardableResult
    public func wait(
        for what: String,
        seconds: Double = 30,
        until condition: (String) -> Bool
    ) async throws -> String {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while true {
            let screen = try screen
            if condition(screen) { return screen }
            guard clock.now < end else { throw Timeout(description: "no \(what) within \(seconds) s:\n\(screen)") }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    /// Waits until the screen shows a text, and returns the screen.
    @discardableResult
    public func wait(for text: String, seconds: Double = 30) async throws -> String {
        try await wait(for: "“\(text)”", seconds: seconds) { $0.contains(text) }
    }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        try Command.run("tmux", ["-u", "-L", socket] + arguments).output
    }
}
