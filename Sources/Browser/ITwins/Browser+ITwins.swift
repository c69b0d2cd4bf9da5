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

    /// Reads the list again with all iTwins of the organization, or with those of the caller alone.
    mutating func toggleScope(at now: Timestamp) -> [Effect] {
        session.iTwins.scope = session.iTwins.scope == .member ? .organizationAdmin : .member
        let text =
            session.iTwins.scope == .member
            ? "Reading the iTwins you are a member of"
            : "Reading all iTwins of the organization, for its administrators alone.  a  goes back to yours"
        show(.information, text, at: now)
        return requestITwins(at: now)
    }

    mutating func toggleInactive(at now: Timestamp) -> [Effect] {
        showInactive(!session.iTwins.list.showsInactive)
        show(
            .information,
            session.iTwins.list.showsInactive ? "Inactive iTwins are shown" : "Inactive iTwins are hidden",
            at: now
        )
        return []
    }

    mutating func showInactive(_ shows: Bool) {
        session.iTwins.list.setShowsInactive(shows)
        session.favorites.list.setShowsInactive(shows)
        session.recents.list.setShowsInactive(shows)
    }
}
