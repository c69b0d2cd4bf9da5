import ITwinsAPI

/// The list of all iTwins: what is in it, and what is selected.
extension Browser {
    /// Puts the cursor on the iTwin that was opened elsewhere, once the list has it. One that the whole list does not have
    /// stays beside it until the cursor moves.
    mutating func selectPending(at now: Timestamp) {
        guard place == .iTwins, let id = navigation.here.iTwinID else { return }
        guard let row = session.iTwins.list.source[id: id] else {
            guard session.iTwins.isComplete(iTwinsStatus), !iTwinsStatus.isLoading else { return }
            return show(.information, "“\(name(of: id))” is shown beside the list, which does not have it.", at: now)
        }
        if row.status == .inactive { showInactive(true) }
        if !session.iTwins.list.select(id) {
            session.iTwins.list.setFilter("")
            session.iTwins.list.select(id)
        }
        navigation.here.iTwinID = nil
    }

    mutating func showInactive(_ shows: Bool) {
        session.iTwins.list.setShowsInactive(shows)
        session.favorites.list.setShowsInactive(shows)
        session.recents.list.setShowsInactive(shows)
    }

    /// Shows an iTwin that is new, selected.
    mutating func insertAndSelect(_ iTwin: ITwin, source: JSON, at now: Timestamp) {
        session.iTwins.list.change { $0.insert(iTwin) }
        session.iTwins.incoming?.append([iTwin])
        session.subject[iTwin.id].details.set(iTwin, source: source, at: now)
        if place != .iTwins { navigation.history.leave(location) }
        var location = Location(.iTwins, iTwinID: iTwin.id)
        location.takeTabs(of: navigation.here)
        enter(location, at: now)
    }

    /// Shows the new values of an iTwin wherever it is; every cursor stays where it is.
    mutating func replace(_ iTwin: ITwin, source: JSON, at now: Timestamp) {
        let wasActive = self.iTwin(iTwin.id)?.status != .inactive
        session.iTwins.list.change { $0.replace(iTwin) }
        session.iTwins.incoming?.replace(iTwin)
        session.favorites.list.replace(session.favorites.list.source.replacing(iTwin))
        session.recents.replace(
            session.recents.list.source.replacing(iTwin).elements,
            opened: session.memory.opened
        )
        if session.account?.id == iTwin.id { session.account = iTwin }
        session.subject[iTwin.id].details.set(iTwin, source: source, at: now)
        if wasActive, iTwin.status == .inactive, !session.iTwins.list.showsInactive {
            show(.success, "iTwin “\(iTwin.title)” changed. It is inactive now:  i  shows it", at: now)
        }
    }
}
