import ITwinsAPI
import Screen

/// The last line: the keys.
extension Canvas {
    /// - Parameter showsLabel: whether the profile's label stands there too.
    mutating func drawFooter(showsLabel: Bool) {
        let hints = hints
        var footer = layout.footer
        if showsLabel {
            let connection = browser.session.connection
            let width = min(CellText(connection.label).width, footer.width / 2)
            let rest = footer.split(left: footer.width - width - 1).1
            frame.write(CellText(connection.label), in: rest.split(left: width).0, connection.role)
            footer = footer.split(left: footer.width - width - 2).0
        }
        frame.keyHints(hints, in: footer)
    }

    private var hints: [KeyHint] {
        if let hints = browser.layers.hints { return hints }
        if browser.isTypingFilter {
            return [
                KeyHint("enter", "keep", 0), KeyHint("esc", "clear", 1), KeyHint("↓↑", "move", 2),
                KeyHint("^U", "empty", 3),
            ]
        }
        let move = isCompact ? [] : [KeyHint("j/k", "move", 13)]
        return move
            + Command.footer.filter { isHinted($0.command) }.map { command, rank in
                let keys = browser.terminal.keymap.labels(of: command).first ?? ""
                return KeyHint(keys, command.label?(browser) ?? command.short, rank)
            }
    }

    private func isHinted(_ command: Command) -> Bool {
        command.availability(in: browser).target != nil && (command != .filter || browser.focusedList != nil)
            && (command != .signIn || browser.session.signIn.state.isSignedOut)
    }
}
