import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@Suite struct UserListsTests {
    @Test func `Favorites are listed newest first, and adding or removing twice changes nothing`() async throws {
        try await LocalService.run { service in
            let ids = [try await service.asset("A"), try await service.asset("B"), try await service.asset("C")]
            for id in ids + [ids[0]] {
                #expect(try await service.post("/itwins/favorites/\(id.uppercased())").status == 204)
            }
            #expect(try await service.get("/itwins/favorites").names == ["C", "B", "A"])
            for _ in 0..<2 { #expect(try await service.delete("/itwins/favorites/\(ids[1])").status == 204) }
            #expect(try await service.get("/itwins/favorites").names == ["C", "A"])
        }
    }

    @Test func `Recents hold at most 25 iTwins, newest first, each once`() async throws {
        try await LocalService.run { service in
            var names: [String] = []
            var first = ""
            for number in 1...26 {
                let id = try await service.asset("A\(number)")
                if number == 2 { first = id }
                #expect(try await service.post("/itwins/recents/\(id)").status == 204)
                names.insert("A\(number)", at: 0)
            }
            #expect(try await service.get("/itwins/recents").names == Array(names.prefix(25)))
            #expect(try await service.post("/itwins/recents/\(first)").status == 204)
            let moved = ["A2"] + names.prefix(25).filter { $0 != "A2" }
            #expect(try await service.get("/itwins/recents").names == moved)
        }
    }

    @Test(arguments: ["favorites", "recents"])
    func `An unknown iTwin cannot be added`(_ list: String) async throws {
        try await LocalService.run { service in
            for id in [unknownID, "nonsense"] {
                let answer = try await service.post("/itwins/\(list)/\(id)")
                #expect(answer.status == 404)
                #expect(answer.error?.code == "iTwinNotFound")
                #expect(answer.error?.message == "Requested iTwin is not available.")
            }
            #expect(try await service.delete("/itwins/favorites/\(unknownID)").status == 404)
        }
    }

    @Test(arguments: ["favorites", "recents"])
    func `Favorites and recents support the simple filters and pages of lists`(_ list: String) async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let all = try await service.get("/itwins/\(list)").names
            #expect(
                try await service.get("/itwins/\(list)?subClass=Asset").names
                    == all.filter {
                        ["Old Mill Footbridge", "東京湾岸トンネル 第二期", "Pump House 7", "부산항 신항 방파제"].contains($0)
                    }
            )
            #expect(try await service.get("/itwins/\(list)?status=trial").names == ["Pump House 7"])
            #expect(
                try await service.get("/itwins/\(list)?type=bridge&$search=harbour").names == ["Harbour Bridge Deck"]
            )
            #expect(try await service.get("/itwins/\(list)?displayName=pump%20house%207").names == ["Pump House 7"])
            let page = try await service.get(
                "/itwins/\(list)/?$top=2&$skip=2&status=Active",
                "Prefer: return=representation"
            )
            #expect(page.json?["iTwins"]?.array?.first?.object?.members.count == ITwin.Field.allCases.count)
            let base = "http://127.0.0.1:\(service.port)/iTwins/\(list)"
            #expect(page.json?["_links"]?["self"]?["href"]?.string == "\(base)?$skip=2&$top=2&status=Active")
            #expect(page.json?["_links"]?["prev"]?["href"]?.string == "\(base)?$skip=0&$top=2&status=Active")
            // What these lists do not take is ignored (contract section 7.1).
            let ignored = try await service.get(
                "/itwins/\(list)?$filter=x&$orderby=x&$select=x",
                "X-iTwin-Query-Scope: nonsense"
            )
            #expect(ignored.names == all)
        }
    }

    @Test(arguments: [
        ("$top=1001", "InvalidValue $top"), ("$top=-1", "InvalidValue $top"), ("$skip=-1", "InvalidValue $skip"),
        ("subClass=x", "InvalidValue subClass"), ("status=x", "InvalidValue status"),
        ("status=Active&includeInactive=true", "InvalidParameter includeInactive"),
    ])
    func `Wrong parameters are 422`(_ query: String, _ problem: String) async throws {
        try await LocalService.run { service in
            for list in ["favorites", "recents"] {
                let answer = try await service.get("/itwins/\(list)?\(query)")
                #expect(answer.status == 422)
                #expect(answer.problems == [problem])
            }
        }
    }

    @Test func `Inactive iTwins are hidden but keep their position`() async throws {
        try await LocalService.run { service in
            let ids = [
                try await service.asset("A"), try await service.asset("B", #""status":"Inactive""#),
                try await service.asset("C"),
            ]
            for id in ids { _ = try await service.post("/itwins/recents/\(id)") }
            #expect(try await service.get("/itwins/recents").names == ["C", "A"])
            #expect(try await service.get("/itwins/recents?includeInactive=true").names == ["C", "B", "A"])
        }
    }

    /// Contract sections 1.4 and 17.20.
    @Test(arguments: [
        (#"{"iTwinId":"ID"}"#, 201, "-"), (#"{"id":"ID"}"#, 201, "-"), ("{}", 422, "MissingRequiredProperty iTwinId"),
        (#"{"iTwinId":null}"#, 422, "MissingRequiredProperty iTwinId"),
        (#"{"iTwinId":"x"}"#, 422, "InvalidValue iTwinId"),
        (#"{"id":5}"#, 422, "InvalidValue iTwinId"), (#"{"iTwinId":"00000000-1111-4222-8333-444444444444"}"#, 404, "-"),
        ("{", 400, "-"), ("", 400, "-"),
    ])
    func `The document's route for recents takes the ID from the body`(
        _ body: String,
        _ status: Int,
        _ problem: String
    ) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Jetty")
            for path in ["/itwins/myitwins/recents", "/itwins/itwins/myitwins/recents/"] {
                let answer = try await service.post(
                    path,
                    body.replacing("ID\"", with: "\(id)\"").replacing("iTwin\(id)", with: "iTwinId")
                )
                #expect(answer.status == status)
                #expect((answer.problems.first ?? "-") == problem)
                if status == 201 {
                    #expect(answer.json?["iTwin"]?.object?.members.map(\.name) == ITwin.Field.minimal.map(\.rawValue))
                    #expect(try await service.get("/itwins/myitwins/recents").names == ["Jetty"])
                } else {
                    #expect(try await service.get("/itwins/recents").names.isEmpty)
                }
            }
        }
    }
}
