import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)), .rows(40)) struct PagingTests {
    /// The pages that come, and the error after them.
    private func pages(
        of query: ITwinQuery = ITwinQuery(),
        _ script: @escaping @Sendable (_ request: RecordedRequest, _ number: Int, _ base: String) -> ScriptedAnswer
    ) async throws -> (pages: [Page<ITwin>], error: RequestError?, requests: [RecordedRequest]) {
        let base = Watched("")
        return try await ScriptedServer.run { request, number in
            script(request, number, base.value)
        } _: { server in
            base.update { $0 = server.baseURL }
            return try await ITwinsClient.run(server.baseURL) { client in
                var pages: [Page<ITwin>] = []
                do throws(RequestError) {
                    for try await page in client.pages(of: .iTwins(query)) {
                        pages.append(page.iTwins)
                    }
                    return (pages, nil, server.requests)
                } catch {
                    return (pages, error, server.requests)
                }
            }
        }
    }

    private static func stopped(_ error: RequestError?) -> String? {
        guard case .pagingStopped(let reason) = error?.reason else { return nil }
        return reason
    }

    @Test func `The first page is small and the others large, with all parameters repeated`() async throws {
        var query = ITwinQuery()
        query.search = "bridge"
        query.select = ITwin.Field.minimal + [.status, .parentId, .lastModifiedDateTime]
        query.includeInactive = true
        query.maxReturn = 10_000
        let (pages, error, requests) = try await pages(of: query) { request, number, base in
            let rest = String(request.target.drop { $0 != "?" }.dropFirst())
            let skip = request.number(of: "$skip") ?? 0
            let end = skip + (request.number(of: "$top") ?? 0)
            let next =
                number == 0
                ? "\(base)/?$skip=\(end)&$top=100&\(rest.replacing("&$top=200", with: ""))"
                : "\(base)?%24skip=\(end)&%24top=1000"
            return .json(pageText(skip..<min(end, 1250), next: end < 1250 ? next : nil))
        }
        #expect(error == nil)
        #expect(pages.flatMap { $0.items.map(\.id) } == (0..<1250).map { "id-\($0)" })
        let fields = "id,class,subClass,type,number,displayName,status,parentId,lastModifiedDateTime"
        let asked = "$search=bridge&$select=\(fields)"
        #expect(
            requests.map(\.target) == [
                "/itwins?\(asked)&includeInactive=true&$top=200",
                "/itwins?$skip=190&\(asked)&includeInactive=true&$top=1000",
                "/itwins?%24skip=1180&\(asked)&includeInactive=true&$top=1000",
            ]
        )
        #expect(requests.map { $0["X-Max-Return"] } == ["10000", "10000", "10000"])
        #expect(pages.last?.next == nil)
    }

    @Test func `An interrupted list resumes slightly before the end of the last page received`() async throws {
        let base = Watched("")
        try await ScriptedServer.run { request, number in
            switch number {
            case 0: .json(pageText(0..<100, next: "\(base.value)?$skip=100"))
            // Three tries.
            case 1...3: .http(status: 503)
            case 4: .json(pageText(90..<150, next: "\(base.value)?$skip=150"))
            default: .json(pageText(144..<170))
            }
        } _: { server in
            base.update { $0 = server.baseURL }
            try await ITwinsClient.run(server.baseURL) { client in
                var reading = client.pages(of: everything).makeAsyncIterator()
                #expect(reading.resumePoint == nil)
                let first = try #require(try await reading.next(isolation: nil)).iTwins
                #expect(reading.resumePoint?.next == first.next)
                do throws(RequestError) {
                    _ = try await reading.next(isolation: nil)
                    Issue.record("it did not break off")
                } catch {
                    #expect(error.apiError?.status == 503)
                }
                let point = try #require(reading.resumePoint)
                #expect(point.next == first.next)
                #expect(try await reading.next(isolation: nil) == nil)
                var ids = first.items.map(\.id)
                var rest = client.pages(of: everything, from: point, isUserInitiated: true).makeAsyncIterator()
                #expect(rest.resumePoint?.next == first.next)
                while let page = try await rest.next(isolation: nil) { ids += page.iTwins.items.map(\.id) }
                #expect(rest.resumePoint == nil)
                #expect(ids == (0..<170).map { "id-\($0)" })
                let asked = server.requests.dropFirst(4).map(\.target)
                #expect(asked == ["/itwins?$skip=90&$top=1000", "/itwins?$skip=144&$top=1000"])
            }
        }
    }

    @Test func `An error between pages keeps the earlier pages and the link to resume with`() async throws {
        let (pages, error, requests) = try await pages { _, number, base in
            number < 2 ? .json(pageText(0..<10, next: "\(base)?$skip=\(10 + number)")) : .http(status: 503)
        }
        #expect(pages.count == 2)
        #expect(error?.apiError?.status == 503)
        #expect(pages.last?.next?.contains("$skip=11&") == true)
        #expect(requests.count == 5)
    }

    /// `BASE` stands for the service's URL, `HOST` for its host and port.
    @Test(arguments: [
        "http://example.org/itwins?$skip=100", "https://HOST/itwins?$skip=100", "http://localhost:1/itwins?$skip=100",
        "http://127.0.0.1:1/itwins?$skip=100", "http://user@HOST/itwins?$skip=100",
        "http://:word@HOST/itwins?$skip=100",
        "http://HOST@example.org/itwins?$skip=100", "http://example.org#HOST/itwins?$skip=100",
        "http://HOST/?$skip=100",
        "http://HOST/itwins/favorites?$skip=100", "http://HOST/itwins/itwins/itwins?$skip=100",
        "http://HOST/itwins/..?$skip=100",
        "http://HOST\\@example.org/itwins?$skip=100", "http://HOST.example.org/itwins?$skip=100",
        "//HOST/itwins?$skip=100",
        "/itwins?$skip=100", "?$skip=100", "javascript:alert(1)", "file:///etc/passwd", "", " ", "http://", "\u{0}",
        "ftp://HOST/itwins?$skip=100", "http://[::1/itwins?$skip=100",
    ])
    func `A link to another server or route is not followed, and the page is kept`(_ link: String) async throws {
        let (pages, error, requests) = try await pages { _, _, base in
            let host = String(base.dropFirst("http://".count).prefix { $0 != "/" })
            let link = JSON.string(link.replacing("HOST", with: host)).text
            return .json(#"{"iTwins":[\#(iTwinText(1))],"_links":{"next":{"href":\#(link)}}}"#)
        }
        #expect(pages.map { $0.items.map(\.id) } == [["id-1"]])
        #expect(pages.first?.next == nil)
        #expect(Self.stopped(error) == "the next page is on another server or route")
        #expect(requests.count == 1)
    }

    @Test(arguments: ["/itwins", "/iTwins/", "/ITWINS", "/itwins/iTwins", "/itwins/itwins/"])
    func `Letter case, a slash and a doubled prefix in the link don't matter`(_ path: String) async throws {
        let (pages, error, requests) = try await pages { _, number, base in
            let origin = base.dropLast("/itwins".count)
            return .json(pageText(0..<10, next: number == 0 ? "\(origin)\(path)?$skip=10#part" : nil))
        }
        #expect(error == nil)
        #expect(pages.count == 2)
        #expect(requests.last?.target == "/itwins?$skip=9&$top=1000")
    }

    @Test(arguments: [
        [100, 100], [100, 200, 100], [100, 200, 300, 200], [100, 50], [100, 0], [100, -1],
    ])
    func `A skip that doesn't grow ends the list after the pages received`(_ skips: [Int]) async throws {
        let (pages, error, requests) = try await pages { _, number, base in
            .json(pageText(number..<(number + 1), next: "\(base)?$skip=\(skips[min(number, skips.count - 1)])"))
        }
        #expect(pages.count == skips.count)
        #expect(requests.count == skips.count)
        #expect(Self.stopped(error) != nil, "\(String(describing: error))")
    }

    @Test(arguments: ["", "?", "?$top=100", "?$skip=", "?$skip=ten", "?$skip=99999999999999999999", "?skip=5"])
    func `A link without a usable skip ends the list`(_ query: String) async throws {
        let (pages, error, requests) = try await pages { _, _, base in .json(pageText(0..<1, next: base + query)) }
        #expect(pages.count == 1)
        #expect(requests.count == 1)
        #expect(Self.stopped(error) == "the next page doesn't advance")
    }

    @Test func `Two empty pages in a row end the list`() async throws {
        let (pages, error, requests) = try await pages { _, number, base in
            .json(pageText(number == 1 ? 0..<3 : 0..<0, next: "\(base)?$skip=\(number + 1)"))
        }
        #expect(pages.map(\.items.count) == [0, 3, 0, 0])
        #expect(requests.count == 4)
        #expect(Self.stopped(error) == "the pages are empty")
    }

    @Test func `An endless list is ended by the number of pages`() async throws {
        var query = ITwinQuery()
        query.maxReturn = 50
        let (pages, error, requests) = try await pages(of: query) { request, _, base in
            // One page shows that the service can give ten at a time; it gives one from then on.
            let skip = request.number(of: "$skip") ?? 0
            let end = skip < 9 ? 10 : skip + 1
            return .json(pageText(skip..<end, next: "\(base)?$skip=\(end)"))
        }
        #expect(requests.count == 15)
        #expect((10...15).contains(pages.count))
        #expect(Self.stopped(error) == "there are more than 15 pages")
    }

    @Test func `A list from a service with smaller pages than requested is loaded completely`() async throws {
        var query = ITwinQuery()
        query.maxReturn = 10_000
        let (pages, error, _) = try await pages(of: query) { request, _, base in
            let start = request.number(of: "$skip") ?? 0
            let end = min(start + 100, 4000)
            return .json(pageText(start..<end, next: end < 4000 ? "\(base)?$skip=\(end)" : nil))
        }
        #expect(error == nil)
        #expect(pages.flatMap(\.items).count == 4000)
    }

    @Test(.rows(41), arguments: 0..<20)
    func `Overlapping, shuffled and short pages lose nothing`(_ seed: Int) async throws {
        let total = 400
        let (pages, error, requests) = try await pages { request, number, base in
            var generator = SeededGenerator(seed: UInt64(seed * 1000 + number))
            let skip =
                request.target.split(separator: "$skip=").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
                ?? 0
            let start = max(0, skip - Int.random(in: 0...10, using: &generator))
            let end = min(total, skip + Int.random(in: 20...100, using: &generator))
            let numbers = Array(start..<end).shuffled(using: &generator)
            return .json(pageText(numbers, next: end < total ? "\(base)?$skip=\(end)" : nil))
        }
        #expect(error == nil)
        #expect(pages.count == requests.count)
        #expect(Set(pages.flatMap { $0.items.map(\.id) }) == Set((0..<total).map { "id-\($0)" }))
    }

    @Test func `Cancelling between pages ends the list`() async throws {
        let base = Watched("")
        let came = Watched<[String]>([])
        try await ScriptedServer.run { _, number in
            number == 0 ? .json(pageText(0..<5, next: "\(base.value)?$skip=5")) : .silence
        } _: { server in
            base.update { $0 = server.baseURL }
            try await ITwinsClient.run(server.baseURL) { client in
                let task = Task { () -> RequestError? in
                    do throws(RequestError) {
                        for try await page in client.pages(of: everything) {
                            came.update { $0 += page.iTwins.items.map(\.id) }
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
                try await server.waitForRequests(2)
                #expect(came.value == (0..<5).map { "id-\($0)" })
                task.cancel()
                #expect(await task.value?.reason == .cancelled)
                try await server.waitUntilAllClosed()
                #expect(came.value.count == 5)
                #expect(server.requests.count == 2)
            }
        }
    }
}
