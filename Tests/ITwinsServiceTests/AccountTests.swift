import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// `get-itwin-account` and `get-my-primary-account` (contract sections 6.6 and 6.7).
@Suite struct AccountTests {
    @Test func `An iTwin's account is the root of its tree, minimal unless the full representation is requested`()
        async throws
    {
        try await LocalService.run { service in
            let parent = try await service.asset("Parent")
            let id = try await service.asset("Child", #""parentId":"\#(parent)""#)
            let owner = try await service.get("/itwins/\(id)").json?["iTwin"]?["iTwinAccountId"]
            let minimal = try await service.get("/itwins/\(id)/account")
            #expect(minimal.status == 200)
            #expect(minimal.json?["iTwin"]?["id"] == owner)
            #expect(minimal.json?["iTwin"]?["class"] == "Account")
            #expect(minimal.json?["iTwin"]?.object?.members.map(\.name) == ITwin.Field.minimal.map(\.rawValue))
            let full = try await service.get("/itwins/\(id)/account", "Prefer: return=representation").json?["iTwin"]
            #expect(full?.object?.members.map(\.name) == ITwin.Field.allCases.map(\.rawValue))
            #expect(full?["parentId"] == .null)
            #expect(full?["iTwinAccountId"] == owner)
            let account = try #require(owner?.string)
            #expect(try await service.get("/itwins/\(account)/account").json == minimal.json)
        }
    }

    @Test func `The primary account is the parent of new iTwins`() async throws {
        try await LocalService.run { service in
            let account = try await service.get("/itwins/myprimaryaccount")
            #expect(account.status == 200)
            let id = try await service.asset("Pier")
            #expect(try await service.get("/itwins/\(id)").json?["iTwin"]?["parentId"] == account.json?["iTwin"]?["id"])
        }
    }

    @Test func `The account of an unknown iTwin is 404`() async throws {
        try await LocalService.run { service in
            for id in [unknownID, "nonsense"] {
                let answer = try await service.get("/itwins/\(id)/account")
                #expect(answer.isError(404, "iTwinNotFound"))
            }
        }
    }

    @Test(arguments: ["/itwins/myprimaryaccount", "/itwins/~", "/itwins/~/account"])
    func `A repeated parameter is 422 even where parameters are ignored`(_ path: String) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let answer = try await service.get(path.replacing("~", with: id) + "?a=1&A=2&b=3")
            #expect(answer.status == 422)
            #expect(answer.problems == ["InvalidParameter A"])
        }
    }
}
