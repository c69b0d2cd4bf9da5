import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Repositories that belong to no iTwin (contract sections 11 and 17.20).
@Suite struct GlobalRepositoriesTests {
    private static let resources = "/itwins/repositories/cesium/resources"

    @Test func `Cesium is listed with a lowercase link to its resources`() async throws {
        try await LocalService.run { service in
            let list = try await service.get("/itwins/repositories")
            #expect(list.status == 200)
            #expect(list.json?["_links"] == nil)
            let repository = try #require(list.json?["repositories"]?.array?.first)
            #expect(repository["id"] == "cesium")
            #expect(repository["class"] == "Cesium")
            let link = repository["capabilities"]?["resources"]?["uri"]?.string
            #expect(link == "http://127.0.0.1:\(service.port)\(Self.resources)")
            #expect(try await service.get("/itwins/repositories/cesium").json == ["repository": repository])
        }
    }

    @Test(arguments: [
        ("class=Cesium", 1), ("class=cesium&subClass=", 1), ("class=Google", 0), ("class=iModels", 0),
        ("class=GeographicInformationSystem&subClass=ArcGIS", 0),
    ])
    func `Global repositories are filtered by class and subclass`(_ query: String, _ count: Int) async throws {
        try await LocalService.run { service in
            let answer = try await service.get("/itwins/repositories?\(query)")
            #expect(answer.status == 200)
            #expect(answer.json?["repositories"]?.array?.count == count)
        }
    }

    @Test(arguments: [
        ("class=Nonsense", "InvalidValue class"), ("subClass=ArcGIS", "InvalidParameter subClass"),
        ("class=Cesium&subClass=ArcGIS", "InvalidValue subClass"), ("class=Cesium&subClass=x", "InvalidValue subClass"),
    ])
    func `Invalid filters of global repositories are 422`(_ query: String, _ problem: String) async throws {
        try await LocalService.run { service in
            let answer = try await service.get("/itwins/repositories?\(query)")
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == [problem])
        }
    }

    @Test func `Global resources have pages, search, full representations and graphics`() async throws {
        try await LocalService.run { service in
            let all = try await service.get(Self.resources, "Prefer: return=representation")
            let resources = try #require(all.json?["resources"]?.array)
            #expect(resources.count > 2)
            #expect(resources.allSatisfy { $0["properties"]?.object?.isEmpty == false })
            let page = try await service.get("\(Self.resources)?$top=2&$skip=1")
            #expect(page.json?["resources"]?.array?.map { $0["id"] } == resources[1...2].map { $0["id"] })
            #expect(page.json?["resources"]?.array?.allSatisfy { $0["properties"] == nil } == true)
            let link = "http://127.0.0.1:\(service.port)\(Self.resources)"
            #expect(
                page.json?["_links"] == [
                    "self": ["href": .string("\(link)?$skip=1&$top=2")],
                    "next": ["href": .string("\(link)?$skip=3&$top=2")],
                ]
            )
            let found = try await service.get("\(Self.resources)?$search=TERRAIN")
            #expect(found.json?["resources"]?.array?.isEmpty == false)
            let terrain = try await service.get("\(Self.resources)/terrain", "Prefer: return=representation")
            #expect(terrain.json?["resource"] == resources.first { $0["id"] == "terrain" })
            #expect(try await service.get("\(Self.resources)/terrain").json?["resource"]?["properties"] == nil)
            let graphics = try #require(terrain.json?["resource"]?["capabilities"]?["graphics"]?["uri"]?.string)
            #expect(graphics == "\(link)/terrain/graphics")
            let drawing = try await service.get("\(Self.resources)/terrain/graphics").json?["graphics"]?.array
            #expect(drawing?.first?["type"] == "TERRAIN")
            for query in ["$top=0", "$top=1001", "$skip=-1"] {
                let answer = try await service.get("\(Self.resources)?\(query)")
                #expect(answer.status == 422)
                #expect(answer.problems == ["InvalidValue \(query.prefix { $0 != "=" })"])
            }
        }
    }

    @Test func `An unknown global repository or resource is 404, but no graphics are an empty array`() async throws {
        try await LocalService.run { service in
            for id in ["google", unknownID] {
                let path = "/itwins/repositories/\(id)"
                for answer in [
                    try await service.get(path), try await service.get("\(path)/resources?$top=0"),
                    try await service.get("\(path)/resources/terrain"),
                ] { #expect(answer.isError(404, "iTwinRepositoryNotFound")) }
                #expect(try await service.get("\(path)/resources/terrain/graphics").json == ["graphics": []])
            }
            #expect(try await service.get("\(Self.resources)/x").isError(404, "iTwinRepositoryResourceNotFound"))
            #expect(try await service.get("\(Self.resources)/x/graphics").json == ["graphics": []])
        }
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
    func `Global repositories are read-only`(_ method: String) async throws {
        try await LocalService.run { service in
            for path in [
                "/itwins/repositories", "/itwins/repositories/cesium", Self.resources, "\(Self.resources)/terrain",
            ] {
                let answer = try await service.http.request(method, path, token: service.token, body: "{}")
                #expect(answer.isError(405, "MethodNotAllowed"))
                #expect(answer["Allow"] == "GET, HEAD, OPTIONS")
            }
        }
    }
}
