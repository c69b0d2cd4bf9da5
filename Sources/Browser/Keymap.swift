public import Screen

/// Which keys run which action.
public struct Keymap: Sendable {
    private var actions: [[Key]: ActionID] = [:]
    private var prefixes: Set<[Key]> = []
    private var chords: [ActionID: [[Key]]] = [:]

    /// What a sequence of keys means.
    public enum Resolution: Hashable, Sendable {
        /// The keys run an action.
        case action(ActionID)
        /// More keys are needed.
        case pending
        /// The keys mean nothing.
        case none
    }

    /// The default keys of every action.
    public static let standard = Keymap(Action.all)

    /// Makes a keymap of the chords of actions. A chord that cannot be read or is taken is left out; `conflicts` tells
    /// them.
    public init(_ actions: [Action]) {
        for action in actions {
            for notation in action.chords {
                guard let chord = Self.chord(notation), self.actions[chord] == nil, !prefixes.contains(chord) else {
                    conflicts.append("\(action.id.rawValue): \(notation)")
                    continue
                }
                self.actions[chord] = action.id
                chords[action.id, default: []].append(chord)
                for length in 1..<chord.count { prefixes.insert(Array(chord[..<length])) }
            }
        }
    }

    /// Chords that were left out, as `action: keys`.
    public private(set) var conflicts: [String] = []

    /// Reads a chord, keys in notation with blanks between them; nil when a key is unknown.
    public static func chord(_ notation: String) -> [Key]? {
        let words = notation.split(separator: " ")
        let keys = words.compactMap { Key(String($0)) }
        return keys.isEmpty || keys.count != words.count ? nil : keys
    }

    /// Says what keys pressed one after another mean.
    public func resolve(_ keys: [Key]) -> Resolution {
        if let action = actions[keys] { return .action(action) }
        return prefixes.contains(keys) ? .pending : .none
    }

    /// How the keys of an action are shown, the first one first: `g g`, `^D`.
    public func labels(of action: ActionID) -> [String] {
        (chords[action] ?? []).map { $0.map(\.label).joined(separator: " ") }
    }
}
