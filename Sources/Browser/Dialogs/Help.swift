import ITwinsAPI
import RowIndex
import Screen

/// The list of all keys: filtered by typing, runs what is picked. What opens it closes it while nothing is typed.
struct Help: Layer {
    private(set) var field = TextField()
    private(set) var list = PickList()
    let keymap: Keymap
    private let available: Set<Command>

    init(_ browser: Browser) {
        keymap = browser.terminal.keymap
        available = browser.availableCommands
    }

    let context = KeyContext.search
    var opener: Command? { field.text.isEmpty ? .help : nil }
    var hints: [DialogHint] { .picking("move", "run", "close") }

    /// Those that have a key.
    private var bound: [Command] { Command.all.filter { !keymap.labels(of: $0).isEmpty } }

    /// How many lines all commands and their headings take, whatever was typed.
    var lineCount: Int { bound.count + Set(bound.map(\.section)).count }

    /// The commands that pass what was typed, in the order of the table.
    var commands: [Command] {
        let filter = Filter(field.text)
        return bound.filter { command in
            let keys = keymap.labels(of: command).joined(separator: " ")
            return filter.matches("\(command.title) \(command.section.rawValue) \(keys)")
        }
    }

    /// The chords of a command; two blanks between them, for a chord may have one.
    func keys(of command: Command) -> String { keymap.labels(of: command).joined(separator: "  ") }

    func canRun(_ command: Command) -> Bool { available.contains(command) }

    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome {
        if press.action == .cancel { return .close }
        let commands = commands
        if press.action == .accept {
            guard let row = list.selected, commands.indices.contains(row), canRun(commands[row]) else { return .none }
            return .close(then: .run(commands[row]))
        }
        if let motion = press.action?.motion {
            list.move(motion, count: commands.count)
        } else if field.handle(press.key) {
            list.select(0)
        }
        return .none
    }

    mutating func paste(_ text: String, at now: Timestamp) {
        field.insert(text)
        list.select(0)
    }
}
