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
        let keymap = browser.terminal.keymap
        if let hints = browser.layers.hints(keymap) { return hints }
        if browser.isTypingFilter {
            let hints = [
                DialogHint(.accept, does: "keep", 0), DialogHint(.cancel, does: "clear", 1),
                DialogHint(.down, .up, does: "move", 2),
            ]
            return keymap.hints(hints, in: .typing) + [KeyHint(TextField.emptyingKey.label, "empty", 3)]
        }
        let keys = [Command.moveDown, .moveUp].compactMap { keymap.labels(of: $0).first }.joined(separator: "/")
        let move = isCompact || keys.isEmpty ? [] : [KeyHint(keys, "move", 13)]
        return move
            + Command.footer.filter { isHinted($0.command) }.map { command, rank in
                return KeyHint(keymap.labels(of: command).first ?? "", command.label?(browser) ?? command.short, rank)
            }
    }

    private func isHinted(_ command: Command) -> Bool {
        command.availability(in: browser).target != nil && (command != .filter || browser.focusedList != nil)
            && (command != .signIn || browser.session.signIn.state.isSignedOut)
    }
}
