import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@Suite struct ExportsTests {
    private static let body = #"{"outputFormat":"Csv"}"#

    @Test func `An export moves from queued to in progress to completed by time alone`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            let created = try await service.post("/itwins/exports", Self.body)
            #expect(created.status == 201)
            let export = try #require(created.json?["export"])
            #expect(
                export.object?.members.map(\.name) == [
                    "id", "request", "status", "outputUrl", "createdBy", "createdDateTime", "startedDateTime",
                    "completedDateTime",
                ]
            )
            #expect(
                export["request"] == [
                    "queryScope": "MemberOfiTwin", "subClass": .null, "select": .null, "filter": .null,
                    "includeInactive": false,
                    "outputFormat": "Csv",
                ]
            )
            let id = try #require(export["id"]?.string)
            func state() async throws -> [JSON?] {
                let export = try await service.get("/itwins/exports/\(id)").json?["export"]
                return [export?["status"], export?["startedDateTime"], export?["completedDateTime"]]
            }
            #expect(try await state() == ["Queued", .null, .null])
            clock.advance(seconds: 1)
            #expect(try await state() == ["InProgress", "2025-06-01T12:00:01.0000000+00:00", .null])
            clock.advance(seconds: 3.9)
            #expect(try await state()[0] == "InProgress")
            clock.advance(seconds: 0.1)
            #expect(
                try await state() == [
                    "Completed", "2025-06-01T12:00:01.0000000+00:00", "2025-06-01T12:00:05.0000000+00:00",
                ]
            )
            #expect(try await service.get("/itwins/exports").json?["exports"]?.array?.count == 1)
            #expect(try await service.get("/itwins/exports").json?["_links"] == nil)
        }
    }

    @Test func `The file is CSV with the selected columns in order, and needs no token`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            _ = try await service.asset(#"Quay, \"old\"\nline"#, #""number":"=1+1","latitude":51.5"#)
            _ = try await service.asset("Gone", #""status":"Inactive""#)
            let body =
                #"{"outputFormat":"Csv","subClass":"Asset, project","select":"LATITUDE,displayName,number,type,latitude"}"#
            let created = try await service.post("/itwins/exports", body)
            #expect(created.json?["export"]?["request"]?["select"] == "LATITUDE,displayName,number,type,latitude")
            #expect(created.json?["export"]?["request"]?["subClass"] == "Asset, project")
            _ = try await service.asset("Later")
            clock.advance(seconds: 5)
            let link = try await Self.link(service)
            let file = try await service.http.request("GET", link, token: nil)
            #expect(file.status == 200)
            let lines = "latitude,displayName,number,type\r\n51.5,\"Quay, \"\"old\"\"\nline\",=1+1,\r\n"
            #expect(String(decoding: file.body, as: UTF8.self) == lines)
            #expect(file["Content-Type"]?.hasPrefix("text/csv") == true)
            #expect(file["X-Content-Type-Options"] == "nosniff")
            #expect(file["Content-Disposition"]?.hasPrefix("attachment") == true)
            #expect(file["Content-Security-Policy"] == "default-src 'none'; sandbox")
            #expect(file["ETag"]?.isEmpty == false)
            let head = try await service.http.request("HEAD", link, token: nil)
            #expect(head["Content-Length"] == String(file.body.count))
        }
    }

    @Test func `A modified link is rejected; links expire after an hour and files after four`()
        async throws
    {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            _ = try await service.post("/itwins/exports", Self.body)
            clock.advance(seconds: 5)
            let link = try await Self.link(service)
            let parts = link.split(separator: "signature=").map(String.init)
            let signature = parts[1]
            let other = signature.hasPrefix("0") ? "1" : "0"
            let bent = [
                link.replacing("expires=1", with: "expires=2"), parts[0] + "signature=" + other + signature.dropFirst(),
                parts[0],
                link.replacing(".csv", with: ""), link.replacing("/files/", with: "/files/../"),
                String(link.dropLast()), link + "0",
                "/files/\(unknownID).csv?expires=99999999999999999&signature=\(signature)", "/files/x",
            ]
            for target in bent {
                let answer = try await service.http.request("GET", target, token: service.token)
                #expect(answer.status == 404)
                #expect(answer.error?.code == "ResourceNotFound")
            }
            clock.advance(seconds: 3599)
            #expect(try await service.http.request("GET", link, token: nil).status == 200)
            let fresh = try await Self.link(service)
            clock.advance(seconds: 1)
            #expect(try await service.http.request("GET", link, token: nil).status == 404)
            #expect(try await service.http.request("GET", fresh, token: nil).status == 200)
            clock.advance(seconds: 3 * 3600 - 10)
            let last = try await Self.link(service)
            clock.advance(seconds: 10)
            #expect(try await service.http.request("GET", last, token: nil).status == 404)
        }
    }

    @Test func `An empty result completes without a link`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            let created = try await service.post("/itwins/exports", #"{"outputFormat":"Csv","subClass":"Program"}"#)
            clock.advance(seconds: 60)
            let id = try #require(created.json?["export"]?["id"]?.string)
            let export = try await service.get("/itwins/exports/\(id)").json?["export"]
            #expect(export?["status"] == "Completed")
            #expect(export?["outputUrl"] == .null)
        }
    }

    @Test func `One export at a time and three an hour are allowed, reported together after all other errors`()
        async throws
    {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            #expect(try await service.post("/itwins/exports", Self.body).status == 201)
            let second = try await service.post("/itwins/exports", Self.body)
            #expect(second.status == 422)
            #expect(second.error?.code == "InvalidiTwinsRequest")
            #expect(second.problems == ["ResourceQuotaExceeded SimultaneousJobsQuota"])
            #expect(
                try await service.post("/itwins/exports", "{}").problems == ["MissingRequiredProperty outputFormat"]
            )
            for _ in 0..<2 {
                clock.advance(seconds: 5)
                #expect(try await service.post("/itwins/exports", Self.body).status == 201)
            }
            let both = ["ResourceQuotaExceeded SimultaneousJobsQuota", "ResourceQuotaExceeded MaxJobsPerHourQuota"]
            #expect(try await service.post("/itwins/exports", Self.body).problems == both)
            clock.advance(seconds: 3589)
            #expect(
                try await service.post("/itwins/exports", Self.body).problems == [
                    "ResourceQuotaExceeded MaxJobsPerHourQuota"
                ]
            )
            clock.advance(seconds: 1)
            #expect(try await service.post("/itwins/exports", Self.body).status == 201)
        }
    }

    @Test(arguments: [
        ("{}", ["MissingRequiredProperty outputFormat"]),
        (#"{"outputFormat":""}"#, ["MissingRequiredProperty outputFormat"]),
        (#"{"outputFormat":"Xml"}"#, ["InvalidValue outputFormat"]),
        (#"{"outputFormat":1}"#, ["InvalidValue outputFormat"]),
        (#"{~,"queryScope":"all"}"#, ["InvalidValue queryScope"]),
        (#"{~,"subClass":"Asset,Bridge"}"#, ["InvalidValue subClass"]),
        (#"{~,"subClass":["Asset"]}"#, ["InvalidValue subClass"]),
        (#"{~,"select":"number,secret"}"#, ["InvalidValue $select"]), (#"{~,"select":5}"#, ["InvalidValue $select"]),
        (#"{~,"filter":"status eq"}"#, ["InvalidParameter $filter"]),
        (#"{~,"filter":"secret eq 'a'"}"#, ["InvalidValue $filter"]),
        (#"{~,"filter":"status eq 5"}"#, ["InvalidParameter $filter"]), (#"{~,"filter":[]}"#, ["InvalidValue $filter"]),
        (
            #"{~,"filter":"status+eq+'Active'","includeInactive":true}"#, ["InvalidParameter includeInactive"]
        ),
        (
            #"{"select":"x","includeInactive":1,"filter":"x","subClass":"x","queryScope":"x"}"#,
            [
                "MissingRequiredProperty outputFormat", "InvalidValue queryScope", "InvalidValue subClass",
                "InvalidValue $select", "InvalidParameter $filter", "InvalidValue includeInactive",
            ]
        ),
        (#"{~,"includeInactive":"no"}"#, ["InvalidValue includeInactive"]),
    ])
    func `Invalid fields are reported with the contract's targets`(_ body: String, _ problems: [String]) async throws {
        try await LocalService.run { service in
            let answer = try await service.post("/itwins/exports", body.replacing("~", with: #""outputFormat":"Csv""#))
            #expect(answer.status == 422)
            #expect(answer.problems == problems)
            #expect(try await service.get("/itwins/exports").json?["exports"]?.array == [])
        }
    }

    @Test func `An unknown property is reported in the contract's words`() async throws {
        try await LocalService.run { service in
            let answer = try await service.post(
                "/itwins/exports",
                #"{"outputFormat":"Csv","select":"id,invalidProperty"}"#
            )
            #expect(answer.error?.message == "Cannot query iTwins.")
            #expect(
                answer.error?.details.first?.message
                    == "The $select string contains an unknown property 'invalidProperty'."
            )
        }
    }

    /// Contract sections 3.3 and 17.19.
    @Test func `A filter that doesn't parse is reported in the contract's words`() async throws {
        try await LocalService.run { service in
            let filter = "invalid filter syntax without proper operators"
            let answer = try await service.post("/itwins/exports", #"{"outputFormat":"Csv","filter":"\#(filter)"}"#)
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.error?.message == "Syntax error at position 14 in '\(filter)'.")
        }
    }

    /// Contract section 8.1: the samples write blanks as plus, and a status lifts the inactive rule.
    @Test(arguments: [
        ("status+eq+'Inactive'", "Off"), ("status+in+['Trial','Inactive']", "Off,Try"),
        ("status ne 'Trial'", "Off,On+"),
        ("contains(displayName,'N+')", "On+"), ("displayName+eq+'On+'", ""), ("displayName eq 'On+'", "On+"),
        ("subClass+eq+'asset'", "On+,Try"), ("", "On+,Try"),
    ])
    func `A filter selects the rows of the file and is kept as sent`(_ filter: String, _ names: String)
        async throws
    {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            _ = try await service.asset("On+")
            _ = try await service.asset("Off", #""status":"Inactive""#)
            _ = try await service.asset("Try", #""status":"Trial""#)
            let body =
                #"{"outputFormat":"Csv","subClass":"Asset","select":"displayName","includeInactive":false,"filter":"\#(filter)"}"#
            let created = try await service.post("/itwins/exports", body)
            #expect(created.status == 201)
            #expect(created.json?["export"]?["request"]?["filter"] == .string(filter))
            clock.advance(seconds: 5)
            guard !names.isEmpty else {
                let export = try await service.get("/itwins/exports").json?["exports"]?.array?.first
                #expect(export?["outputUrl"] == .null)
                return
            }
            let link = try await Self.link(service)
            let lines = String(decoding: try await service.http.request("GET", link, token: nil).body, as: UTF8.self)
            #expect(lines.split(separator: "\r\n").dropFirst().sorted().joined(separator: ",") == names)
        }
    }

    @Test func `Optional fields may be null, and scopes match in any letter case`() async throws {
        try await LocalService.run { service in
            let body =
                #"{"outputFormat":"Csv","queryScope":"organizationadmin","subClass":null,"select":null,"filter":null,"includeInactive":null}"#
            let answer = try await service.post("/itwins/exports", body)
            #expect(answer.status == 201)
            #expect(answer.json?["export"]?["request"]?["queryScope"] == "organizationadmin")
        }
    }

    @Test func `Exports are listed for four hours, newest first, and an unknown one is 404`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            var ids: [JSON?] = []
            for _ in 0..<2 {
                ids.insert(try await service.post("/itwins/exports", Self.body).json?["export"]?["id"], at: 0)
                clock.advance(seconds: 3600)
            }
            func listed() async throws -> [JSON?] {
                try await service.get("/itwins/exports").json?["exports"]?.array?.map { $0["id"] } ?? []
            }
            #expect(try await listed() == ids)
            clock.advance(seconds: 2 * 3600)
            #expect(try await listed() == [ids[0]])
            for id in [unknownID, "nonsense"] {
                let answer = try await service.get("/itwins/exports/\(id)")
                #expect(answer.status == 404)
                #expect(answer.error?.code == "iTwinExportNotFound")
            }
        }
    }

    @Test func `The document's export routes cover one iTwin and its children`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            let parent = try await service.asset("Parent")
            let child = try await service.asset("Child", #""parentId":"\#(parent)""#)
            _ = try await service.asset("Grandchild", #""parentId":"\#(child)""#)
            let created = try await service.post(
                "/itwins/\(parent)/exports",
                #"{"outputFormat":"Csv","select":"displayName"}"#
            )
            #expect(created.status == 201)
            clock.advance(seconds: 5)
            #expect(try await service.get("/itwins/\(parent)/exports").json?["exports"]?.array?.count == 1)
            #expect(try await service.get("/itwins/itwins/\(child)/exports").json?["exports"]?.array == [])
            let link = try await Self.link(service)
            let lines = String(decoding: try await service.http.request("GET", link, token: nil).body, as: UTF8.self)
            #expect(Set(lines.split(separator: "\r\n")) == ["displayName", "Child", "Parent"])
            for answer in [
                try await service.get("/itwins/\(unknownID)/exports"),
                try await service.post("/itwins/\(unknownID)/exports", "{}"),
            ] {
                #expect(answer.status == 404)
                #expect(answer.error?.code == "iTwinNotFound")
            }
        }
    }

    /// The target of the link of the newest export.
    private static func link(_ service: LocalService) async throws -> String {
        let url = try await service.get("/itwins/exports").json?["exports"]?.array?.first?["outputUrl"]?.string
        let origin = "http://127.0.0.1:\(service.port)"
        let link = try #require(url)
        #expect(link.hasPrefix(origin + "/files/"))
        return String(link.dropFirst(origin.count))
    }
}
