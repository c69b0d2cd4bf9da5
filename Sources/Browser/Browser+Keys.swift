import ITwinsAPI
import Screen

/// Keys: who gets them.
extension Browser {
    mutating func handle(_ key: Key, at now: Timestamp) -> [Effect] {
        if let effects = interrupt(key, at: now) { return effects }
        if !layers.isEmpty { return handleInLayer(key, at: now) }
        if isTypingFilter { return typeFilter(key, at: now) }
        return resolve(key, at: now)
    }

    mutating func paste(_ text: String, at now: Timestamp) -> [Effect] {
        if !layers.isEmpty {
            layers.paste(text, at: now)
        } else if isTypingFilter {
            // Outside a line of text a paste is nobody's: its letters must not run actions.
            tellList(.insertFilter(text))
        }
        return []
    }

    /// `^C` is as Esc; twice within a second it ends the program, what suspends and redraws works everywhere.
    private mutating func interrupt(_ key: Key, at now: Timestamp) -> [Effect]? {
        if key.modifiers == .control, case .command(let command) = terminal.keymap.resolve([key]),
            command == .suspend || command == .redraw
        {
            return command.run(in: &self, at: now)
        }
        guard key == .interrupt else {
            interruptedAt = nil
            return nil
        }
        if let interruptedAt, now.seconds(since: interruptedAt) <= 1 { return [.quit(status: 130)] }
        interruptedAt = now
        return nil
    }

    private mutating func resolve(_ key: Key, at now: Timestamp) -> [Effect] {
        if !pendingKeys.isEmpty, terminal.keymap.resolve([key]) == .command(.cancel) {
            pendingKeys = []
            return []
        }
        let keys = pendingKeys + [key]
        switch terminal.keymap.resolve(keys) {
        case .command(let command):
            pendingKeys = []
            return command.run(in: &self, at: now)
        case .pending:
            pendingKeys = keys
            return []
        case .none:
            let wasPending = !pendingKeys.isEmpty
            pendingKeys = []
            return wasPending ? resolve(key, at: now) : []
        }
    }

    // MARK: Filter

    var isTypingFilter: Bool { focusedList?.filterField != nil }

    private mutating func typeFilter(_ key: Key, at now: Timestamp) -> [Effect] {
        navigation.leavePending()
        switch terminal.keymap.press(key, in: .typing).action {
        case .cancel: clearFilter()
        case .accept: endFilter()
        case .complete:
            endFilter()
            return resolve(key, at: now)
        case .down: tellList(.move(1))
        case .up: tellList(.move(-1))
        case .pageDown: tellList(.page(1, half: false))
        case .pageUp: tellList(.page(-1, half: false))
        case _ where key.code == .backspace && focusedList?.filterField?.text.isEmpty == true: clearFilter()
        default: tellList(.typeFilter(key))
        }
        return []
    }

    private mutating func endFilter() {
        tellList(.endFilter)
        navigation.filterOrigin = nil
    }

    /// Empties the filter that is typed, and goes back to the text from which it was begun.
    private mutating func clearFilter() {
        tellList(.clearFilter)
        if let before = navigation.filterOrigin, panes.contains(before) { navigation.here.focus(before) }
        navigation.filterOrigin = nil
    }
}
