import ITwinsAPI
import Screen

/// The repositories that belong to no iTwin.
struct GlobalRepositoriesPane: ListPane {
    func heading(width: Int, in browser: Browser) -> [BoxLabel] { [BoxLabel(text: "Global repositories", role: nil)] }
    var list: WritableKeyPath<Session, ItemList<Repository>> { \.global.list }

    func request(in browser: Browser) -> (any LoadRequest)? { LoadGlobalRepositories() }

    func status(in browser: Browser) -> ListStatus? {
        status(
            empty: "No global repositories.",
            notInRoutes: "The document routes have no global repositories.",
            in: browser
        )
    }

    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard let repository = browser.session.global.list.selectedElement else { return [] }
        return OpenRepository(path: RepositoryPath(iTwinID: nil, id: repository.id)).apply(to: &browser, at: now)
    }

    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofGlobalRepository }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .ofGlobalRepository }
}

/// What is to be known of the global repository under the cursor.
struct GlobalRepositoryTextPane: Pane {
    func heading(width: Int, in browser: Browser) -> [BoxLabel] { [BoxLabel(text: "Repository", role: nil)] }
    func request(in browser: Browser) -> (any LoadRequest)? { LoadGlobalRepositories() }

    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        guard let repository = browser.session.global.list.selectedElement else { return [] }
        let fields = repository.fields(revealed: browser.navigation.revealsSecrets)
        return TextLine.fields([("name", repository.title)] + fields, width: width)
    }

    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofGlobalRepository }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .ofGlobalRepository }
}

/// The resources of the repository that is gone into.
struct ResourceListPane: PagedListPane {
    var list: WritableKeyPath<Session, ItemList<Resource>> { \.resources.pages.list }
    var pages: WritableKeyPath<Session, PagedList<Resource>> { \.resources.pages }

    func request(in browser: Browser) -> (any LoadRequest)? {
        browser.place.repositoryPath.map { LoadResources(path: $0) }
    }

    func status(in browser: Browser) -> ListStatus? {
        let pane = browser.session.resources
        let empty: KeyedText =
            pane.takesResources
            ? "No resources yet.  \(.create)  adds one."
            : pane.listsResources
                ? "No resources."
                : "Repositories of class \(pane.repository?.class.rawValue ?? "?") have no resources."
        return status(empty: empty, notInRoutes: "The document routes have no resources.", in: browser)
    }

    func cappedText(in browser: Browser) -> KeyedText {
        "limited to \(browser.session.resources.pages.list.source.count.grouped)"
    }

    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.navigation.here.focus(.resourceDetails)
        return LoadResource.refresh(olderThan: SidePaneState.maximumAge, in: &browser, at: now)
    }

    func createTarget(in browser: Browser) -> CreateTarget? { .resource(in: browser) }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofResource }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .resource(in: browser) }
}

extension Availability {
    /// That of changing a global repository.
    fileprivate static var ofGlobalRepository: Self { .impossible("Global repositories are read-only.") }
}
