import Foundation
import GRDB
import HummingbirdCore
import NIOCore

/// The file of an export as it lies in the database: in pieces, of which one at a time is in memory.
struct StoredFile: Sendable {
    let store: Store
    /// The id of the export.
    let id: String

    /// A part of a file is gone, as it is when the export ended while the file was sent.
    struct Gone: Error {}

    /// An answer's body of a range of the file. A reader who is slow keeps nobody from the database: it is asked for each
    /// piece anew.
    func body(_ range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            var position = range.lowerBound
            while position < range.upperBound {
                let next = position
                guard let piece = try await store.read({ try Self.piece(of: id, from: next, $0) }) else { throw Gone() }
                let bytes = piece.prefix(range.upperBound - position)
                try await writer.write(ByteBuffer(bytes: bytes))
                position += bytes.count
            }
            try await writer.finish(nil)
        }
    }

    /// The rest of the piece that a position lies in, at least one byte; nil when there is none.
    private static func piece(of id: String, from position: Int, _ db: Database) throws -> Data? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT position, bytes FROM exportPiece WHERE exportId = ? AND position <= ?
                ORDER BY position DESC LIMIT 1
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [id, position]) else { return nil }
        let rest = (row[1] as Data).dropFirst(position - row[0])
        return rest.isEmpty ? nil : rest
    }
}

/// Takes the bytes of a file as they are made and cuts them into pieces to keep.
struct FilePieces {
    /// A piece, and where in the file it begins.
    struct Piece: Sendable {
        fileprivate let id: String
        fileprivate let position: Int
        fileprivate let bytes: [UInt8]

        /// Keeps it.
        func insert(_ db: Database) throws {
            let statement = try db.cachedStatement(
                sql: "INSERT INTO exportPiece (exportId, position, bytes) VALUES (?, ?, ?)"
            )
            try statement.execute(arguments: [id, position, Data(bytes)])
        }
    }

    /// The id of the export.
    private let id: String
    /// The position of the first byte that is pending.
    private var position: Int
    /// What is to be kept next; whoever makes the file appends here.
    var pending: [UInt8] = []
    /// Bytes before all others, which are known last.
    var head: [UInt8] = []

    /// How large a piece is, in bytes, but for the first and the last one.
    static let size = 64 * 1024

    /// Begins a file.
    ///
    /// - Parameter position: where the first bytes go; those before are the head.
    init(of id: String, from position: Int) {
        self.id = id
        self.position = position
    }

    /// How many bytes are to be kept.
    var pendingCount: Int { pending.count }

    /// How long the file is by now.
    var size: Int { position + pending.count }

    /// Gives the pieces that are ready, and does not know them any more.
    ///
    /// - Parameter all: whether the file has come to its end, so that the last piece and the head are ready too.
    mutating func take(all: Bool) -> [Piece] {
        var pieces: [Piece] = []
        var start = 0
        while pending.count - start >= Self.size || (all && start < pending.count) {
            let end = min(start + Self.size, pending.count)
            pieces.append(Piece(id: id, position: position, bytes: Array(pending[start..<end])))
            position += end - start
            start = end
        }
        pending.removeFirst(start)
        if all, !head.isEmpty { pieces.append(Piece(id: id, position: 0, bytes: head)) }
        return pieces
    }
}
