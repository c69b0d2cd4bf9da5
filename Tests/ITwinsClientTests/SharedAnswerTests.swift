import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Equal questions that are under way at a time share one answer.
@Suite(.timeLimit(.minutes(1))) struct SharedAnswerTests {
    private let page = ScriptedAnswer.json(pageText(0..<1))

    /// A client of a server whose answers are kept back until the proxy passes them.
    private func withHeld(_ body: (ITwinsClient, FaultProxy, ScriptedServer) async throws -> Void) async throws {
        let iTwin = ScriptedAnswer.json(#"{"iTwin":{"id":"1"}}"#)
        try await ScriptedServer.run { [page] request, _ in
            request.target == "/itwins" && request.method == "GET" ? page : iTwin
        } _: { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await ITwinsClient.run(proxy.baseURL) { try await body($0, proxy, server) }
            }
        }
    }

    @Test func `Equal questions are asked once, others on their own, and later ones anew`() async throws {
        try await withHeld { client, proxy, server in
            let same = (0..<10).map { _ in Task { await client.failure(of: everything) } }
            let other = Task { await client.failure(of: .iTwin(id: "1")) }
            try await proxy.waitForRequests(2)
            try await Task.sleep(for: .milliseconds(100))
            #expect(Set(server.requests.map(\.target)) == ["/itwins", "/itwins/1"])
            try await proxy.set(.pass)
            for task in same + [other] { #expect(await task.value == nil) }
            #expect(server.requests.count == 2)
            #expect(await client.failure(of: everything) == nil)
            #expect(server.requests.count == 3)
        }
    }

    @Test func `One that stops waiting leaves the others their answer`() async throws {
        try await withHeld { client, proxy, _ in
            let tasks = (0..<3).map { _ in Task { await client.failure(of: everything) } }
            try await proxy.waitForRequests(1)
            // Whichever asked itself is among the two.
            tasks[0].cancel()
            tasks[1].cancel()
            #expect(await tasks[0].value?.reason == .cancelled)
            #expect(await tasks[1].value?.reason == .cancelled)
            try await proxy.set(.pass)
            #expect(await tasks[2].value == nil)
            #expect(proxy.requests.count == 1)
        }
    }

    @Test func `The last one that stops waiting stops the question, and the next asks anew`() async throws {
        try await withHeld { client, proxy, _ in
            let tasks = (0..<3).map { _ in Task { await client.failure(of: everything) } }
            try await proxy.waitForRequests(1)
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await task.value?.reason == .cancelled) }
            try await proxy.waitForOpenConnections(0)
            try await proxy.set(.pass)
            #expect(await client.failure(of: everything) == nil)
            #expect(proxy.requests.count == 2)
        }
    }

    @Test func `What was asked before a change does not answer what is asked after it`() async throws {
        try await withHeld { client, proxy, _ in
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

    @Test func `An error is shared too, and everybody is told how far it is`() async throws {
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
