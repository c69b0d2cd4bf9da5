import Foundation
import ITwinsAPI

/// Starts the user's web browser (reliability A7 and A8).
public struct WebBrowser: Sendable {
    private let environment: [String: String]

    /// - Parameter environment: of this program, which tells whether there is a desktop.
    public init(environment: [String: String]) {
        self.environment = environment
    }

    /// Why no browser is started here; nil when one is.
    public var obstacle: String? {
        func isSet(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
        if isSet("SSH_CONNECTION") || isSet("SSH_TTY") { return "this is an SSH session" }
        guard isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("BROWSER") else {
            return "there is no desktop"
        }
        return nil
    }

    /// Starts a browser with an address, which is one argument and never part of a shell's line; nothing of it reaches this
    /// terminal.
    ///
    /// - Returns: why none was started; nil when one was.
    func open(_ address: String) async -> String? {
        if let obstacle { return obstacle }
        var failures: [String] = []
        for words in candidates {
            let arguments = words.dropFirst().map { $0.replacing("%s", with: address) }
            let complete = words.contains { $0.contains("%s") } ? arguments : arguments + [address]
            let command = ShellCommand(words[0], Array(complete), environment: environment)
            switch await command.start() {
            case .output, .tookTooLong, .cancelled: return nil
            case .missing: failures.append("\(words[0].oneLine(40)) isn't installed")
            case .failed(let how, _): failures.append("\(words[0].oneLine(40)) \(how)")
            }
        }
        return failures.joined(separator: ", ")
    }

    /// `$BROWSER` is a list of commands between colons, each with `%s` where the address goes or without.
    private var candidates: [[String]] {
        let own = (environment["BROWSER"] ?? "").split(separator: ":").map { $0.split(separator: " ").map(String.init) }
        return own.filter { !$0.isEmpty } + [["xdg-open"]]
    }
}
