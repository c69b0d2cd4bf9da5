import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Resources and graphics (contract sections 10.6 to 10.10 and 17.20).
@Suite struct ResourceRoutesTests {
    /// Runs a service with an iTwin that has an empty repository of class GIS, whose path is given.
    private static func run(_ body: @escaping @Sendable (LocalService, _ path: String) async throws -> Void)
        async throws
    {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let id = try await service.repository(of: iTwin, "maps")
            try await body(service, "/itwins/\(iTwin)/repositories/\(id)")
        }
    }

    @Test func `A new resource gets its repository's class and can be read and deleted`() async throws {
        try await Self.run { service, path in
            #expect(try await service.get("\(path)/resources").json?["resources"] == [])
            let body = #"{"id":"a/b ü?","displayName":"Layer","type":"layer","properties":{"x":1},"more":1}"#
            let created = try await service.post("\(path)/resources", body)
            #expect(created.status == 201)
            let resource: JSON = [
                "id": "a/b ü?", "class": "GeographicInformationSystem", "subClass": "WebMapService", "type": "layer",
                "displayName": "Layer",
            ]
            #expect(created.json == ["resource": resource])
            let one = "\(path)/resources/a%2Fb%20%C3%BC%3F"
            #expect(try await service.get(one).json == ["resource": resource])
            #expect(try await service.get("\(path)/resources").json?["resources"] == [resource])
            #expect(try await service.get("\(one)/graphics").json == ["graphics": []])
            #expect(try await service.delete(one).status == 204)
            #expect(try await service.get(one).isError(404, "iTwinRepositoryResourceNotFound"))
            #expect(try await service.delete(one).isError(404, "iTwinRepositoryResourceNotFound"))
        }
    }

    /// The rows of contract section 10.7.
    @Test(arguments: [
        ("{}", ["MissingRequiredProperty id", "MissingRequiredProperty displayName"]),
        (#"{"id":"","displayName":null}"#, ["MissingRequiredProperty id", "MissingRequiredProperty displayName"]),
        (#"{"id":1,"type":1,"displayName":1}"#, ["InvalidValue id", "InvalidValue type", "InvalidValue displayName"]),
        (#"{"id":"a","displayName":"b","type":[]}"#, ["InvalidValue type"]),
    ])
    func `All invalid members of a resource are named, in the model's order`(_ body: String, _ problems: [String])
        async throws
    {
        try await Self.run { service, path in
            let answer = try await service.post("\(path)/resources", body)
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == problems)
            #expect(try await service.get("\(path)/resources").json?["resources"] == [])
        }
    }

    @Test(arguments: [("id", 200), ("type", 100), ("displayName", 200)])
    func `A resource's text is accepted up to its maximum length`(_ field: String, _ length: Int) async throws {
        try await Self.run { service, path in
            for (count, status) in [(length + 1, 422), (length, 201)] {
                var body: JSON.Object = ["id": "a", "displayName": "b"]
                body[field] = .string(String(repeating: "ü", count: count))
                let answer = try await service.post("\(path)/resources", JSON.object(body).text)
                #expect(answer.status == status)
                if status == 422 { #expect(answer.problems == ["InvalidValue \(field)"]) }
            }
        }
    }

    @Test func `A duplicate ID or name of a resource is a conflict`() async throws {
        try await Self.run { service, path in
            #expect(try await service.post("\(path)/resources", #"{"id":"a","displayName":"Layer"}"#).status == 201)
            for body in [#"{"id":"a","displayName":"Other"}"#, #"{"id":"b","displayName":"LAYER"}"#] {
                let answer = try await service.post("\(path)/resources", body)
                #expect(answer.isError(409, "iTwinRepositoryResourceExists"), "\(body)")
            }
            #expect(try await service.post("\(path)/resources", #"{"id":"b","displayName":"Other"}"#).status == 201)
        }
    }

    @Test func `Only geographic information systems accept resources`() async throws {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let construction = try await service.repository(
                of: iTwin,
                "site",
                class: .construction,
                subClass: "Performance"
            )
            for id in [construction, "cesiumcuratedcontent"] {
                let path = "/itwins/\(iTwin)/repositories/\(id)/resources"
                let answer = try await service.post(path, #"{"id":"a","displayName":"b"}"#)
                #expect(answer.status == 422)
                #expect(answer.problems == ["InvalidValue class"])
                let list = try await service.get(path)
                #expect(list.status == 200)
                #expect(list.json?["resources"] == [])
            }
        }
    }

    @Test func `The resource list has pages, search, and links to itself and the next page only`() async throws {
        try await Self.run { service, path in
            for name in ["Delta 100%", "alpha", "Bravo", "charlie"] {
                let body = #"{"id":"\#(name)","displayName":"\#(name)"}"#
                #expect(try await service.post("\(path)/resources", body).status == 201)
            }
            func names(_ answer: RawAnswer) -> [String] {
                (answer.json?["resources"]?.array ?? []).compactMap { $0["displayName"]?.string }
            }
            let first = try await service.get("\(path)/resources?$top=2&$search=A")
            #expect(names(first) == ["alpha", "Bravo"])
            let id = path.split(separator: "/")
            let link = "http://127.0.0.1:\(service.port)/iTwins/\(id[1])/repositories/\(id[3])/resources"
            #expect(
                first.json?["_links"] == [
                    "self": ["href": .string("\(link)?$skip=0&$top=2&$search=A")],
                    "next": ["href": .string("\(link)?$skip=2&$top=2&$search=A")],
                ]
            )
            let next = try await service.get("\(path)/resources?$skip=2&$top=2&$search=A")
            #expect(names(next) == ["charlie", "Delta 100%"])
            #expect(next.json?["_links"]?.object?.members.map(\.name) == ["self"])
            #expect(names(try await service.get("\(path)/resources?$search=0%25")) == ["Delta 100%"])
            #expect(names(try await service.get("\(path)/resources?$search=_")) == [])
            for query in ["$top=0", "$top=1001", "$skip=-1"] {
                let answer = try await service.get("\(path)/resources?\(query)")
                #expect(answer.status == 422)
                #expect(answer.problems == ["InvalidValue \(query.prefix { $0 != "=" })"])
            }
        }
    }

    @Test func `Properties are included in the full representation, and graphics where there are any`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let id = try #require(try await service.get("/itwins?number=BR-0042").values("id").first ?? nil)
            let path = "/itwins/\(id)/repositories/imodels/resources"
            let minimal = try await service.get(path).json?["resources"]?.array
            let full = try await service.get(path, "Prefer: return=representation").json?["resources"]?.array
            #expect(minimal?.count == 3)
            #expect(minimal?.allSatisfy { $0["properties"] == nil } == true)
            #expect(full?.allSatisfy { $0["properties"]?.object != nil } == true)
            let resource = try #require(full?.first?["id"]?.string)
            #expect(try await service.get("\(path)/\(resource)").json?["resource"] == minimal?.first)
            let one = try await service.get("\(path)/\(resource)", "Prefer: return=representation")
            #expect(one.json?["resource"] == full?.first)
            let link = try #require(full?.first?["capabilities"]?["graphics"]?["uri"]?.string)
            #expect(
                link
                    == "http://127.0.0.1:\(service.port)\(path.replacing("/itwins", with: "/iTwins"))/\(resource)/graphics"
            )
            let graphics = try await service.get("\(path)/\(resource)/graphics").json?["graphics"]?.array
            #expect(graphics?.first?["type"] == "3DTILES")
            #expect(graphics?.first?["uri"]?.string?.hasPrefix("https://") == true)
            // What comes by itself cannot be deleted.
            #expect(try await service.delete("\(path)/\(resource)").isError(403, "InsufficientPermissions"))
        }
    }

    @Test func `The leftmost missing part of a path is named, but no graphics are an empty array`() async throws {
        try await Self.run { service, path in
            let iTwin = String(path.split(separator: "/")[1])
            let noITwin = path.replacing(iTwin, with: unknownID)
            let noRepository = "/itwins/\(iTwin)/repositories/\(unknownID)"
            let (iTwins, repositories, resources) = (
                "iTwinNotFound", "iTwinRepositoryNotFound", "iTwinRepositoryResourceNotFound"
            )
            let rows: [(method: String, path: String, code: String?)] = [
                ("GET", "\(noITwin)/resources?$top=0", iTwins), ("POST", "\(noITwin)/resources", iTwins),
                ("GET", "\(noITwin)/resources/a", iTwins), ("DELETE", "\(noITwin)/resources/a", iTwins),
                ("GET", "\(noITwin)/resources/a/graphics", iTwins),
                ("GET", "\(noRepository)/resources?$top=0", repositories),
                ("POST", "\(noRepository)/resources", repositories),
                ("GET", "\(noRepository)/resources/a", repositories),
                // The code for a resource, by the contract.
                ("DELETE", "\(noRepository)/resources/a", resources), ("GET", "\(path)/resources/a", resources),
                ("DELETE", "\(path)/resources/a", resources), ("GET", "\(noRepository)/resources/a/graphics", nil),
                ("GET", "\(path)/resources/a/graphics", nil),
            ]
            for row in rows {
                let body = row.method == "POST" ? #"{"id":1}"# : nil
                let answer = try await service.http.request(row.method, row.path, token: service.token, body: body)
                if let code = row.code {
                    #expect(answer.isError(404, code), "\(row)")
                } else {
                    #expect(answer.json == ["graphics": []], "\(row)")
                }
            }
        }
    }
}
