import ITwinsAPI

/// The repositories that belong to no iTwin.
struct LoadGlobalRepositories: LoadRequest {
    var operation: Operation { .repositories(iTwinID: nil) }
    var load: WritableKeyPath<Session, LoadState> { \.global.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .repositories(let page) = answer else { return [] }
        browser.session.global.list.replace(browser.session.global.list.source.with(page.items))
        browser.notices.noteUnreadable(page.unreadable, of: "repositories", at: now)
        return []
    }
}

/// A page of the resources of the repository that is gone into; the next one follows by itself.
struct LoadResources: LoadRequest {
    let path: RepositoryPath
    /// The link of the page; nil for the first one.
    var link: String?

    var key: RequestKey { RequestKey(Self.self, path.iTwinID, path.id) }
    var scope: RequestScope? { .repository(path) }
    var load: WritableKeyPath<Session, LoadState> { \.[resourcesOf: path] }

    var operation: Operation {
        if let link { return .resourcesPage(path, link: link, representation: false) }
        var query = ResourceQuery()
        query.top = ResourcesPane.pageSize
        return .resources(path, query)
    }

    /// Begins anew, or goes on where the last page failed. A repository that lists no resources is not asked.
    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        let pane = browser.session.resources
        guard pane.path == path else { return [] }
        guard pane.listsResources else {
            browser.session.resources.load.succeed(at: now)
            return []
        }
        if !pane.canResume { browser.session.resources.begin() }
        return browser.session.send(LoadResources(path: path, link: browser.session.resources.link), at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .resources(let page) = answer, browser.session.resources.path == path else { return [] }
        if let next = browser.session.resources.received(page) {
            return browser.session.send(LoadResources(path: path, link: next), at: now)
        }
        browser.session.resources.load.succeed(at: now)
        browser.notices.noteUnreadable(browser.session.resources.unreadable, of: "resources", at: now)
        return []
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
            ? LoadResource.refresh(olderThan: SubjectPane.maximumAge, in: &browser, at: now) : []
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
            browser.session.subject.contents[check.path] = .found(false)
            return []
        }
        browser.session.subject.contents[check.path] = nil
        return browser.session.send(check, at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .resources(let page) = answer else { return [] }
        browser.session.subject.contents[path] = .found(!page.items.isEmpty || page.unreadable > 0)
        return []
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.subject.contents[path] = .failed(error)
        return []
    }
}

extension LoadResource {
    /// Loads what is shown of the resource under the cursor, unless it is new enough or on its way.
    static func refresh(olderThan seconds: Double, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.resources.movedAt = nil
        guard let path = browser.place.repositoryPath, let row = browser.session.resources.list.selectedElement() else {
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
        browser.session.resources.movedAt?.adding(seconds: SubjectPane.debounce)
    } run: { browser, now in
        LoadResource.refresh(olderThan: SubjectPane.maximumAge, in: &browser, at: now)
    }
}

extension Session {
    /// How the resources of a repository stand. Of another repository than the one gone into nothing is known or kept.
    subscript(resourcesOf path: RepositoryPath) -> LoadState {
        get { resources.path == path ? resources.load : LoadState() }
        set { if resources.path == path { resources.load = newValue } }
    }

    /// What is known of a resource. Of another repository than the one gone into nothing is known or kept.
    subscript(resource id: String, of path: RepositoryPath) -> ResourcesPane.Detail {
        get { (resources.path == path ? resources.details[id] : nil) ?? ResourcesPane.Detail() }
        set { if resources.path == path { resources.keep(newValue, of: id) } }
    }
}
