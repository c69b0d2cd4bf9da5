import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Where a list ends, whatever the service says of it and however long it goes on.
@Suite(.timeLimit(.minutes(1)), .rows(40)) struct PagingLimitTests {
    /// What became of a list.
    struct Ending: Sendable {
        var pages: [Page<ITwin>] = []
        var error: RequestError?
        var requests: [RecordedRequest] = []
    }

    /// Reads a list of a service that has many iTwins and answers with what it is asked for.
    ///
    /// - Parameters:
    ///   - count: how many it has.
    ///   - headers: what it says with every page.
    ///   - largest: how many it puts into a page at the most.
    static func read(
        _ query: ITwinQuery,
        of count: Int,
        headers: [String] = [],
        largest: Int = 1000
    ) async throws -> Ending {
        let base = Watched("")
        return try await ScriptedServer.run { request, _ in
            let start = request.number(of: "$skip") ?? 0
            let end = min(start + min(request.number(of: "$top") ?? 100, largest), count)
            let next = end < count ? "\(base.value)?$skip=\(end)" : nil
            return .json(pageText(min(start, end)..<end, next: next), headers: headers)
        } _: { server in
            base.update { $0 = server.baseURL }
            var ending = Ending()
            do throws(RequestError) {
                ending.pages = try await ITwinsClient.pages(server.baseURL, of: query)
            } catch {
                ending.error = error
            }
            ending.requests = server.requests
            return ending
        }
    }

    private static func query(_ maxReturn: Int?) -> ITwinQuery {
        var query = ITwinQuery()
        query.maxReturn = maxReturn
        return query
    }

    @Test(arguments: [
        "9223372036854775807", "9223372036854775808", "99999999999999999999999", "0", "-1", "+7", "1e3", "ten", "",
    ])
    func `No limit from a service ends the program or the list`(_ cap: String) async {
        await #expect(processExitsWith: .success) { [cap = cap as String] in
            for asked in [nil, 50] {
                let ending = try await Self.read(
                    Self.query(asked),
                    of: 3,
                    headers: ["X-Max-Return: \(cap)"],
                    largest: 1
                )
                #expect(ending.error == nil)
                #expect(ending.pages.flatMap { $0.items.map(\.id) } == ["id-0", "id-1", "id-2"])
                #expect(ending.pages.allSatisfy { $0.maxReturn.map { (1...1000).contains($0) } ?? true })
            }
        }
    }

    @Test(arguments: [Int.max, Int.max - 1, 1, 2])
    func `The list is loaded whatever limit is requested`(_ asked: Int) async {
        await #expect(processExitsWith: .success) { [asked = asked as Int] in
            let ending = try await Self.read(Self.query(asked), of: 3, largest: 1)
            #expect(ending.error == nil)
            #expect(ending.pages.flatMap(\.items).count == min(asked, 3))
        }
    }

    @Test func `A list from a service that ignores the limit is loaded up to it and ends there`() async throws {
        let ending = try await Self.read(Self.query(3000), of: 1_000_000)
        #expect(ending.error == nil)
        #expect((3000...3100).contains(ending.pages.flatMap(\.items).count))
        #expect(ending.pages.last?.next == nil)
        #expect(ending.pages.map(\.endsAtCap) == [false, false, false, true])
        let complete = try await Self.read(Self.query(3000), of: 3000)
        #expect(complete.pages.allSatisfy { !$0.endsAtCap })
    }

    @Test func `A list from a service with a smaller limit is loaded up to that`() async throws {
        let ending = try await Self.read(Self.query(3000), of: 1_000_000, headers: ["X-Max-Return: 1000"])
        #expect(ending.error == nil)
        #expect(ending.pages.map(\.endsAtCap) == [false, true])
        #expect(ending.pages.map(\.maxReturn) == [1000, 1000])
    }

    // MARK: Other lists

    /// Reads the resources of a repository.
    private static func readResources(
        _ script: @escaping @Sendable (_ request: RecordedRequest, _ base: String) -> (Range<Int>, next: String?)
    ) async throws -> (pages: [Page<Resource>], error: RequestError?, requests: [RecordedRequest]) {
        let base = Watched("")
        return try await ScriptedServer.run { request, _ in
            let (numbers, next) = script(request, "\(base.value)/1/repositories/r/resources")
            let items = numbers.map { #"{"id":"r\#($0)"}"# }.joined(separator: ",")
            let link = next.map { #""next":{"href":"\#($0)"}"# } ?? ""
            return .json(#"{"resources":[\#(items)],"_links":{\#(link)}}"#)
        } _: { server in
            base.update { $0 = server.baseURL }
            return try await ITwinsClient.run(server.baseURL) { client in
                var pages: [Page<Resource>] = []
                do throws(RequestError) {
                    let list = ITwinsAPI.Operation.resources(RepositoryPath(iTwinID: "1", id: "r"), ResourceQuery())
                    for try await answer in client.pages(of: list) {
                        if case .resources(let page) = answer { pages.append(page) }
                    }
                    return (pages, nil, server.requests)
                } catch {
                    return (pages, error, server.requests)
                }
            }
        }
    }

    @Test func `Resources come page by page as iTwins do, up to ten thousand`() async throws {
        let whole = try await Self.readResources { request, base in
            let start = request.number(of: "$skip") ?? 0
            let end = min(start + (request.number(of: "$top") ?? 0), 1500)
            return (start..<end, end < 1500 ? "\(base)?$skip=\(end)" : nil)
        }
        #expect(whole.error == nil)
        #expect(whole.pages.flatMap { $0.items.map(\.id) } == (0..<1500).map { "r\($0)" })
        let path = "/itwins/1/repositories/r/resources"
        #expect(
            whole.requests.map(\.target) == [
                "\(path)?$top=200", "\(path)?$skip=190&$top=1000", "\(path)?$skip=1180&$top=1000",
            ]
        )
        let endless = try await Self.readResources { request, base in
            let start = request.number(of: "$skip") ?? 0
            let end = start + (request.number(of: "$top") ?? 0)
            return (start..<end, "\(base)?$skip=\(end)")
        }
        #expect(endless.error == nil)
        #expect((10_000...11_000).contains(endless.pages.flatMap(\.items).count))
        #expect(endless.pages.last?.endsAtCap == true)
    }

    @Test(arguments: [
        "BASE?$skip=100", "BASE/x?$skip=200", "http://example.org/itwins/1/repositories/r/resources?$skip=200",
    ])
    func `A list of resources is not followed in a circle, nor elsewhere`(_ link: String) async throws {
        let list = try await Self.readResources { request, base in
            let isFirst = request.number(of: "$skip") == nil
            return (isFirst ? 0..<100 : 90..<200, isFirst ? "\(base)?$skip=100" : link.replacing("BASE", with: base))
        }
        #expect(list.pages.flatMap(\.items).count == 200)
        #expect((2...3).contains(list.requests.count))
        guard case .pagingStopped = list.error?.reason else {
            Issue.record("it did not end early: \(String(describing: list.error))")
            return
        }
        #expect(list.error?.operation == .getRepositoryResources)
    }
}

extension RecordedRequest {
    /// The number of a parameter of the query; nil when there is none.
    func number(of name: String) -> Int? {
        let query = target.split(separator: "?").dropFirst().first ?? ""
        let parameters = query.split(separator: "&").map { $0.replacing("%24", with: "$") }
        return parameters.first { $0.hasPrefix("\(name)=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
    }
}

extension ITwinsClient {
    /// All pages of a list.
    static func pages(_ baseURL: String, of query: ITwinQuery) async throws(RequestError) -> [Page<ITwin>] {
        let result: Result<[Page<ITwin>], RequestError>? = try? await run(baseURL) { client in
            var pages: [Page<ITwin>] = []
            do throws(RequestError) {
                for try await page in client.pages(of: .iTwins(query)) { pages.append(page.iTwins) }
                return .success(pages)
            } catch {
                return .failure(error)
            }
        }
        guard let result else { throw RequestError(.unreachable("no client"), operation: .getMyITwins) }
        return try result.get()
    }
}
