import ITwinsAPI

/// Whether a repository has resources, which is lost with it.
enum RepositoryContent: Sendable, Hashable {
    case found(Bool)
    case failed(RequestError)
}

extension Browser {
    /// The resource that the text beside the list is about; nil elsewhere and in an empty list.
    var resourceID: String? { place.repositoryPath == nil ? nil : session.resources.list.selectedID }
}

extension Session {
    /// Makes a repository the one that is gone into; what is known of it already stays.
    mutating func show(_ path: RepositoryPath) {
        let known = path.iTwinID.map { sidePane[$0].repositories.value } ?? global.list.source.elements
        resources.show(path, repository: known.first { $0.id == path.id })
    }

    /// Shows a resource that is new, selected.
    mutating func insertAndSelect(_ resource: Resource, in path: RepositoryPath, at now: Timestamp) {
        guard resources.path == path else { return }
        resources.pages.append(resource)
        if !resources.list.select(resource.id) {
            resources.list.setFilter("")
            resources.list.select(resource.id)
        }
        sidePane.contents[path] = .found(true)
        self[resource: resource.id, of: path].resource = resource
        self[resource: resource.id, of: path].load.succeed(at: now)
    }
}

/// Goes into a repository.
struct OpenRepository: BrowserChange {
    let path: RepositoryPath

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard browser.session.isSupported(.resources(path, ResourceQuery())) else {
            browser.show(.information, "The document routes have no resources.", at: now)
            return []
        }
        let (here, outer) = (browser.navigation.here, browser.location)
        return browser.leave(for: Location(.repository(path), tabsOf: here, from: outer), at: now)
    }
}
