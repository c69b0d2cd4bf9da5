import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)), .rows(47)) struct CancellationTests {
    @Test func `Cancelling before the response closes the connection`() async throws {
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
                    let cancelled = tasks.enumerated().filter { $0.offset % 3 != 0 }.map(\.element)
                    for task in cancelled { task.cancel() }
                    // None of them has an answer, whether it was sent or waited for its turn.
                    for task in cancelled { #expect(await task.value?.reason == .cancelled) }
                    try await proxy.set(.pass)
                    for (number, task) in tasks.enumerated() where number % 3 == 0 {
                        #expect(await task.value == nil)
                        #expect(proxy.requests.contains { $0.target == "/itwins/\(number)" })
                    }
                    #expect(await client.failure(of: .iTwin(id: "1")) == nil)
                }
            }
        }
    }

    @Test(.rows(47))
    func `Of reads in quick succession the last one's response counts, in whatever order they arrive`()
        async throws
    {
        // The later it was asked, the sooner it is answered; all but the last are given up before that.
        let script: @Sendable (RecordedRequest, Int) -> ScriptedAnswer = { request, _ in
            let number = Int(request.target.split(separator: "/").last ?? "") ?? 0
            let text = #"{"iTwin":{"id":"\#(number)"}}"#
            let blanks = [UInt8](repeating: 0x20, count: 50 - 5 * number)
            let head =
                "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: \(blanks.count + text.utf8.count)\n\n"
            return ScriptedAnswer(
                ScriptedAnswer.raw(head),
                .drip(blanks, pause: .milliseconds(10)),
                .bytes(Array(text.utf8)),
                .untilClosed
            )
        }
        try await ScriptedServer.run(script: script) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let answers = Watched<[Int]>([])
                var tasks: [Task<RequestError?, Never>] = []
                for number in 0..<10 {
                    tasks.last?.cancel()
                    tasks.append(
                        Task {
                            let error = await client.failure(of: .iTwin(id: "\(number)"))
                            if error == nil { answers.update { $0.append(number) } }
                            return error
                        }
                    )
                    try await server.waitForRequests(number + 1)
                }
                #expect(await tasks[9].value == nil)
                #expect(answers.value == [9])
                for task in tasks.dropLast() { #expect(await task.value?.reason == .cancelled) }
                // Of ten connections the nine are closed that nobody waits at any more.
                #expect(server.connections == 10)
                try await server.waitForOpenConnections(1)
            }
        }
    }

    @Test func `At most six requests run at a time`() async throws {
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
