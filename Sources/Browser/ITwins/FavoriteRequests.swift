import ITwinsAPI

/// The caller's favorites.
struct LoadFavorites: LoadRequest {
    var operation: Operation { .favorites(includeInactive: true) }
    var load: WritableKeyPath<Session, LoadState> { \.favorites.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .iTwins(let page) = answer else { return [] }
        browser.session.favorites.replace(page.items)
        browser.notices.noteUnreadable(page.unreadable, of: "favorites", at: now)
        return []
    }
}

/// Adds an iTwin to the favorites or removes it from them.
struct SetFavorite: BrowserRequest {
    let iTwinID: String
    let isFavorite: Bool

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var role: RequestRole { .write }
    var operation: Operation { isFavorite ? .addFavorite(id: iTwinID) : .removeFavorite(id: iTwinID) }

    /// It is shown before the service answers. The list is read again afterwards; a list in flight is dropped, as it would
    /// not have the change.
    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if isFavorite {
            browser.session.favorites.add(browser.session.iTwin(iTwinID) ?? ITwin(id: iTwinID))
        } else {
            browser.session.favorites.remove(iTwinID)
        }
        let verb = isFavorite ? "added to favorites" : "removed from favorites"
        browser.show(.success, "“\(browser.session.name(of: iTwinID))” \(verb)", at: now)
        return browser.session.requests.drop { $0 is LoadFavorites } + browser.session.send(self, at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        reload(in: &browser, at: now)
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if error.reason == .cancelled {
            // The change may have been made all the same: the list tells.
            browser.session.favorites.forgetRemoved()
        } else {
            let name = browser.session.name(of: iTwinID)
            browser.show(.failure, "“\(name)” wasn't changed. \(Wording.text(error))", at: now)
            browser.session.favorites.undo(iTwinID)
        }
        return reload(in: &browser, at: now)
    }

    /// Reads the favorites again once every change of them is answered: before that the service has not all of them.
    private func reload(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.requests.count(of: SetFavorite.self) > 0 ? [] : browser.session.send(LoadFavorites(), at: now)
    }
}

extension Command {
    static let toggleFavorite = Command(
        "favorite.toggle",
        "Add or remove favorite",
        "favorite",
        .lists,
        ["f"],
        changesService: true
    ) { browser in
        guard let id = browser.focusedITwinID else { return Availability<String>.impossible(nil) }
        return browser.session.isSupported(.addFavorite(id: id))
            ? .possible(id) : .impossible("The document routes have no favorites.")
    } run: { browser, id, now in
        let change = SetFavorite(iTwinID: id, isFavorite: !browser.session.favorites.contains(id))
        guard browser.session.connection.confirmsWrites else { return change.start(in: &browser, at: now) }
        let what = change.isFavorite ? "will be added to favorites" : "will be removed from favorites"
        let name = browser.session.name(of: id)
        browser.layers.push(
            Confirmation.write("“\(name)” \(what)", change, no: "cancels", takesEnter: true, in: browser)
        )
        return []
    }
}
