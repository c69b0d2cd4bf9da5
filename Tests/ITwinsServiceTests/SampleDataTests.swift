import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@Suite struct SampleDataTests {
    @Test func `Without sample data only the Account exists`() async throws {
        try await LocalService.run { service in
            let iTwins = try await service.get("/itwins?includeInactive=true")
            #expect(iTwins.names == ["Sample Infrastructure Group"])
            #expect(try await service.get("/itwins/favorites").names.isEmpty)
            #expect(try await service.get("/itwins/exports").json?["exports"]?.array == [])
        }
    }

    @Test func `The standard data is a tree of about 60 valid iTwins of every kind`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let iTwins = try await Self.all(service)
            #expect((55...70).contains(iTwins.count))
            #expect(Set(iTwins.map(\.subClass)) == Set(ITwinSubClass.known))
            #expect(Set(iTwins.map(\.status)) == Set(ITwinStatus.known))
            #expect(Set(iTwins.compactMap(\.dataCenterLocation)) == Set(DataCenter.known))
            let ids = Set(iTwins.map(\.id))
            let account = "0d0c7a52-6a0e-4b7c-8f0a-2f1b8b9c0d11"
            for iTwin in iTwins {
                #expect(UUID(uuidString: iTwin.id) != nil)
                #expect(iTwin.class?.subClasses.contains(try #require(iTwin.subClass)) == true)
                #expect(iTwin.iTwinAccountId == account)
                #expect(iTwin.createdBy?.isEmpty == false)
                #expect(try #require(iTwin.createdDateTime) <= #require(iTwin.lastModifiedDateTime))
                guard iTwin.id != account else { continue }
                #expect(ids.contains(try #require(iTwin.parentId)))
                #expect(Rules.isTimeZone(try #require(iTwin.ianaTimeZone)))
                #expect(Rules.latitudes.contains(try #require(iTwin.latitude)))
                #expect(Rules.longitudes.contains(try #require(iTwin.longitude)))
            }
        }
    }

    @Test(arguments: [
        ("BR-0042", "Harbour Bridge Deck", "Project"), ("RB-0421", "Riverside Bridge Rehabilitation", "Project"),
        ("OM-0007", "Old Mill Footbridge", "Asset"), ("TK-0118", "東京湾岸トンネル 第二期", "Asset"),
        ("ZH-0930", "Zürich Hauptbahnhof Gleisfeld", "Project"), ("DX-0204", "مشروع ميناء دبي", "Project"),
        ("PH-7", "Pump House 7", "Asset"), ("NL-1180", "Northern Line Ventilation", "WorkPackage"),
        ("CD-0001", "Coastal Defence Programme", "Program"), ("RP-0001", "Riverside Program", "Program"),
        ("SC-0150", "Solar Canopy 🌞 Depot West", "Project"),
    ])
    func `The documentation's iTwins exist`(_ number: String, _ name: String, _ subClass: String) async throws {
        try await LocalService.run(sampleData: .standard) { service in
            let answer = try await service.get("/itwins?number=\(number)&subClass=\(subClass)")
            #expect(answer.names == [name])
        }
    }

    @Test func `Repositories of every class and subclass exist, with every authentication type`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            var repositories: [Repository] = []
            for iTwin in try await Self.all(service) {
                let answer = try await service.get("/itwins/\(iTwin.id)/repositories")
                let own = (answer.json?["repositories"]?.array ?? []).compactMap(Repository.init)
                #expect(own.contains { $0.class == .cesiumCuratedContent })
                repositories += own
            }
            #expect(Set(repositories.map(\.class)) == Set(RepositoryClass.automatic + RepositoryClass.creatable))
            #expect(Set(repositories.compactMap(\.subClass)) == Set(RepositorySubClass.known))
            #expect(Set(repositories.compactMap(\.authentication?.kind)) == Set(RepositoryAuthentication.Kind.allCases))
            #expect(repositories.contains { $0.options?.maximumLevel != nil })
            for repository in repositories {
                #expect(repository.additional.isEmpty)
                let uri = try #require(repository.uri)
                #expect(uri.firstMatch(of: /^https:\/\/[a-z]+\.example\.org\//) != nil)
            }
        }
    }

    @Test func `Favorites, recents and two finished exports exist`() async throws {
        try await LocalService.run(sampleData: .standard) { service in
            #expect((4...6).contains(try await service.get("/itwins/favorites").names.count))
            let recents = try await service.get("/itwins/recents").names
            #expect(recents.count == 10)
            #expect(
                recents.prefix(3) == ["Harbour Bridge Deck", "Riverside Bridge Rehabilitation", "Old Mill Footbridge"]
            )
            let exports = (try await service.get("/itwins/exports").json?["exports"]?.array ?? []).compactMap(
                Export.init
            )
            #expect(exports.map(\.status) == [.completed, .failed])
            let link = try #require(exports.first?.outputUrl)
            let target = String(link.dropFirst("http://127.0.0.1:\(service.port)".count))
            let file = try await service.http.request("GET", target, token: nil)
            #expect(String(decoding: file.body, as: UTF8.self).contains("PH-7,Pump House 7,Plant,"))
            #expect(exports.last?.outputUrl == nil)
            // They are no part of this hour's quota.
            #expect(try await service.post("/itwins/exports", #"{"outputFormat":"Csv"}"#).status == 201)
        }
    }

    @Test func `IDs, names and places are the same in every database, only times differ`() async throws {
        let clocks = [TestClock(), TestClock(Timestamp(secondsSince1970: 1_900_000_000))]
        let all = try await withThrowingTaskGroup(of: [ITwin].self) { group in
            for clock in clocks {
                group.addTask {
                    try await LocalService.run(sampleData: .count(300), clock: clock) { try await Self.all($0) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let timeless = all.map { iTwins in
            iTwins.map { iTwin in
                var iTwin = iTwin
                iTwin.createdDateTime = nil
                iTwin.lastModifiedDateTime = nil
                return iTwin
            }
        }
        #expect(timeless[0] == timeless[1])
        #expect(all[0] != all[1])
    }

    @Test(arguments: [1, 2, 10, 63, 64, 65, 1200])
    func `A count creates that many iTwins in total, including the Account`(_ count: Int) async throws {
        try await LocalService.run(sampleData: .count(count)) { service in
            let iTwins = try await Self.all(service)
            #expect(iTwins.count == count)
            #expect(Set(iTwins.map { $0.number?.lowercased() }).count == count)
            let ids = Set(iTwins.map(\.id))
            #expect(iTwins.allSatisfy { $0.parentId.map(ids.contains) ?? ($0.subClass == .account) })
        }
    }

    private static func all(_ service: LocalService) async throws -> [ITwin] {
        var iTwins: [ITwin] = []
        while true {
            let query = "/itwins?includeInactive=true&$top=1000&$skip=\(iTwins.count)"
            let page = try await service.get(query, "Prefer: return=representation", "X-Max-Return: 10000")
            iTwins += (page.json?["iTwins"]?.array ?? []).compactMap(ITwin.init)
            if page.json?["_links"]?["next"] == nil { return iTwins }
        }
    }
}
