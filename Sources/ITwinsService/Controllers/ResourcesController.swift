import GRDB
import ITwinsAPI

/// The resources of the repositories of an iTwin, and their graphics (contract sections 10.6 to 10.10).
struct ResourcesController: Sendable {
    let store: Store

    /// `get-repository-resources`.
    func list(_ call: Call) async throws -> Reply {
        var reader = ParameterReader(call)
        let (skip, top) = reader.window()
        let search = reader.text("$search")
        let problems = reader.problems
        let (records, hasMore) = try await store.read { db in
            _ = try Self.repository(call, db)
            try problems.check("Cannot get resources.")
            return try ResourceRecord.list(of: call.repository, search: search, skip: skip, count: top, db)
        }
        let page = ResourcePage(call, base: call.resourcesURI, skip: skip, top: top)
        return page.reply(records, hasMore: hasMore)
    }

    /// `create-repository-resource`: marks which layers of a geographic information system matter.
    func create(_ call: Call) async throws -> Reply {
        let draft = ResourceBody(call)
        let record = try await store.write { db in
            let repository = try Self.repository(call, db)
            try Access.check(.modify, on: call.id, call.user, db)
            let record = try draft.record(in: repository)
            guard try !record.isTaken(in: call.repository, db) else { throw APIError.resourceExists }
            try record.insert(into: call.repository, db)
            return record
        }
        return .json(["resource": record.resource.json], status: 201)
    }

    /// `get-repository-resource`.
    func get(_ call: Call) async throws -> Reply {
        let record = try await store.read { db in
            _ = try Self.repository(call, db)
            return try ResourceRecord.find(call.ids.resourceID, of: call.repository, db)
        }
        guard let record else { throw APIError.resourceNotFound }
        try ValidationErrors(call.query).check("Cannot get resource.")
        return .json(["resource": record.json(call, base: call.resourcesURI)])
    }

    /// `delete-repository-resource`. An unknown repository has no resource of any id (contract section 10.9).
    func delete(_ call: Call) async throws -> Reply {
        try await store.write { db in
            try Access.checkVisible(call.id, to: call.user, db)
            guard let record = try ResourceRecord.find(call.ids.resourceID, of: call.repository, db) else {
                throw APIError.resourceNotFound
            }
            try Access.check(.modify, on: call.id, call.user, db)
            guard record.isManual else {
                throw APIError.insufficientPermissions("Automatic resources cannot be deleted.")
            }
            try ValidationErrors(call.query).check("Cannot delete resource.")
            try ResourceRecord.delete(call.ids.resourceID, of: call.repository, db)
        }
        return .noContent
    }

    /// `get-resource-graphics`: none for an unknown resource or repository (contract section 10.10).
    func graphics(_ call: Call) async throws -> Reply {
        let record = try await store.read { db in
            try Access.checkVisible(call.id, to: call.user, db)
            return try ResourceRecord.find(call.ids.resourceID, of: call.repository, db)
        }
        try ValidationErrors(call.query).check("Cannot get graphics.")
        return .json(["graphics": .array(record?.graphics.map(\.json) ?? [])])
    }

    /// The repository of the path.
    ///
    /// - Throws: what is missing first from the left (contract section 10.8).
    private static func repository(_ call: Call, _ db: Database) throws -> Repository {
        try Access.checkVisible(call.id, to: call.user, db)
        guard let repository = try RepositoryRecord.find(call.ids.repositoryID, of: call.id, db) else {
            throw APIError.repositoryNotFound
        }
        return repository
    }
}

extension Call {
    /// The repository of the path.
    fileprivate var repository: RepositoryPath { RepositoryPath(iTwinID: id, id: ids.repositoryID) }

    /// Where the resources of the path's repository are listed.
    fileprivate var resourcesURI: String { "\(origin)/iTwins/\(id)/repositories/\(ids.repositoryID)/resources" }
}

/// The body of `create-repository-resource`, read in the field order of contract section 5.5.
private struct ResourceBody: Sendable {
    private let problems: ValidationErrors
    private let id: String?
    private let type: String?
    private let displayName: String?

    init(_ call: Call) {
        var reader = FieldReader(call.object, problems: ValidationErrors(call.query))
        id = reader.requiredText("id", atMost: Rules.resourceTextLength)
        type = reader.text("type", atMost: Rules.resourceTypeLength)
        displayName = reader.requiredText("displayName", atMost: Rules.resourceTextLength)
        problems = reader.problems
    }

    /// The new resource.
    ///
    /// - Throws: `InvalidiTwinsRequest`; only geographic information systems take resources (contract section 17.20).
    func record(in repository: Repository) throws -> ResourceRecord {
        var problems = problems
        if repository.class != .geographicInformationSystem {
            let only = RepositoryClass.geographicInformationSystem
            problems.add(.invalidValue, "class", "Resources can be added only to repositories of class \(only).")
        }
        try problems.check("Cannot create resource.")
        guard let id, let displayName else { throw APIError.internalServerError }
        var resource = Resource(id: id)
        resource.class = repository.class
        resource.subClass = repository.subClass
        resource.type = type
        resource.displayName = displayName
        return ResourceRecord(resource, isManual: true)
    }
}

/// A page of resources on its way out.
struct ResourcePage {
    private let call: Call
    private let base: String
    private let skip: Int
    private let top: Int

    /// - Parameter base: where the resources are listed, without query.
    init(_ call: Call, base: String, skip: Int, top: Int) {
        self.call = call
        self.base = base
        self.skip = skip
        self.top = top
    }

    /// The answer: links to this page and the next one alone (contract section 10.6).
    func reply(_ records: [ResourceRecord], hasMore: Bool) -> Reply {
        let links = PageLinks(
            base: base,
            query: call.query,
            skip: skip,
            top: top,
            hasMore: hasMore,
            hasPrevious: false
        )
        return .json([
            "resources": .array(records.map { $0.json(call, base: base) }), "_links": links.json,
        ])
    }
}

extension ResourceRecord {
    /// The resource as it is answered: with its properties when everything is asked for, and a link to its graphics.
    func json(_ call: Call, base: String) -> JSON {
        var resource = resource
        if call.preference != .representation { resource.properties = nil }
        if !graphics.isEmpty {
            resource.graphicsURI = "\(base)/\(PercentEncoding.encode(resource.id))/graphics"
        }
        return resource.json
    }
}
