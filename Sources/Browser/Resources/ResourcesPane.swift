import ITwinsAPI

/// The repositories that belong to no iTwin (contract section 11).
struct GlobalPane: Sendable {
    var list = ItemList(Items<Repository>(.repositories))
    var load = LoadState()
}

/// The repository that is gone into, or was last: its resources, and what is known of them one by one.
struct ResourcesPane: Sendable {
    /// Where the repository is; nil before one was gone into.
    private(set) var path: RepositoryPath?
    /// The repository, as the list has it from which it was opened; nil when no list has it any more.
    var repository: Repository?
    var list = ItemList(Items<Resource>(.resources))
    var load = LoadState()
    /// What is known of resources by id.
    private(set) var details: [String: Detail] = [:]
    /// Whether the text beside the list is the JSON.
    var showsJSON = false
    /// Since when the cursor rests on a resource; nil when what is shown was asked for.
    var movedAt: Timestamp?
    /// The link of the page that is being loaded, or that failed; nil for the first one.
    private(set) var link: String?
    /// What has come of a list that is being read.
    private var incoming: [Resource] = []
    /// Links that were followed: a service that names one again must not be asked for ever.
    private var followed: Set<String> = []
    /// Whether the list ends here although the service has more.
    private(set) var isCut = false
    /// Elements that could not be read.
    private(set) var unreadable = 0

    /// How many resources are asked for at a time.
    static let pageSize = 1000
    /// How many pages are read.
    static let pageLimit = 10

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
        let emptied = list.emptied()
        self = Self()
        (self.path, self.repository, list) = (path, repository, emptied)
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

    /// Whether the list could go on where its last page failed.
    var canResume: Bool { link != nil && load.failure != nil }

    /// Begins anew.
    mutating func begin() {
        (link, incoming, followed, isCut, unreadable) = (nil, [], [], false, 0)
    }

    /// Takes a page.
    ///
    /// - Returns: the link of the page to go on with; nil when the list is whole, or as long as lists may be.
    mutating func received(_ page: Page<Resource>) -> String? {
        incoming += page.items
        unreadable += page.unreadable
        // While it is read for the first time what has come is shown; a refresh shows all at once.
        if load.loadedAt == nil { list.replace(list.source.with(incoming)) }
        guard let next = page.next else { return finish() }
        isCut = followed.count + 1 >= Self.pageLimit || !followed.insert(next).inserted
        guard !isCut else { return finish() }
        link = next
        return next
    }

    private mutating func finish() -> String? {
        list.replace(list.source.with(incoming))
        (link, incoming) = (nil, [])
        return nil
    }

    /// Keeps what is known of a resource; beyond the capacity another one is forgotten.
    mutating func keep(_ detail: Detail, of id: String) {
        if details.count >= Self.capacity, details[id] == nil, let victim = details.keys.first { details[victim] = nil }
        details[id] = detail
    }

    /// Lets go of what is known of one that is gone.
    mutating func forget(_ id: String) {
        details[id] = nil
        list.replace(list.source.with(list.source.elements.filter { $0.id != id }))
    }

    /// How many details are kept.
    private static let capacity = 200
}

extension Resource: Listed {
    /// The name to show: the display name, else the id.
    var title: String { displayName.flatMap { $0.isEmpty ? nil : $0 } ?? id }
}
