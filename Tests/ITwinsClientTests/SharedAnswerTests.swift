import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Equal questions that are under way at a time share one answer.
@Suite(.timeLimit(.minutes(1))) struct SharedAnswerTests {
    private static let page = ScriptedAnswer.json(pageText(0..<1))

    /// Some tasks that ask for everything and wait together for the second try, as the first answer was none.
    private func withWaiting(
        _ count: Int,
        _ body: (ITwinsClient, [Task<RequestError?, Never>], VirtualTime, ScriptedServer) async throws -> Void
    ) async throws {
        let time = VirtualTime(.byHand)
        let told = Watched(0)
        try await ScriptedServer.run { request, number in
            if number == 0 { return .http(status: 502) }
            return request.target == "/itwins" ? Self.page : .json(#"{"iTwin":{"id":"1"}}"#)
        } _: { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let tasks = (0..<count).map { _ in
                    Task {
                        await client.failure(of: everything) { progress in
                            if case .waiting = progress { told.update { $0 += 1 } }
                        }
                    }
                }
                // Who comes later is told what the others know, so that all are there now.
                try await told.wait { $0 == count }
                // It is told before the wait begins: time that passed between the two would pass for nobody.
                try await time.waitForSleeping(1)
                try await body(client, tasks, time, server)
            }
        }
    }

    @Test func `Equal reads are sent once, different ones separately, and later ones again`() async throws {
        try await withWaiting(10) { client, tasks, time, server in
            #expect(server.requests.count == 1)
            #expect(await client.failure(of: .iTwin(id: "1")) == nil)
            time.advance(.seconds(1))
            for task in tasks { #expect(await task.value == nil) }
            #expect(server.requests.map(\.target) == ["/itwins", "/itwins/1", "/itwins"])
            #expect(await client.failure(of: everything) == nil)
            #expect(server.requests.count == 4)
        }
    }

    @Test func `A caller that cancels leaves the others their response`() async throws {
        try await withWaiting(3) { client, tasks, time, server in
            // Whichever asked itself is among the two.
            tasks[0].cancel()
            tasks[1].cancel()
            #expect(await tasks[0].value?.reason == .cancelled)
            #expect(await tasks[1].value?.reason == .cancelled)
            time.advance(.seconds(1))
            #expect(await tasks[2].value == nil)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `When the last caller cancels the request is cancelled, and the next one sends it again`() async throws {
        try await withWaiting(3) { client, tasks, time, server in
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await task.value?.reason == .cancelled) }
            #expect(time.sleeping == 0)
            #expect(server.requests.count == 1)
            #expect(await client.failure(of: everything) == nil)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `A read from before a change isn't reused after it`() async throws {
        let iTwin = ScriptedAnswer.json(#"{"iTwin":{"id":"1"}}"#, status: 201)
        // No request is sent again because its answer is kept back.
        var limits = ClientLimits()
        (limits.idle, limits.total) = (.seconds(600), .seconds(600))
        try await ScriptedServer.run { request, _ in
            request.method == "GET" ? Self.page : iTwin
        } _: { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await ITwinsClient.run(proxy.baseURL, limits: limits) { client in
                    let before = Task { await client.failure(of: everything) }
                    try await proxy.waitForRequests(1)
                    let change = Task { await client.failure(of: .createITwin(iTwinDraft)) }
                    try await proxy.waitForRequests(2)
                    let during = Task { await client.failure(of: everything) }
                    try await proxy.waitForRequests(3)
                    try await proxy.set(.pass)
                    for task in [before, change, during] { #expect(await task.value == nil) }
                    #expect(proxy.requests.map(\.method) == ["GET", "POST", "GET"])
                }
            }
        }
    }

    @Test func `An error is shared too, and every caller gets the progress`() async throws {
        let time = VirtualTime(.byHand)
        let told = Watched<[Int]>([])
        try await ScriptedServer.run(.http(status: 404), .http(status: 502), .http(status: 404)) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                _ = await client.failure(of: everything)
                let first = Task {
                    await client.failure(of: everything) { _ in told.update { $0.append(1) } }
                }
                try await time.waitForSleeping(1)
                let second = Task {
                    await client.failure(of: everything) { _ in told.update { $0.append(2) } }
                }
                // Who comes later is told what the others know.
                try await told.wait { $0 == [1, 2] }
                time.advance(.seconds(1))
                #expect(await first.value?.apiError?.status == 404)
                #expect(await second.value?.apiError?.status == 404)
            }
            #expect(server.requests.count == 3)
        }
        #expect(told.value.count == 4)
    }
}
