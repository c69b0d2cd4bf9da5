import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// `get-repository`, `update-itwin-repository` and `delete-repository` (contract sections 10.3 to 10.5 and 17.20).
@Suite struct RepositoryChangesTests {
    private static let secret =
        #""authentication":{"type":"Header","key":"k","value":"v"},"options":{"queryParameters":{"a":"b"}}"#

    @Test func `Only the members sent are changed; authentication and options are replaced as a whole`() async throws {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let id = try await service.repository(of: iTwin, "maps", Self.secret)
            let path = "/itwins/\(iTwin)/repositories/\(id)"
            let old = try #require(try await service.get(path).json?["repository"]?.object)
            let steps: [(String, String, JSON?)] = [
                (#"{"displayName":"Maps 2"}"#, "displayName", "Maps 2"), (#"{"uri":"x"}"#, "uri", "x"),
                (
                    #"{"authentication":{"type":"Basic","username":"u","password":"p"}}"#, "authentication",
                    ["type": "Basic", "username": "u", "password": "p"]
                ),
                (#"{"authentication":null}"#, "authentication", nil), (#"{"options":{}}"#, "options", [:]),
                (#"{"options":null}"#, "options", nil), ("{}", "uri", "x"),
            ]
            var expected = old
            for (body, name, value) in steps {
                expected[name] = value
                let answer = try await service.patch(path, body)
                #expect(answer.status == 200)
                let repository = answer.json?["repository"]?.object
                #expect(Set(repository?.members ?? []) == Set(expected.members), "\(body)")
                #expect(try await service.get(path).json == answer.json)
            }
        }
    }

    @Test func `Class and subclass may be sent unchanged, and other members are read-only`() async throws {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let id = try await service.repository(of: iTwin, "maps")
            let path = "/itwins/\(iTwin)/repositories/\(id)"
            let same = #"{"class":"GeographicInformationSystem","subClass":"WebMapService"}"#
            #expect(try await service.patch(path, same).status == 200)
            let others = #"{"class":"Construction","subClass":"Performance","id":"x"}"#
            let answer = try await service.patch(path, others)
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(
                Set(answer.problems) == ["ReadOnlyProperty id", "ReadOnlyProperty class", "ReadOnlyProperty subClass"]
            )
        }
    }

    /// The rows of contract section 10.4; members of authentication stand without prefix there.
    @Test(arguments: [
        (#"{"uri":""}"#, ["InvalidValue uri"]), (#"{"uri":null}"#, ["InvalidValue uri"]),
        (#"{"uri":1}"#, ["InvalidValue uri"]),
        (#"{"displayName":""}"#, ["InvalidValue displayName"]),
        (#"{"displayName":null}"#, ["InvalidValue displayName"]), (#"{"options":[]}"#, ["InvalidValue options"]),
        (#"{"options":{"minimumLevel":1,"maximumLevel":2}}"#, ["InvalidValue options"]),
        (#"{"authentication":{"type":"x"}}"#, ["InvalidValue authentication.type"]),
        (#"{"authentication":{"type":"Header"}}"#, ["InvalidValue key", "InvalidValue value"]),
        (#"{"authentication":{"type":"Basic","username":""}}"#, ["InvalidValue username", "InvalidValue password"]),
        (
            #"{"authentication":1,"options":1,"uri":1,"displayName":1}"#,
            ["InvalidValue displayName", "InvalidValue uri", "InvalidValue authentication", "InvalidValue options"]
        ),
    ])
    func `All invalid members of a repository are named, and nothing changes`(_ body: String, _ problems: [String])
        async throws
    {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let id = try await service.repository(of: iTwin, "maps", Self.secret)
            let path = "/itwins/\(iTwin)/repositories/\(id)"
            let old = try await service.get(path).json
            let answer = try await service.patch(path, body)
            #expect(answer.status == 422)
            #expect(answer.error?.code == "InvalidiTwinsRequest")
            #expect(answer.problems == problems)
            #expect(try await service.get(path).json == old)
        }
    }

    @Test(arguments: [
        (#"{"minimumLevel":0,"maximumLevel":24}"#, []),
        (#"{"minimumLevel":25,"maximumLevel":24}"#, ["InvalidValue minimumlevel"]),
        (#"{"minimumLevel":0}"#, ["InvalidValue maximumlevel"]),
        (#"{"minimumLevel":2,"maximumLevel":1}"#, ["InvalidValue minimumlevel"]),
    ])
    func `Zoom levels are for tiles, required together and in order`(_ options: String, _ problems: [String])
        async throws
    {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let id = try await service.repository(of: iTwin, "tiles", subClass: .urlTemplate)
            let answer = try await service.patch("/itwins/\(iTwin)/repositories/\(id)", #"{"options":\#(options)}"#)
            #expect(answer.status == (problems.isEmpty ? 200 : 422))
            #expect(answer.problems == problems)
        }
    }

    @Test func `Another repository's name or URI is a conflict`() async throws {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            _ = try await service.repository(of: iTwin, "one")
            let id = try await service.repository(of: iTwin, "two")
            let path = "/itwins/\(iTwin)/repositories/\(id)"
            for body in [#"{"displayName":"ONE"}"#, #"{"uri":"https://one.example.org"}"#] {
                #expect(try await service.patch(path, body).isError(409, "iTwinRepositoryExists"))
            }
            #expect(try await service.patch(path, #"{"displayName":"TWO"}"#).status == 200)
        }
    }

    @Test func `Deleting a repository deletes its resources`() async throws {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let id = try await service.repository(of: iTwin, "maps")
            let path = "/itwins/\(iTwin)/repositories/\(id)"
            #expect(try await service.post("\(path)/resources", #"{"id":"a","displayName":"A"}"#).status == 201)
            let answer = try await service.delete(path)
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty)
            #expect(try await service.get(path).isError(404, "iTwinRepositoryNotFound"))
            #expect(try await service.get("\(path)/resources").isError(404, "iTwinRepositoryNotFound"))
            #expect(try await service.delete(path).isError(404, "iTwinRepositoryNotFound"))
            #expect(try await service.get("/itwins/\(iTwin)/repositories").json?["repositories"]?.array?.count == 1)
        }
    }

    @Test func `An automatic repository can be read, with a link to its resources, but not changed`() async throws {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let path = "/itwins/\(iTwin)/repositories/cesiumcuratedcontent"
            let repository = try await service.get(path).json?["repository"]
            #expect(repository?["class"] == "CesiumCuratedContent")
            let link = "http://127.0.0.1:\(service.port)/iTwins/\(iTwin)/repositories/cesiumcuratedcontent/resources"
            #expect(repository?["capabilities"]?["resources"]?["uri"]?.string == link)
            #expect(try await service.patch(path, #"{"displayName":1}"#).isError(403, "InsufficientPermissions"))
            #expect(try await service.delete(path).isError(403, "InsufficientPermissions"))
            #expect(try await service.get(path).json?["repository"] == repository)
            // The same for a class of which the iTwin has nothing yet.
            let empty = "/itwins/\(iTwin)/repositories/imodels"
            #expect(try await service.get(empty).json?["repository"]?["class"] == "iModels")
            #expect(try await service.delete(empty).isError(403, "InsufficientPermissions"))
        }
    }

    @Test func `The leftmost missing part of a repository's path is named`() async throws {
        try await LocalService.run { service in
            let iTwin = try await service.asset("Lock")
            let other = try await service.asset("Weir")
            let id = try await service.repository(of: other, "maps")
            for (path, code) in [
                ("/itwins/\(unknownID)/repositories/\(id)", "iTwinNotFound"),
                ("/itwins/nonsense/repositories/\(id)", "iTwinNotFound"),
                ("/itwins/\(iTwin)/repositories/\(unknownID)", "iTwinRepositoryNotFound"),
                ("/itwins/\(iTwin)/repositories/issues", "iTwinRepositoryNotFound"),
                // That of another iTwin is none of this one.
                ("/itwins/\(iTwin)/repositories/\(id)", "iTwinRepositoryNotFound"),
            ] {
                #expect(try await service.get(path).isError(404, code))
                #expect(try await service.patch(path, #"{"uri":1}"#).isError(404, code))
                #expect(try await service.delete(path).isError(404, code))
            }
        }
    }
}
