import Foundation
import GRDB
import ITwinsAPI

/// The caller's favorites and recents (contract section 7).
struct UserListsController: Sendable {
    let store: Store
    let files: FilesController

    /// `get-my-favorite-itwins`.
    func favorites(_ call: Call) async throws -> Reply {
        try await list(.favorites(userID: call.userID), path: "favorites", call)
    }

    /// `get-my-recently-used-itwins`.
    func recents(_ call: Call) async throws -> Reply {
        try await list(.recents(userID: call.userID), path: "recents", call)
    }

    /// `add-itwin-to-my-favorites`; adding twice changes nothing.
    func addFavorite(_ call: Call) async throws -> Reply {
        try await change(call) { try UserLists.addFavorite(call.id, userID: call.userID, $0) }
        return .noContent
    }

    /// `remove-itwin-from-my-favorites`; removing what is no favorite changes nothing.
    func removeFavorite(_ call: Call) async throws -> Reply {
        try await change(call) { try UserLists.removeFavorite(call.id, userID: call.userID, $0) }
        return .noContent
    }

    /// `add-itwin-to-my-recents`. By the document's path the id stands in the body, and the iTwin in the answer
    /// (contract section 1.4).
    func addRecent(_ call: Call) async throws -> Reply {
        guard call.target.table == .document else {
            try await change(call) { try UserLists.addRecent(call.id, userID: call.userID, $0) }
            return .noContent
        }
        let id = try Self.idInBody(call)
        let object = try await store.write { db in
            try Access.checkMember(of: id, call.user, db)
            guard let object = try ITwinRecord.object(id, fields: ITwin.Field.minimal, { $0 }, db) else {
                throw APIError.iTwinNotFound
            }
            try UserLists.addRecent(id, userID: call.userID, db)
            return object
        }
        return .json("iTwin", object, status: 201)
    }

    private func list(_ source: ITwinRecord.Source, path: String, _ call: Call) async throws -> Reply {
        var reader = ParameterReader(call)
        let (skip, top) = reader.window()
        let conditions = ITwinsController.conditions(&reader)
        try reader.problems.check("Cannot query iTwins.")
        let fields = (call.preference ?? .minimal).fields
        let rows = try await store.read { db in
            try ITwinRecord.list(
                source,
                conditions,
                fields: fields,
                skip: skip,
                count: top,
                { files.link(to: $0, call) },
                db
            )
        }
        let base = "\(call.origin)/iTwins/\(path)"
        return .page(rows, PageLinks(base: base, query: call.query, skip: skip, top: top, hasMore: rows.hasMore))
    }

    private func change(_ call: Call, _ update: @escaping @Sendable (Database) throws -> Void) async throws {
        try await store.write { db in
            try Access.checkMember(of: call.id, call.user, db)
            try ValidationErrors(call.query).check("Cannot change the list.")
            try update(db)
        }
    }

    private static func idInBody(_ call: Call) throws(APIError) -> String {
        var reader = FieldReader(call.object, problems: ValidationErrors(call.query))
        let name = reader.value("iTwinId") == nil ? "id" : "iTwinId"
        let value = reader.value(name)
        let id = value?.string.flatMap { UUID(uuidString: $0) }
        if value == nil || value == "" {
            reader.problems.add(.missingRequiredProperty, "iTwinId", "iTwinId is required.")
        } else if id == nil {
            reader.problems.add(.invalidValue, "iTwinId", "iTwinId must be a UUID.")
        }
        try reader.problems.check("Cannot add iTwin to recents.")
        return id?.uuidString.lowercased() ?? ""
    }
}
