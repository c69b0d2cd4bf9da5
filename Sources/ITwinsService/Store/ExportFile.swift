import GRDB
import ITwinsAPI

/// The file of an export while it is made, slice by slice: memory holds some pieces of it and never the whole, and nobody
/// waits for the database longer than one slice takes.
struct ExportFile: ~Copyable {
    private let content: ExportContent
    private var coding: ExportCoding
    private var pieces: FilePieces
    private var place: ExportContent.Place?
    private var count = 0
    private var hasEnded = false

    /// How many bytes are kept in one go.
    private static let writeSize = 16 * FilePieces.size

    /// - Parameters:
    ///   - id: the export's id.
    ///   - moment: when the file was made, for formats that tell.
    init(_ content: ExportContent, of id: String, at moment: Timestamp) throws {
        self.content = content
        coding = try ExportCoding(content.format, entryName: "\(id).json", moment)
        pieces = FilePieces(of: id, from: coding.headCount)
    }

    /// Makes the file, each slice in a transaction of its own.
    ///
    /// - Parameters:
    ///   - deadline: until when it has to be made; nil for any time.
    ///   - note: is called whenever some of it was kept, in the same transaction.
    /// - Returns: its size in bytes; nil when no iTwin meets the conditions, and then there is no file.
    /// - Throws: `APIError` when it takes too long, and what the database and the closure throw.
    consuming func make(
        _ store: Store,
        within deadline: ExecutionLimit.Deadline?,
        note: @escaping @Sendable (Database) throws -> Void
    ) async throws -> Int? {
        while !hasEnded {
            let (content, place, count) = (content, place, count)
            let slice = try await store.read { db in
                try ExecutionLimit.run(deadline, db) { try content.slice(after: place, count: count, db) }
            }
            try add(slice)
            if pieces.pendingCount >= Self.writeSize || hasEnded {
                let ready = pieces.take(all: hasEnded)
                try await store.write { db in
                    for piece in ready { try piece.insert(db) }
                    try note(db)
                }
            }
        }
        return count == 0 ? nil : pieces.size
    }

    /// Makes the file inside the caller's transaction.
    ///
    /// - Returns: as above.
    consuming func make(_ db: Database) throws -> Int? {
        while !hasEnded {
            try add(try content.slice(after: place, count: count, db))
            for piece in pieces.take(all: hasEnded) { try piece.insert(db) }
        }
        return count == 0 ? nil : pieces.size
    }

    private mutating func add(_ slice: ExportContent.Slice) throws {
        if count == 0, slice.count > 0 { try coding.write(content.beginning, to: &pieces.pending) }
        try coding.write(slice.text, to: &pieces.pending)
        count += slice.count
        place = slice.end
        guard slice.end == nil else { return }
        hasEnded = true
        guard count > 0 else { return }
        try coding.write(content.end, to: &pieces.pending)
        try coding.finish(to: &pieces.pending)
        pieces.head = coding.head
    }
}
