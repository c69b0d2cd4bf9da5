import ITwinsAPI
import Testing

/// Contract section 5.1.
@Suite struct ITwinTests {
    private static let full = #"""
        {"id":"6f2d7c1e-0b3a-4a55-9f6e-1c2b3d4e5f60","class":"Endeavor","subClass":"Project","type":"Bridge","number":"BR-0042",
        "displayName":"Harbour Bridge Deck","geographicLocation":"Example Bay","latitude":51.5,"longitude":-0.12,
        "ianaTimeZone":"Europe/London","dataCenterLocation":"UK South","status":"Active","parentId":"p-1","iTwinAccountId":"a-1",
        "imageName":"small_1.png","image":"https://h/small_1.png","createdDateTime":"2025-02-03T04:05:06.7000000+00:00",
        "createdBy":"u-1","lastModifiedDateTime":"2025-03-04T05:06:07.8Z","lastModifiedBy":"u-2"}
        """#

    @Test func `Every field of the contract is read`() throws {
        let iTwin = try #require(ITwin(JSON.parse(Self.full)))
        #expect(iTwin.id == "6f2d7c1e-0b3a-4a55-9f6e-1c2b3d4e5f60")
        #expect(iTwin.class == .endeavor)
        #expect(iTwin.subClass == .project)
        #expect(iTwin.type == "Bridge")
        #expect(iTwin.number == "BR-0042")
        #expect(iTwin.displayName == "Harbour Bridge Deck")
        #expect(iTwin.geographicLocation == "Example Bay")
        #expect(iTwin.latitude == 51.5)
        #expect(iTwin.longitude == -0.12)
        #expect(iTwin.ianaTimeZone == "Europe/London")
        #expect(iTwin.dataCenterLocation == "UK South")
        #expect(iTwin.status == .active)
        #expect(iTwin.parentId == "p-1")
        #expect(iTwin.iTwinAccountId == "a-1")
        #expect(iTwin.imageName == "small_1.png")
        #expect(iTwin.image == "https://h/small_1.png")
        #expect(iTwin.createdDateTime == Timestamp("2025-02-03T04:05:06.7Z"))
        #expect(iTwin.createdBy == "u-1")
        #expect(iTwin.lastModifiedDateTime == Timestamp("2025-03-04T05:06:07.8Z"))
        #expect(iTwin.lastModifiedBy == "u-2")
        #expect(iTwin.additional.isEmpty)
    }

    @Test func `Encoding and decoding an iTwin returns the same value`() throws {
        let iTwin = try #require(ITwin(JSON.parse(Self.full)))
        #expect(ITwin(iTwin.json()) == iTwin)
        #expect(iTwin.json().object?.members.map(\.name) == ITwin.Field.allCases.map(\.rawValue))
        #expect(iTwin.json(ITwin.Field.minimal).object?.members.count == 6)
    }

    @Test(arguments: ITwin.Field.allCases.dropFirst())
    func `A missing or null field is nil, and others are unaffected`(_ field: ITwin.Field) throws {
        let full = try #require(JSON.parse(Self.full).object)
        for value in [nil, JSON.null] {
            var object = full
            object[field.rawValue] = value
            let iTwin = try #require(ITwin(.object(object)))
            #expect(iTwin[field] == .null)
            #expect(iTwin.additional.isEmpty)
            for other in ITwin.Field.allCases where other != field { #expect(iTwin[other] != .null) }
        }
    }

    @Test(arguments: ITwin.Field.allCases.dropFirst())
    func `A field of another type is set aside, and others are unaffected`(_ field: ITwin.Field) throws {
        let full = try #require(JSON.parse(Self.full).object)
        let isNumber = field == .latitude || field == .longitude
        for value in [isNumber ? "51.5" : 7, [], ["a": 1], true] as [JSON] {
            var object = full
            object[field.rawValue] = value
            let iTwin = try #require(ITwin(.object(object)))
            #expect(iTwin[field] == .null)
            #expect(iTwin.additional[field.rawValue] == value)
            #expect(iTwin.additional.members.count == 1)
            for other in ITwin.Field.allCases where other != field { #expect(iTwin[other] != .null) }
        }
    }

    @Test(arguments: ["yesterday", "2025-02-30T00:00:00Z", ""])
    func `An invalid date is set aside`(_ text: String) throws {
        let iTwin = try #require(ITwin(["id": "1", "createdDateTime": .string(text)]))
        #expect(iTwin.createdDateTime == nil)
        #expect(iTwin.additional == ["createdDateTime": .string(text)])
    }

    @Test func `Unknown enumeration values and unknown fields are preserved`() throws {
        let source: JSON = [
            "id": "1", "class": "Dream", "subClass": "Castle", "status": "Archived", "dataCenterLocation": "Moon Base",
            "colour": "blue", "owner": ["name": "x"], "Status": "Active",
        ]
        let iTwin = try #require(ITwin(source))
        #expect(iTwin.class == "Dream")
        #expect(iTwin.class?.isKnown == false)
        #expect(iTwin.subClass?.rawValue == "Castle")
        #expect(iTwin.status == "Archived")
        #expect(iTwin.dataCenterLocation == "Moon Base")
        #expect(iTwin.additional == ["colour": "blue", "owner": ["name": "x"], "Status": "Active"])
    }

    @Test(arguments: [.null, 7, "id", [], [:], ["id": .null], ["id": 7], ["id": ""], ["displayName": "x"]] as [JSON])
    func `An object without an ID isn't an iTwin`(_ json: JSON) {
        #expect(ITwin(json) == nil)
    }

    @Test func `A number that isn't a double is set aside`() throws {
        let iTwin = try #require(ITwin(["id": "1", "latitude": JSON.parse("1e999")]))
        #expect(iTwin.latitude == nil)
        #expect(iTwin.additional["latitude"] != nil)
    }

    /// Contract section 6.2.
    @Test func `A draft sends the completed fields in the contract's order`() {
        var draft = ITwinDraft(class: .thing, subClass: .asset, displayName: "Pump House 7")
        #expect(draft.json == ["class": "Thing", "subClass": "Asset", "displayName": "Pump House 7"])
        draft.number = "P-7"
        draft.type = "Pump"
        draft.geographicLocation = "Nordhafen"
        draft.latitude = -90
        draft.longitude = 179.5
        draft.ianaTimeZone = "Europe/Zurich"
        draft.dataCenterLocation = "North Europe"
        draft.status = .trial
        draft.parentId = "p"
        #expect(
            draft.json.text == #"""
                {"class":"Thing","subClass":"Asset","type":"Pump","number":"P-7","displayName":"Pump House 7",\#
                "geographicLocation":"Nordhafen","latitude":-90,"longitude":179.5,"ianaTimeZone":"Europe/Zurich",\#
                "dataCenterLocation":"North Europe","status":"Trial","parentId":"p"}
                """#
        )
        #expect(
            ITwin(["id": "1"]).map { $0.json(ITwin.Field.minimal).text }?.hasPrefix(#"{"id":"1","class":null"#) == true
        )
    }
}
