/// Why there is no usable terminal, with what helps.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input or output is something else.
    case notATerminal
    /// terminfo knows none of the names that were tried.
    case unknownType(String)
    /// The terminal cannot place its cursor.
    case tooSimple(String)
    /// The terminal's modes could not be read or set.
    case unusable(String)

    /// One sentence for a user.
    public var description: String {
        switch self {
        case .notATerminal: "The browser needs a terminal for input and output, not a file or a pipe."
        case .unknownType(let name):
            "The terminal type “\(name)” is unknown. Set TERM to a known type, such as TERM=xterm-256color."
        case .tooSimple(let name):
            "A terminal of type “\(name)” can't position its cursor. Set TERM to the actual type, such as TERM=xterm-256color."
        case .unusable(let reason): "The terminal can't be used: \(reason)."
        }
    }
}

/// A signal that became an event.
public enum TerminalSignal: Hashable, Sendable {
    case interrupt, terminate, hangup, quit, suspend, resume, windowChanged

    /// The number by which a process that ends for it is known; nil for those that end nothing.
    public var endingNumber: Int32? {
        switch self {
        case .interrupt: 2
        case .terminate: 15
        case .hangup: 1
        case .quit: 3
        case .suspend, .resume, .windowChanged: nil
        }
    }
}
