import HTTPTypes
import HummingbirdCore
import ITwinsAPI
import NIOCore
import NIOHTTP1

/// Takes in the body of a request, as one JSON object or as the file of an image (reliability S7).
struct BodyReader {
    let request: Request
    /// Seconds within which the body has to arrive.
    let seconds: Double

    /// The body as a JSON object.
    ///
    /// - Parameter isPatch: whether the media type of JSON Patch passes too (contract section 17.20).
    /// - Throws: `APIError` 400, 408, 413 or 415; `TooLargeToTakeIn`.
    func object(isPatch: Bool) async throws -> JSON.Object {
        guard !isEmpty else { throw APIError.invalidRequestBody(Self.emptyBody) }
        try MediaTypes.checkBody(request.headers, isPatch: isPatch)
        let bytes = try await bytes(upTo: ServiceLimits.bodyBytes)
        guard bytes.readableBytes > 0 else { throw APIError.invalidRequestBody(Self.emptyBody) }
        guard let object = try Self.parse(bytes).object else {
            throw APIError.invalidRequestBody("The body must be a JSON object.")
        }
        return object
    }

    /// The body as the file of an image, possibly empty.
    ///
    /// - Throws: `APIError` 408, 413 or 415; `TooLargeToTakeIn`.
    func image() async throws -> UploadedImage {
        let type = try MediaTypes.imageType(request.headers)
        guard !isEmpty else { return UploadedImage(type: type, bytes: []) }
        return UploadedImage(type: type, bytes: Array(try await bytes(upTo: Rules.imageBytes).readableBytesView))
    }

    /// The body as a form.
    ///
    /// - Throws: `APIError` 400, 408, 413 or 415; `TooLargeToTakeIn`.
    func form() async throws -> Query {
        try MediaTypes.checkForm(request.headers)
        let bytes = try await bytes(upTo: ServiceLimits.formBytes)
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
            throw APIError.invalidRequest("The form is not valid UTF-8.")
        }
        return try Query(Substring(text))
    }

    private static let emptyBody = "The body is empty; a JSON object is required."

    private static func parse(_ bytes: ByteBuffer) throws(APIError) -> JSON {
        let limits = JSON.ParsingLimits(depth: ServiceLimits.bodyDepth, rejectsDuplicateNames: true)
        do {
            return try JSON.parse(bytes.readableBytesView, limits: limits)
        } catch {
            throw .invalidRequestBody("The body is not valid JSON at byte \(error.offset): \(error.reason).")
        }
    }

    private var isEmpty: Bool {
        guard request.headers[.transferEncoding] == nil else { return false }
        return length ?? 0 == 0
    }

    private var length: Int? { request.headers[.contentLength].flatMap { Int($0) } }

    /// The whole body, within the time and the size that bodies may have.
    private func bytes(upTo limit: Int) async throws -> ByteBuffer {
        if let length, length > ServiceLimits.takenInBytes { throw TooLargeToTakeIn(limit: limit) }
        let (body, seconds) = (request.body, seconds)
        do {
            return try await withTimeLimit(.seconds(seconds)) { try await Self.collect(body, upTo: limit) }
        } catch is TimeLimitPassed {
            throw APIError.requestTimeout
        }
    }

    private static func collect(_ body: RequestBody, upTo limit: Int) async throws -> ByteBuffer {
        var collected = ByteBuffer()
        var count = 0
        do {
            for try await chunk in body {
                count += chunk.readableBytes
                guard count <= ServiceLimits.takenInBytes else { throw TooLargeToTakeIn(limit: limit) }
                if count <= limit { collected.writeImmutableBuffer(chunk) }
            }
        } catch let error where error is HTTPParserError || error is IOError || error is ChannelError {
            throw APIError.invalidRequest("The body is incomplete or not framed correctly.")
        }
        guard count <= limit else { throw APIError.requestTooLarge(limit: limit) }
        return collected
    }

    /// The body is so large that the rest of it is not taken in: the answer is sent and the connection closed.
    struct TooLargeToTakeIn: Error {
        /// How many bytes the body may have.
        let limit: Int
    }
}
