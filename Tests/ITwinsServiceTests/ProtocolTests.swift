import ITwinsAPI
import TestSupport
import Testing

@Suite struct ProtocolTests {
    @Test(.rows(67)) func `A missing token is reported first, whatever else is wrong`() async throws {
        try await LocalService.run { service in
            let answer = try await service.http.request("POST", "/itwins?$top=x", token: nil, body: "{")
            #expect(answer.status == 401)
            #expect(answer.error?.code == "HeaderNotFound")
            #expect(answer["WWW-Authenticate"] == "Bearer")
        }
    }

    @Test(arguments: [
        ("Basic eDp5", "InvalidAuthorizationScheme"), ("Token x", "InvalidAuthorizationScheme"),
        ("Bearer", "Unauthorized"),
        ("Bearer x", "Unauthorized"), ("Bearer eyJhbGciOiJub25lIn0.e30.", "Unauthorized"),
    ])
    func `An invalid scheme and an invalid token are 401`(_ value: String, _ code: String) async throws {
        try await LocalService.run { service in
            let answer = try await service.http.request(
                "GET",
                "/itwins",
                token: nil,
                headers: ["Authorization: \(value)"]
            )
            #expect(answer.status == 401)
            #expect(answer.error?.code == code)
            #expect(answer["WWW-Authenticate"] == "Bearer")
            if code == "InvalidAuthorizationScheme" {
                let scheme = value.split(separator: " ")[0]
                #expect(answer.error?.message == "Authorization scheme '\(scheme)' is not valid.")
            }
        }
    }

    @Test(.rows(67))
    func `A token that is changed, cut or extended is rejected, and Bearer matches in any letter case`()
        async throws
    {
        try await LocalService.run { service in
            let token = service.token.revealed
            #expect(token.count == 64)
            let last = token.hasSuffix("0") ? "1" : "0"
            for wrong in [token.dropLast() + last, token.dropLast() + "", token + "0", token.uppercased() + "A"] {
                let answer = try await service.http.request("GET", "/itwins", token: Secret(String(wrong)))
                #expect(answer.status == 401)
                #expect(answer.error?.code == "Unauthorized")
            }
            let answer = try await service.http.request(
                "GET",
                "/itwins",
                token: nil,
                headers: ["Authorization: bEARER \(token)"]
            )
            #expect(answer.status == 200)
        }
    }

    /// Reliability row 66.
    @Test(
        .rows(66),
        arguments: [
            ("GET /itwins HTTP/1.1\nTOKEN\n\n", 400), ("GET /itwins HTTP/1.1\nHost: OWN\nHost: OWN\nTOKEN\n\n", 400),
            ("GET /itwins HTTP/1.1\nHost: evil.example\nTOKEN\n\n", 403),
            ("GET /itwins HTTP/1.1\nHost: 127.0.0.1\nTOKEN\n\n", 403),
            ("GET /itwins HTTP/1.1\nHost: 127.0.0.1:1\nTOKEN\n\n", 403),
            ("GET /itwins HTTP/1.1\nHost: OWN.evil.example\nTOKEN\n\n", 403),
            ("GET http://evil.example/itwins HTTP/1.1\nHost: OWN\nTOKEN\n\n", 403),
            ("GET https://OWN/itwins HTTP/1.1\nHost: OWN\nTOKEN\n\n", 400),
            ("GET http://OWN/itwins HTTP/1.1\nHost: x\nTOKEN\n\n", 200),
            ("GET /itwins HTTP/1.1\nHost: OWN\nOrigin: https://evil.example\nTOKEN\n\n", 403),
            ("GET /itwins HTTP/1.1\nHost: OWN\nOrigin: null\nTOKEN\n\n", 403),
            ("GET /itwins HTTP/1.1\nHost: OWN\nOrigin: http://OWN\nTOKEN\n\n", 200),
            ("GET /itwins HTTP/1.1\nHost: OWN\nSec-Fetch-Site: cross-site\nTOKEN\n\n", 403),
            ("GET /itwins HTTP/1.1\nHost: LOCALHOST:PORT\nTOKEN\n\n", 200),
            ("GET /itwins HTTP/1.1\nHost: [::1]:PORT\nTOKEN\n\n", 200),
        ]
    )
    func `Only the service's own host names and origins are accepted`(_ request: String, _ status: Int) async throws {
        try await LocalService.run { service in
            let text = request.replacing("OWN", with: "127.0.0.1:\(service.port)").replacing(
                "PORT",
                with: String(service.port)
            )
            .replacing("TOKEN", with: "Authorization: Bearer \(service.token.revealed)")
            let answer = try await service.http.send(text)
            #expect(answer.status == status)
            #expect(answer.headers.allSatisfy { !$0.name.lowercased().hasPrefix("access-control") })
            switch status {
            case 400: #expect(answer.error?.code == "InvalidRequest")
            case 403: #expect(answer.error?.code == "Forbidden")
            default: #expect(answer.json?["iTwins"] != nil)
            }
        }
    }

