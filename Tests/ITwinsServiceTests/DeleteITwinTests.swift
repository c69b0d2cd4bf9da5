import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// `delete-itwin` (contract sections 6.5 and 17.20).
@Suite struct DeleteITwinTests {
    @Test func `A deleted iTwin disappears everywhere, and its name and number are free at once`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier", #""number":"P-1""#)
            let child = try await service.asset("Child", #""parentId":"\#(id)""#)
            _ = try await service.repository(of: id, "maps")
            for list in ["favorites", "recents"] {
                #expect(try await service.post("/itwins/\(list)/\(id)").status == 204)
            }
            #expect(try await service.upload(SampleImage.png(width: 1, height: 1), to: id).status == 201)
            let links = try await service.get("/itwins/\(id)/image").json?["image"]
            let link = try #require(links?["smallImageUrl"]?.string)

            let answer = try await service.delete("/itwins/\(id.uppercased())")
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty)
            for path in ["", "/account", "/image", "/repositories"] {
                #expect(try await service.get("/itwins/\(id)\(path)").isError(404, "iTwinNotFound"))
            }
            #expect(try await service.delete("/itwins/\(id)").isError(404, "iTwinNotFound"))
            for list in ["favorites", "recents"] { #expect(try await service.get("/itwins/\(list)").names.isEmpty) }
            let file = String(link.dropFirst("http://127.0.0.1:\(service.port)".count))
            #expect(try await service.http.request("GET", file, token: nil).status == 404)
            #expect(try await service.get("/itwins/\(child)").json?["iTwin"]?["parentId"]?.string == id)
            #expect(try await service.get("/itwins?parentId=\(id)").names == ["Child"])
            #expect(try await service.asset("Pier", #""number":"P-1""#) != id)
        }
    }

    @Test func `An Account cannot be deleted, an unknown iTwin is 404`() async throws {
        try await LocalService.run { service in
            let account = try await service.get("/itwins/myprimaryaccount").json?["iTwin"]?["id"]?.string
            let answer = try await service.delete("/itwins/\(try #require(account))")
            #expect(answer.isError(403, "InsufficientPermissions"))
            #expect(try await service.get("/itwins/myprimaryaccount").status == 200)
            for id in [unknownID, "nonsense"] {
                #expect(try await service.delete("/itwins/\(id)").isError(404, "iTwinNotFound"))
            }
        }
    }
}
