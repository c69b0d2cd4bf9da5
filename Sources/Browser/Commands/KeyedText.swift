/// A text that names commands, or what a dialog does, where their keys are to stand: `"Cancelled.  \(.refresh)  loads it"`.
/// `Keymap.text` puts in the keys that they are bound to.
struct KeyedText: ExpressibleByStringInterpolation, StringInterpolationProtocol {
    private var parts: [Part] = []

    private enum Part {
        case text(String)
        case command(Command)
        case action(DialogAction, KeyContext)
    }

    init(literalCapacity: Int, interpolationCount: Int) {}
    init(stringInterpolation: KeyedText) { self = stringInterpolation }
    init(stringLiteral text: String) { parts = [.text(text)] }

    mutating func appendLiteral(_ text: String) { parts.append(.text(text)) }
    mutating func appendInterpolation(_ text: some CustomStringConvertible) { parts.append(.text(text.description)) }
    mutating func appendInterpolation(_ command: Command) { parts.append(.command(command)) }
    mutating func appendInterpolation(_ action: DialogAction, in context: KeyContext) {
        parts.append(.action(action, context))
    }

    /// The text with the keys of a keymap. A command without one is shown as the command line takes it.
    fileprivate func string(_ keymap: Keymap) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .command(let command): keymap.labels(of: command).first ?? ":\(command.id)"
            case .action(let action, let context): keymap.label(of: action, in: context) ?? action.rawValue
            }
        }.joined()
    }
}

extension Keymap {
    /// A text with the keys of what it names.
    func text(_ text: KeyedText) -> String { text.string(self) }
}

extension Browser {
    /// A text with the present keys of what it names.
    func text(_ text: KeyedText) -> String { terminal.keymap.text(text) }
}
