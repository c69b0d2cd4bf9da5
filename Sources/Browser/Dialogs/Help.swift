import ITwinsAPI
import Screen

/// The list of all keys: filtered by typing, runs what is picked.
struct Help: Layer {
    private(set) var field = TextField()
    private(set) var list = PickList()
    private let keymap: Keymap
    private let available: Set<Command>

    init(_ browser: Browser) {
        keymap = browser.terminal.keymap
        available = browser.availableCommands
    }

    var hints: [KeyHint] { [KeyHint("↓↑", "choose", 1), KeyHint("enter", "run", 0), KeyHint("esc", "close", 2)] }

    /// How many lines all commands and their headings take, whatever was typed.
    var lineCount: Int {
        let bound = Command.all.filter { !keymap.labels(of: $0).isEmpty }
        return bound.count + Set(bound.map(\.section)).count
    }

    /// The commands that pass what was typed, in the order of the table.
    var commands: [Command] {
        let filter = Filter(field.text)
        return Command.all.filter { command in
            !keymap.labels(of: command).isEmpty
                && filter.matches(
                    "\(command.title) \(command.section.rawValue) \(keymap.labels(of: command).joined(separator: " "))"
                )
        }
    }

    /// The chords of an command; two blanks between them, for a chord may have one.
    func keys(of command: Command) -> String { keymap.labels(of: command).joined(separator: "  ") }

    func canRun(_ command: Command) -> Bool { available.contains(command) }

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        if key.isCancel || key.code == .character("?") && field.text.isEmpty { return .close }
        let commands = commands
        if key.code == .enter {
            guard let row = list.selected, commands.indices.contains(row), canRun(commands[row]) else { return .none }
            return .close(then: .run(commands[row]))
        }
        if !list.handle(key, count: commands.count, keys: .arrows), field.handle(key) { list.select(0) }
        return .none
    }

    mutating func paste(_ text: String, at now: Timestamp) {
        field.insert(text)
        list.select(0)
    }
}
