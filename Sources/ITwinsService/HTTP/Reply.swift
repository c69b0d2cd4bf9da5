import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import ITwinsAPI
import NIOCore

/// What a request is answered with, before the headers that every answer has.
struct Reply: Sendable {
    var status: Int
    var headers: HTTPFields = [:]
    var body: Body?

    /// What is sent.
    enum Body: Sendable {
        case bytes([UInt8])
        /// A part of a file, read from the database while it is sent.
        case file(StoredFile, Range<Int>)
    }

    /// Success with a JSON body.
    static func json(_ body: JSON, status: Int = 200) -> Reply {
        Reply(status: status, headers: [.contentType: MediaTypes.json], body: body.bytes)
    }

    /// Success with a JSON object of one member, which is JSON already.
    static func json(_ name: String, _ value: [UInt8], status: Int = 200) -> Reply {
        Reply(
            status: status,
            headers: [.contentType: MediaTypes.json],
            body: Array("{\"\(name)\":".utf8) + value + Array("}".utf8)
        )
    }

    /// Success without a body.
    static let noContent = Reply(status: 204)

    /// An error with its body and the headers that belong to its status.
    init(_ error: APIError) {
        self.init(status: error.status, headers: [.contentType: MediaTypes.json], body: error.json.bytes)
        switch error.status {
        case 401: headers[.wwwAuthenticate] = "Bearer"
        case 503: headers[.retryAfter] = "1"
        default: break
        }
    }

    init(status: Int, headers: HTTPFields = [:], body: [UInt8]? = nil) {
        self.status = status
        self.headers = headers
        self.body = body.map(Body.bytes)
    }

    /// The answer as it goes out; to HEAD without its body, whose length is told all the same.
    func response(to method: HTTPRequest.Method, correlationID: String, now: Timestamp) -> Response {
        var headers = headers
        headers[.correlationID] = correlationID
        headers[.date] = now.httpDate
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        let content =
            switch body {
            case .bytes(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            case .file(let file, let range): file.body(range)
            case nil: ResponseBody()
            }
        let response = Response(status: HTTPResponse.Status(code: status), headers: headers, body: content)
        return method == .head ? response.createHeadResponse() : response
    }
}
