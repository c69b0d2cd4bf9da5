import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

/// The images of iTwins (contract sections 5.3, 9 and 17.20).
@Suite struct ImagesTests {
    @Test func `An image is looked up once per row for its name and link`() {
        let writer = ITwinWriter(ITwin.Field.allCases) { $0 }
        #expect(writer.columns.ranges(of: "FROM image").count == 1)
    }

    /// The path with query of a link to the service.
    private static func path(_ link: JSON?, _ service: LocalService) throws -> String {
        let origin = "http://127.0.0.1:\(service.port)"
        let link = try #require(link?.string)
        #expect(link.hasPrefix(origin + "/files/"))
        return String(link.dropFirst(origin.count))
    }

    @Test func `An image has names and links, which the iTwin shows too, until it is deleted`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            #expect(try await service.get("/itwins/\(id)/image").isError(404, "ImageNotFound"))
            let put = try await service.upload(SampleImage.png(width: 4, height: 3), to: id)
            #expect(put.status == 201)
            let image = try #require(put.json?["image"])
            #expect(
                image.object?.members.map(\.name) == [
                    "id", "smallImageName", "smallImageUrl", "largeImageName", "largeImageUrl",
                ]
            )
            let imageID = try #require(image["id"]?.string)
            #expect(image["smallImageName"]?.string == "small_\(imageID).png")
            #expect(image["largeImageName"]?.string == "large_\(imageID).png")
            #expect(try await service.get("/itwins/\(id)/image").json?["image"]?["id"] == image["id"])
            let iTwin = try await service.get("/itwins/\(id)").json?["iTwin"]
            #expect(iTwin?["imageName"] == image["smallImageName"])
            let thumbnail = try await service.http.request("GET", try Self.path(iTwin?["image"], service), token: nil)
            #expect(thumbnail.body == SampleImage.png(width: 4, height: 3))

            #expect(try await service.delete("/itwins/\(id)/image").status == 204)
            #expect(try await service.get("/itwins/\(id)/image").isError(404, "ImageNotFound"))
            #expect(try await service.delete("/itwins/\(id)/image").isError(404, "ImageNotFound"))
            let without = try await service.get("/itwins/\(id)").json?["iTwin"]
            #expect([without?["imageName"], without?["image"]] == [.null, .null])
            let link = try Self.path(image["largeImageUrl"], service)
            #expect(try await service.http.request("GET", link, token: nil).isError(404, "ResourceNotFound"))
        }
    }

    @Test func `Replacing an image changes its names, and the old links expire`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let old = try await service.upload(SampleImage.png(width: 4, height: 3), to: id).json?["image"]
            let bytes = SampleImage.jpeg(width: 5, height: 1)
            let new = try await service.upload(bytes, to: id, as: "image/jpeg").json?["image"]
            let newID = try #require(new?["id"]?.string)
            #expect(new?["smallImageName"]?.string == "small_\(newID).jpg")
            #expect(new?["id"] != old?["id"])
            let file = try await service.http.request("GET", try Self.path(new?["largeImageUrl"], service), token: nil)
            #expect(file.body == bytes)
            #expect(file["Content-Type"] == "image/jpeg")
            let gone = try await service.http.request("GET", try Self.path(old?["largeImageUrl"], service), token: nil)
            #expect(gone.status == 404)
        }
    }

    @Test func `A file is always served as an attachment, whole or in part, without a token`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let bytes = SampleImage.png(width: 4, height: 3)
            let image = try await service.upload(bytes, to: id).json?["image"]
            let path = try Self.path(image?["smallImageUrl"], service)
            let file = try await service.http.request("GET", path, token: nil)
            #expect(file.status == 200)
            #expect(file.body == bytes)
            #expect(file["Content-Type"] == "image/png")
            #expect(file["X-Content-Type-Options"] == "nosniff")
            #expect(file["Content-Security-Policy"] == "default-src 'none'; sandbox")
            let name = try #require(image?["smallImageName"]?.string)
            #expect(file["Content-Disposition"] == "attachment; filename=\"\(name)\"")
            let tag = try #require(file["ETag"])
            #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
            let headers = ["Range: bytes=8-15", "If-Range: \(tag)"]
            let part = try await service.http.request("GET", path, token: nil, headers: headers)
            #expect(part.status == 206)
            #expect(part.body == Array(bytes[8...15]))
            #expect(part["Content-Range"] == "bytes 8-15/\(bytes.count)")
            let beyond = try await service.http.request(
                "GET",
                path,
                token: nil,
                headers: ["Range: bytes=\(bytes.count)-"]
            )
            #expect(beyond.isError(416, "RangeNotSatisfiable"))
            let head = try await service.http.request("HEAD", path, token: nil)
            #expect(head["Content-Length"] == String(bytes.count))
        }
    }

    @Test func `A link expires after an hour, works for its file only, and is new with each read`()
        async throws
    {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            let id = try await service.asset("Pier")
            let image = try await service.upload(SampleImage.png(width: 4, height: 3), to: id).json?["image"]
            let path = try Self.path(image?["smallImageUrl"], service)
            func status(_ path: String) async throws -> Int {
                try await service.http.request("GET", path, token: nil).status
            }
            #expect(try await status(path.replacing("small_", with: "large_")) == 404)
            #expect(try await status(String(path.prefix { $0 != "?" })) == 404)
            clock.advance(seconds: 3599)
            #expect(try await status(path) == 200)
            clock.advance(seconds: 1)
            #expect(try await status(path) == 404)
            let fresh = try await service.get("/itwins/\(id)/image").json?["image"]
            #expect(try await status(try Self.path(fresh?["smallImageUrl"], service)) == 200)
        }
    }

    @Test func `An image may have 5 MiB, and a larger one is 413 after it was received`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let head = SampleImage.png(width: 4, height: 3, padding: 0).count
            let most = 5 * 1_048_576
            let fits = try await service.upload(SampleImage.png(width: 4, height: 3, padding: most - head), to: id)
            #expect(fits.status == 201)
            for count in [most + 1, 6 * 1_048_576] {
                let answer = try await service.upload(
                    SampleImage.png(width: 4, height: 3, padding: count - head),
                    to: id
                )
                #expect(answer.isError(413, "RequestTooLarge"))
            }
            #expect(try await service.get("/itwins/\(id)/image").json?["image"]?["id"] == fits.json?["image"]?["id"])
        }
    }

    @Test(arguments: ["image/gif", "application/json", "image/svg+xml", "text/html", ""])
    func `Another media type is 415`(_ type: String) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let answer = try await service.upload(SampleImage.png(width: 1, height: 1), to: id, as: type)
            #expect(answer.isError(415, "UnsupportedMediaType"))
        }
    }

    @Test(arguments: [(5, 1, 201), (1, 5, 201), (6, 1, 422), (1, 6, 422), (100, 20, 201), (101, 20, 422)])
    func `An image's aspect ratio may be 5:1`(_ width: Int, _ height: Int, _ status: Int) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            for (bytes, type) in [
                (SampleImage.png(width: width, height: height), "image/png"),
                (SampleImage.jpeg(width: width, height: height), "image/jpeg"),
            ] {
                let answer = try await service.upload(bytes, to: id, as: type)
                #expect(answer.status == status)
                if status == 422 { #expect(answer.problems == ["InvalidValue image"]) }
            }
        }
    }

    @Test func `A file that isn't the declared type is 422, and the old image stays`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let kept = try await service.upload(SampleImage.png(width: 1, height: 1), to: id).json?["image"]?["id"]
            let png = SampleImage.png(width: 1, height: 1)
            let jpeg = SampleImage.jpeg(width: 1, height: 1)
            let wrong: [([UInt8], String)] = [
                (jpeg, "image/png"), (png, "image/jpeg"), ([], "image/png"), (Array(png.prefix(20)), "image/png"),
                (Array("<svg onload='alert(1)'>".utf8), "image/png"), (Array("GIF89a".utf8), "image/jpeg"),
                (Array(jpeg.prefix(6)), "image/jpeg"), (SampleImage.png(width: 0, height: 1), "image/png"),
                (Array("PK".utf8) + png, "image/png"),
            ]
            for (bytes, type) in wrong {
                let answer = try await service.upload(bytes, to: id, as: type)
                #expect(answer.status == 422)
                #expect(answer.error?.code == "InvalidiTwinsRequest")
                #expect(answer.problems == ["InvalidRequestBody image"])
            }
            #expect(try await service.get("/itwins/\(id)/image").json?["image"]?["id"] == kept)
        }
    }

    @Test func `An unknown iTwin is reported before a missing image, but after size and media type`() async throws {
        try await LocalService.run { service in
            for id in [unknownID, "nonsense"] {
                let answer = try await service.get("/itwins/\(id)/image")
                #expect(answer.isError(404, "iTwinNotFound"))
                #expect(try await service.delete("/itwins/\(id)/image").isError(404, "iTwinNotFound"))
                #expect(try await service.upload([], to: id).isError(404, "iTwinNotFound"))
                #expect(try await service.upload([], to: id, as: "text/plain").status == 415)
            }
        }
    }
}
