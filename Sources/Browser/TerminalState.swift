import Screen

/// The terminal, and what a user chose for it: both stay whatever service is browsed.
struct TerminalState: Sendable {
    var size: Size
    var keymap: Keymap
    /// The theme in which the screen is drawn.
    var theme: Theme
    /// Whether the terminal shows colours.
    let hasColors: Bool
    /// How the screen is divided.
    var borders = Borders()
    /// The name of the theme that was chosen in this run; nil when none was.
    var chosenTheme: String?

    init(size: Size, keymap: Keymap, theme: Theme, hasColors: Bool) {
        (self.size, self.keymap, self.theme, self.hasColors) = (size, keymap, theme, hasColors)
    }
}
