import ITwinsAPI
import ITwinsClient
import ITwinsService
import TestSupport
import Testing

/// The client against the real local service, straight and through a proxy that does harm.
@Suite(.timeLimit(.minutes(3))) struct ServiceTests {
    private func withService(
        sampleData: ServiceConfiguration.SampleData = .none,
        routes: RouteTable = .live,
        _ body: @escaping @Sendable (ITwinsClient, FaultProxy) async throws -> Void
    ) async throws {
        try await LocalService.run(sampleData: sampleData) { service in
            try await FaultProxy.run(to: service.port) { proxy in
                try await ITwinsClient.run(
                    proxy.baseURL,
                    routes: routes,
                    token: service.token.revealed
                ) { client in
                    try await body(client, proxy)
                }
            }
        }
    }

    @Test func `A list of thousands arrives page by page, complete and without duplicates`() async throws {
        try await withService(sampleData: .count(2345)) { client, proxy in
            var query = ITwinQuery()
            query.select = ITwin.Field.minimal + [.status, .parentId, .lastModifiedDateTime]
            query.includeInactive = true
            query.maxReturn = 10_000
            var pages: [Page<ITwin>] = []
            for try await page in client.pages(of: .iTwins(query)) { pages.append(page.iTwins) }
            #expect(pages.map(\.items.count) == [200, 990, 990, 165])
            #expect(Set(pages.flatMap { $0.items.map(\.id) }).count == 2345)
            #expect(pages.allSatisfy { $0.unreadable == 0 && $0.maxReturn == 10_000 })
            #expect(pages.flatMap(\.items).allSatisfy { $0.status != nil })
            #expect(proxy.connections == 1)
            #expect(proxy.requests.count == 4)
        }
    }

    @Test func `A created iTwin is found, listed, made a favorite and added to the recents`() async throws {
        try await withService { client, _ in
            guard case .iTwin(let created, _) = try await client.perform(.createITwin(iTwinDraft)),
                case .iTwin(let read, let source) = try await client.perform(.iTwin(id: created.id)),
                case .iTwin(let account, _) = try await client.perform(.primaryAccount)
            else {
                Issue.record("not iTwins")
                return
            }
            #expect(read == created)
            #expect(ITwin(source) == read)
            #expect(read.parentId == account.id)
            #expect(try await client.perform(.addFavorite(id: read.id)) == .done)
            #expect(try await client.perform(.addRecent(id: read.id)) == .done)
            for operation in [ITwinsAPI.Operation.favorites(includeInactive: true), .recents(includeInactive: false)] {
                guard case .iTwins(let page) = try await client.perform(operation) else {
                    Issue.record("no page")
                    return
                }
                #expect(page.items == [read])
            }
            #expect(try await client.perform(.removeFavorite(id: read.id)) == .done)
            #expect(try await client.perform(.favorites(includeInactive: true)) == .iTwins(Page([])))
            guard
                case .repository(let repository) = try await client.perform(
                    .createRepository(iTwinID: read.id, repositoryDraft)
                ), case .repositories(let repositories) = try await client.perform(.repositories(iTwinID: read.id))
            else {
                Issue.record("no repositories")
                return
            }
            #expect(repositories.items.contains(repository))
            #expect(repository.displayName == "Flood maps")
            #expect(try await client.perform(.exports(iTwinID: nil)) == .exports(Page([])))
        }
    }

    @Test func `The service's errors arrive with their details`() async throws {
        try await withService { client, proxy in
            _ = try await client.perform(.createITwin(iTwinDraft))
            let conflict = try #require(await client.failure(of: .createITwin(iTwinDraft)))
            #expect(conflict.apiError?.status == 409)
            #expect(conflict.apiError?.code == "iTwinExists")
            #expect(conflict.apiError?.details.contains { $0.target == "displayName" } == true)
            #expect(!conflict.outcomeUnknown)
            #expect(conflict.host == "127.0.0.1:\(proxy.port)")
            #expect(await client.failure(of: .iTwin(id: "none"))?.apiError?.code == "iTwinNotFound")
            #expect(await client.failure(of: .export(id: "none"))?.apiError?.code == "iTwinExportNotFound")
            var query = ITwinQuery()
            query.top = 1001
            #expect(await client.failure(of: .iTwins(query))?.apiError?.details.first?.target == "$top")
        }
    }

    @Test func `A wrong token is rejected by the service`() async throws {
        try await LocalService.run { service in
            try await ITwinsClient.run(service.baseURL, token: "wrong") { client in
                #expect(await client.failure(of: everything)?.apiError?.status == 401)
            }
        }
    }

    @Test func `The document's routes are served too`() async throws {
        try await withService(routes: .document) { client, _ in
            guard case .iTwin(let created, _) = try await client.perform(.createITwin(iTwinDraft)) else {
                Issue.record("no iTwin")
                return
            }
            #expect(try await client.perform(.addRecent(id: created.id)) == .done)
            guard case .iTwins(let recents) = try await client.perform(.recents(includeInactive: false)) else {
                Issue.record("no page")
                return
            }
            #expect(recents.items.map(\.id) == [created.id])
            #expect(try await client.perform(.exports(iTwinID: created.id)) == .exports(Page([])))
            _ = try await client.perform(.createRepository(iTwinID: created.id, repositoryDraft))
            #expect(await client.failure(of: .repositories(iTwinID: created.id)) == nil)
            #expect(await client.failure(of: .iTwin(id: created.id))?.reason == .notInDocumentRoutes)
        }
    }

    /// Reliability row 33.
    @Test(.rows(33)) func `A create whose response is lost was done once, and can be found`() async throws {
        try await withService { client, proxy in
            try await proxy.set(.dropAnswer)
            let error = try #require(await client.failure(of: .createITwin(iTwinDraft)))
            #expect(error.outcomeUnknown)
            try await proxy.set(.pass)
            var query = ITwinQuery()
            query.displayName = iTwinDraft.displayName
            guard case .iTwins(let page) = try await client.perform(.iTwins(query)) else {
                Issue.record("no page")
                return
            }
            #expect(page.items.map(\.displayName) == [iTwinDraft.displayName])
            #expect(proxy.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test(.rows(33), arguments: 1...5)
    func `Under random faults nothing is created twice and the client recovers`(_ seed: Int) async throws {
        let faults: [FaultProxy.Mode] = [
            .pass, .pass, .reset, .dropAnswer, .cut(after: 10, .close), .cut(after: 200, .reset), .slices,
            .delay(.milliseconds(20)),
            .drip(bytesPerSecond: 2000),
        ]
        try await LocalService.run { service in
            try await FaultProxy.run(to: service.port, mode: .mixed(faults), seed: UInt64(seed)) { proxy in
                try await ITwinsClient.run(proxy.baseURL, token: service.token.revealed) { client in
                    var certain: Set<String> = []
                    var possible: Set<String> = []
                    for number in 0..<20 {
                        var draft = iTwinDraft
                        draft.displayName = "Bridge \(number)"
                        draft.number = "B-\(number)"
                        let error = await client.failure(of: .createITwin(draft))
                        if error == nil { certain.insert(draft.displayName) }
                        if error == nil || error?.outcomeUnknown == true { possible.insert(draft.displayName) }
                        _ = await client.failure(of: everything)
                    }
                    try await proxy.set(.pass)
                    guard case .iTwins(let page) = try await client.perform(everything) else {
                        Issue.record("no page")
                        return
                    }
                    let names = page.items.filter { $0.subClass == .project }.compactMap(\.displayName)
                    #expect(Set(names).count == names.count)
                    #expect(certain.isSubset(of: names))
                    #expect(Set(names).isSubset(of: possible))
                    #expect(proxy.requests.filter { $0.method == "POST" }.count == 20)
                }
            }
        }
    }
}
