import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// Requests that no honest client sends, and how the service takes them: reliability rows 61, 62, 65, 68 and 69.
@Suite struct HostileRequestTests {
    /// Row 61, on every path of both tables.
    @Test func `Every path answers methods it does not have with 405 and Allow, and OPTIONS with 204`() async throws {
        let unknown = "00000000-1111-4222-8333-444444444444"
        try await LocalService.run { service in
            var methods: [String: Set<String>] = [:]
            for declaration in OperationDeclaration.all {
                for template in [declaration.live, declaration.document].compactMap(\.self) {
                    let path = template.replacing(/\{[^}]+\}/, with: unknown)
                    methods[path, default: ["OPTIONS"]].insert(declaration.method.rawValue)
                    if declaration.method == .get { methods[path]?.insert("HEAD") }
                }
            }
            for (path, allowed) in methods {
                for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"] where !allowed.contains(method)
                {
                    let answer = try await service.http.request(method, path, token: service.token)
                    #expect(answer.status == 405, "\(method) \(path)")
                    #expect(Set((answer["Allow"] ?? "").split(separator: ", ").map(String.init)) == allowed)
                }
                let options = try await service.http.request("OPTIONS", path, token: nil)
                #expect(options.status == 204, "\(path)")
            }
        }
    }

    /// Row 62, on PATCH.
    @Test(arguments: [
        ("{", "application/json", 400), ("[]", "application/json-patch+json", 400), ("", "application/json", 400),
        (#"{"type":"a","type":"b"}"#, "application/json", 400), ("{}", "text/plain", 415),
        (#"{"type":"Pier"}"#, "application/json-patch+json", 200), (#"{"type":"Pier"}"#, "application/json", 200),
    ])
    func `A change must be one JSON object and say so`(_ body: String, _ type: String, _ status: Int) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Quay")
            let answer = try await service.http.request(
                "PATCH",
                "/itwins/\(id)",
                token: service.token,
                headers: ["Content-Type: \(type)"],
                bytes: Array(body.utf8)
            )
            #expect(answer.status == status)
            #expect(status == 200 || answer.error != nil)
        }
    }

    /// Row 65.
    @Test(
        arguments: ["$top", "$skip"],
        ["-1", "1001x", "１０", "1e3", "0x10", "99999999999999999999", "+1", "%201", "1.0", "--1", "NaN"]
    )
    func `What is no plain number is 422 wherever a number stands`(_ name: String, _ value: String) async throws {
        try await LocalService.run { service in
            let encoded =
                value.contains("%") ? value : (value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
            for path in ["/itwins", "/itwins/favorites", "/itwins/recents", "/itwins/repositories/cesium/resources"] {
                let answer = try await service.get("\(path)?\(name)=\(encoded)")
                #expect(answer.status == 422, "\(path)")
                #expect(answer.problems == ["InvalidValue \(name)"])
            }
            let header = try await service.get("/itwins", "X-Max-Return: \(value.replacing("%20", with: " +"))")
            #expect(header.status == 422 || value == "%201")
        }
    }

    @Test(arguments: [("$top", ["0", "1001"]), ("X-Max-Return", ["0", "10001"])] as [(String, [String])])
    func `Numbers out of range are 422`(_ name: String, _ values: [String]) async throws {
        try await LocalService.run { service in
            for value in values {
                let answer =
                    name.hasPrefix("$")
                    ? try await service.get("/itwins?\(name)=\(value)")
                    : try await service.get("/itwins", "\(name): \(value)")
                #expect(answer.status == 422)
                #expect(answer.error?.details.first?.target == name)
            }
        }
    }

    /// Row 68: many connections that send nothing, or half a request, keep nobody out.
    @Test func `Connections that stay silent do not keep others from being served`() async throws {
        try await LocalService.run { service in
            let own = "127.0.0.1:\(service.port)"
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
                let (done, isDone) = AsyncStream.makeStream(of: Void.self)
                for number in 0..<40 {
                    group.addTask {
                        try await service.http.connected { connection in
                            if number % 2 == 0 {
                                try await connection.send(Array("GET /itwins HTTP/1.1\r\nHost: \(own)\r\n".utf8))
                            }
                            isReady.yield()
                            for await _ in done {}
                        }
                    }
                }
                var count = 0
                for await _ in ready {
                    count += 1
                    if count == 40 { break }
                }
                let answer = try await service.get("/itwins")
                #expect(answer.status == 200)
                isDone.finish()
                group.cancelAll()
                while let result = await group.nextResult() { _ = result }
            }
        }
    }

    /// Row 68: many requests over one connection are answered in their order.
    @Test func `A flood of requests over one connection is answered in order`() async throws {
        try await LocalService.run { service in
            let own = "127.0.0.1:\(service.port)"
            let statuses = try await service.http.connected { connection in
                let requests = (0..<300).map { number in
                    let path = number % 3 == 0 ? "/nowhere" : "/itwins"
                    return
                        "GET \(path) HTTP/1.1\r\nHost: \(own)\r\nAuthorization: Bearer \(service.token.revealed)\r\n\r\n"
                }
                try await connection.send(Array(requests.joined().utf8))
                var statuses: [Int] = []
                for _ in requests { statuses.append(try await connection.answer().status) }
                return statuses
            }
            #expect(statuses == (0..<300).map { $0 % 3 == 0 ? 404 : 200 })
        }
    }

    /// Row 68: lines that end in a bare line feed are either understood as they stand or refused, never as two requests.
    @Test func `Bare line feeds do not smuggle a second request`() async throws {
        try await LocalService.run { service in
            let own = "127.0.0.1:\(service.port)"
            let text = "GET /itwins HTTP/1.1\nHost: \(own)\nContent-Length: 4\n\nGET /itwins/favorites HTTP/1.1\n\n"
            let answer = try await service.http.send(Array(text.utf8))
            #expect([400, 401].contains(answer.status))
            let unharmed = try await service.get("/itwins")
            #expect(unharmed.status == 200)
        }
    }

    /// Row 69: what begins as an image and goes on as a page is stored, and never shown as a page.
    @Test func `A file that is an image and a page at once is served as a file to be saved`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Quay")
            let page = Array("<script>alert(1)</script>".utf8)
            let upload = try await service.upload(SampleImage.png(width: 4, height: 4) + page, to: id)
            #expect(upload.status == 201)
            let link = try #require(upload.json?["image"]?["largeImageUrl"]?.string)
            let target = try #require(link.firstRange(of: "/files").map { String(link[$0.lowerBound...]) })
            let file = try await service.http.request("GET", target, token: nil)
            #expect(file.status == 200)
            #expect(file["Content-Type"] == "image/png")
            #expect(file["X-Content-Type-Options"] == "nosniff")
            #expect(file["Content-Disposition"]?.hasPrefix("attachment") == true)
            #expect(file["Content-Security-Policy"] == "default-src 'none'; sandbox")
            #expect(file.body.suffix(page.count) == page[...])
        }
    }

    /// Row 69.
    @Test(arguments: [
        ([UInt8](), "image/png", 422), (Array("GIF89a......................".utf8), "image/png", 422),
        (SampleImage.png(width: 4, height: 4), "image/jpeg", 422),
        (SampleImage.jpeg(width: 4, height: 4), "image/png", 422),
        (SampleImage.png(width: 0, height: 4), "image/png", 422),
        (SampleImage.png(width: 4, height: 4), "image/gif", 415),
        (SampleImage.png(width: 4, height: 4, padding: 5 * 1_048_576), "image/png", 413),
        (Array(SampleImage.png(width: 4, height: 4).prefix(20)), "image/png", 422),
        ([0xFF, 0xD8, 0xFF, 0xE0, 0, 0], "image/jpeg", 422),
        ([0xFF, 0xD8, 0xFF, 0xFE, 0xFF, 0xFF, 1], "image/jpeg", 422),
    ])
    func `What is no image of its kind and size is refused`(_ bytes: [UInt8], _ type: String, _ status: Int)
        async throws
    {
        try await LocalService.run { service in
            let id = try await service.asset("Quay")
            let answer = try await service.upload(bytes, to: id, as: type)
            #expect(answer.status == status)
            if status == 422 { #expect(answer.problems == ["InvalidRequestBody image"]) }
            let image = try await service.get("/itwins/\(id)/image")
            #expect(image.error?.code == "ImageNotFound")
        }
    }
}
