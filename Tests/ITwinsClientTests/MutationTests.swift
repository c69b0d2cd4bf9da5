import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Recorded answers, harmed at random: nothing crashes, and what can be read is read (reliability H10).
@Suite(.timeLimit(.minutes(2)), .rows(26, 44)) struct MutationTests {
    private static let recorded: [(operation: ITwinsAPI.Operation, text: String)] = [
        (everything, pageText(0..<5, next: "http://127.0.0.1/iTwins/?$skip=5&$top=5")),
        (
            .iTwin(id: "id-1"),
            """
            {"iTwin":{"id":"id-1","class":"Endeavor","subClass":"Project","type":"Bridge","number":"BR-0042",
            "displayName":"Harbour Bridge Deck","geographicLocation":"Example Bay","latitude":51.5,"longitude":-0.12,
            "ianaTimeZone":"Europe/London","dataCenterLocation":"UK South","status":"Active","parentId":"p",
            "iTwinAccountId":"a","imageName":null,"image":null,"createdDateTime":"2025-02-03T04:05:06.7000000+00:00",
            "createdBy":"u","lastModifiedDateTime":"2025-03-04T05:06:07.8Z","lastModifiedBy":"u"}}
            """
        ),
        (
            .repositories(iTwinID: "id-1"),
            """
            {"repositories":[{"id":"imodels","class":"iModels","displayName":"iModels","uri":"https://h/imodels",
            "capabilities":{"resources":{"uri":"https://h/resources"}}},{"id":"r2","class":"GeographicInformationSystem",
            "subClass":"UrlTemplate","displayName":"Tiles","uri":"https://h/{z}","authentication":{"type":"QueryParameter",
            "key":"token","value":"secret"},"options":{"minimumLevel":0,"maximumLevel":18,"queryParameters":{"a":"b"}}}]}
            """
        ),
        (
            .exports(iTwinID: nil),
            """
            {"exports":[{"id":"e","request":{"queryScope":"MemberOfiTwin","subClass":"Asset","select":null,"filter":null,
            "includeInactive":false,"outputFormat":"Csv"},"status":"Queued","outputUrl":null,"createdBy":"u",
            "createdDateTime":"2025-04-05T06:07:08.0000000+00:00","startedDateTime":null,"completedDateTime":null}]}
            """
        ),
    ]

    private static let replacements: [JSON] = [
        .null, true, 0, -1, "", "\u{0}", [], [:], [.null], ["id": 7], "2024-02-30T00:00:00Z",
        "9999-12-31T23:59:59.99999999999+23:59",
        "0000-01-01T00:00:00-23:59", "２０２４-01-01T00:00:00Z", .string(String(repeating: "z", count: 5000)),
        (try? JSON.parse("1e999")) ?? .null, (try? JSON.parse("-0.0e-0")) ?? .null,
        (try? JSON.parse("99999999999999999999")) ?? .null,
        .array(Array(repeating: [:], count: 50)),
    ]

    private static func mutated(_ json: JSON, using generator: inout SeededGenerator) -> JSON {
        if Int.random(in: 0..<12, using: &generator) == 0 {
            return replacements.randomElement(using: &generator) ?? .null
        }
        switch json {
        case .array(let elements): return .array(elements.map { mutated($0, using: &generator) })
        case .object(let object):
            var members: [JSON.Object.Member] = []
            for member in object.members {
                switch Int.random(in: 0..<20, using: &generator) {
                case 0: continue
                case 1: members.append(.init(name: member.name.uppercased(), value: member.value))
                case 2: members += [.init(name: "unknown", value: member.value), member]
                default: members.append(.init(name: member.name, value: mutated(member.value, using: &generator)))
                }
            }
            return .object(JSON.Object(members))
        default: return json
        }
    }

    @Test(arguments: recorded.indices)
    func `Values of any type in any place give a result or a reason`(_ index: Int) throws {
        let (operation, text) = Self.recorded[index]
        let original = try JSON.parse(text)
        var answers = 0
        for seed in 0..<3000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let body = Self.mutated(original, using: &generator)
            do throws(ITwinsAPI.Operation.UnexpectedAnswer) {
                let answer = try operation.answer(body: body)
                answers += 1
                let read: (count: Int, unreadable: Int)? =
                    switch answer {
                    case .iTwins(let page): (page.items.count, page.unreadable)
                    case .repositories(let page): (page.items.count, page.unreadable)
                    case .exports(let page): (page.items.count, page.unreadable)
                    default: nil
                    }
                guard let read else { continue }
                let name =
                    text.contains("\"iTwins\"") ? "iTwins" : text.contains("\"exports\"") ? "exports" : "repositories"
                #expect(read.count + read.unreadable == body[name]?.array?.count, "seed \(seed)")
            } catch {
                #expect(!error.reason.isEmpty)
            }
        }
        #expect(answers > 1000)
    }

    @Test(arguments: recorded.indices)
    func `Corrupted bytes give a result or are reported as invalid JSON`(_ index: Int) async throws {
        let (operation, text) = Self.recorded[index]
        try await ScriptedServer.run { _, number in
            var generator = SeededGenerator(seed: UInt64(number))
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: Array("\\u{[\"},0".utf8).shuffled(using: &generator), at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            return .http(status: 200, headers: ["Content-Type: application/json"], body: bytes)
        } _: { server in
            try await ITwinsClient.run(server.baseURL) { client in
                for round in 0..<150 {
                    guard let error = await client.failure(of: operation) else { continue }
                    #expect(error.unexpected != nil, "round \(round): \(error)")
                }
            }
            #expect(server.requests.count == 150)
            #expect(server.connections == 1)
        }
    }
}
