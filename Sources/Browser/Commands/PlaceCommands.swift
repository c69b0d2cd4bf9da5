import ITwinsAPI

/// Going: into what is under the cursor, out of it, from place to place.
extension Command {
    static let open = Command("open", "Open", "open", .lists, ["enter", "l", "right"]) { browser in
        browser.kind(of: browser.pane).canOpen(in: browser) ? Availability.possible(()) : .meaningless
    } run: { browser, _, now in
        // Who goes on does not wait for the row that was left.
        browser.tellList(.endFilter)
        return browser.kind(of: browser.pane).open(in: &browser, at: now)
    }

    static let back = Command("back", "Back", "back", .lists, ["h", "left", "backspace"]) { browser, now in
        // Out of a pane beside the list into the list, out of a place to the dashboard.
        if browser.pane != browser.panes[0] {
            browser.navigation.here.focus(browser.panes[0])
            return []
        }
        return browser.place == .dashboard ? [] : leavePlace(in: &browser, at: now)
    }

    static let dashboard = place(.dashboard, "place.dashboard", "Dashboard", "1")
    static let iTwins = place(.iTwins, "place.iTwins", "iTwins", "2")
    static let favorites = place(.favorites, "place.favorites", "Favorites", "3")
    static let exports = place(.exports, "place.exports", "Exports", "4")
    static let global = place(.global, "place.global", "Global repositories", "6", short: "global")

    static let historyBack = Command("history.back", "Back in history", "back", .places, ["H"]) {
        browser,
        now in travel(in: &browser, at: now) { $0.back(from: $1) }
    }
    static let historyForward = Command("history.forward", "Forward in history", "forward", .places, ["L"]) {
        browser,
        now in travel(in: &browser, at: now) { $0.forward(from: $1) }
    }

    /// Out of a place to where it was entered; out of the dashboard is out of the program.
    static func leavePlace(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if browser.place == .dashboard { return [.quit(status: 0)] }
        let outer = browser.navigation.here.outer.last
        return outer.map { browser.leave(for: $0, at: now) } ?? browser.go(to: .dashboard, at: now)
    }

    private static func travel(
        in browser: inout Browser,
        at now: Timestamp,
        _ step: (inout History, Location) -> Location?
    ) -> [Effect] {
        let here = browser.location
        if let location = step(&browser.navigation.history, here) { return browser.show(location, at: now) }
        browser.show(.information, "There is no further history in that direction.", at: now)
        return []
    }

    private static func place(_ place: Place, _ id: String, _ title: String, _ chord: String, short: String? = nil)
        -> Command
    {
        Command(id, title, short ?? title, .places, [chord]) { browser, now in browser.go(to: place, at: now) }
    }
}
