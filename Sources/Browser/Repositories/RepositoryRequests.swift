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
        browser.notices.noteUnreadable(page.unreadable, of: "repositories", at: now)
        return []
    }
}

extension Session {
    /// Shows a repository that is new, selected.
    mutating func insertAndSelect(_ repository: Repository, in iTwinID: String) {
        let others = subject[iTwinID].repositories.value.filter { $0.id != repository.id }
        subject[iTwinID].repositories.value = others + [repository]
        guard subject.iTwinID == iTwinID, !subject.list.select(repository.id) else { return }
        subject.list.setFilter("")
        subject.list.select(repository.id)
    }

    /// Shows the new values of a repository.
    mutating func replace(_ repository: Repository, in iTwinID: String) {
        subject[iTwinID].repositories.value = subject[iTwinID].repositories.value.map {
            $0.id == repository.id ? repository : $0
        }
        if resources.path == RepositoryPath(iTwinID: iTwinID, id: repository.id) {
            resources.repository = repository
        }
    }
}
