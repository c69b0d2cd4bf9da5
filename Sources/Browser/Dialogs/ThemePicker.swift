import ITwinsAPI
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
        /// A file of the user.
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
        (self.name, self.origin, self.content) = (name, origin, content)
    }

    /// The theme, when it can be used.
    var theme: Theme? { if case .theme(let theme) = content { theme } else { nil } }

    /// What is wrong with its file; nil when nothing is.
    var problem: String? { if case .problem(let text) = content { text } else { nil } }
}

/// The list of themes: the whole screen shows the one under the cursor, which is kept when it is picked.
struct ThemePicker: Menu {
    /// What the screen shows.
    private var shown: Theme
    /// Empty until the themes were read.
    private(set) var choices: [ThemeChoice] = []
    var list = PickList()

    init(_ browser: Browser) { shown = browser.theme }

    static let width = 56
    static let footHeight = 4
    var opener: Command? { .themes }
    var title: CellText { "Themes" }
    var emptyText: CellText { "loading themes…" }
    var count: Int { choices.count }
    var theme: Theme? { shown }

    var hints: [DialogHint] { .picking("preview", "keep", "cancel") }

    /// The choice under the cursor; nil until the themes were read.
    var selected: ThemeChoice? { list.selected.flatMap { choices.indices.contains($0) ? choices[$0] : nil } }

    /// Learns the themes, and puts the cursor on the one in use.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        guard case .themes(let choices) = event else { return [] }
        self.choices = choices
        list.select(choices.firstIndex { $0.name == browser.terminal.theme.name } ?? 0)
        return []
    }

    mutating func cursorMoved() {
        if let theme = selected?.theme { shown = theme }
    }

    func pick(_ row: Int) -> Outcome {
        selected?.theme.map { .close(then: .change(KeepTheme(theme: $0))) } ?? .none
    }
}

/// Shows a theme from now on, in later runs too.
struct KeepTheme: BrowserChange {
    let theme: Theme

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.terminal.theme = theme
        browser.terminal.chosenTheme = theme.name
        return [.save(browser.remembered)]
    }
}
