import ITwinsAPI
import Testing

/// Contract section 5.4.
@Suite struct RepositoryTests {
    @Test func `An automatic repository is decoded`() throws {
        let source = try JSON.parse(
            #"""
            {"id":"imodels","class":"iModels","displayName":"iModels","uri":"https://api.bentley.com/imodels?iTwinId=ID",
            "capabilities":{"resources":{"uri":"https://api.bentley.com/iTwins/ID/repositories/imodels/resources"}}}
            """#
        )
        let repository = try #require(Repository(source))
        #expect(repository.id == "imodels")
        #expect(repository.class == "iModels")
        #expect(repository.subClass == nil)
        #expect(repository.isAutomatic)
        #expect(repository.displayName == "iModels")
        #expect(repository.uri == "https://api.bentley.com/imodels?iTwinId=ID")
        #expect(repository.resourcesURI == "https://api.bentley.com/iTwins/ID/repositories/imodels/resources")
        #expect(repository.class.hasResources)
        #expect(Repository(repository.json) == repository)
        #expect(repository.json == source)
    }

    @Test(arguments: [
        #"{"type":"Header","key":"X-Key","value":"v"}"#, #"{"type":"QueryParameter","key":"token","value":"secret"}"#,
        #"{"type":"Basic","username":"surveyor","password":"p"}"#,
        #"{"type":"OAuth2AuthorizationCodePKCE","clientId":"c","scopes":"a b","authorizationEndpoint":"https://h/a","tokenEndpoint":"https://h/t","redirectUri":"http://localhost/"}"#,
    ])
    func `Every authentication type is decoded and encoded, and its secrets are not shown`(_ text: String) throws {
        let source = try JSON.parse(text)
        let authentication = try #require(RepositoryAuthentication(source))
        #expect(authentication.json == source)
        #expect(authentication.kind.rawValue == source["type"]?.string)
        #expect(authentication.members.map(\.name) == authentication.kind.members)
        for name in authentication.kind.secretMembers.intersection(authentication.kind.members) {
            var shown = String(reflecting: authentication)
            dump(authentication, to: &shown)
            let secret = try #require(source[name]?.string)
            #expect(!shown.contains("\"\(secret)\""))
        }
        for name in authentication.kind.members {
            var object = try #require(source.object)
            object[name] = nil
            #expect(RepositoryAuthentication(.object(object)) == nil)
            object[name] = 7
            #expect(RepositoryAuthentication(.object(object)) == nil)
        }
    }

    @Test func `Options are decoded and encoded`() throws {
        let text = #"{"minimumLevel":0,"maximumLevel":18,"queryParameters":{"z":"1","a":"2"}}"#
        let options = try #require(RepositoryOptions(JSON.parse(text)))
        #expect(options.minimumLevel == 0)
        #expect(options.maximumLevel == 18)
        #expect(options.queryParameters == [.init(name: "z", value: "1"), .init(name: "a", value: "2")])
        #expect(options.json.text == text)
        #expect(RepositoryOptions([:]) == RepositoryOptions())
        #expect(RepositoryOptions().json == [:])
    }

    @Test(arguments: ["authentication", "options", "subClass", "displayName", "uri", "capabilities"])
    func `A member of another type or unknown kind is set aside and written back`(_ name: String) throws {
        let values: [JSON] = [
            7, ["type": "Passkey"], ["type": "Basic", "username": "u"], ["minimumLevel": "0"],
            ["queryParameters": ["a": 1]],
            ["resources": ["uri": 1]], ["unknown": true], [.null],
        ]
        for value in values {
            let source: JSON = ["id": "1", "class": "Construction", .init(name): value]
            let repository = try #require(Repository(source))
            #expect(repository.additional[name] == value)
            #expect(repository.json == source)
            #expect(Repository(["id": "1", "class": "Construction", .init(name): .null])?.additional.isEmpty == true)
        }
    }

    @Test func `Unknown classes and members are preserved`() throws {
        let source: JSON = ["id": "1", "class": "Dreams", "subClass": "Lucid", "colour": ["r": 1]]
        let repository = try #require(Repository(source))
        #expect(repository.class == "Dreams")
        #expect(!repository.class.isKnown)
        #expect(!repository.class.hasResources)
        #expect(repository.subClass == "Lucid")
        #expect(!repository.isAutomatic)
        #expect(repository.json == source)
    }

    @Test(
        arguments: [
            .null, [], ["id": "1"], ["class": "x"], ["id": 1, "class": "x"], ["id": "", "class": "x"],
            ["id": "1", "class": 1],
        ] as [JSON]
    )
    func `An object without ID and class isn't a repository`(_ json: JSON) {
        #expect(Repository(json) == nil)
    }

    /// Contract section 10.2.
    @Test func `A repository draft sends the completed fields`() throws {
        var draft = RepositoryDraft(
            class: .geographicInformationSystem,
            subClass: .urlTemplate,
            displayName: "Tiles",
            uri: "https://h/{z}/{x}/{y}.png"
        )
        #expect(draft.json.object?.members.map(\.name) == ["class", "subClass", "displayName", "uri"])
        draft.authentication = .header(key: "X-Key", value: Secret("s"))
        draft.options = RepositoryOptions(
            queryParameters: [.init(name: "a", value: "b")],
            minimumLevel: 1,
            maximumLevel: 2
        )
        #expect(
            draft.json.text == #"""
                {"class":"GeographicInformationSystem","subClass":"UrlTemplate","displayName":"Tiles","uri":"https://h/{z}/{x}/{y}.png",\#
                "authentication":{"type":"Header","key":"X-Key","value":"s"},\#
                "options":{"minimumLevel":1,"maximumLevel":2,"queryParameters":{"a":"b"}}}
                """#
        )
    }
}
