import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@Suite struct RoutesTests {
    /// Every spelling of contract section 1.4 that leads to the list.
    @Test(arguments: [
        "/itwins", "/itwins/", "/iTwins", "/ITWINS/?$top=5", "//itwins//", "/itwins/itwins", "/iTwins/ItWiNs/",
        "/itwin%73",
    ])
    func `The list responds to every spelling of its path`(_ path: String) async throws {
        try await LocalService.run(sampleData: .count(3)) { service in
            let answer = try await service.get(path)
            #expect(answer.status == 200)
            #expect(answer.names.count == 3)
        }
    }

    @Test(arguments: OperationID.allCases, RouteTable.allCases)
    func `Every operation responds in every route table that has it, with and without the doubled prefix`(
        _ operation: OperationID,
        _ table: RouteTable
    ) async throws {
        let declaration = operation.declaration
        guard declaration.template(in: table) != nil else { return }
        let success = table == .document ? declaration.documentSuccess : declaration.success
        let kind = table == .document ? declaration.documentAnswer : declaration.answer
        for prefix in ["", "/itwins"] {
            try await LocalService.run(sampleData: .standard) { service in
                let sample = try await OperationSample(service)
                let answer = try await sample.perform(operation, table, prefix: prefix)
                #expect(answer.status == success, "\(answer.json?.text ?? "")")
                #expect(answer["x-correlation-id"]?.isEmpty == false)
                if kind == .none {
                    #expect(answer.body.isEmpty)
                } else {
                    #expect(answer["Content-Type"] == "application/json")
                    #expect(answer.json?[kind.rawValue] != nil)
                }
            }
        }
    }

    @Test(arguments: [
        "/openapi", "/openapi.json/x", "/OpenAPI.json", "/itwin", "/itwins/itwins/itwins", "/itwins/iTwins/ITWINS",
        "/itwins/itwins/iTwins/repositories", "/itwins/repositories/cesium/x",
        "/itwins/myprimaryaccount/repositories",
        "/itwins/favorites/x/y", "/itwins/myitwins", "/itwins/\(unknownID)/accounts", "/files", "/files/a/b",
    ])
    func `An unknown route is a JSON 404`(_ path: String) async throws {
        try await LocalService.run { service in
            let answer = try await service.get(path)
            #expect(answer.status == 404)
            #expect(answer.error?.code == "ResourceNotFound")
            #expect(answer.problems == ["OperationNotFound -"])
            // The route comes before the sign-in.
            #expect(try await service.http.request("GET", path, token: nil).status == 404)
        }
    }

    @Test(arguments: [
        ("PUT", "/itwins", "GET, HEAD, POST, OPTIONS"),
        ("PUT", "/iTwins/\(unknownID)", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("POST", "/itwins/\(unknownID)/image", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("GET", "/itwins/favorites/\(unknownID)", "POST, DELETE, OPTIONS"),
        ("PATCH", "/itwins/itwins/recents/", "GET, HEAD, OPTIONS"),
        ("POST", "/itwins/myprimaryaccount", "GET, HEAD, OPTIONS"),
        ("DELETE", "/itwins/myitwins/recents", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/files/x.csv", "GET, HEAD, OPTIONS"), ("POST", "/", "GET, HEAD, OPTIONS"),
        ("DELETE", "/openapi.json", "GET, HEAD, OPTIONS"),
    ])
    func `An unsupported method is 405 and OPTIONS is 204, both with Allow`(
        _ method: String,
        _ path: String,
        _ allowed: String
    ) async throws {
        try await LocalService.run { service in
            let wrong = try await service.http.request(method, path, token: service.token)
            #expect(wrong.status == 405)
            #expect(wrong.error?.code == "MethodNotAllowed")
            #expect(wrong["Allow"] == allowed)
            let options = try await service.http.request("OPTIONS", path, token: nil)
            #expect(options.status == 204)
            #expect(options["Allow"] == allowed)
            #expect(options.body.isEmpty)
        }
    }

    @Test func `HEAD is like GET without the body`() async throws {
        try await LocalService.run { service in
            let get = try await service.get("/itwins")
            let head = try await service.http.request("HEAD", "/itwins", token: service.token)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head["Content-Length"] == String(get.body.count))
            #expect(head["X-Max-Return"] == "1000")
            #expect(try await service.http.request("HEAD", "/itwins", token: nil).status == 401)
            #expect(try await service.http.request("HEAD", "/itwins/\(unknownID)", token: service.token).status == 404)
        }
    }

    @Test func `An ID in a path matches in any letter case, and an invalid UUID is treated as unknown`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            #expect(try await service.get("/itwins/\(id.uppercased())").json?["iTwin"]?["id"]?.string == id)
            for other in ["x", "..", "a%2Fb", "{\(id)}", id.replacing("-", with: ""), "%20", "'%20OR%201=1"] {
                let answer = try await service.get("/itwins/\(other)")
                #expect(answer.status == 404)
                #expect(answer.error?.code == "iTwinNotFound")
            }
        }
    }
}
