import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CancellationTests {
    @Test func `Cancelling before the answer closes the connection`() async throws {
        try await ScriptedServer.run(.silence) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let task = Task { await client.failure(of: everything) }
                try await server.waitForRequests(1)
                task.cancel()
                #expect(await task.value?.reason == .cancelled)
                try await server.waitUntilAllClosed()
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `Cancelling in the middle of a body closes the connection`() async throws {
        let head = "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 1000000\n\n{"
        let sent = Watched(false)
        try await ScriptedServer.run { _, _ in
            sent.update { $0 = true }
            return ScriptedAnswer(ScriptedAnswer.raw(head), .untilClosed)
        } _: { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let task = Task { await client.failure(of: everything) }
                try await sent.wait { $0 }
                task.cancel()
                #expect(await task.value?.reason == .cancelled)
                try await server.waitUntilAllClosed()
            }
        }
    }

    @Test func `A cancelled task sends nothing`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let error = await Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return await client.failure(of: everything)
                }.value
                #expect(error?.reason == .cancelled)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `Of many requests the cancelled ones end and the others are answered`() async throws {
        try await ScriptedServer.run(.json(#"{"iTwin":{"id":"1"}}"#)) { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await ITwinsClient.run(proxy.baseURL) { client in
                    let tasks = (0..<30).map { number in Task { await client.failure(of: .iTwin(id: "\(number)")) } }
                    try await proxy.waitForRequests(6)
                    for (number, task) in tasks.enumerated() where number % 3 != 0 { task.cancel() }
                    try await proxy.set(.pass)
                    var reasons: [RequestError.Reason?] = []
                    for task in tasks { reasons.append(await task.value?.reason) }
                    for (number, reason) in reasons.enumerated() {
                        // A cancelled request may have been answered just before.
                        #expect(reason == nil || number % 3 != 0 && reason == .cancelled)
                    }
                    #expect(await client.failure(of: .iTwin(id: "1")) == nil)
                }
            }
        }
    }

    @Test func `No more than six requests are under way at a time`() async throws {
        try await ScriptedServer.run(.json(#"{"iTwin":{"id":"1"}}"#)) { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await ITwinsClient.run(proxy.baseURL) { client in
                    let tasks = (0..<20).map { number in Task { await client.failure(of: .iTwin(id: "\(number)")) } }
                    try await proxy.waitForRequests(6)
                    try await Task.sleep(for: .milliseconds(200))
                    #expect(proxy.requests.count == 6)
                    #expect(proxy.openConnections == 6)
                    try await proxy.set(.pass)
                    for task in tasks { #expect(await task.value == nil) }
                    #expect(proxy.requests.count == 20)
                }
            }
        }
    }
}
