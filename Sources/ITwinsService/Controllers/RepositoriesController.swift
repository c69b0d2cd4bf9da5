import Foundation
import GRDB
import ITwinsAPI

/// The repositories of an iTwin (contract section 10).
struct RepositoriesController: Sendable {
    let store: Store

    /// `get-repositories-by-itwin-id` (contract section 10.1).
    func list(_ call: Call) async throws -> Reply {
        let repositories = try await store.read { db in
            try Access.checkVisible(call.id, to: call.user, db)
            return try RepositoryRecord.all(of: call.id, db)
        }
        return try Self.list(repositories.map { $0.linked(call) }, call)
    }

    /// Those of some repositories that the query asks for.
    static func list(_ repositories: [Repository], _ call: Call) throws -> Reply {
        var reader = ParameterReader(call)
        let `class`: RepositoryClass? = reader.value("class")
        let subClass: RepositorySubClass? = reader.value("subClass")
        if reader.text("subClass") != nil, reader.text("class") == nil {
            reader.problems.add(.invalidParameter, "subClass", "subClass requires class.")
        } else if let `class`, let subClass, !`class`.subClasses.contains(subClass) {
            reader.problems.add(.invalidValue, "subClass", "\(subClass) is not a subclass of \(`class`).")
        }
        try reader.problems.check("Cannot get repositories.")
        let matches = repositories.filter { repository in
            (`class` == nil || repository.class == `class`) && (subClass == nil || repository.subClass == subClass)
        }
        return .json(["repositories": .array(matches.map(\.json))])
    }

    /// `create-repository` (contract section 10.2).
    func create(_ call: Call) async throws -> Reply {
        let draft = RepositoryBody(call)
        let id = UUID().uuidString.lowercased()
        let repository = try await store.write { db in
            try Access.check(.modify, on: call.id, call.user, db)
            try draft.problems.check("Cannot create repository.")
            guard let repository = draft.repository(id: id) else { throw APIError.internalServerError }
            let entry = RepositoryRecord.Entry(repository, name: draft.displayName)
            guard try !entry.isTaken(inITwin: call.id, db) else { throw APIError.repositoryExists }
            try entry.insert(intoITwin: call.id, db)
            return repository
        }
        return .json(["repository": repository.linked(call).json], status: 201)
    }

    /// `get-repository` (contract section 10.3).
    func get(_ call: Call) async throws -> Reply {
        let repository = try await store.read { db in
            try Access.checkVisible(call.id, to: call.user, db)
            return try RepositoryRecord.find(call.ids.repositoryID, of: call.id, db)
        }
        guard let repository else { throw APIError.repositoryNotFound }
        try ValidationErrors(call.query).check("Cannot get repository.")
        return .json(["repository": repository.linked(call).json])
    }

    /// `update-itwin-repository` (contract section 10.4).
    func update(_ call: Call) async throws -> Reply {
        let repository = try await store.write { db in
            var entry = try Self.manual(call, db)
            try RepositoryChangesBody.apply(call, to: &entry).check("Cannot update repository.")
            guard try !entry.isTaken(inITwin: call.id, db) else { throw APIError.repositoryExists }
            try entry.update(db)
            return entry.repository
        }
        return .json(["repository": repository.linked(call).json])
    }

    /// `delete-repository`, with its resources (contract section 10.5).
    func delete(_ call: Call) async throws -> Reply {
        try await store.write { db in
            let entry = try Self.manual(call, db)
            try ValidationErrors(call.query).check("Cannot delete repository.")
            try RepositoryRecord.delete(entry.repository.id, of: call.id, db)
        }
        return .noContent
    }

    /// The repository of the path as one that the caller may change.
    ///
    /// - Throws: what is missing from the left, then `InsufficientPermissions`, for automatic ones too.
    private static func manual(_ call: Call, _ db: Database) throws -> RepositoryRecord.Entry {
        try Access.checkVisible(call.id, to: call.user, db)
        guard let repository = try RepositoryRecord.find(call.ids.repositoryID, of: call.id, db) else {
            throw APIError.repositoryNotFound
        }
        try Access.check(.modify, on: call.id, call.user, db)
        guard let entry = try RepositoryRecord.Entry.find(repository.id, of: call.id, db) else {
            throw APIError.insufficientPermissions("Automatic repositories cannot be changed.")
        }
        return entry
    }
}

extension Repository {
    /// The repository with the link to its resources, which those that were added by hand do not tell (contract section
    /// 4).
    func linked(_ call: Call) -> Repository {
        guard isAutomatic, self.class.hasResources else { return self }
        var repository = self
        repository.resourcesURI = "\(call.origin)/iTwins/\(call.id)/repositories/\(id)/resources"
        return repository
    }
}
