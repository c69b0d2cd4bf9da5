public import Screen

/// A theme to choose, as it was read when the list was opened.
public struct ThemeChoice: Hashable, Sendable {
    /// The name by which it is chosen.
    public var name: String
    /// Where it comes from.
    public var origin: Origin
    /// The theme, or what is wrong with its file.
    public var content: Content

    /// Where themes come from.
    public enum Origin: Hashable, Sendable {
        /// Built into the program.
        case builtIn
        /// A file of the person.
        case own
    }

    /// What reading a theme gave.
    public enum Content: Hashable, Sendable {
        /// A theme that can be used.
        case theme(Theme)
        /// What is wrong, in one sentence with file and line.
        case problem(String)
    }

    /// Makes a choice.
    public init(name: String, origin: Origin, content: Content) {
        self.name = name
        self.origin = origin
        self.content = content
    }

    /// The theme, when it can be used.
    var theme: Theme? { if case .theme(let theme) = content { theme } else { nil } }

    /// What is wrong with its file; nil when nothing is.
    var problem: String? { if case .problem(let text) = content { text } else { nil } }
}

/// The list of themes: the whole screen shows the one under the cursor, Enter keeps it, Esc goes back to the one before.
struct ThemePicker: Sendable {
    /// The theme that Esc brings back.
    fileprivate(set) var before: Theme
    /// Whether the terminal shows colours at all.
    let hasColors: Bool
    /// Empty until the themes were read.
    private(set) var choices: [ThemeChoice] = []
    private(set) var cursor = 0

    /// What a key asks of the browser.
    enum Outcome: Sendable, Hashable {
        case none
        /// Show this one.
        case show(Theme)
        /// Show this one from now on, in later runs too.
        case keep(Theme)
        /// Go back to the theme before.
        case close
    }

    init(before: Theme, hasColors: Bool) {
        self.before = before
        self.hasColors = hasColors
    }

    /// The choice under the cursor; nil until the themes were read.
    var selected: ThemeChoice? { choices.indices.contains(cursor) ? choices[cursor] : nil }

    /// Sets the themes and puts the cursor on the one in use.
    mutating func set(_ choices: [ThemeChoice]) {
        self.choices = choices
        cursor = choices.firstIndex { $0.name == before.name } ?? 0
    }

    mutating func handle(_ key: Key) -> Outcome {
        switch (key.code, key.modifiers) {
        case (.escape, _), (.character("c"), .control), (.character("q"), []), (.character("t"), []): return .close
        case (.down, []), (.tab, []), (.character("j"), []): return move(to: cursor + 1)
        case (.up, []), (.tab, .shift), (.character("k"), []): return move(to: cursor - 1)
        case (.home, []), (.character("g"), []): return move(to: 0)
        case (.end, []), (.character("G"), _): return move(to: choices.count - 1)
        case (.enter, []): return selected?.theme.map(Outcome.keep) ?? .none
        default: return .none
        }
    }

    private mutating func move(to index: Int) -> Outcome {
        cursor = min(max(index, 0), max(choices.count - 1, 0))
        return selected?.theme.map(Outcome.show) ?? .none
    }
}

extension Browser {
    mutating func openThemes() -> [Effect] {
        dialog = .themes(ThemePicker(before: terminal.theme, hasColors: terminal.hasColors))
        return [.listThemes]
    }

    /// Sets the theme of the start, which was found after the start; leaving the theme picker without a choice goes back to
    /// it.
    mutating func beginWith(_ theme: Theme) {
        guard terminal.chosenTheme == nil else { return }
        guard case .themes(var picker) = dialog else {
            terminal.theme = theme
            return
        }
        picker.before = theme
        dialog = .themes(picker)
    }

    /// Shows the themes that were read, unless the dialog is closed.
    mutating func received(_ choices: [ThemeChoice]) {
        guard case .themes(var picker) = dialog else { return }
        picker.set(choices)
        dialog = .themes(picker)
    }

    mutating func handle(_ key: Key, in picker: ThemePicker) -> [Effect] {
        var picker = picker
        let outcome = picker.handle(key)
        dialog = .themes(picker)
        switch outcome {
        case .none: return []
        case .show(let theme):
            terminal.theme = theme
            return []
        case .close:
            terminal.theme = picker.before
            dialog = nil
            return []
        case .keep(let theme):
            terminal.theme = theme
            terminal.chosenTheme = theme.name
            dialog = nil
            return [.save(remembered)]
        }
    }
}
