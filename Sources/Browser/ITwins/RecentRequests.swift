import ITwinsAPI

/// The iTwins used last.
struct LoadRecents: LoadRequest {
    var operation: Operation { .recents(includeInactive: true) }
    var load: WritableKeyPath<Session, LoadState> { \.recents.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .iTwins(let page) = answer else { return [] }
        browser.session.recents.replace(page.items, opened: browser.session.memory.opened)
        browser.notices.noteUnreadable(page.unreadable, of: "recents", at: now)
        return []
    }
}

/// Makes an iTwin the one used last. The list is read again afterwards, whether the request succeeds or fails.
struct AddRecent: BrowserRequest {
    let iTwinID: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var role: RequestRole { .write }
    var operation: Operation { .addRecent(id: iTwinID) }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.send(LoadRecents(), at: now)
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if error.reason != .cancelled {
            let name = browser.session.name(of: iTwinID)
            browser.show(.failure, "“\(name)” wasn't added to the recents. \(Wording.text(error))", at: now)
        }
        return browser.session.send(LoadRecents(), at: now)
    }
}
