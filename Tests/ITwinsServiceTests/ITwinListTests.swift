import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@Suite struct ITwinListTests {
    /// Contract sections 6.1, 17.20 and reliability row 65.
    @Test(
        .rows(65),
        arguments: [
            ("$top=0", ["InvalidValue $top"]), ("$top=1001", ["InvalidValue $top"]), ("$top=-1", ["InvalidValue $top"]),
            ("$top=1e3", ["InvalidValue $top"]), ("$top=0x10", ["InvalidValue $top"]),
            ("$top=%2B5", ["InvalidValue $top"]),
            ("$top=5%20", ["InvalidValue $top"]), ("$top=5.0", ["InvalidValue $top"]),
            ("$top=%EF%BC%91%EF%BC%90", ["InvalidValue $top"]),
            ("$top=99999999999999999999", ["InvalidValue $top"]), ("$skip=-1", ["InvalidValue $skip"]),
            ("$skip=99999999999999999999", ["InvalidValue $skip"]), ("$skip=x", ["InvalidValue $skip"]),
            ("$search=a&number=b", ["InvalidParameter $search"]),
            ("$search=a&displayName=b", ["InvalidParameter $search"]),
            ("subClass=Bridge", ["InvalidValue subClass"]), ("subClass=Project,Bridge", ["InvalidValue subClass"]),
            ("status=Open", ["InvalidValue status"]),
            ("status=Active&includeInactive=true", ["InvalidParameter includeInactive"]),
            ("includeInactive=yes", ["InvalidValue includeInactive"]), ("$select=id,secret", ["InvalidValue $select"]),
            ("$top=5&$top=5", ["InvalidParameter $top"]),
            ("subClass=Project&subclass=Asset", ["InvalidParameter subclass"]),
            (
                "$orderby=x&$filter=x&$select=x&includeInactive=true&status=x&subClass=x&number=x&$search=x&$skip=x&$top=x",
                [
                    "InvalidValue $top", "InvalidValue $skip", "InvalidParameter $search", "InvalidValue subClass",
                    "InvalidValue status", "InvalidParameter includeInactive", "InvalidValue $select",
                    "InvalidParameter $filter", "InvalidParameter $filter", "InvalidValue $orderby",
                ]
            ),
        ]
    )
    func `All invalid parameters are named, in the contract's order`(_ query: String, _ problems: [String]) async throws
    {
        try await LocalService.run { service in
            let answer = try await service.get("/itwins?\(query)")
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == problems)
        }
    }

    @Test(arguments: [
        ("X-Max-Return: 0", "InvalidHeaderValue X-Max-Return"),
        ("X-Max-Return: 10001", "InvalidHeaderValue X-Max-Return"),
        ("X-Max-Return: +5", "InvalidHeaderValue X-Max-Return"),
        ("X-Max-Return: ten", "InvalidHeaderValue X-Max-Return"),
        ("X-iTwin-Query-Scope: Everything", "InvalidHeaderValue X-iTwin-Create-Scope"),
    ])
    func `Invalid headers are named`(_ header: String, _ problem: String) async throws {
        try await LocalService.run { service in
            let answer = try await service.get("/itwins", header)
            #expect(answer.status == 422)
            #expect(answer.problems == [problem])
        }
    }

    @Test(arguments: ["MemberOfiTwin", "memberOfItwin", "OrganizationAdmin", "all", ""])
    func `Every scope shows an administrator the same`(_ scope: String) async throws {
        try await LocalService.run { service in
            let answer = try await service.get("/itwins", "X-iTwin-Query-Scope: \(scope)")
            #expect(answer.names == ["Sample Infrastructure Group"])
        }
    }

    @Test func `Empty parameters count as absent, and unknown ones are ignored`() async throws {
        try await LocalService.run(sampleData: .count(5)) { service in
            let query =
                "subClass=&status=&$search=&number=&displayName=&parentId=&$select=&$top=&$skip=&$filter=&$orderby=&x=1"
            let answer = try await service.get("/itwins?\(query)")
            #expect(answer.status == 200)
            #expect(answer.names.count == 5)
        }
    }

    @Test func `Pages are linked and keep the other parameters`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let all = try await service.get("/itwins?$top=1000&includeInactive=true").names
            var target = "/itwins?%24top=10&includeInactive=true&%24search=%C3%BC%2C+%25&$skip=0"
            let first = try await service.get(target)
            let origin = "http://127.0.0.1:\(service.port)"
            #expect(
                first.json?["_links"]?["self"]?["href"]?.string
                    == "\(origin)/iTwins/?$skip=0&$top=10&includeInactive=true&$search=%C3%BC,%20%25"
            )
            target = "/itwins?$top=10&includeInactive=true"
            var names: [String] = []
            var pages = 0
            while true {
                let page = try await service.get(target)
                names += page.names
                pages += 1
                let links = page.json?["_links"]
                #expect((links?["prev"] != nil) == (pages > 1))
                guard let next = links?["next"]?["href"]?.string else { break }
                #expect(next == "\(origin)/iTwins/?$skip=\(pages * 10)&$top=10&includeInactive=true")
                target = String(next.dropFirst(origin.count))
            }
            #expect(names == all)
            #expect(pages == (all.count + 9) / 10)
            let last = try await service.get("/itwins?$skip=5&$top=10")
            #expect(last.json?["_links"]?["prev"]?["href"]?.string == "\(origin)/iTwins/?$skip=0&$top=10")
            #expect(try await service.get("/itwins?$skip=9223372036854775807").names.isEmpty)
        }
    }

    @Test func `Links use the host of the request`() async throws {
        try await LocalService.run { service in
            let text =
                "GET /itwins HTTP/1.1\nHost: localhost:\(service.port)\nAuthorization: Bearer \(service.token.revealed)\n\n"
            let answer = try await service.http.send(text)
            #expect(
                answer.json?["_links"]?["self"]?["href"]?.string
                    == "http://localhost:\(service.port)/iTwins/?$skip=0&$top=100"
            )
        }
    }

    @Test func `X-Max-Return limits the sum of all pages and is echoed`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let first = try await service.get("/itwins?$top=20", "X-Max-Return: 30")
            #expect(first["X-Max-Return"] == "30")
            #expect(first.names.count == 20)
            #expect(first.json?["_links"]?["next"] != nil)
            let second = try await service.get("/itwins?$top=20&$skip=20", "X-Max-Return: 30")
            #expect(second.names.count == 10)
            #expect(second.json?["_links"]?["next"] == nil)
            let third = try await service.get("/itwins?$top=20&$skip=40", "X-Max-Return: 30")
            #expect(third.status == 200)
            #expect(third.names.isEmpty)
            let exact = try await service.get("/itwins?$top=30", "X-Max-Return: 30")
            #expect(exact.names.count == 30)
            #expect(exact.json?["_links"]?["next"] == nil)
            #expect(try await service.get("/itwins", "X-Max-Return: 10000")["X-Max-Return"] == "10000")
        }
    }

    @Test func `The configuration can raise the maximum of X-Max-Return`() async throws {
        try await LocalService.run(configure: { $0.maxReturn = 50_000 }) { service async throws in
            #expect(try await service.get("/itwins", "X-Max-Return: 50000")["X-Max-Return"] == "50000")
            #expect(try await service.get("/itwins", "X-Max-Return: 50001").status == 422)
            #expect(try await service.get("/itwins")["X-Max-Return"] == "1000")
        }
    }

    @Test func `Six fields are returned by default, all by preference, selected ones in the model's order`()
        async throws
    {
        try await LocalService.run { service async throws in
            func fields(_ query: String, _ preference: String = "") async throws -> [String] {
                let answer = try await service.get("/itwins\(query)", "Prefer: \(preference)")
                return answer.json?["iTwins"]?.array?.first?.object?.members.map(\.name) ?? []
            }
            let minimal = ITwin.Field.minimal.map(\.rawValue)
            let all = ITwin.Field.allCases.map(\.rawValue)
            #expect(try await fields("") == minimal)
            #expect(try await fields("", "return=minimal") == minimal)
            #expect(try await fields("", "return=representation") == all)
            #expect(try await fields("", "respond-async, RETURN=\"representation\"") == all)
            #expect(try await fields("", "return=everything") == minimal)
            #expect(
                try await fields("?$select=STATUS,%20id,displayname,,id", "return=representation") == [
                    "id", "displayName", "status",
                ]
            )
        }
    }

    @Test func `Inactive iTwins are excluded unless requested`() async throws {
        try await LocalService.run { service in
            _ = try await service.asset("On")
            _ = try await service.asset("Off", #""status":"Inactive""#)
            _ = try await service.asset("Try", #""status":"Trial""#)
            func names(_ query: String) async throws -> [String] {
                try await service.get("/itwins?subClass=Asset&\(query)").names.sorted()
            }
            #expect(try await names("") == ["On", "Try"])
            #expect(try await names("includeInactive=false") == ["On", "Try"])
            #expect(try await names("includeInactive=TRUE") == ["Off", "On", "Try"])
            #expect(try await names("status=inactive") == ["Off"])
            #expect(try await names("status=Trial&includeInactive=false") == ["Try"])
        }
    }

    @Test func `Exact filters ignore letter case, and all of them must match`() async throws {
        try await LocalService.run { service in
            let parent = try await service.asset("Straße Süd", #""number":"ST-1","type":"Road""#)
            _ = try await service.asset("Child", #""number":"ST-2","type":"Bridge","parentId":"\#(parent)""#)
            func names(_ query: String) async throws -> [String] { try await service.get("/itwins?\(query)").names }
            #expect(try await names("number=st-1") == ["Straße Süd"])
            #expect(try await names("displayName=STRASSE%20S%C3%9CD") == ["Straße Süd"])
            #expect(try await names("displayName=Stra%C3%9Fe+su%CC%88d") == ["Straße Süd"])
            #expect(try await names("displayName=Stra%C3%9Fe") == [])
            #expect(try await names("type=bridge") == ["Child"])
            #expect(try await names("type=bridge&number=ST-1") == [])
            #expect(try await names("subclass=asset,,%20project&number=ST-2") == ["Child"])
            #expect(try await names("subClass=Project") == [])
            #expect(try await names("parentId=\(parent.uppercased())") == ["Child"])
            #expect(try await names("parentId=nonsense") == [])
            #expect(try await names("iTwinAccountId=\(unknownID)") == [])
            #expect(try await names("iTwinAccountId=0d0c7a52-6a0e-4b7c-8f0a-2f1b8b9c0d11").count == 3)
        }
    }

    /// Reliability row 64.
    @Test(.rows(64)) func `A search matches part of the number or name in any letter case, without wildcards`()
        async throws
    {
        try await LocalService.run { service in
            for name in ["100% Steel", "A_B", "AxB", "O'Brien \"Quay\"", "東京湾", "ÉCLUSE", "back\\slash"] {
                _ = try await service.asset(name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))
            }
            func names(_ text: String) async throws -> [String] {
                let encoded = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                return try await service.get("/itwins?subClass=Asset&$search=\(encoded)").names
            }
            #expect(try await names("%") == ["100% Steel"])
            #expect(try await names("a_b") == ["A_B"])
            #expect(try await names("*") == [])
            #expect(try await names("' OR 1=1 --") == [])
            #expect(try await names("o'BRIEN \"q") == ["O'Brien \"Quay\""])
            #expect(try await names("京") == ["東京湾"])
            #expect(try await names("écl") == ["ÉCLUSE"])
            #expect(try await names("\\") == ["back\\slash"])
        }
    }

    @Test func `The newest iTwins come first, and those of the same time are sorted by ID`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            var ids = [try await service.asset("A"), try await service.asset("B"), try await service.asset("C")]
            ids.sort()
            clock.advance(seconds: 0.000_000_1)
            ids.insert(try await service.asset("D"), at: 0)
            #expect(try await service.get("/itwins?subClass=Asset").values("id") == ids)
        }
    }

    @Test func `A list of 1,000 out of many is complete and in order`() async throws {
        try await LocalService.run(sampleData: .count(2500)) { service in
            let query = "/itwins?$top=1000&$select=id,createdDateTime&includeInactive=true"
            var ids: Set<String> = []
            var times: [String] = []
            for skip in [0, 1000, 2000] {
                let page = try await service.get("\(query)&$skip=\(skip)", "X-Max-Return: 10000")
                ids.formUnion(page.values("id").compactMap(\.self))
                times += page.values("createdDateTime").compactMap(\.self)
            }
            #expect(ids.count == 2500)
            #expect(times == times.sorted(by: >))
        }
    }
}
