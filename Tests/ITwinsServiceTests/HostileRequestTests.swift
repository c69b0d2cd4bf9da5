import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Requests that are wrong in their method, body, path or numbers, on every operation (reliability rows 61, 62, 63 and 65).
@Suite struct HostileRequestTests {
    /// Every operation of every table.
    private static let all = RouteTable.allCases.flatMap { table in
        OperationID.allCases.filter { $0.declaration.template(in: table) != nil }.map { ($0, table) }
    }

    /// The operations that take a JSON body.
    private static let withBody = all.filter { operation, table in
        let declaration = operation.declaration
        let kind = table == .document ? declaration.documentBody : declaration.body
        return kind != .none && kind != .image
    }

    /// The answer is an error in the API's form.
    private static func expect(_ answer: RawAnswer, _ status: Int, _ code: String?, _ what: String) {
        #expect(answer.status == status, "\(what)")
        #expect(answer.error != nil, "\(what)")
        #expect(code == nil || answer.error?.code == code, "\(what)")
        #expect(answer["x-correlation-id"]?.isEmpty == false, "\(what)")
    }

    /// Row 61.
    @Test(.rows(61))
    func `On every path methods not in Allow are 405, OPTIONS is 204 and HEAD is like GET`()
        async throws
    {
        try await LocalService.run(sampleData: .standard) { service in
            let sample = try await OperationSample(service)
            let file = try await service.get("/itwins/exports").json?["exports"]?.array?.first?["outputUrl"]?.string
            let link = String(try #require(file).dropFirst("http://127.0.0.1:\(service.port)".count))
            let paths =
                try Self.all.map { (try sample.path(of: $0, $1), $0.declaration.method.rawValue) } + [(link, "GET")]
            for (path, method) in paths {
                let options = try await service.http.request("OPTIONS", path, token: nil)
                #expect(options.status == 204)
                #expect(options.body.isEmpty)
                let allow = try #require(options["Allow"])
                let allowed = allow.split(separator: ",").map { $0.drop { $0 == " " } }
                #expect(allowed.contains { $0 == method }, "\(path)")
                #expect(allowed.contains("HEAD") == allowed.contains("GET"), "\(path)")
                for other in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "PURGE"] {
                    let answer = try await service.http.request(other, path, token: nil)
                    guard !allowed.contains(where: { $0 == other }) else {
                        #expect(answer.status == (path == link ? 200 : 401), "\(other) \(path)")
                        continue
                    }
                    #expect(answer.status == 405, "\(other) \(path)")
                    #expect(answer["Allow"] == allow)
                    if other == "HEAD" {
                        #expect(answer.body.isEmpty)
                    } else {
                        Self.expect(answer, 405, "MethodNotAllowed", "\(other) \(path)")
                    }
                }
                guard allowed.contains("GET") else { continue }
                let get = try await service.get(path)
                let head = try await service.http.request("HEAD", path, token: service.token)
                #expect(head.status == get.status, "\(path)")
                #expect(head["Content-Type"] == get["Content-Type"], "\(path)")
                #expect(head["Content-Length"] == get["Content-Length"], "\(path)")
                #expect(head.body.isEmpty)
            }
        }
    }