    /// Reliability rows 63 and 68.
    @Test(
        .rows(63, 68),
        arguments: [
            ("/itwins/%00", 400), ("/itwins/%ff", 400), ("/itwins/%ZZ", 400), ("/itwins/%4", 400),
            ("/itwins?$top=%ZZ", 400),
            ("/itwins?x=%00", 400), ("/itwins?%c3%28=1", 400), ("/itwins/é", 400), ("*", 400), ("itwins", 400),
            ("/itwins/..%2F..%2Fetc%2Fpasswd", 404), ("/itwins/../itwins", 404),
            ("/" + String(repeating: "a", count: 8300), 414),
        ]
    )
    func `An invalid path or query is rejected in the API's format`(_ target: String, _ status: Int) async throws {
        try await LocalService.run { service in
            let answer = try await service.get(target)
            #expect(answer.status == status)
            let error = try #require(answer.error)
            #expect(status != 400 || error.code == "InvalidRequest")
            #expect(status != 414 || error.code == "UriTooLong")
            #expect(answer["x-correlation-id"]?.isEmpty == false)
        }
    }

    /// Reliability row 68.
    @Test(
        .rows(68),
        arguments: [
            "\u{16}\u{3}\u{1}hello\n\n", "GET /itwins\n\n", "GET /itwins HTTP/3.0\nHost: x\n\n",
            "BREW /itwins HTTP/1.1\nHost: OWN\n\n",
            "GET /itwins HTTP/1.1\nHost: OWN\nX: a\n b\n\n", "POST /itwins HTTP/1.1\nHost: OWN\nContent-Length: x\n\n",
            "POST /itwins HTTP/1.1\nHost: OWN\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n",
            "POST /itwins HTTP/1.1\nHost: OWN\nTOKEN\nContent-Type: application/json\nTransfer-Encoding: chunked\n\nZZ\n\n",
        ]
    )
    func `Data that isn't HTTP gets the API's 400 and the connection is closed`(_ request: String) async throws {
        try await LocalService.run { service in
            let text = request.replacing("OWN", with: "127.0.0.1:\(service.port)")
                .replacing("TOKEN", with: "Authorization: Bearer \(service.token.revealed)")
            let answer = try await service.http.connected { connection in
                try await connection.send(Array(text.replacing("\n", with: "\r\n").utf8))
                let answer = try await connection.answer()
                await connection.waitForEnd()
                return answer
            }
            #expect(answer.status == 400)
            #expect(answer.error?.code == "InvalidRequest")
            #expect(answer["x-correlation-id"]?.isEmpty == false)
            #expect(try await service.get("/itwins").status == 200)
        }
    }

    @Test func `Headers over the limit are 431, below and above the decoder's limit`() async throws {
        try await LocalService.run { service in
            for count in [17, 200] {
                let filler = (0..<count).map { "X-\($0): \(String(repeating: "a", count: 1000))" }
                let answer = try await service.http.request("GET", "/itwins", token: service.token, headers: filler)
                #expect(answer.status == 431)
                #expect(answer.error?.code == "HeadersTooLarge")
            }
        }
    }

    @Test func `Garbage after a valid request doesn't affect its response`() async throws {
        try await LocalService.run { service in
            let head =
                "GET /itwins HTTP/1.1\r\nHost: 127.0.0.1:\(service.port)\r\nAuthorization: Bearer \(service.token.revealed)\r\n\r\n"
            let statuses = try await service.http.connected { connection in
                try await connection.send(Array((head + head + "\u{1}\u{2}\r\n\r\n").utf8))
                return [
                    try await connection.answer().status, try await connection.answer().status,
                    try await connection.answer().status,
                ]
            }
            #expect(statuses == [200, 200, 400])
        }
    }

