import ITwinsAPI

/// The repositories that belong to no iTwin (contract section 11).
struct GlobalRepositoriesState: Sendable {
    var list = ItemList<Repository>(.repositories)
    var load = LoadState()
}

/// The repository that is gone into, or was last: its resources, and what is known of them one by one.
struct ResourcesState: Sendable {
    /// Where the repository is; nil before one was gone into.
    private(set) var path: RepositoryPath?
    /// The repository, as the list has it from which it was opened; nil when no list has it any more.
    var repository: Repository?
    var pages = PagedList<Resource>(.resources)
    /// What is known of resources by id.
    private(set) var details: [String: Detail] = [:]
    /// Whether the text beside the list is the JSON.
    var showsJSON = false
    /// Since when the cursor rests on a resource; nil when what is shown was asked for.
    var movedAt: Timestamp?
    var list: ItemList<Resource> {
        get { pages.list }
        _modify { yield &pages.list }
    }

    /// All of a resource, and how it can be drawn.
    struct Detail: Sendable {
        var resource: Resource?
        var load = LoadState()
        var graphics: [Graphics] = []
        var graphicsLoad = LoadState()
    }

    /// Shows a repository; what is known of it already stays.
    ///
    /// - Parameter repository: nil when no list has it any more.
    mutating func show(_ path: RepositoryPath, repository: Repository?) {
        guard path != self.path else {
            if let repository { self.repository = repository }
            return
        }
        let emptied = pages.emptied
        self = Self()
        (self.path, self.repository, pages) = (path, repository, emptied)
    }

    /// The name to show.
    var title: String { repository?.title ?? path?.id ?? "" }

    /// Whether resources are added and deleted by hand here: in a geographic information system of an iTwin alone
    /// (contract section 10.7).
    var takesResources: Bool { path?.iTwinID != nil && repository?.class == .geographicInformationSystem }

    /// Whether there can be resources at all: a repository that lists some says where.
    var listsResources: Bool {
        repository.map { $0.resourcesURI != nil } ?? true || takesResources || path?.isGlobal == true
    }

    /// Keeps what is known of a resource; beyond the capacity another one is forgotten.
    mutating func keep(_ detail: Detail, of id: String) {
        if details.count >= Self.capacity, details[id] == nil, let victim = details.keys.first { details[victim] = nil }
        details[id] = detail
    }

    /// Lets go of what is known of one that is gone.
    mutating func forget(_ id: String) {
        details[id] = nil
        pages.remove(id)
    }

    /// How many details are kept.
    private static let capacity = 200
}

extension Resource: Listed {
    /// The name to show: the display name, else the id.
    var title: String { displayName.flatMap { $0.isEmpty ? nil : $0 } ?? id }
}
