import ITwinsAPI

/// Going into a repository: its resources, and what is known of the one under the cursor.
extension Browser {
    /// The resource that the text beside the list is about; nil elsewhere and in an empty list.
    var resourceID: String? { place.repositoryPath == nil ? nil : session.resources.list.selectedID }

    /// Opens the repository under the cursor.
    mutating func openRepository(_ repository: Repository, iTwinID: String?, at now: Timestamp) -> [Effect] {
        let path = RepositoryPath(iTwinID: iTwinID, id: repository.id)
        guard isSupported(.resources(path, ResourceQuery())) else {
            show(.information, "Resources are not in the document routes.", at: now)
            return []
        }
        var inside = Location(.repository(path), from: location)
        inside.takeTabs(of: navigation.here)
        return leave(for: inside, at: now)
    }

    /// Makes a repository the one that is gone into; what is known of it already stays.
    mutating func showRepository(_ path: RepositoryPath) {
        let known =
            path.iTwinID.map { session.subject[$0].repositories.value } ?? session.global.list.source.elements
        session.resources.show(path, repository: known.first { $0.id == path.id })
    }

    /// Shows a resource that is new, selected.
    mutating func insertAndSelect(_ resource: Resource, in path: RepositoryPath, at now: Timestamp) {
        guard session.resources.path == path else { return }
        var list = session.resources.list
        list.replace(list.source.with(list.source.elements.filter { $0.id != resource.id } + [resource]))
        if !list.select(resource.id) {
            list.setFilter("")
            list.select(resource.id)
        }
        session.resources.list = list
        session.contents[path] = .found(true)
        session[resource: resource.id, of: path].resource = resource
        session[resource: resource.id, of: path].load.succeed(at: now)
    }
}

/// Whether a repository has resources, which is lost with it.
enum RepositoryContent: Sendable, Hashable {
    case found(Bool)
    case failed(RequestError)
}
