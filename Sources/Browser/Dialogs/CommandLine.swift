import ITwinsAPI
import Screen

/// The line behind `:`: commands and actions by their words.
struct CommandLine: Sendable {
    private(set) var field = TextField()
    /// The row that arrows chose; nil while what is typed decides.
    private(set) var cursor: Int?
    /// What is wrong with what was typed; goes with the next key.
    private(set) var problem: String?
    private var profiles: [ProfileChoice]
    private let keymap: Keymap
    private let isAvailable: @Sendable (ActionID) -> Bool

    /// What can be run.
    enum Command: Sendable, Hashable {
        /// The list of profiles.
        case profiles
        case profile(ProfileChoice)
        case quit
        case action(ActionID)
    }

    /// A row of the list below the line.
    struct Suggestion: Sendable, Hashable {
        /// What is typed for it.
        var text: String
        /// Its keys, or what else is to be known of it.
        var note: String
        var command: Command
        /// Whether it does something here and now.
        var isPossible = true
    }

    /// What a key asks of the browser.
    enum Outcome: Sendable, Hashable {
        case none
        case close
        case run(Command)
    }

    init(profiles: [ProfileChoice], keymap: Keymap, isAvailable: @escaping @Sendable (ActionID) -> Bool) {
        self.profiles = profiles
        self.keymap = keymap
        self.isAvailable = isAvailable
    }

    /// Sets the profiles as they were read again.
    mutating func set(_ profiles: [ProfileChoice]) { self.profiles = profiles }

    private static let profileWord = "profile"
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
                command: .profile($0),
                isPossible: $0.problem == nil
            )
        }
    }

    private var all: [Suggestion] {
        let actions = Action.all.filter { $0.id != .command && $0.id != .quit }
        return [
            Suggestion(text: Self.profileWord, note: "NAME, or choose one", command: .profiles),
            Suggestion(text: Self.quitWords[0], note: "end the program", command: .quit),
        ]
            + actions.map {
                let keys = keymap.labels(of: $0.id).joined(separator: "  ")
                return Suggestion(text: $0.title, note: keys, command: .action($0.id), isPossible: isAvailable($0.id))
            }
    }

    private func id(of suggestion: Suggestion) -> String {
        if case .action(let id) = suggestion.command { id.rawValue } else { "" }
    }

    mutating func handle(_ key: Key) -> Outcome {
        problem = nil
        switch (key.code, key.modifiers) {
        case (.escape, _), (.character("c"), .control): return .close
        case (.backspace, _) where field.text.isEmpty: return .close
        case (.enter, _): return enter()
        case (.tab, _): complete()
        case (.down, _): move(to: cursor.map { $0 + 1 } ?? 0)
        case (.up, _): move(to: (cursor ?? 0) - 1)
        case (.pageDown, _): move(to: (cursor ?? 0) + 10)
        case (.pageUp, _): move(to: (cursor ?? 0) - 10)
        default:
            if field.handle(key) { cursor = nil }
        }
        return .none
    }

    mutating func paste(_ text: String) {
        field.insert(text)
        (cursor, problem) = (nil, nil)
    }

    private mutating func move(to row: Int) {
        let count = suggestions.count
        cursor = count == 0 ? nil : min(max(row, 0), count - 1)
    }

    /// Completes what is typed with what all suggestions that begin with it have in common, then with the first of them.
    private mutating func complete() {
        if let cursor, suggestions.indices.contains(cursor) { return replace(with: suggestions[cursor]) }
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
        field = TextField(suggestion.command == .profiles ? "\(suggestion.text) " : suggestion.text)
        cursor = nil
    }

    private mutating func enter() -> Outcome {
        let suggestions = suggestions
        if let cursor, suggestions.indices.contains(cursor) { return run(suggestions[cursor].command) }
        let words = words
        guard let word = words.first else { return .close }
        if words.count == 1, Self.quitWords.contains(word) { return .run(.quit) }
        if word == Self.profileWord {
            guard words.count > 1 else { return .run(.profiles) }
            return runProfile(words.dropFirst().joined(separator: " "))
        }
        let exact = suggestions.first { $0.text == field.text || id(of: $0) == field.text }
        if let found = exact ?? suggestions.first { return run(found.command) }
        let known = [Self.profileWord] + Self.quitWords + all.flatMap { [$0.text, id(of: $0)] }
        let short = Action.all.map(\.short)
        let near = Spelling.nearest(to: field.text, in: known + short) ?? Spelling.nearest(to: word, in: known + short)
        problem = "There is no command “\(field.text.prefix(40))”." + (near.map { " Did you mean “\($0)”?" } ?? "")
        return .none
    }

    private mutating func run(_ command: Command) -> Outcome {
        if case .profile(let choice) = command, let why = choice.problem {
            problem = why
            return .none
        }
        return .run(command)
    }

    private mutating func runProfile(_ name: String) -> Outcome {
        if let choice = profiles.first(where: { $0.name == name })
            ?? profiles.first(where: { $0.name == name.lowercased() })
        {
            return run(.profile(choice))
        }
        let names = profiles.map(\.name)
        let near = Spelling.nearest(to: name, in: names).map { "Did you mean “\($0)”?" }
        problem = "There is no profile “\(name.prefix(40))”. \(near ?? "There are \(names.joined(separator: ", ")).")"
        return .none
    }
}

extension Browser {
    mutating func openCommandLine() -> [Effect] {
        let available = Set(ActionID.allCases.filter(isAvailable))
        dialog = .command(CommandLine(profiles: profiles, keymap: terminal.keymap) { available.contains($0) })
        return [.listProfiles]
    }

    mutating func handle(_ key: Key, in line: CommandLine, at now: Timestamp) -> [Effect] {
        var line = line
        let outcome = line.handle(key)
        dialog = .command(line)
        switch outcome {
        case .none: return []
        case .close:
            dialog = nil
            return []
        case .run(let command):
            dialog = nil
            switch command {
            case .profiles: return openProfiles()
            case .profile(let choice): return switchTo(choice, at: now)
            case .quit: return [.quit(status: 0)]
            case .action(let action): return perform(action, at: now)
            }
        }
    }
}
