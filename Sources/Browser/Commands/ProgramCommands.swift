import ITwinsAPI
import RowIndex

/// What is about the program itself.
extension Command {
    static let signIn = Command("profile.signIn", "Sign in", "sign in", .program, ["S"]) { browser in
        let connection = browser.session.connection
        return connection.canSignIn
            ? Availability.possible(()) : .impossible("\(connection.label) has no sign-in.")
    } run: { browser, _, now in
        BeginSignIn().apply(to: &browser, at: now)
    }

    static let command = Command(
        "command",
        "Command line",
        "command",
        .program,
        [":"]
    ) { browser, _ in
        browser.layers.push(CommandLine(browser))
        return [.listProfiles]
    }

    static let themes = Command("themes", "Themes", "themes", .program, ["t"]) { browser, _ in
        browser.layers.push(ThemePicker(browser))
        return [.listThemes]
    }

    static let help = Command("help", "Help", "help", .program, ["?"]) { browser, _ in
        browser.layers.push(Help(browser))
        return []
    }.with(keepsMessage: true)

    /// Esc does the first of these that applies: the filter, a request in flight, a message, nothing. Chords and dialogs
    /// came before.
    static let cancel = Command(
        "cancel",
        "Cancel chord, filter or request",
        "cancel",
        .program,
        ["esc", "ctrl-c"]
    ) { browser, now in
        // The message that was there before the key alone goes: a notice below it is not read yet.
        let seen = browser.notices.toast
        if seen?.kind != .failure { browser.notices.endToast(at: now) }
        if let list = browser.focusedList, !list.filter.text.isEmpty {
            browser.tellList(.clearFilter)
            return []
        }
        if let found = requestToCancel(in: browser) { return found.cancel(in: &browser, at: now) }
        if browser.notices.toast == seen { browser.notices.endToast(at: now) }
        return []
    }.with(keepsMessage: true)

    /// The request that a user most likely means: the download under the cursor, what the focused pane waits for, the newest
    /// of what fills the screen, the newest change.
    private static func requestToCancel(in browser: Browser) -> Requests.InFlight? {
        let (session, requests) = (browser.session, browser.session.requests)
        return browser.focusedExport.flatMap { session.download(of: $0.id) }
            ?? browser.kind(of: browser.pane).request(in: browser).flatMap { requests[$0.key] }
            ?? requests.all { $0.role == .load }.last ?? requests.all { $0.role == .write }.last
    }

    static let redraw = Command("redraw", "Redraw the screen", "redraw", .program, ["ctrl-l"]) { _, _ in [.redraw] }
        .with(keepsMessage: true)
    static let suspend = Command("suspend", "Suspend (fg resumes)", "suspend", .program, ["ctrl-z"]) { _, _ in
        [.suspend]
    }.with(keepsMessage: true)
    static let quit = Command("quit", "Leave or quit", "quit", .program, ["q"]) { browser, now in
        leavePlace(in: &browser, at: now)
    }.with(label: { $0.place == .dashboard ? "quit" : "leave" })
}
