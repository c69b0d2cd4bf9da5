import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@testable import Browser
@testable import twinscope

/// Where a list continues that was not read to its end (reliability row 41).
@Suite(.timeLimit(.minutes(1))) struct ListResumptionTests {
    /// The points after each page but the last one of a list.
    private func points(_ count: Int) async throws -> [ListPages.ResumePoint] {
        let base = Watched("")
        return try await ScriptedServer.run { _, number in
            Self.page(number..<number + 1, next: number < count ? "\(base.value)?$skip=\(number + 1)" : nil)
        } _: { server in
            base.update { $0 = server.baseURL }
            return try await ITwinsClient.run(server.baseURL) { client in
                var pages = client.pages(of: .iTwins(ITwinQuery())).makeAsyncIterator()
                var points: [ListPages.ResumePoint] = []
                while try await pages.next(isolation: nil) != nil {
                    if let point = pages.resumePoint { points.append(point) }
                }
                return points
            }
        }
    }

    @Test(.rows(41)) func `The last list resumes after any of its last pages, and another list starts over`()
        async throws
    {
        let points = try await points(3)
        #expect(Set(points.map(\.next)).count == 3)
        for point in points {
            let list = ListResumption()
            #expect(list.begin(RequestID(number: 1), of: .getMyITwins, from: nil) == nil)
            for point in points { list.note(point, of: RequestID(number: 1)) }
            // A list of something else has places of its own.
            #expect(list.begin(RequestID(number: 6), of: .getRepositoryResources, from: point.next) == nil)
            #expect(list.begin(RequestID(number: 2), of: .getMyITwins, from: point.next)?.next == point.next)
            // It ended before a page came: nothing is known that was not before.
            list.note(nil, of: RequestID(number: 2))
            #expect(list.begin(RequestID(number: 3), of: .getMyITwins, from: point.next) != nil)
            #expect(list.begin(RequestID(number: 4), of: .getMyITwins, from: "\(point.next)0") == nil)
            // One that ends late is not the list of now.
            list.note(point, of: RequestID(number: 3))
            #expect(list.begin(RequestID(number: 5), of: .getMyITwins, from: point.next) == nil)
        }
    }

    /// Rows as a service tells them; numbers 10 and 150 are nothing that can be read.
    private static func page(_ numbers: Range<Int>, next: String? = nil) -> ScriptedAnswer {
        let rows = numbers.map { [10, 150].contains($0) ? "null" : #"{"id":"id-\#($0)"}"# }.joined(separator: ",")
        let link = next.map { #""next":{"href":"\#($0)"}"# } ?? ""
        return .json(#"{"iTwins":[\#(rows)],"_links":{\#(link)}}"#)
    }

    /// The pages of a request that come until there are so many, or until it has ended.
    private static func pages(_ queue: EventQueue, of id: RequestID, _ count: Int = .max) async throws
        -> [ReadPage<ITwinRow>]
    {
        var pages: [ReadPage<ITwinRow>] = []
        while true {
            for event in queue.drain() {
                if case .page(id, let page) = event, let read = page.content as? ReadPage<ITwinRow> {
                    pages.append(read)
                }
                if case .answered(id, _) = event { return pages }
            }
            if pages.count >= count { return pages }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test(.rows(41)) func `A list cancelled while a page was loading resumes before that page`() async throws {
        let base = Watched("")
        try await ScriptedServer.run { request, number in
            if number == 2 { return .silence }
            if request.target.contains("$skip=190") { return Self.page(190..<300) }
            if request.target.contains("$skip=90") { return Self.page(90..<200, next: "\(base.value)?$skip=200") }
            return Self.page(0..<100, next: "\(base.value)?$skip=100")
        } _: { server in
            base.update { $0 = server.baseURL }
            try await ITwinsClient.run(server.baseURL) { client in
                let queue = try EventQueue()
                var runner = EffectRunner(ProfileSession(ClientSource { .success(client) }), queue: queue)
                let list = PagedOperation(LoadITwins(query: ITwinQuery()))
                let (stopped, resumed) = (RequestID(number: 1), RequestID(number: 2))
                runner.load(stopped, list, from: nil, isUserInitiated: true)
                try await server.waitForRequests(3)
                // The second page waits in the queue when the key is pressed, and nobody takes it then.
                let first = try await Self.pages(queue, of: stopped, 2)[0]
                runner.cancel(stopped)
                runner.load(resumed, list, from: first.next, isUserInitiated: true)
                let rest = try await Self.pages(queue, of: resumed)
                let asked = server.requests.dropFirst(3).map(\.target)
                #expect(asked == ["/itwins?$skip=90&$top=1000", "/itwins?$skip=190&$top=1000"])
                #expect(first.unreadable + rest.map(\.unreadable).reduce(0, +) == 2)
                #expect((first.rows.elements + rest.flatMap(\.rows.elements)).count == 298)
            }
        }
    }
}
