import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// What the page of another site, a name that was rebound, or a program without the token can send (reliability rows 66
/// and 67, S2 and S3).
@Suite struct ForeignRequestTests {
    private static let hosts = [
        ("127.0.0.1:PORT", true), ("localhost:PORT", true), ("[::1]:PORT", true), ("evil.example", false),
        ("evil.example:PORT", false), ("127.0.0.1.evil.example:PORT", false), ("localhost.:PORT", false),
        ("127.1:PORT", false), ("2130706433:PORT", false), ("0.0.0.0:PORT", false), ("127.0.0.1", false),
        ("127.0.0.1:080", false), ("user@127.0.0.1:PORT", false),
    ]
    private static let origins = [
        (nil, true), ("http://127.0.0.1:PORT", true), ("http://localhost:PORT", true), ("null", false),
        ("https://127.0.0.1:PORT", false), ("http://127.0.0.1", false), ("http://127.0.0.1:1", false),
        ("https://evil.example", false), ("http://evil.example:PORT", false), ("file://", false),
        ("http://127.0.0.1:PORT.evil.example", false),
    ]
    private static let sites = [
        (nil, true), ("same-origin", true), ("none", true), ("cross-site", false), ("Cross-Site", false),
    ]

    /// Row 66.
    @Test(.rows(66))
    func `Only the service's own hosts, origins and sites may make changes, and no web page gets access`()
        async throws
    {
        try await LocalService.run { service in
            var expected = 1
            for (host, hostIsOwn) in Self.hosts {
                for (origin, originIsOwn) in Self.origins {
                    for (site, siteIsOwn) in Self.sites {
                        var lines = ["Host: \(host)"]
                        if let origin { lines.append("Origin: \(origin)") }
                        if let site { lines.append("Sec-Fetch-Site: \(site)") }
                        let body = #"{"class":"Thing","subClass":"Asset","displayName":"\#(UUID().uuidString)"}"#
                        let request = """
                            POST /itwins HTTP/1.1
                            \(lines.joined(separator: "\n").replacing("PORT", with: "\(service.port)"))
                            Authorization: Bearer \(service.token.revealed)
                            Content-Type: application/json
                            Content-Length: \(body.utf8.count)

                            \(body)
                            """
                        let answer = try await service.http.send(request)
                        let isOwn = hostIsOwn && originIsOwn && siteIsOwn
                        if isOwn { expected += 1 }
                        #expect(answer.status == (isOwn ? 201 : 403), "\(lines)")
                        #expect(isOwn || answer.error?.code == "Forbidden", "\(lines)")
                        Self.expectNoInvitation(answer)
                    }
                }
            }
            let names = try await service.get("/itwins?$top=1000").names
            #expect(names.count == expected)
        }
    }

    /// Row 66: what a browser asks before it lets a page send.
    @Test(.rows(66), arguments: ["https://evil.example", "null", "http://127.0.0.1:PORT"])
    func `A browser's preflight request isn't allowed`(_ origin: String) async throws {
        try await LocalService.run { service in
            let headers = [
                "Origin: \(origin.replacing("PORT", with: "\(service.port)"))", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization,content-type",
                "Access-Control-Request-Private-Network: true",
            ]
            for path in ["/itwins", "/itwins/favorites/\(unknownID)", "/files/x", "/unknown"] {
                let answer = try await service.http.request("OPTIONS", path, token: nil, headers: headers)
                Self.expectNoInvitation(answer)
                if !origin.hasPrefix("http:") { #expect(answer.status == 403) }
            }
        }
    }

    /// Row 67.
    @Test(.rows(67)) func `Every invalid token is rejected with the same response by every operation`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let sample = try await OperationSample(service)
            let token = service.token.revealed
            var wrong = [
                String(token.dropLast()), String(token.prefix(1)), String(token.dropFirst()), token + "0",
                token + token,
                token.uppercased(), "", " ", "null", "\(token),\(token)", "Bearer \(token)", "\"\(token)\"",
            ]
            for position in [0, 31, 63] {
                var bytes = Array(token.utf8)
                bytes[position] ^= 1
                wrong.append(String(decoding: bytes, as: UTF8.self))
            }
            let shapes = try await Self.shapes(of: wrong.filter { $0 != token }.map { "Bearer \($0)" }, service)
            #expect(shapes.count == 1)
            #expect(shapes.first?.hasPrefix("401 ") == true)
            for scheme in ["Basic", "Digest", "Token", "Bearerx", "JWT"] {
                let answer = try await service.http.request(
                    "GET",
                    "/itwins",
                    token: nil,
                    headers: ["Authorization: \(scheme) \(token)"]
                )
                #expect(answer.status == 401)
                #expect(answer.error?.code == "InvalidAuthorizationScheme")
            }
            let twice = try await service.get("/itwins", "Authorization: Bearer \(token)")
            #expect(twice.status == 401)
            for operation in OperationID.allCases {
                for table in RouteTable.allCases where operation.declaration.template(in: table) != nil {
                    let answer = try await sample.perform(operation, table, as: Secret("wrong"))
                    #expect(answer.status == 401, "\(operation)")
                    #expect(answer.error?.code == "Unauthorized", "\(operation)")
                    #expect(answer["WWW-Authenticate"] == "Bearer", "\(operation)")
                    #expect(!String(decoding: answer.body, as: UTF8.self).contains("wrong"))
                }
            }
        }
    }

    /// What answers look like but for what is different in every answer.
    private static func shapes(of values: [String], _ service: LocalService) async throws -> Set<String> {
        var shapes: Set<String> = []
        for value in values {
            let headers = ["Authorization: \(value)"]
            let answer = try await service.http.request("GET", "/itwins", token: nil, headers: headers)
            let names = answer.headers.map { header in
                ["date", "x-correlation-id"].contains(header.name.lowercased())
                    ? header.name : "\(header.name): \(header.value)"
            }
            shapes.insert("\(answer.status) \(names.sorted()) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return shapes
    }

    private static func expectNoInvitation(_ answer: RawAnswer) {
        #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control") })
    }
}
