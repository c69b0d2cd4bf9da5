import Crypto
import Foundation
import HTTPTypes
import HummingbirdCore
import ITwinsAPI

/// Files behind signed links, which need no token, cannot be guessed and end after an hour (contract sections 8.2 and
/// 17.20).
struct FilesController: Sendable {
    private let store: Store
    private let key: SymmetricKey

    private static let linkSeconds = 3600.0

    init(store: Store) {
        self.store = store
        key = SymmetricKey(data: Data(store.identity.linkKey.revealed.utf8))
    }

    /// The name of a file by the decoded segments of a path; nil when they lead elsewhere.
    static func fileName(_ path: [String]) -> String? {
        path.count == 2 && path[0] == "files" ? path[1] : nil
    }

    /// A link to a file, good for an hour from now.
    func link(to name: String, _ call: Call) -> String {
        let end = call.now.adding(seconds: Self.linkSeconds).ticks
        return "\(call.origin)/files/\(name)?expires=\(end)&signature=\(Hexadecimal.text(of: code(name, end)))"
    }

    /// The file or the part of it that is asked for, to be saved and never shown by a browser (reliability S12).
    ///
    /// - Throws: one and the same 404 for an unknown file, a wrong signature and a link that has ended.
    func get(_ name: String, _ query: Query, _ request: Request, now: Timestamp) async throws -> Reply {
        guard isSigned(name, query, now: now), let file = try await file(name, now: now) else {
            throw APIError.fileNotFound
        }
        var reply = Reply(
            status: 200,
            headers: [
                .contentType: file.mediaType,
                .contentDisposition: "attachment; filename=\"\(name)\"",
                .contentSecurityPolicy: "default-src 'none'; sandbox",
                .eTag: file.tag,
                .acceptRanges: "bytes",
            ]
        )
        switch RequestedRange(of: request, size: file.size, tag: file.tag) {
        case .whole: reply.body = file.body(0..<file.size)
        case .part(let range):
            reply.status = 206
            reply.headers[.contentRange] =
                "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
            reply.body = file.body(range)
        case .beyond:
            reply = Reply(.rangeNotSatisfiable)
            reply.headers[.contentRange] = "bytes */\(file.size)"
        }
        return reply
    }

    /// A file that can be sent in parts.
    private struct File {
        let mediaType: String
        let size: Int
        /// A file never changes once it is made: its id tells it from every other.
        let tag: String
        let body: (Range<Int>) -> Reply.Body
    }

    private func file(_ name: String, now: Timestamp) async throws -> File? {
        if ImageRecord.Size.allCases.contains(where: { name.hasPrefix($0.rawValue) }) { return try await image(name) }
        guard let id = name.split(separator: ".").first.map(String.init),
            let record = try await store.read({ try ExportRecord.find(id, $0) }),
            record.fileName == name, record.offersFile(at: now), let size = record.fileBytes
        else { return nil }
        let file = StoredFile(store: store, id: id)
        return File(mediaType: Self.mediaType(of: record.request.outputFormat), size: size, tag: "\"\(id)\"") {
            .file(file, $0)
        }
    }

    private func image(_ name: String) async throws -> File? {
        let found = try await store.read { db -> (ImageRecord, Data)? in
            guard let record = try ImageRecord.find(fileName: name, db), let bytes = try record.bytes(db) else {
                return nil
            }
            return (record, bytes)
        }
        guard let (record, bytes) = found else { return nil }
        return File(mediaType: record.kind.rawValue, size: bytes.count, tag: "\"\(record.id)\"") {
            .bytes(Array(bytes[$0]))
        }
    }

    private static func mediaType(of format: ExportFormat) -> String {
        switch format {
        case .csv: "text/csv; charset=utf-8; header=present"
        case .jsonZipArchive: "application/zip"
        default: "application/gzip"
        }
    }

    /// True when a link is right and has not ended.
    private func isSigned(_ name: String, _ query: Query, now: Timestamp) -> Bool {
        guard let end = query["expires"].flatMap({ Int64($0) }), end > now.ticks,
            let signature = query["signature"].flatMap(Hexadecimal.bytes(of:))
        else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: Self.message(name, end), using: key)
    }

    private func code(_ name: String, _ end: Int64) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Self.message(name, end), using: key)
    }

    private static func message(_ name: String, _ end: Int64) -> Data {
        Data("\(name) \(end)".utf8)
    }
}
