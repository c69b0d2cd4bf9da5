import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// `update-itwin` (contract sections 6.4 and 17.20).
@Suite struct UpdateITwinTests {
    @Test func `Only the members sent are changed, with the time and the user`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            let id = try await service.asset("Pier", #""type":"Plant","latitude":5,"status":"Trial""#)
            let old = try #require(try await service.get("/itwins/\(id)").json?["iTwin"]?.object)
            clock.advance(seconds: 60)
            let answer = try await service.patch("/itwins/\(id)", #"{"displayName":"Pier 2","longitude":7.5}"#)
            #expect(answer.status == 200)
            var expected = old
            expected["displayName"] = "Pier 2"
            expected["longitude"] = .double(7.5)
            expected["lastModifiedDateTime"] = .string(clock.now.description)
            #expect(answer.json?["iTwin"]?.object == expected)
            #expect(try await service.get("/itwins/\(id)").json == answer.json)
        }
    }

    @Test func `An empty object, unknown members and equal values change nothing`()
        async throws
    {
        let clock = TestClock()
        try await LocalService.run(clock: clock) { service in
            let id = try await service.asset("Pier")
            let old = try await service.get("/itwins/\(id)").json
            clock.advance(seconds: 60)
            for body in ["{}", #"{"more":[1],"Type":1}"#, #"{"displayName":"Pier","status":"Active"}"#] {
                let answer = try await service.patch("/itwins/\(id)", body)
                #expect(answer.status == 200)
                #expect(answer.json == old)
            }
        }
    }

    @Test(arguments: ["type", "geographicLocation", "latitude", "longitude", "ianaTimeZone"])
    func `Null clears an optional field`(_ field: String) async throws {
        try await LocalService.run { service in
            let id = try await service.asset(
                "Pier",
                #""type":"a","geographicLocation":"b","latitude":1,"longitude":2,"ianaTimeZone":"Europe/Paris""#
            )
            let answer = try await service.patch("/itwins/\(id)", #"{"\#(field)":null}"#)
            #expect(answer.status == 200)
            let nulls = answer.json?["iTwin"]?.object?.members.filter(\.value.isNull).map(\.name)
            #expect(nulls == [field, "imageName", "image"])
        }
    }

    @Test func `The JSON Patch media type is accepted and read as a plain object`() async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let type = ["Content-Type: application/json-patch+json"]
            let bytes = Array(#"{"status":"Inactive"}"#.utf8)
            let path = "/itwins/\(id)"
            let answer = try await service.http.request(
                "PATCH",
                path,
                token: service.token,
                headers: type,
                bytes: bytes
            )
            #expect(answer.json?["iTwin"]?["status"] == "Inactive")
            let list = try await service.http.request(
                "PATCH",
                path,
                token: service.token,
                headers: type,
                bytes: Array(#"[{"op":"remove","path":"/type"}]"#.utf8)
            )
            #expect(list.isError(400, "InvalidRequestBody"))
            let create = try await service.http.request(
                "POST",
                "/itwins",
                token: service.token,
                headers: type,
                bytes: bytes
            )
            #expect(create.isError(415, "UnsupportedMediaType"))
        }
    }

    /// The rows of contract section 6.4, and those of 17.20 for null and empty texts.
    @Test(arguments: [
        (#"{"id":"x"}"#, ["ReadOnlyProperty id"]), (#"{"class":"Thing"}"#, ["ReadOnlyProperty class"]),
        (#"{"subClass":"Asset"}"#, ["ReadOnlyProperty subClass"]),
        (#"{"createdDateTime":null}"#, ["ReadOnlyProperty createdDateTime"]),
        (#"{"lastModifiedDateTime":1}"#, ["ReadOnlyProperty lastModifiedDateTime"]),
        (#"{"dataCenterLocation":"East US"}"#, ["ReadOnlyProperty dataCenterLocation"]),
        (#"{"parentId":null}"#, ["ReadOnlyProperty parentId"]),
        (#"{"geographicLocation":1}"#, ["InvalidValue geographicLocation"]),
        (#"{"ianaTimeZone":"Mars/Olympus"}"#, ["InvalidValue ianaTimeZone"]),
        (#"{"status":"active"}"#, ["InvalidValue status"]), (#"{"status":null}"#, ["InvalidValue status"]),
        (#"{"status":""}"#, ["InvalidValue status"]), (#"{"displayName":7}"#, ["InvalidValue displayName"]),
        (#"{"displayName":null}"#, ["MissingRequiredProperty displayName"]),
        (#"{"number":[]}"#, ["InvalidValue number"]), (#"{"number":""}"#, ["InvalidValue number"]),
        (#"{"number":null}"#, ["InvalidValue number"]), (#"{"type":{}}"#, ["InvalidValue type"]),
        (#"{"latitude":-90.5}"#, ["InvalidValue latitude"]), (#"{"longitude":"0"}"#, ["InvalidValue longitude"]),
        (
            #"{"status":1,"parentId":1,"longitude":999,"type":1,"class":1,"id":1}"#,
            [
                "ReadOnlyProperty id", "ReadOnlyProperty class", "InvalidValue type", "InvalidValue longitude",
                "InvalidValue status", "ReadOnlyProperty parentId",
            ]
        ),
    ])
    func `All invalid and read-only members are named, in the model's order, and nothing changes`(
        _ body: String,
        _ problems: [String]
    ) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            let old = try await service.get("/itwins/\(id)").json
            let answer = try await service.patch("/itwins/\(id)", body)
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == problems)
            #expect(try await service.get("/itwins/\(id)").json == old)
        }
    }

    @Test(arguments: [("type", 100), ("number", 255), ("displayName", 255), ("geographicLocation", 255)])
    func `A text of an update is accepted up to its maximum length`(_ field: String, _ length: Int) async throws {
        try await LocalService.run { service in
            let id = try await service.asset("Pier")
            for (count, status) in [(length, 200), (length + 1, 422)] {
                let body: JSON = .object([field: .string(String(repeating: "東", count: count))])
                let answer = try await service.patch("/itwins/\(id)", body.text)
                #expect(answer.status == status)
                if status == 422 { #expect(answer.problems == ["InvalidValue \(field)"]) }
            }
        }
    }

    @Test func `Another iTwin's number and name are a conflict, its own in another letter case are not`() async throws {
        try await LocalService.run { service in
            _ = try await service.asset("First", #""number":"N-1""#)
            let id = try await service.asset("Second", #""number":"N-2""#)
            let both = try await service.patch("/itwins/\(id)", #"{"displayName":"FIRST","number":"n-1"}"#)
            #expect(both.status == 409)
            #expect(both.error?.code == "iTwinExists")
            #expect(both.problems == ["InvalidValue number", "InvalidValue displayName"])
            #expect(try await service.patch("/itwins/\(id)", #"{"number":"N-1"}"#).problems == ["InvalidValue number"])
            let own = try await service.patch("/itwins/\(id)", #"{"displayName":"SECOND","number":"n-2"}"#)
            #expect(own.status == 200)
            #expect(own.json?["iTwin"]?["displayName"] == "SECOND")
        }
    }

    @Test func `An unknown iTwin is 404 before the members are validated`() async throws {
        try await LocalService.run { service in
            for id in [unknownID, "nonsense"] {
                let answer = try await service.patch("/itwins/\(id)", #"{"class":1}"#)
                #expect(answer.isError(404, "iTwinNotFound"))
                #expect(try await service.patch("/itwins/\(id)", "{").isError(400, "InvalidRequestBody"))
            }
        }
    }
}
