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

    /// What can be run: a row of the list below the line.
    struct Suggestion: Sendable {
        /// What is typed for it.
        let text: String
        /// Its keys, or what else is to be known of it.
        let note: String
        let choice: Choice
        /// Whether it does something here and now.
        var isPossible = true

        /// Whether it begins with what is typed, in any letter case.
        func begins(with typed: String) -> Bool { text.lowercased().hasPrefix(typed.lowercased()) }

        /// Another text that stands for it.
        var id: String { if case .command(let command) = choice { command.id } else { "" } }
    }

    enum Choice: Sendable {
        /// The list of profiles.
        case profiles
        case profile(ProfileChoice)
        case quit
        case command(Command)
    }

    init(_ browser: Browser) {
        profiles = browser.profiles
        keymap = browser.terminal.keymap
        available = browser.availableCommands
    }

    let context = KeyContext.typing
    var hints: [DialogHint] {
        var hints = [DialogHint].picking("move", "run", "close")
        hints.insert(DialogHint(.complete, does: "complete", 3), at: 2)
        return hints
    }

    /// Learns the profiles as they were read again.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        if case .profiles = event { profiles = browser.profiles }
        return []
    }

    static let profileWord = "profile"
    private static let quitWords = ["quit", "q"]

    /// The words that are typed, in small letters.
    private var words: [String] { field.text.lowercased().split(separator: " ").map(String.init) }

    /// What may be meant by what is typed, profiles once their word stands there.
    var suggestions: [Suggestion] {
        let words = words
        if words.first == Self.profileWord, words.count > 1 || field.text.hasSuffix(" ") {
            let typed = "\(Self.profileWord) \(words.dropFirst().first ?? "")"
            return words.count > 2 ? [] : profileSuggestions.filter { $0.begins(with: typed) }
        }
        let typed = field.text.lowercased()
        let filter = Filter(typed)
        let found = all.filter { filter.matches($0.text) || !typed.isEmpty && $0.id.lowercased().hasPrefix(typed) }
        // What begins so is rather meant than what has it somewhere.
        return found.filter { $0.begins(with: typed) } + found.filter { !$0.begins(with: typed) }
    }

    private var profileSuggestions: [Suggestion] {
        profiles.map { profile in
            let text = "\(Self.profileWord) \(profile.name)"
            let isPossible = profile.problem == nil
            return Suggestion(text: text, note: profile.target, choice: .profile(profile), isPossible: isPossible)
        }
    }

    private var all: [Suggestion] {
        let commands = Command.all.filter { $0 != .command && $0 != .quit }.map { command in
            let keys = keymap.labels(of: command).joined(separator: "  ")
            let isPossible = available.contains(command)
            return Suggestion(text: command.title, note: keys, choice: .command(command), isPossible: isPossible)
        }
        return [
            Suggestion(text: Self.profileWord, note: "NAME, or select one", choice: .profiles),
            Suggestion(text: Self.quitWords[0], note: "quit the program", choice: .quit),
        ] + commands
    }

    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome {
        problem = nil
        switch press.action {
        case .cancel: return .close
        case .accept: return enter(browser)
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
        let going = suggestions.filter { $0.begins(with: typed) }
        guard let first = going.first ?? suggestions.first else { return }
        let common = going.dropFirst().reduce(first.text) {
            String(zip($0, $1.text).prefix { $0.lowercased() == $1.lowercased() }.map(\.0))
        }
        if going.count > 1, common.count > typed.count {
            field = TextField(common)
        } else {
            replace(with: first)
        }
    }

    private mutating func replace(with suggestion: Suggestion) {
        // Behind the word come the names.
        let isBegin = if case .profiles = suggestion.choice { true } else { false }
        field = TextField(isBegin ? "\(suggestion.text) " : suggestion.text)
        list.select(nil)
    }

    /// Runs what is typed or chosen; says so when that is nothing.
    private mutating func enter(_ browser: Browser) -> Outcome {
        if let chosen { return run(chosen.choice, browser) }
        let words = words
        guard let word = words.first else { return .close }
        if words.count == 1, Self.quitWords.contains(word) { return run(.quit, browser) }
        if word == Self.profileWord {
            let name = field.text.split(separator: " ").dropFirst().joined(separator: " ")
            return name.isEmpty ? run(.profiles, browser) : enter(profile: name, browser)
        }
        let (suggestions, typed) = (suggestions, field.text.lowercased())
        let exact = suggestions.first { [$0.text, $0.id].contains { $0.lowercased() == typed } }
        if let found = exact ?? suggestions.first { return run(found.choice, browser) }
        let known = [Self.profileWord] + Self.quitWords + all.flatMap { [$0.text, $0.id] } + Command.all.map(\.short)
        let near = Spelling.nearest(to: field.text, in: known) ?? Spelling.nearest(to: word, in: known)
        problem = "Unknown command “\(field.text.prefix(40))”." + (near.map { " Did you mean “\($0)”?" } ?? "")
        return .none
    }

    private mutating func enter(profile name: String, _ browser: Browser) -> Outcome {
        let found = profiles.first { $0.name == name } ?? profiles.first { $0.name.lowercased() == name.lowercased() }
        if let found { return run(.profile(found), browser) }
        let names = profiles.map(\.name)
        let near = Spelling.nearest(to: name, in: names).map { "Did you mean “\($0)”?" }
        problem =
            "Unknown profile “\(name.prefix(40))”. \(near ?? "The profiles are \(names.joined(separator: ", ")).")"
        return .none
    }

    private mutating func run(_ choice: Choice, _ browser: Browser) -> Outcome {
        switch choice {
        case .profiles: return Outcome(closes: true, pushes: ProfilePicker(browser), then: [.effect(.listProfiles)])
        case .quit: return .close(then: .effect(.quit(status: 0)))
        case .command(let command): return .close(then: .run(command))
        case .profile(let profile):
            problem = profile.problem
            return problem == nil ? .close(then: .change(SwitchProfile(choice: profile))) : .none
        }
    }
}
