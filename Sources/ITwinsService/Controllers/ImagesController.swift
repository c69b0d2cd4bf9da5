import Foundation
import ITwinsAPI

/// The images of iTwins (contract section 9).
struct ImagesController: Sendable {
    let store: Store
    let files: FilesController

    /// `upload-itwin-image`: another image, with other names, in the place of the one there may be.
    func upload(_ call: Call) async throws -> Reply {
        guard case .image(let image) = call.body else { throw APIError.internalServerError }
        let problems = ValidationErrors(call.query)
        let record = try await store.write { db in
            try Access.check(.modify, on: call.id, call.user, db)
            try problems.check("Cannot upload image.")
            try image.problems.check("Cannot upload image.")
            let record = try ImageRecord.replace(
                with: image,
                id: UUID().uuidString.lowercased(),
                iTwinID: call.id,
                db
            )
            try ITwinRecord.touch(call.id, by: call.user, at: call.now, db)
            return record
        }
        return .json(["image": json(record, call)], status: 201)
    }

    /// `get-itwin-image`.
    func get(_ call: Call) async throws -> Reply {
        let record = try await store.read { db in
            try Access.checkMember(of: call.id, call.user, db)
            return try ImageRecord.find(ofITwin: call.id, db)
        }
        guard let record else { throw APIError.imageNotFound }
        try ValidationErrors(call.query).check("Cannot get image.")
        return .json(["image": json(record, call)])
    }

    /// `delete-itwin-image`.
    func delete(_ call: Call) async throws -> Reply {
        try await store.write { db in
            try Access.checkVisible(call.id, to: call.user, db)
            guard try ImageRecord.find(ofITwin: call.id, db) != nil else { throw APIError.imageNotFound }
            try Access.check(.modify, on: call.id, call.user, db)
            try ValidationErrors(call.query).check("Cannot delete image.")
            try ImageRecord.delete(ofITwin: call.id, db)
            try ITwinRecord.touch(call.id, by: call.user, at: call.now, db)
        }
        return .noContent
    }

    private func json(_ record: ImageRecord, _ call: Call) -> JSON {
        var image = ITwinImage(id: record.id)
        image.smallImageName = record.fileName(.small)
        image.smallImageUrl = files.link(to: record.fileName(.small), call)
        image.largeImageName = record.fileName(.large)
        image.largeImageUrl = files.link(to: record.fileName(.large), call)
        return image.json
    }
}
