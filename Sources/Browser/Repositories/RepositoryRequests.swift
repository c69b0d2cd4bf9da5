import ITwinsAPI

/// The repositories of an iTwin.
struct LoadRepositories: LoadRequest {
    let iTwinID: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var scope: RequestScope? { .iTwin(iTwinID) }
    var operation: Operation { .repositories(iTwinID: iTwinID) }
    var load: WritableKeyPath<Session, LoadState> { \.subject[iTwinID].repositories.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .repositories(let page) = answer else { return [] }
        browser.session.subject[iTwinID].repositories.value = page.items
        browser.noteUnreadable(page.unreadable, of: "repositories", at: now)
        return []
    }
}

extension Browser {
    /// Reads the repositories of an iTwin again after one of them was changed.
    mutating func reloadRepositories(of iTwinID: String, at now: Timestamp) -> [Effect] {
        request(LoadRepositories(iTwinID: iTwinID), at: now)
    }
}
