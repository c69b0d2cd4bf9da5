public import Screen

/// Which keys run which command, and what keys do in dialogs.
public struct Keymap: Sendable {
    private var commands: [[Key]: Command] = [:]
    private var prefixes: Set<[Key]> = []
    private var chords: [Command: [[Key]]] = [:]
    private var actions: [KeyContext: [Key: DialogAction]] = [:]
    private var keys: [KeyContext: [DialogAction: [Key]]] = [:]

    /// What a sequence of keys means.
    public enum Resolution: Hashable, Sendable {
        /// The keys run a command.
        case command(Command)
        /// More keys are needed.
        case pending
        /// The keys mean nothing.
        case none
    }

    /// The default keys of everything.
    public static let standard = Keymap()

    /// Makes a keymap of the chords of commands and the keys of dialogs. A chord that cannot be read or is taken is left
    /// out; `conflicts` tells them.
    ///
    /// - Parameter changes: other chords by the id of a command, `refresh`, or of what a dialog does, `form.submit`.
    public init(_ commands: [Command] = Command.all, changes: [String: [String]] = [:]) {
        for command in commands {
            for notation in changes[command.id] ?? command.chords {
                guard let chord = Self.chord(notation), !prefixes.contains(chord),
                    !chord.indices.contains(where: { self.commands[Array(chord[...$0])] != nil })
                else {
                    conflicts.append("\(command.id): \(notation)")
                    continue
                }
                self.commands[chord] = command
                chords[command, default: []].append(chord)
                for length in 1..<chord.count { prefixes.insert(Array(chord[..<length])) }
            }
        }
        let cancelling = (chords[.cancel] ?? []).filter { $0.count == 1 }.joined()
        for (context, rows) in DialogAction.standard {
            for key in cancelling { bind(key, to: .cancel, in: context) }
            if actions[context]?[.interrupt] == nil { bind(.interrupt, to: .cancel, in: context) }
            for (action, standard) in rows {
                let id = "\(context.rawValue).\(action.rawValue)"
                for notation in changes[id] ?? standard.split(separator: " ").map(String.init) {
                    if let key = Key(notation), actions[context]?[key] == nil {
                        bind(key, to: action, in: context)
                    } else {
                        conflicts.append("\(id): \(notation)")
                    }
                }
            }
        }
    }

    private mutating func bind(_ key: Key, to action: DialogAction, in context: KeyContext) {
        actions[context, default: [:]][key] = action
        keys[context, default: [:]][action, default: []].append(key)
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

    // MARK: Dialogs

    /// A key with what it does in a context. What else is held with an arrow or another key that types nothing makes no
    /// difference, unless it is bound so.
    func press(_ key: Key, in context: KeyContext) -> KeyPress {
        let actions = actions[context] ?? [:]
        let isTyped = if case .character = key.code { true } else { false }
        return KeyPress(key: key, action: actions[key] ?? (isTyped ? nil : actions[Key(key.code)]))
    }

    /// How the first key that does something in a context is shown; nil when none does.
    func label(of action: DialogAction, in context: KeyContext) -> String? { keys[context]?[action]?.first?.label }

    /// What the footer says of a dialog; what no key does is left out.
    func hints(_ hints: [DialogHint], in context: KeyContext) -> [KeyHint] {
        hints.compactMap { hint in
            let labels = hint.actions.compactMap { label(of: $0, in: context) }
            // Two arrows are one sign.
            let keys = labels.joined(separator: labels.allSatisfy { $0.count == 1 } ? "" : " ")
            return keys.isEmpty ? nil : KeyHint(keys, hint.label, hint.rank)
        }
    }
}
