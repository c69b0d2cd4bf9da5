import ITwinsAPI
import Screen

/// The list of all keys: filtered by typing, runs what is picked.
struct Help: OpenedByAction {
    private(set) var field = TextField()
    private(set) var list = PickList()
    private let keymap: Keymap
    private let available: Set<ActionID>

    init(_ browser: Browser) {
        keymap = browser.terminal.keymap
        available = browser.availableActions
    }

    var hints: [KeyHint] { [KeyHint("↓↑", "choose", 1), KeyHint("enter", "run", 0), KeyHint("esc", "close", 2)] }

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

    func canRun(_ action: Action) -> Bool { available.contains(action.id) }

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        if key.isCancel || key.code == .character("?") && field.text.isEmpty { return .close }
        let actions = actions
        if key.code == .enter {
            guard let row = list.selected, actions.indices.contains(row), canRun(actions[row]) else { return .none }
            return .close(then: .run(actions[row].id))
        }
        if !list.handle(key, count: actions.count, keys: .arrows), field.handle(key) { list.select(0) }
        return .none
    }

    mutating func paste(_ text: String, at now: Timestamp) {
        field.insert(text)
        list.select(0)
    }
}

extension Browser {
    /// The actions that do something here and now.
    var availableActions: Set<ActionID> { Set(ActionID.allCases.filter(isAvailable)) }
}
