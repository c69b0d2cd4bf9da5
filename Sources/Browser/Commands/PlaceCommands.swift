import ITwinsAPI

/// Going: into what is under the cursor, out of it, from place to place.
extension Command {
    static let open = Command("open", "open, go in", "open", .lists, ["enter", "l", "right"]) { browser in
        browser.kind(of: browser.pane).canOpen(in: browser) ? Availability.possible(()) : .meaningless
    } run: { browser, _, now in
        // Who goes on does not wait for the row that was left.
        browser.tellList(.endFilter)
        return browser.kind(of: browser.pane).open(in: &browser, at: now)
    }

    static let back = Command("back", "back out", "back", .lists, ["h", "left", "backspace"]) { browser, now in
        browser.goOut(at: now)
    }

    static let dashboard = place(.dashboard, "place.dashboard", "dashboard", "1")
    static let iTwins = place(.iTwins, "place.iTwins", "iTwins", "2")
    static let favorites = place(.favorites, "place.favorites", "favorites", "3")
    static let exports = place(.exports, "place.exports", "exports", "4")
    static let global = place(.global, "place.global", "global repositories", "6", short: "global")

    static let historyBack = Command("history.back", "back to where you were", "back", .places, ["H"]) {
        browser,
        now in browser.travel(at: now) { $0.back(from: $1) }
    }
    static let historyForward = Command("history.forward", "forward again", "forward", .places, ["L"]) {
        browser,
        now in browser.travel(at: now) { $0.forward(from: $1) }
    }

    private static func place(_ place: Place, _ id: String, _ title: String, _ chord: String, short: String? = nil)
        -> Command
    {
        Command(id, title, short ?? title, .places, [chord]) { browser, now in browser.go(to: place, at: now) }
    }
}
