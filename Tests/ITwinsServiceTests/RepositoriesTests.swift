import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@Suite struct RepositoriesTests {
    @Test func `A new iTwin has one automatic repository, and added ones come after it`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Lock")
            let path = "/itwins/\(id)/repositories"
            let automatic = try await service.get(path).json?["repositories"]?.array
            #expect(automatic?.count == 1)
            #expect(automatic?.first?["id"] == "cesiumcuratedcontent")
            #expect(automatic?.first?["class"] == "CesiumCuratedContent")
            #expect(automatic?.first?["subClass"] == nil)
            let body = #"""
                {"class":"GeographicInformationSystem","subClass":"WebMapService","displayName":"Flood maps","uri":"not even a URI {z}",
                "authentication":{"type":"QueryParameter","key":"token","value":"s3cret","more":1},
                "options":{"queryParameters":{"format":"image/png","a":""}}}
                """#
            let created = try await service.post(path, body)
            #expect(created.status == 201)
            let repository = try #require(created.json?["repository"])
            #expect(
                repository.object?.members.map(\.name) == [
                    "id", "class", "subClass", "displayName", "uri", "authentication", "options",
                ]
            )
            #expect(repository["uri"] == "not even a URI {z}")
            #expect(repository["authentication"] == ["type": "QueryParameter", "key": "token", "value": "s3cret"])
            #expect(repository["options"] == ["queryParameters": ["format": "image/png", "a": ""]])
            #expect(
                try await service.get(path).json?["repositories"]?.array
                    == [automatic?.first, repository].compactMap(\.self)
            )
        }
    }

    @Test(arguments: RepositoryClass.creatable)
    func `Every subclass can be created, even without a name`(_ name: RepositoryClass) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Weir")
            for subClass in name.subClasses {
                for number in 1...2 {
                    let body = #"{"class":"\#(name)","subClass":"\#(subClass)","uri":"https://\#(number).example.org"}"#
                    let answer = try await service.post("/itwins/\(id)/repositories", body)
                    #expect(answer.status == 201)
                    #expect(answer.json?["repository"]?["displayName"]?.string == subClass.rawValue)
                }
            }
        }
    }

    /// `~` stands for a body that has what is required.
    @Test(arguments: [
        ("{}", ["MissingRequiredProperty class", "InvalidValue subClass", "MissingRequiredProperty uri"]),
        (
            #"{"class":"","subClass":"","displayName":"","uri":""}"#,
            [
                "MissingRequiredProperty class", "InvalidValue subClass", "MissingRequiredProperty displayName",
                "MissingRequiredProperty uri",
            ]
        ),
        (#"{"class":"iModels","subClass":"WebMapService","uri":"x"}"#, ["InvalidValue class"]),
        (#"{"class":"Cesium","subClass":"x","uri":"x"}"#, ["InvalidValue class", "InvalidValue subClass"]),
        (#"{"class":"Construction","subClass":"WebMapService","uri":"x"}"#, ["InvalidValue subClass"]),
        (#"{"class":"Construction","uri":"x"}"#, ["InvalidValue subClass"]),
        (#"{~,"displayName":""}"#, ["MissingRequiredProperty displayName"]),
        (#"{~,"displayName":7}"#, ["InvalidValue displayName"]),
        (#"{~,"authentication":"Basic"}"#, ["InvalidValue authentication"]),
        (#"{~,"authentication":{}}"#, ["InvalidValue authentication.type"]),
        (#"{~,"authentication":{"type":"basic"}}"#, ["InvalidValue authentication.type"]),
        (
            #"{~,"authentication":{"type":"Header"}}"#,
            ["InvalidValue authentication.key", "InvalidValue authentication.value"]
        ),
        (#"{~,"authentication":{"type":"QueryParameter","key":"k"}}"#, ["InvalidValue authentication.value"]),
        (
            #"{~,"authentication":{"type":"Basic","username":1}}"#,
            ["InvalidValue authentication.username", "InvalidValue authentication.password"]
        ),
        (
            #"{~,"authentication":{"type":"OAuth2AuthorizationCodePKCE"}}"#,
            [
                "InvalidValue authentication.clientId", "InvalidValue authentication.scopes",
                "InvalidValue authentication.authorizationEndpoint",
                "InvalidValue authentication.tokenEndpoint", "InvalidValue authentication.redirectUri",
            ]
        ),
        (#"{~,"options":[]}"#, ["InvalidValue options"]),
        (#"{~,"options":{"queryParameters":{"a":1}}}"#, ["InvalidValue options"]),
        (#"{~,"options":{"minimumLevel":1,"maximumLevel":2}}"#, ["InvalidValue options"]),
        (#"{^,"options":{}}"#, ["InvalidValue minimumlevel", "InvalidValue maximumlevel"]),
        (
            #"{^,"options":{"minimumLevel":-1,"maximumLevel":25}}"#,
            ["InvalidValue minimumlevel", "InvalidValue maximumlevel"]
        ),
        (
            #"{^,"options":{"minimumLevel":1.5,"maximumLevel":"2"}}"#,
            ["InvalidValue minimumlevel", "InvalidValue maximumlevel"]
        ),
        (#"{^,"options":{"minimumLevel":9,"maximumLevel":8}}"#, ["InvalidValue minimumlevel"]),
        (
            #"{"options":1,"authentication":1,"uri":1,"displayName":1,"subClass":1,"class":1}"#,
            [
                "InvalidValue class", "InvalidValue subClass", "InvalidValue displayName", "InvalidValue uri",
                "InvalidValue authentication",
                "InvalidValue options",
            ]
        ),
    ])
    func `All invalid fields of a new repository are named, in the model's order`(_ body: String, _ problems: [String])
        async throws
    {
        try await LocalService.run { service in
            let id = try await service.asset("Dyke")
            let gis = #""class":"GeographicInformationSystem","uri":"https://x.example.org","subClass""#
            let body = body.replacing("~", with: gis + #":"WebMapService""#).replacing(
                "^",
                with: gis + #":"UrlTemplate""#
            )
            let answer = try await service.post("/itwins/\(id)/repositories", body)
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == problems)
            #expect(try await service.get("/itwins/\(id)/repositories").json?["repositories"]?.array?.count == 1)
        }
    }

    @Test(arguments: [("displayName", 200), ("uri", 2000)])
    func `Name and URI have maximum lengths`(_ field: String, _ length: Int) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Sluice")
            for (count, status) in [(length + 1, 422), (length, 201)] {
                var body: JSON.Object = [
                    "class": "Subsurface", "subClass": "EvoWorkspace", "uri": "https://x.example.org",
                ]
                body[field] = .string(String(repeating: "ü", count: count))
                let answer = try await service.post("/itwins/\(id)/repositories", JSON.object(body).text)
                #expect(answer.status == status)
                if status == 422 { #expect(answer.problems == ["InvalidValue \(field)"]) }
            }
        }
    }

    @Test func `The lowest and highest zoom levels are accepted, and null counts as absent`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Gate")
            let gis = #""class":"GeographicInformationSystem","subClass":"UrlTemplate","authentication":null"#
            let options = #""options":{"minimumLevel":0,"maximumLevel":24}"#
            let one = try await service.post("/itwins/\(id)/repositories", #"{\#(gis),"uri":"a",\#(options)}"#)
            #expect(one.json?["repository"]?["options"] == ["minimumLevel": 0, "maximumLevel": 24])
            let two = try await service.post(
                "/itwins/\(id)/repositories",
                #"{\#(gis),"uri":"b","options":null,"displayName":null}"#
            )
            #expect(two.status == 201)
            #expect(two.json?["repository"]?["options"] == nil)
            let other = #""class":"GeographicInformationSystem","subClass":"ArcGIS","uri":"c""#
            let three = try await service.post(
                "/itwins/\(id)/repositories",
                #"{\#(other),"options":{"minimumLevel":null,"maximumLevel":null,"queryParameters":{"a":"b"}}}"#
            )
            #expect(three.status == 201)
        }
    }

    @Test func `A duplicate name, or a duplicate URI of the same class and subclass, is a conflict`() async throws {
        try await LocalService.run { service in
            let ids = [try await service.asset("One"), try await service.asset("Two")]
            func post(_ id: String, _ subClass: String, _ uri: String, _ name: String?) async throws -> RawAnswer {
                let name = name.map { #","displayName":"\#($0)""# } ?? ""
                let body = #"{"class":"GeographicInformationSystem","subClass":"\#(subClass)","uri":"\#(uri)"\#(name)}"#
                return try await service.post("/itwins/\(id)/repositories", body)
            }
            #expect(try await post(ids[0], "ArcGIS", "u", "Maps").status == 201)
            let both = try await post(ids[0], "ArcGIS", "u", "MAPS")
            #expect(both.status == 409)
            #expect(both.error?.code == "iTwinRepositoryExists")
            // It names no target (contract section 3.1).
            #expect(both.problems.isEmpty)
            #expect(try await post(ids[0], "ArcGIS", "u", nil).status == 409)
            #expect(try await post(ids[0], "WebMapService", "u", nil).status == 201)
            #expect(try await post(ids[0], "WebMapService", "U", nil).status == 201)
            #expect(try await post(ids[1], "ArcGIS", "u", "Maps").status == 201)
        }
    }

    @Test(arguments: [
        ("", ["iModels", "RealityData", "CesiumCuratedContent", "GeographicInformationSystem", "Construction"]),
        ("?class=iModels", ["iModels"]), ("?class=imodels&subClass=", ["iModels"]),
        ("?class=GeographicInformationSystem&subClass=webmapservice", ["GeographicInformationSystem"]),
        ("?class=GeographicInformationSystem&subClass=ArcGIS", []), ("?class=Cesium", []), ("?class=Google", []),
        ("?class=Forms", []),
    ])
    func `Repositories are filtered by class and subclass`(_ query: String, _ classes: [String]) async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let id = try #require(try await service.get("/itwins?number=RB-0421").values("id").first ?? nil)
            let answer = try await service.get("/itwins/\(id)/repositories\(query)")
            #expect(answer.json?["repositories"]?.array?.compactMap { $0["class"]?.string } == classes)
            #expect(answer.json?["_links"] == nil)
        }
    }

    @Test(arguments: [
        ("class=Nonsense", ["InvalidValue class"]), ("subClass=ArcGIS", ["InvalidParameter subClass"]),
        ("class=Construction&subClass=ArcGIS", ["InvalidValue subClass"]),
        ("class=iModels&subClass=ArcGIS", ["InvalidValue subClass"]),
        ("class=x&subClass=x", ["InvalidValue class", "InvalidValue subClass"]),
        ("class=iModels&class=Forms", ["InvalidParameter class"]),
    ])
    func `Invalid filters of repositories are 422`(_ query: String, _ problems: [String]) async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let answer = try await service.get("/itwins/6f2d7c1e-0b3a-4a55-9f6e-1c2b3d4e5f60/repositories?\(query)")
            #expect(answer.status == 422)
            #expect(answer.problems == problems)
        }
    }

    @Test func `An unknown iTwin is 404 after a syntax error in the body but before all other checks`()
        async throws
    {
        try await LocalService.run { service in
            for id in [unknownID, "nonsense"] {
                let path = "/itwins/\(id)/repositories"
                for answer in [try await service.get("\(path)?class=x"), try await service.post(path, "{}")] {
                    #expect(answer.status == 404)
                    #expect(answer.error?.code == "iTwinNotFound")
                    #expect(answer.error?.message == "Requested iTwin is not available.")
                }
                #expect(try await service.post(path, "{").status == 400)
            }
        }
    }
}
