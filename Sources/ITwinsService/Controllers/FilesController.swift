import Crypto
import Foundation
import HTTPTypes
import ITwinsAPI

/// Files behind signed links, which need no token, cannot be guessed and end after an hour (contract sections 8.2 and
/// 17.20).
struct FilesController: Sendable {
    private let store: Store
    private let key: SymmetricKey

    private static let linkSeconds = 3600.0
    private static let suffix = ".csv"

    init(store: Store) {
        self.store = store
        key = SymmetricKey(data: Data(store.identity.linkKey.revealed.utf8))
    }

    /// The name of a file by the decoded segments of a path; nil when they lead elsewhere.
    static func fileName(_ path: [String]) -> String? {
        path.count == 2 && path[0] == "files" ? path[1] : nil
    }

    /// A link to the file of an export, good for an hour from now.
    func link(to record: ExportRecord, _ call: Call) -> String {
        let end = call.now.adding(seconds: Self.linkSeconds).ticks
        let name = record.id + Self.suffix
        return "\(call.origin)/files/\(name)?expires=\(end)&signature=\(Hexadecimal.text(of: code(name, end)))"
    }

    /// The file, to be saved and never shown by a browser (reliability S12).
    ///
    /// - Throws: one and the same 404 for an unknown file, a wrong signature and a link that has ended.
    func get(_ name: String, _ query: Query, now: Timestamp) async throws -> Reply {
        guard let id = exportID(name, query, now: now),
            let (record, file) = try await store.read({ try ExportRecord.withFile(id, $0) }), record.offersFile(at: now)
        else { throw APIError.fileNotFound }
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8; header=present",
            .contentDisposition: "attachment; filename=\"\(name)\"",
            .contentSecurityPolicy: "default-src 'none'; sandbox",
            .eTag: "\"\(id)\"",
        ]
        return Reply(status: 200, headers: headers, body: file)
    }

    /// The id in a name whose link is right and has not ended.
    private func exportID(_ name: String, _ query: Query, now: Timestamp) -> String? {
        guard name.hasSuffix(Self.suffix), let end = query["expires"].flatMap({ Int64($0) }), end > now.ticks,
            let signature = query["signature"].flatMap(Self.bytes)
        else { return nil }
        guard HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: Self.message(name, end), using: key)
        else { return nil }
        return String(name.dropLast(Self.suffix.count))
    }

    private func code(_ name: String, _ end: Int64) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Self.message(name, end), using: key)
    }

    private static func message(_ name: String, _ end: Int64) -> Data {
        Data("\(name) \(end)".utf8)
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8]? {
        let digits = hexadecimal.compactMap(\.hexDigitValue)
        guard digits.count == 2 * SHA256.byteCount, digits.count == hexadecimal.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