    /// Reliability row 62.
    @Test(
        .rows(62),
        arguments: [
            ("{", "application/json", 400), ("", "application/json", 400), ("[]", "application/json", 400),
            ("null", "application/json", 400),
            (#"{"class":"Thing","class":"Thing"}"#, "application/json", 400),
            (#"{"class":"Thing",}"#, "application/json", 400),
            ("\u{FEFF}{}", "application/json", 400), (#"{"displayName":"\ud800"}"#, "application/json", 400),
            (#"{"a":NaN}"#, "application/json", 400), (#"{"a":1}{}"#, "application/json", 400),
            (
                #"{"a":"# + String(repeating: "[", count: 32) + String(repeating: "]", count: 32) + "}",
                "application/json",
                400
            ),
            (#"{"a":"# + String(repeating: "[", count: 100_000), "application/json", 400), ("{}", "text/plain", 415),
            ("{}", "application/json-patch+json", 415), ("{}", "application/json; charset=latin1", 415),
            ("{}", "", 415),
            ("{}", "application/json; charset=\"UTF-8\"", 422), ("{}", "APPLICATION/JSON", 422),
            (
                #"{"a":"# + String(repeating: "[", count: 31) + String(repeating: "]", count: 31) + "}",
                "application/json",
                422
            ),
        ]
    )
    func `A body must be declared as JSON and be one JSON object in UTF-8`(
        _ body: String,
        _ type: String,
        _ status: Int
    )
        async throws
    {
        try await LocalService.run { service in
            let headers = ["Content-Length: \(body.utf8.count)"] + (type.isEmpty ? [] : ["Content-Type: \(type)"])
            let answer = try await Self.post(headers, Array(body.utf8), service)
            #expect(answer.status == status)
            let code = [400: "InvalidRequestBody", 415: "UnsupportedMediaType", 422: "InvalidiTwinsRequest"][status]
            #expect(answer.error?.code == code)
        }
    }

    @Test(.rows(62)) func `A body in UTF-16, in invalid UTF-8 or compressed is rejected`() async throws {
        try await LocalService.run { service in
            let json = "Content-Type: application/json"
            let (start, end) = (Array(#"{"displayName":""#.utf8), Array("\"}".utf8))
            let bodies: [[UInt8]] = [
                Array("{}".utf16).flatMap { [UInt8($0), 0] }, start + [0xC0, 0xAF] + end, start + [0xFF] + end,
                [0xEF, 0xBB, 0xBF] + Array("{}".utf8),
            ]
            for body in bodies {
                let answer = try await Self.post([json, "Content-Length: \(body.count)"], body, service)
                #expect(answer.status == 400)
            }
            let answer = try await Self.post(
                [json, "Content-Encoding: gzip", "Content-Length: 2"],
                Array("{}".utf8),
                service
            )
            #expect(answer.status == 415)
        }
    }

    @Test(.rows(62)) func `A body one byte over the limit is 413 after it was received, with a length or in chunks`()
        async throws
    {
        try await LocalService.run { service in
            let limit = 1024 * 1024
            let frame = #"{"displayName":""}"#.utf8.count
            for (size, status) in [(limit, 422), (limit + 1, 413)] {
                let body = Array(#"{"displayName":"\#(String(repeating: "x", count: size - frame))"}"#.utf8)
                let json = "Content-Type: application/json"
                let whole = try await Self.post([json, "Content-Length: \(body.count)"], body, service)
                #expect(whole.status == status)
                let chunked = Array("\(String(body.count, radix: 16))\r\n".utf8) + body + Array("\r\n0\r\n\r\n".utf8)
                let inChunks = try await Self.post([json, "Transfer-Encoding: chunked"], chunked, service)
                #expect(inChunks.status == status)
                #expect(status != 413 || inChunks.error?.code == "RequestTooLarge")
            }
            let answer = try await Self.post(
                ["Content-Type: application/json", "Content-Length: 99999999999"],
                [],
                service
            )
            #expect(answer.status == 413)
            #expect(answer["Connection"] == "close")
        }
    }

    @Test(arguments: ["Content-Length: 200", "Transfer-Encoding: chunked"])
    func `A truncated body is ignored, even if the received part is complete JSON`(_ framing: String)
        async throws
    {
        try await LocalService.run { service in
            let body = #"{"class":"Thing","subClass":"Asset","displayName":"Half"}"#
            let framed = framing.hasPrefix("T") ? "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n" : body
            let head = """
                POST /itwins HTTP/1.1\r\nHost: 127.0.0.1:\(service.port)\r\nAuthorization: Bearer \(service.token.revealed)\r\n\
                Content-Type: application/json\r\n\(framing)\r\n\r\n
                """
            let answer = try await service.http.connected { connection in
                try await connection.send(Array((head + framed).utf8))
                connection.finish()
                return try await connection.answer()
            }
            #expect(answer.status == 400)
            #expect(answer.error?.code == "InvalidRequest")
            #expect(try await service.get("/itwins").names == ["Sample Infrastructure Group"])
        }
    }

    @Test func `Operations without a body accept any content type and no body`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Quay")
            let answer = try await service.post(
                "/itwins/favorites/\(id)",
                nil,
                "Content-Type: text/plain",
                "Content-Length: 0"
            )
            #expect(answer.status == 204)
            #expect(try await service.post("/itwins/recents/\(id)", "{").status == 204)
        }
    }

    @Test(arguments: [
        ("*/*", 200), ("application/json", 200), ("application/vnd.bentley.itwin-platform.v1+json", 200),
        ("APPLICATION/JSON;q=0.5", 200), ("text/html, application/json;q=0.1", 200), ("", 200), ("application/*", 404),
        ("application/vnd.bentley.itwin-platform.v2+json", 404), ("text/html", 404), ("application/json;q=0", 404),
    ])
    func `An Accept header that excludes the service's media types is 404`(_ accept: String, _ status: Int) async throws
    {
        try await LocalService.run { service in
            let answer = try await service.get("/itwins", "Accept: \(accept)")
            #expect(answer.status == status)
            if status == 404 {
                #expect(answer.error?.code == "ResourceNotFound")
                #expect(answer.problems == ["OperationNotFound -"])
            }
        }
    }

    @Test func `A client that expects 100 Continue receives it`() async throws {
        try await LocalService.run { service in
            let answers = try await service.http.connected { connection in
                let head = """
                    POST /itwins HTTP/1.1\r\nHost: 127.0.0.1:\(service.port)\r\nAuthorization: Bearer \(service.token.revealed)\r\n\
                    Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n
                    """
                try await connection.send(Array(head.utf8))
                let first = try await connection.answer()
                try await connection.send(Array("{}".utf8))
                return [first.status, try await connection.answer().status]
            }
            #expect(answers == [100, 422])
        }
    }

    @Test func `The log has one line per request with the path as requested, and no query, token or body`() async throws
    {
        try await LocalService.run { service in
            let answer = try await service.get("/iTwins/itwins/?$search=secretive")
            let id = try #require(answer["x-correlation-id"])
            let line = try #require(service.log.lines.first { $0.contains(id) })
            #expect(line.wholeMatch(of: /info GET \/iTwins\/itwins\/ 200 \d+ ms [0-9a-f-]{36}/) != nil)
            #expect(service.log.lines.count { $0.contains(id) } == 1)
            _ = try await service.get("/itwins/a%1b[31m%0a")
            let all = service.log.lines.joined()
            #expect(!all.contains("secretive"))
            #expect(!all.contains(service.token.revealed))
            #expect(all.contains("GET /itwins/a%1b[31m%0a 404"))
            #expect(all.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        }
    }

    private static func post(_ headers: [String], _ body: [UInt8], _ service: LocalService) async throws -> RawAnswer {
        let lines = [
            "POST /itwins HTTP/1.1", "Host: 127.0.0.1:\(service.port)",
            "Authorization: Bearer \(service.token.revealed)",
        ]
        let head = (lines + headers).joined(separator: "\r\n") + "\r\n\r\n"
        return try await service.http.send(Array(head.utf8) + body)
    }
}
