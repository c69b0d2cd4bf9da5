import AsyncHTTPClient
import ITwinsAPI
import NIOCore
import NIOHTTP1

extension Transport {
    /// An answer whose head is there and whose body is still to come.
    struct StreamedReply: Sendable {
        /// The answer without its body.
        let head: Reply
        fileprivate let body: HTTPClientResponse.Body

        /// Hands over the body piece by piece, as it comes.
        ///
        /// - Throws: what the closure throws, and the library's error when the body ends before it is complete or is
        ///   longer in coming than the idle limit.
        func forEachPiece(_ take: (ByteBuffer) async throws -> Void) async throws {
            for try await piece in body { try await take(piece) }
            // A cancelled sequence may end as if it were complete.
            try Task.checkCancellation()
        }

        /// The answer with the beginning of its body.
        ///
        /// - Parameters:
        ///   - limit: how many bytes of it at most.
        ///   - time: how long it may take until no more is waited for.
        func reply(upTo limit: Int, within time: Duration) async throws -> Reply {
            var reply = head
            let start = ContinuousClock.now
            for try await piece in body {
                reply.body.append(contentsOf: piece.readableBytesView.prefix(limit - reply.body.count))
                if reply.body.count >= limit || start.duration(to: .now) > time { break }
            }
            try Task.checkCancellation()
            return reply
        }
    }

    /// Sends a request without a body of its own and hands over the answer as it comes.
    ///
    /// The total limit holds for the answer's head and the idle limit for the time between two pieces of its body, which as
    /// a whole may take as long as it likes. What is not read of it is not fetched: the connection is closed. A GET whose
    /// connection turns out to be closed is sent once more at once.
    func stream<Value>(_ call: Call, _ read: (StreamedReply) async throws -> Value) async throws -> Value {
        try await downloads.run {
            let response: HTTPClientResponse
            do {
                response = try await head(of: call, SentBody.Mark(), within: limits.total)
            } catch  where call.method == "GET" && Self.isClosedConnection(error) && !Task.isCancelled {
                response = try await head(of: call, SentBody.Mark(), within: limits.total)
            }
            let head = Reply(
                status: Int(response.status.code),
                reasonPhrase: response.status.reasonPhrase,
                headers: response.headers,
                body: []
            )
            return try await read(StreamedReply(head: head, body: response.body))
        }
    }
}
