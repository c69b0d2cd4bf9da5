/// A request as it came over the wire.
public struct RecordedRequest: Sendable {
    /// The method.
    public let method: String
    /// Path and query as sent.
    public let target: String
    /// The header fields in order.
    public let headers: [RawAnswer.Header]
    /// The body.
    public let body: [UInt8]

    /// The request line without the version: `GET /itwins?$top=100`.
    public var line: String { "\(method) \(target)" }

    /// The value of the first header field of a name, letter case aside; nil when there is none.
    public subscript(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Finds the requests in the bytes of a connection; bodies are told by `Content-Length`.
struct RequestScanner {
    private var buffer: [UInt8] = []

    /// The requests that are complete with these bytes.
    mutating func requests(in bytes: some Sequence<UInt8>) -> [RecordedRequest] {
        buffer += bytes
        var requests: [RecordedRequest] = []
        while let request = next() { requests.append(request) }
        return requests
    }

    private mutating func next() -> RecordedRequest? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        let headers = lines.dropFirst().map { line in
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return RawAnswer.Header(
                name: String(sides[0]),
                value: sides.count > 1 ? String(sides[1].drop { $0 == " " }) : ""
            )
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard buffer.count >= end.upperBound + length else { return nil }
        let body = Array(buffer[end.upperBound..<(end.upperBound + length)])
        buffer.removeFirst(end.upperBound + length)
        return RecordedRequest(
            method: words.first.map(String.init) ?? "",
            target: words.dropFirst().first.map(String.init) ?? "",
            headers: headers,
            body: body
        )
    }
}
