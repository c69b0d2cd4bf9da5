import ITwinsAPI

/// Going into a repository: its resources, and what is known of the one under the cursor.
extension Browser {
    /// The resource that the text beside the list is about; nil elsewhere and in an empty list.
    var resourceID: String? { place == .repository ? resources?.list.selectedID : nil }

    /// Opens the repository under the cursor.
    mutating func openRepository(_ repository: Repository, iTwinID: String?, at now: Timestamp) -> [Effect] {
        let path = RepositoryPath(iTwinID: iTwinID, id: repository.id)
        guard exists(.resources(path, ResourceQuery())) else {
            show(.information, "Resources are not in the document routes.", at: now)
            return []
        }
        let origin = location
        history.leave(origin)
        enter(Location(place: .repository, pane: .resources, iTwinID: iTwinID, repository: path), at: now)
        resources?.origin = origin
        return refreshVisible(olderThan: SubjectPane.freshness, at: now)
    }

    /// Makes a repository the one that is gone into; what is known of it already stays.
    mutating func showRepository(_ path: RepositoryPath) {
        let known =
            path.iTwinID.map { subject.repositories[$0]?.value ?? [] } ?? global.list.source.elements
        let repository = known.first { $0.id == path.id }
        if resources?.path == path {
            if let repository { resources?.repository = repository }
            return
        }
        let place: Place = path.isGlobal ? .global : .iTwins
        let origin = Location(place: place, pane: path.isGlobal ? .globalRepositories : .subject, iTwinID: path.iTwinID)
        var pane = ResourcesPane(path: path, repository: repository, origin: origin)
        pane.list.setSort(sortOrder(of: .resources))
        resources = pane
    }

    /// Out of a repository to where it was opened.
    mutating func leaveRepository(at now: Timestamp) -> [Effect] {
        guard let origin = resources?.origin else { return goToDashboard(at: now) }
        history.leave(location)
        enter(origin, at: now)
        return refreshVisible(olderThan: SubjectPane.freshness, at: now)
    }

    // MARK: Asking

    mutating func loadGlobalRepositories(at now: Timestamp) -> [Effect] {
        guard exists(.repositories(iTwinID: nil)) else {
            global.load.fail(RequestError(.notInDocumentRoutes, operation: .getGlobalRepositories))
            return []
        }
        let (id, effects) = ask(.globalRepositories, .repositories(iTwinID: nil), at: now)
        global.load.begin(id, at: now)
        return effects
    }

    /// Loads the resources, or goes on where the last page failed.
    mutating func loadResources(at now: Timestamp) -> [Effect] {
        guard let pane = resources else { return [] }
        guard pane.listsResources else {
            resources?.load.succeed(at: now)
            return []
        }
        if pane.canResume, let link = pane.link {
            return askForResources(.resourcesPage(pane.path, link: link, representation: false), at: now)
        }
        resources?.begin()
        var query = ResourceQuery()
        query.top = ResourcesPane.pageSize
        return askForResources(.resources(pane.path, query), at: now)
    }

    private mutating func askForResources(_ operation: ITwinsAPI.Operation, at now: Timestamp) -> [Effect] {
        guard let path = resources?.path else { return [] }
        let (id, effects) = ask(.resources(path), operation, at: now)
        resources?.load.begin(id, at: now)
        return effects
    }

    /// Takes over that the cursor is on another resource: what was asked of the old one is stopped, and the new one waits
    /// until the cursor rests.
    mutating func resourceChanged(at now: Timestamp) -> [Effect] {
        let id = resourceID
        resources?.movedAt = id == nil ? nil : now
        for request in requests.ids(where: { $0.resourceID != nil && $0.resourceID != id }) {
            switch requests.purpose(of: request) {
            case .resource(_, let id): resources?.change(id) { $0.load.stop() }
            case .graphics(_, let id): resources?.change(id) { $0.graphicsLoad.stop() }
            default: break
            }
        }
        return stop { $0.resourceID != nil && $0.resourceID != id }
    }

    /// Loads what is shown of the resource under the cursor, unless it is fresh or on its way.
    mutating func loadResource(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        resources?.movedAt = nil
        guard let pane = resources, let id = resourceID, let row = pane.list.selectedElement() else { return [] }
        var effects: [Effect] = []
        if pane.details[id]?.load.isStale(after: seconds, at: now) ?? true {
            let (request, asked) = ask(.resource(pane.path, id: id), .resource(pane.path, id: id), at: now)
            resources?.change(id) { $0.load.begin(request, at: now) }
            effects += asked
        }
        let hasGraphics = (pane.details[id]?.resource ?? row).graphicsURI != nil
        if hasGraphics, pane.details[id]?.graphicsLoad.isStale(after: seconds, at: now) ?? true {
            let (request, asked) = ask(.graphics(pane.path, id: id), .graphics(pane.path, resourceID: id), at: now)
            resources?.change(id) { $0.graphicsLoad.begin(request, at: now) }
            effects += asked
        }
        return effects
    }

    // MARK: Answers

    /// Takes over a page of resources, and asks for the next one.
    mutating func received(_ page: Page<Resource>, of path: RepositoryPath, at now: Timestamp) -> [Effect] {
        guard resources?.path == path else { return [] }
        if let next = resources?.received(page) {
            return askForResources(.resourcesPage(path, link: next, representation: false), at: now)
        }
        resources?.load.succeed(at: now)
        noteUnreadable(resources?.unreadable ?? 0, of: "resources", at: now)
        return []
    }

    /// Takes over why something of a repository was not read, or that somebody stopped it.
    mutating func resourcesFailed(_ error: RequestError, for purpose: Requests.Purpose) {
        switch purpose {
        case .globalRepositories: global.load.fail(error)
        case .resources(let path) where path == resources?.path: resources?.load.fail(error)
        case .resource(let path, let id) where path == resources?.path:
            resources?.change(id) { $0.load.fail(error) }
        case .graphics(let path, let id) where path == resources?.path:
            resources?.change(id) { $0.graphicsLoad.fail(error) }
        case .content(let path):
            contents[path] = .failed(error)
            updateDeleteDialog()
        default: break
        }
    }

    /// Shows a resource that is new, selected.
    mutating func appear(_ resource: Resource, in path: RepositoryPath, at now: Timestamp) {
        guard resources?.path == path, var list = resources?.list else { return }
        list.replace(list.source.with(list.source.elements.filter { $0.id != resource.id } + [resource]))
        if !list.select(resource.id) {
            list.setFilter("")
            list.select(resource.id)
        }
        resources?.list = list
        contents[path] = .found(true)
        resources?.change(resource.id) {
            $0.resource = resource
            $0.load.succeed(at: now)
        }
    }
}

/// Whether a repository has resources, which is lost with it.
enum RepositoryContent: Sendable, Hashable {
    case found(Bool)
    case failed(RequestError)
}

extension Requests.Purpose {
    /// The resource that the text beside a list of resources asks about.
    var resourceID: String? {
        switch self {
        case .resource(_, let id), .graphics(_, let id): id
        default: nil
        }
    }
}
