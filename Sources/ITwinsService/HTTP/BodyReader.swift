import HTTPTypes
import HummingbirdCore
import ITwinsAPI
import NIOCore
import NIOHTTP1

/// Takes in the body of a request and reads it as one JSON object (reliability S7).
struct BodyReader {
    let request: Request

    /// - Throws: `APIError` 400, 408, 413 or 415; `TooLargeToTakeIn`.
    func object() async throws -> JSON.Object {
        guard !isEmpty else { throw APIError.invalidRequestBody("The body is empty, a JSON object is needed.") }
        try MediaTypes.checkBody(request.headers)
        let json = try Self.parse(try await bytes())
        guard let object = json.object else { throw APIError.invalidRequestBody("The body must be a JSON object.") }
        return object
    }

    private static func parse(_ bytes: ByteBuffer) throws(APIError) -> JSON {
        let limits = JSON.ParsingLimits(depth: ServiceLimits.bodyDepth, rejectsDuplicateNames: true)
        do {
            return try JSON.parse(bytes.readableBytesView, limits: limits)
        } catch {
            throw .invalidRequestBody("The body is no JSON at byte \(error.offset): \(error.reason).")
        }
    }

    private var isEmpty: Bool {
        guard request.headers[.transferEncoding] == nil else { return false }
        return length ?? 0 == 0
    }

    private var length: Int? { request.headers[.contentLength].flatMap { Int($0) } }

    /// The whole body, within the time and the size that bodies may have.
    private func bytes() async throws -> ByteBuffer {
        if let length, length > ServiceLimits.takenInBytes { throw TooLargeToTakeIn() }
        let body = request.body
        return try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask { try await Self.collect(body) }
            group.addTask {
                try await Task.sleep(for: .seconds(ServiceLimits.bodySeconds))
                throw APIError.requestTimeout
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() else { throw CancellationError() }
            return bytes
        }
    }

    private static func collect(_ body: RequestBody) async throws -> ByteBuffer {
        var collected = ByteBuffer()
        var count = 0
        do {
            for try await chunk in body {
                count += chunk.readableBytes
                guard count <= ServiceLimits.takenInBytes else { throw TooLargeToTakeIn() }
                if count <= ServiceLimits.bodyBytes { collected.writeImmutableBuffer(chunk) }
            }
        } catch let error where error is HTTPParserError || error is IOError || error is ChannelError {
            throw APIError.invalidRequest("The body ends before it is complete, or is not well framed.")
        }
        guard count <= ServiceLimits.bodyBytes else { throw APIError.requestTooLarge }
        guard count > 0 else { throw APIError.invalidRequestBody("The body is empty, a JSON object is needed.") }
        return collected
    }

    /// The body is so large that the rest of it is not taken in: the answer is sent and the connection closed.
    struct TooLargeToTakeIn: Error {}
}
