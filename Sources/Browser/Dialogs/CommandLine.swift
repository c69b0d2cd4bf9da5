import ITwinsAPI
import RowIndex
import Screen

/// The line behind `:`: commands and actions by their words.
struct CommandLine: Layer {
    private(set) var field = TextField()
    /// The row that arrows chose; none while what is typed decides.
    private(set) var list = PickList(selected: nil)
    /// What is wrong with what was typed; goes with the next key.
    private(set) var problem: String?
    private var profiles: [ProfileChoice]
    private let keymap: Keymap
    private let available: Set<Command>

    /// What can be run.
    enum Choice: Sendable, Hashable {
        /// Nothing: the line is left.
        case close
        /// The list of profiles.
        case profiles
        case profile(ProfileChoice)
        case quit
        case command(Command)
    }

    /// A row of the list below the line.
    struct Suggestion: Sendable, Hashable {
        /// What is typed for it.
        var text: String
        /// Its keys, or what else is to be known of it.
        var note: String
        var choice: Choice
        /// Whether it does something here and now.
        var isPossible = true
    }

    init(_ browser: Browser) {
        profiles = browser.profiles
        keymap = browser.terminal.keymap
        available = browser.availableCommands
    }

    let context = KeyContext.typing
    let hints = [
        DialogHint(.down, .up, does: "choose", 2), DialogHint(.accept, does: "run", 0),
        DialogHint(.complete, does: "complete", 3), DialogHint(.cancel, does: "close", 1),
    ]

    /// Learns the profiles as they were read again.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        if case .profiles = event { profiles = browser.profiles }
        return []
    }

    static let profileWord = "profile"
    private static let quitWords = ["quit", "q"]

    private var words: [String] { field.text.split(separator: " ").map(String.init) }

    /// What may be meant by what is typed, profiles once their word stands there.
    var suggestions: [Suggestion] {
        let words = words
        if words.first == Self.profileWord, words.count > 1 || field.text.hasSuffix(" ") {
            let typed = words.dropFirst().first?.lowercased() ?? ""
            return words.count > 2
                ? [] : profileSuggestions.filter { $0.text.hasPrefix("\(Self.profileWord) \(typed)") }
        }
        let filter = Filter(field.text)
        let found = all.filter { filter.matches($0.text) || !field.text.isEmpty && id(of: $0).hasPrefix(field.text) }
        // What begins so is rather meant than what has it somewhere.
        let begins = found.filter { $0.text.hasPrefix(field.text) }
        return begins + found.filter { !$0.text.hasPrefix(field.text) }
    }

    private var profileSuggestions: [Suggestion] {
        profiles.map {
            Suggestion(
                text: "\(Self.profileWord) \($0.name)",
                note: $0.target,
                choice: .profile($0),
                isPossible: $0.problem == nil
            )
        }
    }

    private var all: [Suggestion] {
        let commands = Command.all.filter { $0 != .command && $0 != .quit }
        return [
            Suggestion(text: Self.profileWord, note: "NAME, or choose one", choice: .profiles),
            Suggestion(text: Self.quitWords[0], note: "end the program", choice: .quit),
        ]
            + commands.map {
                let keys = keymap.labels(of: $0).joined(separator: "  ")
                return Suggestion(
                    text: $0.title,
                    note: keys,
                    choice: .command($0),
                    isPossible: available.contains($0)
                )
            }
    }

    private func id(of suggestion: Suggestion) -> String {
        if case .command(let command) = suggestion.choice { command.id } else { "" }
    }

    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome {
        problem = nil
        switch press.action {
        case .cancel: return .close
        case .accept: return enter().map { run($0, browser) } ?? .none
        case .complete: complete()
        case let action?: if let motion = action.motion { list.move(motion, count: suggestions.count) }
        case nil where press.key.code == .backspace && field.text.isEmpty: return .close
        case nil: if field.handle(press.key) { list.select(nil) }
        }
        return .none
    }

    mutating func paste(_ text: String, at now: Timestamp) {
        field.insert(text)
        list.select(nil)
        problem = nil
    }

    /// The suggestion that arrows chose.
    private var chosen: Suggestion? {
        let suggestions = suggestions
        return list.selected.flatMap { suggestions.indices.contains($0) ? suggestions[$0] : nil }
    }

    /// Completes what is typed with what all suggestions that begin with it have in common, then with the first of them.
    private mutating func complete() {
        if let chosen { return replace(with: chosen) }
        let typed = field.text
        let going = suggestions.filter { $0.text.hasPrefix(typed) }
        guard let first = going.first ?? suggestions.first else { return }
        let common = going.dropFirst().reduce(first.text) { String(zip($0, $1.text).prefix { $0 == $1 }.map(\.0)) }
        if going.count > 1, common.count > typed.count {
            field = TextField(common)
        } else {
            replace(with: first)
        }
    }

    private mutating func replace(with suggestion: Suggestion) {
        // Behind the word come the names.
        field = TextField(suggestion.choice == .profiles ? "\(suggestion.text) " : suggestion.text)
        list.select(nil)
    }

    /// What Enter runs; nil when that is nothing, which is said.
    private mutating func enter() -> Choice? {
        if let chosen { return chosen.choice }
        let words = words
        guard let word = words.first else { return .close }
        if words.count == 1, Self.quitWords.contains(word) { return .quit }
        if word == Self.profileWord {
            return words.count > 1 ? profile(named: words.dropFirst().joined(separator: " ")) : .profiles
        }
        let suggestions = suggestions
        let exact = suggestions.first { $0.text == field.text || id(of: $0) == field.text }
        if let found = exact ?? suggestions.first { return found.choice }
        let known = [Self.profileWord] + Self.quitWords + all.flatMap { [$0.text, id(of: $0)] }
        let short = Command.all.map(\.short)
        let near = Spelling.nearest(to: field.text, in: known + short) ?? Spelling.nearest(to: word, in: known + short)
        problem = "There is no command “\(field.text.prefix(40))”." + (near.map { " Did you mean “\($0)”?" } ?? "")
        return nil
    }

    private mutating func profile(named name: String) -> Choice? {
        if let choice = profiles.first(where: { $0.name == name })
            ?? profiles.first(where: { $0.name == name.lowercased() })
        {
            return .profile(choice)
        }
        let names = profiles.map(\.name)
        let near = Spelling.nearest(to: name, in: names).map { "Did you mean “\($0)”?" }
        problem = "There is no profile “\(name.prefix(40))”. \(near ?? "There are \(names.joined(separator: ", ")).")"
        return nil
    }

    private mutating func run(_ choice: Choice, _ browser: Browser) -> Outcome {
        switch choice {
        case .close: return .close
        case .profiles:
            return Outcome(closes: true, pushes: ProfilePicker(browser), then: [.effect(.listProfiles)])
        case .quit: return .close(then: .effect(.quit(status: 0)))
        case .command(let command): return .close(then: .run(command))
        case .profile(let profile):
            problem = profile.problem
            return problem == nil ? .close(then: .change(SwitchProfile(choice: profile))) : .none
        }
    }
}
