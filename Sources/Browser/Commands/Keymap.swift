public import Screen

/// Which keys run which command.
public struct Keymap: Sendable {
    private var commands: [[Key]: Command] = [:]
    private var prefixes: Set<[Key]> = []
    private var chords: [Command: [[Key]]] = [:]

    /// What a sequence of keys means.
    public enum Resolution: Hashable, Sendable {
        /// The keys run a command.
        case command(Command)
        /// More keys are needed.
        case pending
        /// The keys mean nothing.
        case none
    }

    /// The default keys of every command.
    public static let standard = Keymap(Command.all)

    /// Makes a keymap of the chords of commands. A chord that cannot be read or is taken is left out; `conflicts` tells
    /// them.
    public init(_ commands: [Command]) {
        for command in commands {
            for notation in command.chords {
                guard let chord = Self.chord(notation), self.commands[chord] == nil, !prefixes.contains(chord) else {
                    conflicts.append("\(command.id): \(notation)")
                    continue
                }
                self.commands[chord] = command
                chords[command, default: []].append(chord)
                for length in 1..<chord.count { prefixes.insert(Array(chord[..<length])) }
            }
        }
    }

    /// Chords that were left out, as `command: keys`.
    public private(set) var conflicts: [String] = []

    /// Reads a chord, keys in notation with blanks between them; nil when a key is unknown.
    public static func chord(_ notation: String) -> [Key]? {
        let words = notation.split(separator: " ")
        let keys = words.compactMap { Key(String($0)) }
        return keys.isEmpty || keys.count != words.count ? nil : keys
    }

    /// Says what keys pressed one after another mean.
    public func resolve(_ keys: [Key]) -> Resolution {
        if let command = commands[keys] { return .command(command) }
        return prefixes.contains(keys) ? .pending : .none
    }

    /// How the keys of a command are shown, the first one first: `g g`, `^D`.
    public func labels(of command: Command) -> [String] {
        (chords[command] ?? []).map { $0.map(\.label).joined(separator: " ") }
    }
}
