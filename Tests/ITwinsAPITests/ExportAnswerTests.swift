import ITwinsAPI
import Testing

/// Contract sections 5.2 and 8.1.
@Suite struct ExportAnswerTests {
    private static let text = #"""
        {"id":"a0a0","request":{"queryScope":"OrganizationAdmin","subClass":"Asset","select":"number,displayName","filter":"a eq 1",\#
        "includeInactive":true,"outputFormat":"Csv"},"status":"Completed","outputUrl":"https://h/f","createdBy":"u",\#
        "createdDateTime":"2025-04-05T06:07:08.0000000+00:00","startedDateTime":"2025-04-05T06:07:09.0000000+00:00",\#
        "completedDateTime":"2025-04-05T06:07:10.0000000+00:00"}
        """#

    @Test func `Every field of an export is decoded and encoded`() throws {
        let export = try #require(Export(JSON.parse(Self.text)))
        #expect(export.id == "a0a0")
        #expect(export.status == .completed)
        #expect(!export.status.isRunning)
        #expect(export.outputUrl == "https://h/f")
        #expect(export.createdBy == "u")
        #expect(export.createdDateTime == Timestamp("2025-04-05T06:07:08Z"))
        #expect(export.startedDateTime == Timestamp("2025-04-05T06:07:09Z"))
        #expect(export.completedDateTime == Timestamp("2025-04-05T06:07:10Z"))
        #expect(export.request.queryScope == .organizationAdmin)
        #expect(export.request.subClass == "Asset")
        #expect(export.request.select == "number,displayName")
        #expect(export.request.filter == "a eq 1")
        #expect(export.request.includeInactive)
        #expect(export.request.outputFormat == .csv)
        #expect(export.json.text == Self.text)
    }

    @Test(arguments: [
        "request", "outputUrl", "createdBy", "createdDateTime", "startedDateTime", "completedDateTime",
    ])
    func `An export's field of another type is set aside`(_ name: String) throws {
        var object = try #require(JSON.parse(Self.text).object)
        object[name] = 7
        let export = try #require(Export(.object(object)))
        #expect(export.additional == JSON.Object([.init(name: name, value: 7)]))
        object[name] = .null
        #expect(Export(.object(object))?.additional.isEmpty == true)
    }

    @Test func `Unknown states, formats and members of an export are preserved`() throws {
        let export = try #require(
            Export([
                "id": "1", "status": "Paused", "request": ["outputFormat": "Parquet", "queryScope": "all"],
                "progress": 40,
            ])
        )
        #expect(export.status == "Paused")
        #expect(!export.status.isRunning)
        #expect(export.request.outputFormat == "Parquet")
        #expect(export.request.queryScope == "all")
        #expect(export.additional == ["progress": 40])
    }

    @Test(
        arguments: [
            .null, ["id": "1"], ["status": "Queued"], ["id": "", "status": "Queued"], ["id": "1", "status": 1],
        ] as [JSON]
    )
    func `An object without ID and status isn't an export`(_ json: JSON) {
        #expect(Export(json) == nil)
    }

    @Test func `An export request sends what differs from the defaults`() {
        var draft = ExportDraft(outputFormat: .csv)
        #expect(draft.json == ["outputFormat": "Csv"])
        (draft.filter, draft.queryScope) = ("type eq 'Bridge'", .organizationAdmin)
        #expect(
            draft.json == [
                "outputFormat": "Csv", "queryScope": "OrganizationAdmin", "filter": "type eq 'Bridge'",
            ]
        )
    }

    @Test func `Queued and running exports are active`() {
        #expect(ExportStatus.known.map(\.isRunning) == [true, true, false, false])
    }
}
