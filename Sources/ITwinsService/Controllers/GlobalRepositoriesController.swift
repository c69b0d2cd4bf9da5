import ITwinsAPI

/// The repositories that belong to no iTwin: the same for everybody, and nothing in them changes (contract section 11).
struct GlobalRepositoriesController: Sendable {
    /// `get-global-repositories`.
    func list(_ call: Call) throws -> Reply {
        try RepositoriesController.list(GlobalRepositories.all.map { linked($0.repository, call) }, call)
    }

    /// `get-global-repository`.
    func get(_ call: Call) throws -> Reply {
        let content = try content(call)
        try ValidationErrors(call.query).check("Cannot get repository.")
        return .json(["repository": linked(content.repository, call).json])
    }

    /// `get-global-repository-resources`.
    func resources(_ call: Call) throws -> Reply {
        let content = try content(call)
        var reader = ParameterReader(call)
        let (skip, top) = reader.window()
        let search = reader.text("$search").map(FoldedText.fold)
        try reader.problems.check("Cannot get resources.")
        let matches = content.resources.filter { record in
            search.map { FoldedText.fold(record.resource.displayName ?? "").contains($0) } ?? true
        }
        let rest = matches.dropFirst(skip)
        let page = ResourcePage(call, base: resourcesURI(content.repository, call), skip: skip, top: top)
        return page.reply(Array(rest.prefix(top)), hasMore: rest.count > top)
    }

    /// `get-global-repository-resource`.
    func resource(_ call: Call) throws -> Reply {
        let content = try content(call)
        guard let record = content.resources.first(where: { $0.resource.id == call.ids.resourceID }) else {
            throw APIError.resourceNotFound
        }
        try ValidationErrors(call.query).check("Cannot get resource.")
        return .json(["resource": record.json(call, base: resourcesURI(content.repository, call))])
    }

    /// `get-global-resource-graphics`: none for an unknown resource or repository.
    func graphics(_ call: Call) throws -> Reply {
        try ValidationErrors(call.query).check("Cannot get graphics.")
        let content = GlobalRepositories.all.first { $0.repository.id == call.ids.repositoryID }
        let record = content?.resources.first { $0.resource.id == call.ids.resourceID }
        return .json(["graphics": .array(record?.graphics.map(\.json) ?? [])])
    }

    private func content(_ call: Call) throws(APIError) -> GlobalRepositories.Content {
        guard let content = GlobalRepositories.all.first(where: { $0.repository.id == call.ids.repositoryID }) else {
            throw .repositoryNotFound
        }
        return content
    }

    private func linked(_ repository: Repository, _ call: Call) -> Repository {
        var repository = repository
        repository.resourcesURI = resourcesURI(repository, call)
        return repository
    }

    /// In lower case, unlike every other link (contract section 11).
    private func resourcesURI(_ repository: Repository, _ call: Call) -> String {
        "\(call.origin)/itwins/repositories/\(repository.id)/resources"
    }
}
