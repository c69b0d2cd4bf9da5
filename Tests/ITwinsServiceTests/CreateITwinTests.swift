import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@Suite struct CreateITwinTests {
    @Test func `A new iTwin has the values sent and defaults for the rest`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            let answer = try await service.post(
                "/itwins",
                #"{"class":"Thing","subClass":"Asset","displayName":"Pump House 7"}"#
            )
            #expect(answer.status == 201)
            let iTwin = try #require(answer.json?["iTwin"].flatMap(ITwin.init))
            let account = "0d0c7a52-6a0e-4b7c-8f0a-2f1b8b9c0d11"
            #expect(answer.json?["iTwin"]?.object?.members.map(\.name) == ITwin.Field.allCases.map(\.rawValue))
            #expect(
                iTwin.id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
            )
            #expect(iTwin.number == iTwin.id)
            #expect(iTwin.status == .active)
            #expect(iTwin.dataCenterLocation == .eastUS)
            #expect(iTwin.parentId == account)
            #expect(iTwin.iTwinAccountId == account)
            #expect(iTwin.createdDateTime == clock.now)
            #expect(answer.json?["iTwin"]?["createdDateTime"]?.string == "2025-06-01T12:00:00.0000000+00:00")
            #expect(iTwin.lastModifiedDateTime == clock.now)
            #expect(iTwin.createdBy?.isEmpty == false)
            #expect([iTwin.type, iTwin.imageName, iTwin.image, iTwin.geographicLocation] == [nil, nil, nil, nil])
            #expect(try await service.get("/itwins/\(iTwin.id)").json == answer.json)
        }
    }

    @Test func `Every field sent is stored unchanged`() async throws {
        try await LocalService.run { service in
            let body = #"""
                {"class":"Endeavor","subClass":"WorkPackage","type":"","number":"N-\u0001\t€","displayName":"Zürich\u001b[31m 東京 🌞",
                "geographicLocation":"x","latitude":-90,"longitude":179.99999,"ianaTimeZone":"Europe/Zurich",
                "dataCenterLocation":"Japan East","status":"Trial","id":"mine","createdBy":"me","additional":{"a":[1]}}
                """#
            let created = try await service.post("/itwins", body)
            #expect(created.status == 201)
            let iTwin = try #require(created.json?["iTwin"])
            #expect(iTwin["type"] == "")
            #expect(iTwin["number"]?.string == "N-\u{1}\t€")
            #expect(iTwin["displayName"]?.string == "Zürich\u{1b}[31m 東京 🌞")
            #expect(iTwin["latitude"]?.double == -90)
            #expect(iTwin["longitude"]?.double == 179.99999)
            #expect(iTwin["dataCenterLocation"] == "Japan East")
            #expect(iTwin["id"] != "mine")
            #expect(iTwin["additional"] == nil)
            let id = try #require(iTwin["id"]?.string)
            #expect(try await service.get("/itwins/\(id)").json?["iTwin"] == iTwin)
            let minimal = try await service.get("/itwins/\(id)", "Prefer: return=minimal")
            #expect(minimal.json?["iTwin"]?.object?.members.map(\.name) == ITwin.Field.minimal.map(\.rawValue))
        }
    }

    /// Contract sections 5.1, 6.2 and 17.20. `~` stands for a body that has the required fields.
    @Test(arguments: [
        (
            "{}",
            [
                "MissingRequiredProperty class", "MissingRequiredProperty subClass",
                "MissingRequiredProperty displayName",
            ]
        ),
        (
            #"{"class":"","subClass":null,"displayName":""}"#,
            [
                "MissingRequiredProperty class", "MissingRequiredProperty subClass",
                "MissingRequiredProperty displayName",
            ]
        ),
        (#"{"class":"Things","subClass":"Asset","displayName":"x"}"#, ["InvalidValue class"]),
        (#"{"class":"Thing","subClass":"Assets","displayName":"x"}"#, ["InvalidValue subClass"]),
        (#"{"class":"Thing","subClass":"Project","displayName":"x"}"#, ["InvalidValue subClass"]),
        (
            #"{"class":1,"subClass":[],"displayName":{}}"#,
            ["InvalidValue class", "InvalidValue subClass", "InvalidValue displayName"]
        ),
        (#"{~,"type":5}"#, ["InvalidValue type"]), (#"{~,"number":""}"#, ["InvalidValue number"]),
        (#"{~,"number":7}"#, ["InvalidValue number"]),
        (#"{~,"geographicLocation":true}"#, ["InvalidValue geographicLocation"]),
        (#"{~,"latitude":90.0001}"#, ["InvalidValue latitude"]),
        (#"{~,"latitude":"5"}"#, ["InvalidValue latitude"]), (#"{~,"latitude":1e999}"#, ["InvalidValue latitude"]),
        (#"{~,"longitude":-180.5}"#, ["InvalidValue longitude"]),
        (#"{~,"ianaTimeZone":"Europe/Atlantis"}"#, ["InvalidValue ianaTimeZone"]),
        (#"{~,"ianaTimeZone":""}"#, ["InvalidValue ianaTimeZone"]),
        (#"{~,"dataCenterLocation":"Mars"}"#, ["InvalidValue dataCenterLocation"]),
        (#"{~,"dataCenterLocation":""}"#, ["InvalidValue dataCenterLocation"]),
        (#"{~,"status":"Open"}"#, ["InvalidValue status"]),
        (#"{~,"status":""}"#, ["InvalidValue status"]), (#"{~,"parentId":"x"}"#, ["InvalidValue parentId"]),
        (#"{~,"parentId":""}"#, ["InvalidValue parentId"]),
        (#"{~,"parentId":"00000000-1111-4222-8333-444444444444"}"#, ["InvalidValue parentId"]),
        (#"{~,"type":"a\u0000"}"#, ["InvalidValue type"]),
        (
            #"""
            {"parentId":1,"status":1,"dataCenterLocation":1,"ianaTimeZone":1,"longitude":1e3,"latitude":1e3,
            "geographicLocation":1,"displayName":1,"number":1,"type":1,"subClass":1,"class":1}
            """#,
            [
                "InvalidValue class", "InvalidValue subClass", "InvalidValue type", "InvalidValue number",
                "InvalidValue displayName",
                "InvalidValue geographicLocation", "InvalidValue latitude", "InvalidValue longitude",
                "InvalidValue ianaTimeZone",
                "InvalidValue dataCenterLocation", "InvalidValue status", "InvalidValue parentId",
            ]
        ),
    ])
    func `All invalid fields of a new iTwin are named, in the model's order, and nothing is created`(
        _ body: String,
        _ problems: [String]
    ) async throws {
        try await LocalService.run { service in
            let body = body.replacing("~", with: #""class":"Thing","subClass":"Asset","displayName":"x""#)
            let answer = try await service.post("/itwins", body)
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == problems)
            #expect(try await service.get("/itwins").names.count == 1)
        }
    }

    @Test(arguments: [("type", 100), ("number", 255), ("displayName", 255), ("geographicLocation", 255)])
    func `A text is accepted up to its maximum length in characters, however many bytes they have`(
        _ field: String,
        _ length: Int
    )
        async throws
    {
        try await LocalService.run { service in
            for (count, status) in [(length, 201), (length + 1, 422)] {
                var body: JSON.Object = ["class": "Thing", "subClass": "Asset", "displayName": "x"]
                body[field] = .string(String(repeating: "東", count: count))
                let answer = try await service.post("/itwins", JSON.object(body).text)
                #expect(answer.status == status)
                if status == 422 { #expect(answer.problems == ["InvalidValue \(field)"]) }
            }
        }
    }

    @Test func `Null counts as absent for an optional field`() async throws {
        try await LocalService.run { service in
            let fields = [
                "type", "number", "geographicLocation", "latitude", "longitude", "ianaTimeZone", "dataCenterLocation",
                "status", "parentId",
            ]
            let nulls = fields.map { "\"\($0)\":null" }.joined(separator: ",")
            let answer = try await service.post(
                "/itwins",
                #"{"class":"Thing","subClass":"Portfolio","displayName":"x",\#(nulls)}"#
            )
            #expect(answer.status == 201)
            #expect(answer.json?["iTwin"]?["status"] == "Active")
        }
    }

    @Test func `Number and name are unique within account and subclass, in any letter case`() async throws {
        try await LocalService.run { service in
            _ = try await service.asset("Straße", #""number":"N-1""#)
            func post(_ subClass: String, _ name: String, _ number: String) async throws -> RawAnswer {
                let name = "\"displayName\":\"\(name)\",\"number\":\"\(number)\""
                return try await service.post("/itwins", #"{"class":"Thing","subClass":"\#(subClass)",\#(name)}"#)
            }
            let both = try await post("Asset", "STRASSE", "n-1")
            #expect(both.status == 409)
            #expect(both.error?.code == "iTwinExists")
            #expect(both.problems == ["InvalidValue number", "InvalidValue displayName"])
            #expect(try await post("Asset", "strasse", "N-2").problems == ["InvalidValue displayName"])
            #expect(try await post("Asset", "Other", "n-1").problems == ["InvalidValue number"])
            #expect(try await post("Portfolio", "Straße", "N-1").status == 201)
            #expect(try await service.get("/itwins").names.count == 3)
        }
    }

    @Test func `Of many equal creations at the same time one succeeds`() async throws {
        try await LocalService.run { service in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await service.post("/itwins", #"{"class":"Thing","subClass":"Asset","displayName":"One"}"#)
                            .status
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 1, 409: 15])
        }
    }

    @Test func `A child belongs to its parent's account, and an Account to itself`() async throws {
        try await LocalService.run { service in
            let created = try await service.post(
                "/itwins",
                #"{"class":"Account","subClass":"Account","displayName":"Second Group"}"#
            )
            #expect(created.status == 201)
            let account = try #require(created.json?["iTwin"])
            let id = try #require(account["id"]?.string)
            #expect(account["parentId"] == .null)
            #expect(account["iTwinAccountId"]?.string == id)
            let child = try await service.asset("Child", #""parentId":"\#(id.uppercased())""#)
            let grandchild = try await service.asset("Grandchild", #""parentId":"\#(child)""#)
            let full = try await service.get("/itwins/\(grandchild)").json?["iTwin"]
            #expect(full?["parentId"]?.string == child)
            #expect(full?["iTwinAccountId"]?.string == id)
            // Another account is another scope for names.
            _ = try await service.asset("Grandchild")
            let again = try await service.post(
                "/itwins",
                #"{"class":"Account","subClass":"Account","displayName":"second group"}"#
            )
            #expect(again.status == 409)
            let below = #"{"class":"Account","subClass":"Account","displayName":"Third","parentId":"\#(id)"}"#
            #expect(try await service.post("/itwins", below).problems == ["InvalidValue parentId"])
        }
    }

    @Test func `The primary account is returned in its minimal form`() async throws {
        try await LocalService.run { service in
            let account = try await service.get("/itwins/myprimaryaccount", "Prefer: return=representation").json?[
                "iTwin"
            ]
            #expect(account?.object?.members.map(\.name) == ITwin.Field.minimal.map(\.rawValue))
            #expect(account?["class"] == "Account")
            #expect(account?["type"] == .null)
            #expect(account?["number"] == account?["displayName"])
        }
    }
}
