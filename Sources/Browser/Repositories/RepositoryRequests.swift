import ITwinsAPI

/// The repositories of an iTwin.
struct LoadRepositories: ITwinPartRequest {
    let iTwinID: String

    static var part: Part { \.repositories.load }
    var operation: Operation { .repositories(iTwinID: iTwinID) }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .repositories(let page) = answer else { return [] }
        browser.session.sidePane[iTwinID].repositories.value = page.items
        browser.notices.noteUnreadable(page.unreadable, of: "repositories", at: now)
        return []
    }
}

extension Session {
    /// Shows a repository that is new, selected.
    mutating func insertAndSelect(_ repository: Repository, in iTwinID: String) {
        let others = sidePane[iTwinID].repositories.value.filter { $0.id != repository.id }
        sidePane[iTwinID].repositories.value = others + [repository]
        guard sidePane.iTwinID == iTwinID, !sidePane.list.select(repository.id) else { return }
        sidePane.list.setFilter("")
        sidePane.list.select(repository.id)
    }

    /// Shows the new values of a repository.
    mutating func replace(_ repository: Repository, in iTwinID: String) {
        sidePane[iTwinID].repositories.value = sidePane[iTwinID].repositories.value.map {
            $0.id == repository.id ? repository : $0
        }
        if resources.path == RepositoryPath(iTwinID: iTwinID, id: repository.id) {
            resources.repository = repository
        }
    }
}
