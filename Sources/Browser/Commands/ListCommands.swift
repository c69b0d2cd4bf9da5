import ITwinsAPI
import Screen

/// What lists show: filter, sort, secrets, and how new it is.
extension Command {
    /// Filters the list that has the focus; from a text, the list beside it.
    static let filter = Command("filter", "Filter", "filter", .lists, ["/"]) { browser, _ in
        let isText = browser.focusedList == nil
        browser.navigation.filterOrigin = isText ? browser.pane : nil
        if isText { browser.navigation.here.focus(browser.place.firstPane) }
        browser.tellList(.beginFilter)
        return []
    }

    static let sort = Command("sort", "Sort by column", "sort", .lists, ["s"]) { browser in
        (browser.kind(of: browser.pane).asList?.sortable(in: browser)).map(Availability.possible) ?? .impossible(nil)
    } run: { browser, list, _ in
        browser.layers.push(SortMenu(list, current: browser.session.sortOrder(of: list)))
        return []
    }

    static let toggleInactive = Command(
        "inactive.toggle",
        "Show or hide inactive iTwins",
        "inactive",
        .lists,
        ["i"]
    ) {
        $0.place == .dashboard || $0.place.hasITwinTabs
    } run: { browser, now in
        browser.session.showInactive(!browser.session.iTwins.list.showsInactive)
        let isShown = browser.session.iTwins.list.showsInactive
        browser.show(.information, "Inactive iTwins \(isShown ? "shown" : "hidden")", at: now)
        return []
    }

    /// Reads the list again with all iTwins of the organization, or with those of the caller alone.
    static let toggleScope: Command = Command(
        "scope.toggle",
        "Switch between all iTwins and yours",
        "all",
        .lists,
        ["a"]
    ) {
        $0.place == .iTwins && $0.session.connection.routes == .live
    } run: { browser, now in
        let isAll = browser.session.iTwins.scope == .member
        browser.session.iTwins.scope = isAll ? .organizationAdmin : .member
        let text: KeyedText =
            isAll
            ? "All iTwins in the organization (administrators only).  \(.toggleScope)  shows yours"
            : "iTwins you are a member of"
        browser.show(.information, browser.text(text), at: now)
        return LoadITwins(in: browser).read(from: nil, in: &browser, at: now)
    }

    static let reveal: Command = Command("secrets.reveal", "Reveal or mask secrets", "reveal", .lists, ["."]) {
        browser in
        browser.place == .global || browser.place.repositoryPath != nil || browser.shownTabs.contains(.repositories)
    } run: { browser, now in
        browser.navigation.revealsSecrets.toggle()
        let isShown = browser.navigation.revealsSecrets
        let text: KeyedText =
            isShown ? "Secrets are shown until you leave.  \(.reveal)  masks them" : "Secrets are masked"
        browser.show(.information, browser.text(text), at: now)
        return []
    }

    static let refresh = Command("refresh", "Refresh", "refresh", .lists, ["r"]) { browser, now in
        refreshAll(in: &browser, at: now).map(\.requestedByUser)
    }

    /// Loads everything on the screen again, also what could not be told before.
    static func refreshAll(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.favorites.forgetRemoved()
        browser.session.exports.forgetUnknownSizes()
        browser.session.names.forgetUnknown()
        return browser.refreshVisible(olderThan: -1, at: now)
    }
}
