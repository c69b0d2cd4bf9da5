import ITwinsAPI
import Screen

/// A list of iTwins, whose rows are opened beside it.
protocol ITwinListPane: ListPane {}

extension ITwinListPane {
    func iTwinID(in browser: Browser) -> String? { selectedID(in: browser) }
    func canOpen(in browser: Browser) -> Bool { iTwinID(in: browser) != nil }
    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        iTwinID(in: browser).map { OpenITwin(id: $0).apply(to: &browser, at: now) } ?? []
    }
    func createTarget(in browser: Browser) -> CreateTarget? { .iTwin }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { EditTarget.focusedITwin(in: browser) }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { DeleteTarget.focusedITwin(in: browser) }
}

/// The iTwins of the caller, or of the organization.
struct AllITwinsPane: ITwinListPane, PagedListPane {
    var list: WritableKeyPath<Session, ItemList<ITwinRow>> { \.iTwins.pages.list }
    var pages: WritableKeyPath<Session, PagedList<ITwinRow>> { \.iTwins.pages }

    func request(in browser: Browser) -> (any LoadRequest)? { LoadITwins(in: browser) }

    func status(in browser: Browser) -> ListStatus? {
        status(
            empty: "No iTwins yet.  \(.create)  creates one.",
            notInRoutes: "Not available in the document routes.",
            in: browser
        )
    }

    func hint(in browser: Browser) -> ListCell? {
        if let ending = endingHint(in: browser) { return ending }
        let pages = browser.session.iTwins.pages
        guard pages.isCapped(browser.iTwinsStatus) else { return nil }
        let count = pages.list.source.count.grouped
        let text = browser.text("Showing the first \(count); there may be more.  \(.export)  exports all")
        return ListCell(CellText(text), .warn)
    }

    func iTwinID(in browser: Browser) -> String? { selectedID(in: browser) ?? browser.navigation.here.iTwinID }
}

/// The caller's favorites.
struct FavoriteITwinsPane: ITwinListPane {
    var list: WritableKeyPath<Session, ItemList<ITwin>> { \.favorites.list }

    func title(in browser: Browser) -> String { "Favorites" }
    func request(in browser: Browser) -> (any LoadRequest)? { LoadFavorites() }

    func status(in browser: Browser) -> ListStatus? {
        status(
            empty: "No favorites yet.  \(.toggleFavorite)  on an iTwin adds it.",
            notInRoutes: "The document routes have no favorites.",
            in: browser
        )
    }
}

/// The iTwins used last.
struct RecentITwinsPane: ITwinListPane {
    var list: WritableKeyPath<Session, ItemList<OpenedITwin>> { \.recents.list }

    func title(in browser: Browser) -> String { "Recent" }
    func request(in browser: Browser) -> (any LoadRequest)? { LoadRecents() }

    func status(in browser: Browser) -> ListStatus? {
        status(
            empty:
                "No recent iTwins.  \(.iTwins)  shows your iTwins,  \(.open)  opens one,  \(.create)  creates one.",
            notInRoutes: "The document routes have no recents.",
            in: browser
        )
    }

    func hint(in browser: Browser) -> ListCell? {
        ListCell("iTwins you opened recently, here or in other apps", .dim)
    }
}