    /// Row 62.
    @Test(.rows(62)) func `Every operation with a body rejects anything but a UTF-8 JSON object and keeps running`()
        async throws
    {
        let json = "application/json"
        let deep = { (count: Int, closed: Bool) in
            #"{"a":"# + String(repeating: "[", count: count)
                + (closed ? String(repeating: "]", count: count) + "}" : "")
        }
        let bodies: [(type: String?, body: [UInt8], status: Int)] =
            [
                (json, "", 400), (json, "{", 400), (json, "[]", 400), (json, "null", 400), (json, "\"x\"", 400),
                (json, #"{"a":1,"a":2}"#, 400), (json, #"{"b":{"a":1,"\u0061":2}}"#, 400), (json, #"{"a":1,}"#, 400),
                (json, #"{"a":[1,]}"#, 400), (json, #"{"a":01}"#, 400), (json, #"{"a":NaN}"#, 400),
                (json, #"{'a':1}"#, 400), (json, #"{"a":1} {}"#, 400), (json, #"{"a":"\ud800"}"#, 400),
                (json, "{\"a\":\"\n\"}", 400), (json, "\u{FEFF}{}", 400), (json, deep(32, true), 400),
                (json, deep(100_000, false), 400), (json, deep(100_000, true), 400),
                ("\(json); charset=utf-16", "{}", 415), ("\(json); charset=latin1", "{}", 415),
                ("text/plain", "{}", 415),
                ("application/x-www-form-urlencoded", "a=1", 415), ("multipart/form-data; boundary=x", "{}", 415),
                ("application/jsonx", "{}", 415), ("application/json, text/plain", "{}", 415), (nil, "{}", 415),
            ].map { ($0.0, Array($0.1.utf8), $0.2) } + [
                (json, Array("{}".utf16).flatMap { [UInt8($0), 0] }, 400),
                (json, [0xFE, 0xFF] + Array("{}".utf16).flatMap { [0, UInt8($0)] }, 400),
                (json, Array(#"{"a":""#.utf8) + [0xFF] + Array("\"}".utf8), 400),
                (json, Array(#"{"a":""#.utf8) + [0xC0, 0xAF] + Array("\"}".utf8), 400),
                (json, Array(#"{"a":""#.utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8), 400),
                (json, Array(#"{"a":""#.utf8) + Array(repeating: 0x78, count: 1_048_576 - 7) + Array("\"}".utf8), 413),
            ]
        let codes = [400: "InvalidRequestBody", 413: "RequestTooLarge", 415: "UnsupportedMediaType"]
        try await LocalService.run(sampleData: .standard) { service in
            let sample = try await OperationSample(service)
            let before = try await service.get("/itwins?$top=1000").names
            for (operation, table) in Self.withBody {
                let method = operation.declaration.method.rawValue
                let path = try sample.path(of: operation, table)
                for (type, body, status) in bodies {
                    let what = "\(method) \(path) \(type ?? "-") \(String(decoding: body.prefix(60), as: UTF8.self))"
                    let headers = type.map { ["Content-Type: \($0)"] } ?? []
                    let answer = try await service.http.request(
                        method,
                        path,
                        token: service.token,
                        headers: headers,
                        bytes: body
                    )
                    Self.expect(answer, status, codes[status], what)
                }
                let patch = ["Content-Type: application/json-patch+json"]
                let answer = try await service.http.request(
                    method,
                    path,
                    token: service.token,
                    headers: patch,
                    bytes: Array("{}".utf8)
                )
                #expect(answer.status == (method == "PATCH" ? 200 : 415), "\(method) \(path)")
            }
            let after = try await service.get("/itwins?$top=1000").names
            #expect(after == before)
        }
    }

    /// Row 63.
    @Test(.rows(63)) func `An invalid UUID is 404 on every operation with an ID, and a bad escape is 400`() async throws
    {
        try await LocalService.run(sampleData: .standard) { service in
            let bad = [
                ("x", 404), ("..%2f..", 404), ("a%2Fb", 404), ("%20", 404), ("'", 404), ("%F0%9F%98%80", 404),
                ("{00000000-1111-4222-8333-444444444444}", 404), ("00000000111142228333444444444444", 404),
                ("00000000-1111-4222-8333-44444444444g", 404), ("00000000-1111-4222-8333-4444444444444", 404),
                ("%EF%BC%900000000-1111-4222-8333-444444444444", 404), (unknownID, 404),
                (String(repeating: "a", count: 4000), 404), ("%00", 400), ("%ff", 400), ("%ZZ", 400), ("%", 400),
                ("%c0%af", 400), ("x%", 400), (String(repeating: "a", count: 8300), 414),
            ]
            for (operation, table) in Self.all {
                let declaration = operation.declaration
                let template = try #require(declaration.template(in: table))
                guard template.contains("{id}") || template.contains("{iTwinId}") else { continue }
                for (id, status) in bad {
                    var path = template.replacing("{id}", with: id).replacing("{iTwinId}", with: id)
                    path = path.replacing("{repositoryId}", with: "x").replacing("{resourceId}", with: "x")
                    let kind = table == .document ? declaration.documentBody : declaration.body
                    let type = kind == .image ? "image/png" : "application/json"
                    let bytes = kind == .image ? SampleImage.png(width: 2, height: 2) : Array("{}".utf8)
                    let answer = try await service.http.request(
                        declaration.method.rawValue,
                        path,
                        token: service.token,
                        headers: kind == .none ? [] : ["Content-Type: \(type)"],
                        bytes: kind == .none ? nil : bytes
                    )
                    Self.expect(answer, status, nil, "\(declaration.method.rawValue) \(path.prefix(120))")
                }
            }
        }
    }

    /// Row 63: how a path is spelled opens nothing.
    @Test(
        .rows(63),
        arguments: [
            "//itwins", "/itwins//", "/%69twins", "/ITWINS/itwins", "/itwins/%2e%2e/itwins", "/itwins/../itwins",
            "/./itwins",
            "/files/../itwins", "/files/..%2fitwins", "/files%2f..%2fitwins", "/itwins%2f", "/itwins;x=1", "/itwins%3f",
            "/itwins#", "/itwins?token=TOKEN", "/itwins?access_token=TOKEN", "/itwins/.", "/itwins/..;/itwins",
            "http://127.0.0.1:PORT/itwins", "\\itwins", "/itwins%00", "/itwins%5c", "/openapi.json/../itwins",
        ]
    )
    func `No spelling of a path bypasses the token`(_ target: String) async throws {
        try await LocalService.run(sampleData: .count(3)) { service in
            let target = target.replacing("TOKEN", with: service.token.revealed)
                .replacing("PORT", with: "\(service.port)")
            for method in ["GET", "HEAD", "POST", "DELETE"] {
                let answer = try await service.http.request(method, target, token: nil)
                #expect([400, 401, 404, 405].contains(answer.status), "\(method) \(target)")
                #expect(answer.json?["iTwins"] == nil)
            }
        }
    }

    /// Row 65. An empty value counts as absent (contract section 17.13).
    @Test(.rows(65)) func `Numbers must be decimal digits within their range on every list`() async throws {
        let wrong = [
            "-1", "1001", "%EF%BC%91%EF%BC%90", "1e3", "0x10", "99999999999999999999", "9223372036854775808", "%2B1",
            "+1",
            "%20", "1%20", "1.0", "1,000", "%D9%A1", "1%00", "NaN",
        ]
        try await LocalService.run(sampleData: .standard) { service in
            let sample = try await OperationSample(service)
            var lists = 0
            for (operation, table) in Self.all {
                let parameters = operation.declaration.parameters
                guard parameters.contains(where: { $0.name == "$top" }) else { continue }
                lists += 1
                let path = try sample.path(of: operation, table)
                for value in wrong + ["0"] {
                    for name in ["$top", "$skip"] {
                        let isFine = name == "$skip" && ["0", "1001"].contains(value)
                        let answer = try await service.get("\(path)?\(name)=\(value)")
                        let what = "\(path)?\(name)=\(value)"
                        switch (isFine, value) {
                        case (true, _): #expect(answer.status == 200, "\(what)")
                        case (_, "1%00"): Self.expect(answer, 400, "InvalidRequest", what)
                        default:
                            Self.expect(answer, 422, "InvalidiTwinsRequest", what)
                            #expect(answer.problems == ["InvalidValue \(name)"], "\(what)")
                        }
                    }
                }
                let largest = try await service.get("\(path)?$skip=9223372036854775807&$top=1000")
                #expect(largest.status == 200)
                let empty = try await service.get("\(path)?$top=&$skip=")
                #expect(empty.status == 200)
                guard parameters.contains(where: { $0.name == "X-Max-Return" }) else { continue }
                for value in ["0", "-1", "10001", "１０", "1e3", "0x10", "99999999999999999999", "+1", "1 0", "1.0"] {
                    let answer = try await service.get(path, "X-Max-Return: \(value)")
                    Self.expect(answer, 422, "InvalidiTwinsRequest", "\(path) X-Max-Return: \(value)")
                    #expect(answer.problems == ["InvalidHeaderValue X-Max-Return"], "\(path) \(value)")
                }
            }
            #expect(lists > 4)
        }
    }

    /// S5.
    @Test func `An error repeats little of the request and nothing internal`() async throws {
        try await LocalService.run { service in
            let long = String(repeating: "a", count: 7000)
            let id = try await service.asset("x")
            for answer in [
                try await service.get("/itwins?status=\(long)"), try await service.get("/itwins?$select=\(long)"),
                try await service.get("/itwins?\(long)=1&\(long)=2"),
                try await service.get("/itwins", "X-iTwin-Query-Scope: \(long)"),
                try await service.get("/itwins", "Origin: http://\(long)"),
                try await service.http.request("GET", "/itwins", token: nil, headers: ["Authorization: \(long) x"]),
                try await service.post("/itwins", #"{"class":"\#(long)","subClass":"\#(long)","displayName":"x"}"#),
                try await service.patch("/itwins/\(id)", #"{"status":"\#(long)"}"#),
                try await service.post("/itwins/exports", #"{"outputFormat":"\#(long)"}"#),
                try await service.post("/itwins/exports", #"{"outputFormat":"Csv","select":"\#(long)"}"#),
            ] {
                let error = try #require(answer.error)
                let texts = [error.message] + error.details.flatMap { [$0.message, $0.target ?? ""] }
                for text in texts {
                    #expect(!text.contains(String(repeating: "a", count: 101)), "\(text.prefix(200))")
                    for inside in ["SELECT", "sqlite", "Swift", "/tmp", service.token.revealed] {
                        #expect(!text.contains(inside), "\(text)")
                    }
                }
            }
        }
    }
}
