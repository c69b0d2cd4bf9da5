import Screen

/// The list of all keys: filtered by typing, runs what is picked.
struct Help: Sendable {
    private(set) var field = TextField()
    private(set) var cursor = 0
    private let keymap: Keymap
    private let isAvailable: @Sendable (ActionID) -> Bool

    /// What a key asks of the browser.
    enum Outcome: Sendable, Hashable {
        case none
        case close
        case run(ActionID)
    }

    init(keymap: Keymap, isAvailable: @escaping @Sendable (ActionID) -> Bool) {
        self.keymap = keymap
        self.isAvailable = isAvailable
    }

    /// How many lines all actions and their headings take, whatever was typed.
    var lineCount: Int {
        let bound = Action.all.filter { !keymap.labels(of: $0.id).isEmpty }
        return bound.count + Set(bound.map(\.section)).count
    }

    /// The actions that pass what was typed, in the order of the table.
    var actions: [Action] {
        let filter = Filter(field.text)
        return Action.all.filter { action in
            !keymap.labels(of: action.id).isEmpty
                && filter.matches(
                    "\(action.title) \(action.section.rawValue) \(keymap.labels(of: action.id).joined(separator: " "))"
                )
        }
    }

    /// The chords of an action; two blanks between them, for a chord may have one.
    func keys(of action: Action) -> String { keymap.labels(of: action.id).joined(separator: "  ") }

    func canRun(_ action: Action) -> Bool { isAvailable(action.id) }

    mutating func handle(_ key: Key) -> Outcome {
        switch key.code {
        case .escape: return .close
        case .character("c") where key.modifiers == .control: return .close
        case .character("?") where field.text.isEmpty: return .close
        case .down, .tab: cursor = min(cursor + 1, max(actions.count - 1, 0))
        case .up: cursor = max(cursor - 1, 0)
        case .pageDown: cursor = min(cursor + 10, max(actions.count - 1, 0))
        case .pageUp: cursor = max(cursor - 10, 0)
        case .enter:
            guard actions.indices.contains(cursor), canRun(actions[cursor]) else { return .none }
            return .run(actions[cursor].id)
        default:
            if field.handle(key) { cursor = 0 }
        }
        return .none
    }

    mutating func paste(_ text: String) {
        field.insert(text)
        cursor = 0
    }
}
