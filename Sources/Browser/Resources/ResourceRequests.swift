import ITwinsAPI

/// The repositories that belong to no iTwin.
struct LoadGlobalRepositories: LoadRequest {
    var operation: Operation { .repositories(iTwinID: nil) }
    var load: WritableKeyPath<Session, LoadState> { \.global.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .repositories(let page) = answer else { return [] }
        browser.session.global.list.show(page.items)
        browser.notices.noteUnreadable(page.unreadable, of: "repositories", at: now)
        return []
    }
}

/// The resources of the repository that is gone into.
struct LoadResources: LoadPages {
    let path: RepositoryPath
    var reading = ListReading()

    static var columns: ListColumns<Resource> { .resources }
    static var noun: String { "resources" }
    var key: RequestKey { RequestKey(Self.self, path.iTwinID, path.id) }
    var scope: RequestScope? { .repository(path) }
    var operation: Operation { .resources(path, ResourceQuery()) }
    var load: WritableKeyPath<Session, LoadState> { \.resources.pages.load }
    var pages: WritableKeyPath<Session, PagedList<Resource>> { \.resources.pages }

    static func page(of answer: Answer) -> Page<Resource>? {
        if case .resources(let page) = answer { page } else { nil }
    }

    /// A repository that lists no resources is not asked.
    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard browser.session.resources.path == path else { return [] }
        guard browser.session.resources.listsResources else {
            browser.session.resources.pages.load.succeed(at: now)
            return []
        }
        return resume(in: &browser, at: now)
    }
}

/// All members of a resource.
struct LoadResource: LoadRequest {
    let path: RepositoryPath
    let id: String

    var key: RequestKey { RequestKey(Self.self, path.iTwinID, path.id, id) }
    var scope: RequestScope? { .resource(path, id: id) }
    var operation: Operation { .resource(path, id: id) }
    var load: WritableKeyPath<Session, LoadState> { \.[resource: id, of: path].load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .resource(let resource) = answer else { return [] }
        browser.session[resource: id, of: path].resource = resource
        // Its row may not have said that there are graphics.
        return browser.isSelected(.resource(path, id: id))
            ? LoadResource.refresh(olderThan: SidePaneState.maximumAge, in: &browser, at: now) : []
    }
}

/// How a resource can be drawn.
struct LoadGraphics: LoadRequest {
    let path: RepositoryPath
    let id: String

    var key: RequestKey { RequestKey(Self.self, path.iTwinID, path.id, id) }
    var scope: RequestScope? { .resource(path, id: id) }
    var operation: Operation { .graphics(path, resourceID: id) }
    var load: WritableKeyPath<Session, LoadState> { \.[resource: id, of: path].graphicsLoad }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .graphics(let page) = answer, browser.session.resources.path == path else { return [] }
        browser.session[resource: id, of: path].graphics = page.items
        browser.notices.noteUnreadable(page.unreadable, of: "graphics", at: now)
        return []
    }
}

/// Whether a repository that is to be deleted has resources.
struct CheckContent: BrowserRequest {
    let path: RepositoryPath

    var key: RequestKey { RequestKey(Self.self, path.iTwinID, path.id) }

    var operation: Operation {
        var query = ResourceQuery()
        query.top = 1
        return .resources(path, query)
    }

    /// Asks whether a repository has resources, where it can have some.
    static func begin(
        of repository: Repository,
        in iTwinID: String,
        browser: inout Browser,
        at now: Timestamp
    ) -> [Effect] {
        let check = CheckContent(path: RepositoryPath(iTwinID: iTwinID, id: repository.id))
        guard repository.class == .geographicInformationSystem, browser.session.isSupported(check.operation) else {
            browser.session.sidePane.contents[check.path] = .found(false)
            return []
        }
        browser.session.sidePane.contents[check.path] = nil
        return browser.session.send(check, at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .resources(let page) = answer else { return [] }
        browser.session.sidePane.contents[path] = .found(!page.items.isEmpty || page.unreadable > 0)
        return []
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.sidePane.contents[path] = .failed(error)
        return []
    }
}

extension LoadResource {
    /// Loads what is shown of the resource under the cursor, unless it is new enough or on its way.
    static func refresh(olderThan seconds: Double, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.resources.movedAt = nil
        guard let path = browser.place.repositoryPath, let row = browser.session.resources.list.selectedElement else {
            return []
        }
        var requests: [any LoadRequest] = [LoadResource(path: path, id: row.id)]
        if (browser.session.resources.details[row.id]?.resource ?? row).graphicsURI != nil {
            requests.append(LoadGraphics(path: path, id: row.id))
        }
        return requests.flatMap { $0.refresh(olderThan: seconds, in: &browser, at: now) }
    }
}

extension ScheduledTask {
    /// Loads what is shown of the resource under the cursor once that rests.
    static let loadResource = ScheduledTask { browser, _ in
        browser.session.resources.movedAt?.adding(seconds: SidePaneState.debounce)
    } run: { browser, now in
        LoadResource.refresh(olderThan: SidePaneState.maximumAge, in: &browser, at: now)
    }
}

extension Session {
    /// What is known of a resource. Of another repository than the one gone into nothing is known or kept.
    subscript(resource id: String, of path: RepositoryPath) -> ResourcesState.Detail {
        get { (resources.path == path ? resources.details[id] : nil) ?? ResourcesState.Detail() }
        set { if resources.path == path { resources.keep(newValue, of: id) } }
    }
}
