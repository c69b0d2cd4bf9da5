import HTTPTypes
import ITwinsAPI
import Logging
import TestSupport
import Testing

@testable import ITwinsService

/// `$filter` and `$orderby` of `get-my-itwins` (contract sections 6.1, 17.6 to 17.12 and 17.20).
@Suite struct FilteredListTests {
    /// The path and query that ask for a list.
    private static func target(_ parameters: KeyValuePairs<String, String>) -> String {
        let encoded = parameters.map { "\($0.key)=\(PercentEncoding.encode($0.value))" }
        return "/itwins?" + encoded.joined(separator: "&")
    }

    @Test(
        arguments: [
            (["$filter": "status eq 'Active' 5"], ["InvalidParameter $filter"]),
            (["$filter": "secret eq 'a'"], ["InvalidValue $filter"]),
            (["$filter": "1 eq 1"], ["InvalidParameter $filter"]),
            (["$filter": "status in ()"], ["InvalidParameter $filter"]),
            (["$filter": "latitude eq 'a'"], ["InvalidParameter $filter"]),
            (["$filter": String(repeating: "(", count: 100)], ["InvalidParameter $filter"]),
            (["$filter": "latitude in (" + String(repeating: "1,", count: 1500) + "1)"], ["InvalidParameter $filter"]),
            (["$filter": String(repeating: "a", count: 5000)], ["InvalidParameter $filter"]),
            (["$filter": "number eq 'a'", "status": "Active"], ["InvalidParameter $filter"]),
            (["$filter": "number eq 'a'", "type": "a"], ["InvalidParameter $filter"]),
            (["$filter": "number eq 'a'", "number": "a"], ["InvalidParameter $filter"]),
            (["$filter": "number eq 'a'", "displayName": "a"], ["InvalidParameter $filter"]),
            (["$filter": "number eq 'a'", "parentId": "a"], ["InvalidParameter $filter"]),
            (["$filter": "number eq 'a'", "iTwinAccountId": "a"], ["InvalidParameter $filter"]),
            (["$filter": "number eq 'a'", "$search": "a"], ["InvalidParameter $filter"]),
            (["$filter": "not (status eq 'a')", "includeInactive": "true"], ["InvalidParameter includeInactive"]),
            (["$filter": "number eq status", "includeInactive": "true"], ["InvalidParameter includeInactive"]),
            (["$orderby": "secret"], ["InvalidValue $orderby"]), (["$orderby": "id up"], ["InvalidValue $orderby"]),
            (["$orderby": "id; DROP TABLE iTwin"], ["InvalidValue $orderby"]),
            (
                ["$orderby": "id,", "$filter": "x", "$select": "x"],
                [
                    "InvalidValue $select", "InvalidParameter $filter", "InvalidValue $orderby",
                ]
            ),
        ] as [(KeyValuePairs<String, String>, [String])]
    )
    func `An invalid filter or order is 422 with the contract's code and target`(
        _ parameters: KeyValuePairs<String, String>,
        _ problems: [String]
    ) async throws {
        try await LocalService.run { service in
            let answer = try await service.get(Self.target(parameters))
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == problems)
        }
    }

    @Test func `A filter that doesn't parse is reported with its position, and shortened if long`() async throws {
        try await LocalService.run { service async throws in
            func error(_ filter: String) async throws -> APIError? {
                try await service.get(Self.target(["$filter": filter])).error
            }
            let plain = try await error("status = 'Active'")
            #expect(plain?.message == "Syntax error at position 8 in 'status = 'Active''.")
            #expect(plain?.details.first?.message.contains("position 8") == true)
            let long = String(repeating: "x", count: 200)
            #expect(try await error(long)?.message == "Syntax error at position 200 in '\(long.prefix(100))…'.")
            let unknown = try await error("number eq '' or \(long) eq 5")
            #expect(unknown?.message == "Cannot query iTwins.")
            #expect(unknown?.details.first?.message.contains("'\(long.prefix(100))…' (position 216)") == true)
        }
    }

    @Test func `A filter on status includes inactive iTwins, other filters combine with includeInactive`() async throws
    {
        try await LocalService.run { service in
            _ = try await service.asset("On")
            _ = try await service.asset("Off", #""status":"Inactive""#)
            _ = try await service.asset("Try", #""status":"Trial""#)
            func names(_ parameters: KeyValuePairs<String, String>) async throws -> [String] {
                try await service.get(Self.target(parameters)).names.filter { $0.count < 4 }.sorted()
            }
            #expect(try await names(["$filter": "status in ['Active','Inactive']"]) == ["Off", "On"])
            #expect(try await names(["$filter": "status eq 'INACTIVE'", "includeInactive": "false"]) == ["Off"])
            #expect(try await names(["$filter": "not (status eq 'Trial')", "subClass": "Asset"]) == ["Off", "On"])
            #expect(try await names(["$filter": "contains(displayName,'O')"]) == ["On"])
            #expect(
                try await names(["$filter": "contains(displayName,'O')", "includeInactive": "true"]) == ["Off", "On"]
            )
            #expect(try await names(["$filter": "subClass eq 'asset'", "subClass": "Project"]) == [])
        }
    }

    @Test func `Null equals only null, and negations are exact complements`() async throws {
        try await LocalService.run { service in
            _ = try await service.asset("A", #""type":"Road","latitude":51.5,"longitude":51.5"#)
            _ = try await service.asset("B", #""type":"""#)
            _ = try await service.asset("C")
            func names(_ filter: String) async throws -> String {
                let target = Self.target(["$filter": filter, "subClass": "Asset", "$orderby": "displayName"])
                return try await service.get(target).names.joined()
            }
            #expect(try await names("type eq null") == "C")
            #expect(try await names("type ne null") == "AB")
            #expect(try await names("type ne 'road'") == "BC")
            #expect(try await names("not (type eq 'road')") == "BC")
            #expect(try await names("latitude gt 5") == "A")
            #expect(try await names("not latitude gt 5") == "BC")
            #expect(try await names("latitude ge null") == "")
            #expect(try await names("not (latitude lt null)") == "ABC")
            #expect(try await names("latitude eq longitude") == "ABC")
            #expect(try await names("latitude ge longitude") == "A")
            #expect(try await names("type in (null,'ROAD')") == "AC")
            #expect(try await names("not type in ('road')") == "BC")
            #expect(try await names("contains(type,'')") == "AB")
            #expect(try await names("not contains(type,'oa')") == "BC")
            #expect(try await names("image eq null and imageName eq null") == "ABC")
            #expect(try await names("id eq 'nonsense'") == "")
            #expect(try await names("parentId ne 'nonsense'") == "ABC")
            #expect(try await names("parentId eq '0D0C7A52-6A0E-4B7C-8F0A-2F1B8B9C0D11' and 'a' eq displayName") == "A")
            #expect(
                try await names("createdDateTime eq lastModifiedDateTime and createdDateTime gt 2025-01-01") == "ABC"
            )
        }
    }

    /// Reliability row 64.
    @Test(.rows(64)) func `No text is taken as a wildcard or SQL`() async throws {
        try await LocalService.run { service in
            let texts = [
                "100% Steel", "A_B", "AxB", "O'Brien \"Quay\"", "東京湾", "ÉCLUSE", "back\\slash", "*?[a-z]",
                "'; DROP TABLE iTwin; --",
                "' OR 1=1 --", "1;SELECT 1", "\") OR (\"1\"=\"1", "?1", ":name", "@x", "$x", "%00", "NULL", "😀 ZWJ 👩‍🚀",
            ]
            for text in texts {
                _ = try await service.asset(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))
            }
            for text in texts {
                let literal = FilterExpression.Operand.literal(.text(text))
                for filter in [
                    FilterExpression.comparison(.displayName, .equal, literal), .call(.contains, .displayName, literal),
                    .call(.startsWith, .displayName, literal), .call(.endsWith, .displayName, literal),
                    .anyOf(.displayName, [.text(text.uppercased())]),
                ] {
                    let target = Self.target(["$filter": filter.text, "subClass": "Asset"])
                    #expect(try await service.get(target).names == [text])
                }
            }
            func names(_ filter: String) async throws -> [String] {
                try await service.get(Self.target(["$filter": filter, "subClass": "Asset"])).names
            }
            #expect(try await names("contains(displayName,'%')").sorted() == ["%00", "100% Steel"])
            #expect(try await names("startswith(displayName,'a_')") == ["A_B"])
            #expect(try await names("contains(displayName,'écl')") == ["ÉCLUSE"])
        }
    }

    @Test func `Samples from the live service work in every spelling`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let all = try await service.get("/itwins?$top=1000&includeInactive=true").names
            func names(_ query: String) async throws -> [String] {
                try await service.get("/itwins?$top=1000&\(query)").names
            }
            let harbour = all.filter { $0.lowercased().contains("harbour") }.sorted()
            #expect(!harbour.isEmpty)
            for query in [
                "$filter=contains('harbour',displayName)&includeInactive=true",
                "%24FILTER=contains(displayName,%27HARBOUR%27)&includeInactive=true",
                "$filter=contains(displayName,'harbour')+and+status+in+['Active','Inactive','Trial']",
            ] {
                #expect(try await names(query).sorted() == harbour)
            }
            #expect(try await names("$filter=CreatedDateTime+ge+2000-01-01&includeInactive=true") == all)
            #expect(try await names("$filter=CreatedDateTime+lt+2000-01-01T00:00:00Z&includeInactive=true") == [])
        }
    }

    @Test func `Pages of a filtered and sorted list are linked`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            var target = Self.target([
                "$filter": "subClass ne 'Account'", "$orderby": "type desc,displayName", "$top": "7",
            ])
            let all = try await service.get(target.replacing("$top=7", with: "$top=1000")).names
            var names: [String] = []
            while true {
                let page = try await service.get(target)
                names += page.names
                guard let next = page.json?["_links"]?["next"]?["href"]?.string else { break }
                target = String(next.dropFirst("http://127.0.0.1:\(service.port)".count))
            }
            #expect(names == all)
            #expect(names.count > 20)
        }
    }

    @Test(.rows(64)) func `A filter, a search or an order that takes too long is 422`() async throws {
        let clock = TestClock()
        let (store, _) = try await Store.open(
            ServiceConfiguration(database: .memory, sampleData: .count(2000)) { clock.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        func call(_ query: String) throws -> Call {
            Call(
                target: RouteMatcher.Target(operation: .getMyITwins, table: .live),
                ids: PathIDs([], []),
                query: try Query(query[...]),
                headers: HTTPFields(),
                origin: "",
                body: .none,
                now: clock.now,
                user: SampleUser.administrator.user
            )
        }
        let controller = ITwinsController(
            store: store,
            files: FilesController(store: store),
            maxReturn: nil,
            queryTime: .zero
        )
        let error = await #expect(throws: APIError.self) {
            try await controller.list(call("$filter=contains(displayName,'nothing')&includeInactive=true"))
        }
        #expect(error?.status == 422)
        #expect(error?.details.map(\.target) == ["$filter"])
        #expect(error?.details.map(\.code) == ["InvalidParameter"])
        for query in ["$search=nothing&includeInactive=true", "$orderby=type", "$orderby=type%20desc"] {
            let error = await #expect(throws: APIError.self) { try await controller.list(call(query)) }
            #expect(error?.status == 422)
            let name = query.prefix { $0 != "=" }
            #expect(error?.details.map(\.target) == [String(name)])
        }
        // It ends with its query.
        #expect(try await controller.list(call("includeInactive=true")).status == 200)
    }
}
