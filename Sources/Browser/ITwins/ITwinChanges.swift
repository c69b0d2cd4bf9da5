import ITwinsAPI

extension Session {
    mutating func showInactive(_ shows: Bool) {
        iTwins.list.setShowsInactive(shows)
        favorites.list.setShowsInactive(shows)
        recents.list.setShowsInactive(shows)
    }

    /// Makes an iTwin the one used last. It is shown at once; the list that is read again afterwards has the last word.
    mutating func moveToFrontOfRecents(_ id: String) {
        guard let iTwin = iTwin(id) else { return }
        let others = recents.iTwins.filter { $0.id != id }
        recents.replace(Array(([iTwin] + others).prefix(Rules.recentsCount)), opened: memory.opened)
        recents.list.select(id)
    }
}

extension Browser {
    /// Puts the cursor on the iTwin that was opened elsewhere, once the list has it. One that the whole list does not have
    /// stays beside it until the cursor moves.
    mutating func selectPending(at now: Timestamp) {
        guard place == .iTwins, let id = navigation.here.iTwinID else { return }
        guard let row = session.iTwins.list.source.element(id) else {
            let status = iTwinsStatus
            guard session.iTwins.pages.isComplete(status), !status.isLoading else { return }
            let name = session.name(of: id)
            return show(.information, "“\(name)” isn't in the list but is shown beside it.", at: now)
        }
        if row.status == .inactive { session.showInactive(true) }
        if !session.iTwins.list.select(id) {
            session.iTwins.list.setFilter("")
            session.iTwins.list.select(id)
        }
        navigation.here.iTwinID = nil
    }
}

/// Opens an iTwin, which makes it the first of the recents.
struct OpenITwin: BrowserChange {
    let id: String

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.navigation.history.leave(browser.location)
        if browser.place.hasITwinTabs {
            browser.navigation.here.iTwinID = nil
        } else {
            browser.enter(Location(.iTwins, iTwinID: id, tabsOf: browser.navigation.here), at: now)
        }
        browser.navigation.here.focus(browser.layout.hasThreePanes ? .sideList : browser.navigation.here.tabs.pane)
        browser.session.memory.noteOpened(id, at: now)
        browser.session.moveToFrontOfRecents(id)
        // The service's list of recents is what a read-only profile leaves alone; here it is remembered all the same.
        let isNoted = !browser.session.connection.isReadOnly
        let noted = isNoted ? browser.session.send(AddRecent(iTwinID: id), at: now) : []
        return [.save(browser.remembered)] + noted
            + browser.loadSelectedITwin(olderThan: SidePaneState.maximumAge, at: now)
    }
}

/// Shows an iTwin that is new, selected.
struct InsertITwin: BrowserChange {
    let iTwin: ITwin
    let source: JSON

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.iTwins.pages.insert(ITwinRow(iTwin))
        browser.session.sidePane[iTwin.id].details.set(iTwin, source: source, at: now)
        if browser.place != .iTwins { browser.navigation.history.leave(browser.location) }
        browser.enter(Location(.iTwins, iTwinID: iTwin.id, tabsOf: browser.navigation.here), at: now)
        return []
    }
}

/// Shows the new values of an iTwin wherever it is; every cursor stays where it is.
struct ReplaceITwin: BrowserChange {
    let iTwin: ITwin
    let source: JSON

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        let wasActive = browser.session.iTwin(iTwin.id)?.status != .inactive
        replace(in: &browser.session, at: now)
        if wasActive, iTwin.status == .inactive, !browser.session.iTwins.list.showsInactive {
            let text: KeyedText =
                "iTwin “\(iTwin.title)” changed. It is now inactive.  \(.toggleInactive)  shows it"
            browser.show(.success, browser.text(text), at: now)
        }
        return []
    }

    private func replace(in session: inout Session, at now: Timestamp) {
        session.iTwins.pages.update(ITwinRow(iTwin))
        session.favorites.list.update(iTwin)
        session.recents.list.update(OpenedITwin(iTwin: iTwin, moment: session.memory.opened[iTwin.id]))
        if session.names.account?.id == iTwin.id { session.names.account = iTwin }
        session.sidePane[iTwin.id].details.set(iTwin, source: source, at: now)
    }
}
