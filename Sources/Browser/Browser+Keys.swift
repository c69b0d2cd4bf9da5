import ITwinsAPI
import Screen

/// Keys: who gets them.
extension Browser {
    mutating func handle(_ key: Key, at now: Timestamp) -> [Effect] {
        if let effects = interrupt(key, at: now) { return effects }
        if !layers.isEmpty { return handleInLayer(key, at: now) }
        if isTypingFilter { return TypeFilter(key: key).apply(to: &self, at: now) }
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

    fileprivate mutating func resolve(_ key: Key, at now: Timestamp) -> [Effect] {
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

    var isTypingFilter: Bool { focusedList?.filterField != nil }
}

/// A key while a filter is typed.
private struct TypeFilter: BrowserChange {
    let key: Key

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.navigation.leavePending()
        switch browser.terminal.keymap.press(key, in: .typing).action {
        case .cancel: clear(in: &browser)
        case .accept: end(in: &browser)
        case .complete:
            end(in: &browser)
            return browser.resolve(key, at: now)
        case .down: browser.tellList(.move(1))
        case .up: browser.tellList(.move(-1))
        case .pageDown: browser.tellList(.page(1, half: false))
        case .pageUp: browser.tellList(.page(-1, half: false))
        case _ where key.code == .backspace && browser.focusedList?.filterField?.text.isEmpty == true:
            clear(in: &browser)
        default: browser.tellList(.typeFilter(key))
        }
        return []
    }

    private func end(in browser: inout Browser) {
        browser.tellList(.endFilter)
        browser.navigation.filterOrigin = nil
    }

    /// Empties the filter, and goes back to the text from which it was begun.
    private func clear(in browser: inout Browser) {
        browser.tellList(.clearFilter)
        if let before = browser.navigation.filterOrigin, browser.panes.contains(before) {
            browser.navigation.here.focus(before)
        }
        browser.navigation.filterOrigin = nil
    }
}
