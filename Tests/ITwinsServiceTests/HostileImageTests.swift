import ITwinsAPI
import TestSupport
import Testing

/// Files that are not, or not only, the image they are said to be (reliability row 69 and S12).
@Suite(.rows(69)) struct HostileImageTests {
    private static let page = Array("<html><script>alert(1)</script></html>".utf8)

    private static func file(_ image: JSON?, _ service: LocalService) async throws -> RawAnswer {
        let url = try #require(image?["image"]?["largeImageUrl"]?.string)
        let target = String(url.dropFirst("http://127.0.0.1:\(service.port)".count))
        return try await service.http.request("GET", target, token: nil)
    }

    @Test func `An image that is also a web page is stored as sent, and browsers never display it`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Polyglot")
            for (type, bytes) in [
                ("image/png", SampleImage.png(width: 2, height: 2) + Self.page),
                ("image/jpeg", SampleImage.jpeg(width: 2, height: 2) + Self.page),
            ] {
                let answer = try await service.upload(bytes, to: id, as: type)
                #expect(answer.status == 201)
                let file = try await Self.file(answer.json, service)
                #expect(file.status == 200)
                #expect(file.body == bytes)
                #expect(file["Content-Type"] == type)
                #expect(file["X-Content-Type-Options"] == "nosniff")
                #expect(file["Content-Disposition"]?.hasPrefix("attachment; filename=\"") == true)
                #expect(file["Content-Security-Policy"] == "default-src 'none'; sandbox")
                #expect(file["ETag"]?.isEmpty == false)
            }
        }
    }

    @Test(arguments: [
        ("image/png", [UInt8]()), ("image/png", page), ("image/png", SampleImage.jpeg(width: 2, height: 2)),
        ("image/jpeg", SampleImage.png(width: 2, height: 2)), ("image/jpeg", [0xFF, 0xD8, 0xFF]),
        ("image/png", page + SampleImage.png(width: 2, height: 2)),
        ("image/png", Array(SampleImage.png(width: 2, height: 2).prefix(20))),
        ("image/png", SampleImage.png(width: 0, height: 2)),
    ])
    func `Bytes that aren't an image of the declared type are 422, and the existing image stays`(
        _ type: String,
        _ bytes: [UInt8]
    )
        async throws
    {
        try await LocalService.run { service in
            let id = try await service.asset("Kept")
            let before = SampleImage.png(width: 3, height: 3)
            #expect(try await service.upload(before, to: id).status == 201)
            let answer = try await service.upload(bytes, to: id, as: type)
            #expect(answer.status == 422)
            #expect(answer.problems == ["InvalidRequestBody image"])
            let file = try await Self.file(try await service.get("/itwins/\(id)/image").json, service)
            #expect(file.body == before)
        }
    }

    @Test func `5 MiB are accepted, one byte more is 413, and other media types are 415`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Large")
            let limit = Rules.imageBytes
            let padding = limit - SampleImage.png(width: 2, height: 2, padding: 0).count
            for (more, status) in [(0, 201), (1, 413)] {
                let bytes = SampleImage.png(width: 2, height: 2, padding: padding + more)
                #expect(bytes.count == limit + more)
                let answer = try await service.upload(bytes, to: id)
                #expect(answer.status == status)
                #expect(status != 413 || answer.error?.code == "RequestTooLarge")
            }
            for type in ["image/svg+xml", "image/gif", "text/html", "application/json", "*/*"] {
                let answer = try await service.upload(SampleImage.png(width: 2, height: 2), to: id, as: type)
                #expect(answer.status == 415)
                #expect(answer.error?.code == "UnsupportedMediaType")
            }
        }
    }
}
