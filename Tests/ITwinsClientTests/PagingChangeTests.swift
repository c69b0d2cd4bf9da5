import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Lists that change while their pages are read (reliability row 41).
@Suite(.timeLimit(.minutes(1)), .rows(41)) struct PagingChangeTests {
    /// A service's list, which changes after some of its first answers.
    private struct List: Sendable {
        var rows: [Int]
        var generator: SeededGenerator
        var changes = 0
    }

    /// What came of a list.
    private struct Reading: Sendable {
        /// The ids, in their order.
        var came: [String] = []
        var unreadable = 0
        var endsAtCap = false
        /// The ids of what is there at the end.
        var left: [String] = []
        var requests = 0
    }

    /// Reads a list that changes.
    ///
    /// - Parameters:
    ///   - largest: how many rows the service puts into a page at the most.
    ///   - cap: how many are asked for.
    ///   - changes: after how many answers it changes.
    ///   - change: what happens to it after an answer, by the number of rows that were given so far.
    ///   - isReadable: which rows are iTwins.
    private func read(
        of count: Int,
        seed: Int = 1,
        largest: Int = 1000,
        cap: Int = 10_000,
        changes: Int = 3,
        change: @escaping @Sendable (inout List, _ given: Int) -> Void = { _, _ in },
        isReadable: @escaping @Sendable (Int) -> Bool = { _ in true }
    ) async throws -> Reading {
        let list = Watched(List(rows: Array(0..<count), generator: SeededGenerator(seed: UInt64(seed))))
        let base = Watched("")
        return try await ScriptedServer.run { request, _ in
            list.update { list in
                let start = min(request.number(of: "$skip") ?? 0, list.rows.count)
                let end = min(start + min(request.number(of: "$top") ?? 100, largest), list.rows.count)
                let next = end < list.rows.count ? "\(base.value)?$skip=\(end)" : nil
                let page = ScriptedAnswer.json(pageText(list.rows[start..<end], next: next, isReadable: isReadable))
                if list.changes < changes {
                    list.changes += 1
                    change(&list, end)
                }
                return page
            }
        } _: { server in
            base.update { $0 = server.baseURL }
            var query = ITwinQuery()
            query.maxReturn = cap
            let pages = try await ITwinsClient.pages(server.baseURL, of: query)
            return Reading(
                came: pages.flatMap { $0.items.map(\.id) },
                unreadable: pages.map(\.unreadable).reduce(0, +),
                endsAtCap: pages.last?.endsAtCap == true,
                left: list.value.rows.filter(isReadable).map { "id-\($0)" },
                requests: server.requests.count
            )
        }
    }

    @Test(arguments: [1, 9, 10, 15, 99, 300], 0..<3)
    func `Rows deleted between pages cause no other row to be skipped`(_ count: Int, _ seed: Int) async throws {
        let list = try await read(of: 3000, seed: seed) { list, given in
            for _ in 0..<min(count, given) where !list.rows.isEmpty {
                let place = Int.random(in: 0..<max(1, given - count), using: &list.generator)
                if place < list.rows.count { list.rows.remove(at: place) }
            }
        }
        #expect(Set(list.left).subtracting(list.came) == [])
        #expect(list.came.count == Set(list.came).count)
        // 200 and three times 1000, and for each of three changes two more at the most.
        #expect(list.requests <= 10, "\(list.requests)")
    }

    @Test func `Rows deleted on small pages cause no duplicates and no gaps`() async throws {
        let list = try await read(of: 1500, largest: 100, changes: 7) { list, _ in
            if list.changes == 7 { list.rows.removeFirst(150) }
        }
        #expect(Set(list.left).subtracting(list.came) == [])
        #expect(list.came.count == Set(list.came).count)
    }

    @Test func `Pages requested again don't count towards the page limit of a list`() async throws {
        let list = try await read(of: 1600, largest: 100, cap: 1600, changes: 30) { list, _ in
            if list.changes.isMultiple(of: 3) { list.rows.removeFirst(12) }
        }
        #expect(Set(list.left).subtracting(list.came) == [])
    }

    @Test func `The rest of a list is found after most of it was deleted`() async throws {
        let list = try await read(of: 300, changes: 1) { list, given in
            list.rows = Array(list.rows[(given - 20)..<(given + 40)])
        }
        #expect(Set(list.left).subtracting(list.came) == [])
    }

    @Test(arguments: 0..<3) func `Rows added between pages cause no duplicates and no gaps`(_ seed: Int)
        async throws
    {
        let list = try await read(of: 3000, seed: seed) { list, given in
            let next = (list.rows.max() ?? 0) + 1
            list.rows.insert(next, at: Int.random(in: 0..<given, using: &list.generator))
        }
        #expect(list.came.count == Set(list.came).count)
        // Those that came where nobody looks any more are seen the next time.
        let missing = Set(list.left).subtracting(list.came)
        #expect(missing.allSatisfy { Int($0.dropFirst(3)) ?? 0 >= 3000 })
        #expect(list.requests <= 5)
    }

    /// A first page of 100 and others of 1000 are what it would take if none overlapped.
    @Test(arguments: [
        (100, 1), (101, 2), (1091, 2), (1100, 2), (2085, 3), (2100, 3), (3000, 4), (3100, 4),
    ])
    func `An unchanged list is loaded with no more requests than it has pages`(_ count: Int, _ pages: Int)
        async throws
    {
        let list = try await read(of: count)
        #expect(list.came == list.left)
        #expect(list.requests <= pages)
    }

    @Test(arguments: [(3000, 10_000), (6000, 3075), (6000, 3175)])
    func `Unreadable rows are counted once`(_ count: Int, _ cap: Int) async throws {
        let list = try await read(of: count, cap: cap, isReadable: { $0 % 2 == 0 })
        #expect(list.came == Array(list.left.prefix(list.came.count)))
        #expect(list.unreadable == list.came.count)
        // As many as were asked for, those among them.
        #expect(list.endsAtCap == (cap < count))
        #expect(list.came.count + list.unreadable >= min(count, cap))
    }

    @Test func `A list that becomes empty ends`() async throws {
        let list = try await read(of: 3000) { list, _ in list.rows = [] }
        #expect(list.left == [])
        #expect(!list.came.isEmpty)
        #expect(list.requests <= 4)
    }

    @Test(arguments: [0, 1, 12, 150])
    func `Rows deleted before an interrupted list resumes cause no duplicates and no gaps`(
        _ count: Int
    ) async throws {
        let rows = Watched(Array(0..<500))
        let isDown = Watched(false)
        let base = Watched("")
        try await ScriptedServer.run { request, number in
            if isDown.value { return .http(status: 503) }
            isDown.update { $0 = number == 0 }
            let start = min(request.number(of: "$skip") ?? 0, rows.value.count)
            let end = min(start + (request.number(of: "$top") ?? 100), rows.value.count)
            let next = end < rows.value.count ? "\(base.value)?$skip=\(end)" : nil
            return .json(pageText(rows.value[start..<end], next: next))
        } _: { server in
            base.update { $0 = server.baseURL }
            try await ITwinsClient.run(server.baseURL) { client in
                var came: [ITwin] = []
                var reading = client.pages(of: everything).makeAsyncIterator()
                do throws(RequestError) {
                    while let page = try await reading.next(isolation: nil) { came += page.iTwins.items }
                    Issue.record("it did not break off")
                } catch {
                    #expect(error.apiError?.status == 503)
                }
                #expect(came.count < 200)
                rows.update { $0.removeFirst(count) }
                isDown.update { $0 = false }
                let point = try #require(reading.resumePoint)
                for try await page in client.pages(of: everything, from: point, isUserInitiated: true) {
                    came += page.iTwins.items
                }
                let ids = came.map(\.id)
                #expect(Set(rows.value.map { "id-\($0)" }).subtracting(ids) == [])
                #expect(ids.count == Set(ids).count)
            }
        }
    }
}
