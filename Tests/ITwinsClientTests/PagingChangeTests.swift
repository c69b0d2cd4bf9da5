import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Lists that change while their pages are read (reliability row 41).
@Suite(.timeLimit(.minutes(1)), .rows(41)) struct PagingChangeTests {
    /// A service's list, which changes after each of its first answers.
    private struct List: Sendable {
        var rows: [Int]
        var generator: SeededGenerator
        var changes = 0
    }

    /// Reads a list that changes.
    ///
    /// - Parameters:
    ///   - change: what happens to it after an answer, by the number of rows that were given so far.
    /// - Returns: what came, what is there at the end, and how many requests it took.
    private func read(
        of count: Int,
        seed: Int,
        change: @escaping @Sendable (inout List, _ given: Int) -> Void
    ) async throws -> (came: [String], left: [String], requests: Int) {
        let list = Watched(List(rows: Array(0..<count), generator: SeededGenerator(seed: UInt64(seed))))
        let base = Watched("")
        return try await ScriptedServer.run { request, _ in
            list.update { list in
                let start = min(request.number(of: "$skip") ?? 0, list.rows.count)
                let end = min(start + (request.number(of: "$top") ?? 100), list.rows.count)
                let next = end < list.rows.count ? "\(base.value)?$skip=\(end)" : nil
                let page = ScriptedAnswer.json(pageText(list.rows[start..<end], next: next))
                if list.changes < 3 {
                    list.changes += 1
                    change(&list, end)
                }
                return page
            }
        } _: { server in
            base.update { $0 = server.baseURL }
            var query = ITwinQuery()
            query.maxReturn = 10_000
            let pages = try await ITwinsClient.pages(server.baseURL, of: query)
            let came = pages.flatMap { $0.items.map(\.id) }
            return (came, list.value.rows.map { "id-\($0)" }, server.requests.count)
        }
    }

    @Test(arguments: [1, 9, 10, 15, 99, 300], 0..<3)
    func `Rows that vanish between pages make no other row be passed over`(_ count: Int, _ seed: Int) async throws {
        let (came, left, requests) = try await read(of: 3000, seed: seed) { list, given in
            for _ in 0..<min(count, given) where !list.rows.isEmpty {
                let place = Int.random(in: 0..<max(1, given - count), using: &list.generator)
                if place < list.rows.count { list.rows.remove(at: place) }
            }
        }
        #expect(Set(left).subtracting(came) == [])
        // 100 and three times 1000, and for each of three changes two more at the most.
        #expect(requests <= 10, "\(requests)")
    }

    @Test(arguments: 0..<3) func `Rows that come between pages bring others twice and none never`(_ seed: Int)
        async throws
    {
        let (came, left, requests) = try await read(of: 3000, seed: seed) { list, given in
            let next = (list.rows.max() ?? 0) + 1
            list.rows.insert(next, at: Int.random(in: 0..<given, using: &list.generator))
        }
        // Those that came where nobody looks any more are seen the next time.
        #expect(Set(left.filter { $0.count < 8 }).subtracting(came).allSatisfy { Int($0.dropFirst(3)) ?? 0 >= 3000 })
        #expect(requests <= 5)
    }

    @Test func `A list that does not change is read with no more requests than it has pages`() async throws {
        let (came, left, requests) = try await read(of: 3000, seed: 1) { _, _ in }
        #expect(Set(came) == Set(left))
        #expect(requests == 4)
    }

    @Test func `A list of which nothing is left ends`() async throws {
        let (came, left, requests) = try await read(of: 3000, seed: 1) { list, _ in list.rows = [] }
        #expect(left == [])
        #expect(came.count == 100)
        #expect(requests <= 4)
    }
}
