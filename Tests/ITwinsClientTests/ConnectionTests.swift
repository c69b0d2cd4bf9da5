import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    /// Another question than everything, which does not share its answer.
    private var bridges: ITwinQuery {
        var query = ITwinQuery()
        query.search = "bridge"
        return query
    }

    private func limits(_ change: (inout ClientLimits) -> Void) -> ClientLimits {
        var limits = ClientLimits()
        change(&limits)
        return limits
    }

    // MARK: No connection

    @Test(.rows(28)) func `An unknown host is reported as that, and means offline`() async throws {
        try await ITwinsClient.run("https://nx.invalid/itwins") { client in
            let error = try #require(await client.failure(of: everything))
            #expect(error.reason == .unreachable("nx.invalid was not found (DNS)"))
            #expect(error.isOffline)
            #expect(error.host == "nx.invalid")
        }
    }

    @Test(.rows(29)) func `A refused connection is reported with host and port, and nothing was sent`() async throws {
        let port = try ReservedPort()
        try await ITwinsClient.run("http://127.0.0.1:\(port.port)/itwins") { client in
            for operation in [everything] + creations {
                let error = try #require(await client.failure(of: operation))
                let host = "127.0.0.1:\(port.port)"
                #expect(error.reason == .unreachable("connection refused by \(host)"))
                #expect(error.isOffline)
                #expect(!error.outcomeUnknown)
            }
        }
    }

    @Test(.rows(29)) func `A host that doesn't respond times out after the connect limit`() async throws {
        let port = try SilentPort()
        let limits = limits { $0.connect = .milliseconds(200) }
        try await ITwinsClient.run("http://127.0.0.1:\(port.port)/itwins", limits: limits) { client in
            for operation in [everything] + creations {
                let error = try #require(await client.failure(of: operation))
                #expect(
                    error.reason == .unreachable("127.0.0.1:\(port.port) doesn't respond (no connection within 1 s)")
                )
                #expect(!error.outcomeUnknown)
            }
        }
    }

    @Test func `Waiting for a free connection doesn't count as connecting`() async throws {
        let limits = limits {
            $0.connections = 1
            $0.connect = .seconds(2)
        }
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await ITwinsClient.run(proxy.baseURL, limits: limits) { client in
                    async let first = client.failure(of: everything)
                    try await proxy.waitForRequests(1)
                    async let second = client.failure(of: .iTwins(bridges))
                    try await Task.sleep(for: .milliseconds(2500))
                    #expect(proxy.requests.count == 1)
                    try await proxy.set(.pass)
                    #expect(await [first, second] == [nil, nil])
                    #expect(proxy.connections == 1)
                }
            }
        }
    }

    // MARK: Time

    @Test(.rows(30)) func `A server that accepts and stays silent times out within half a second of the idle limit`()
        async throws
    {
        try await ScriptedServer.run(.silence) { server in
            var times: [Duration] = []
            try await ITwinsClient.run(server.baseURL, limits: limits { $0.idle = .seconds(1) }) { client in
                while times.count < 5, times.allSatisfy({ $0 > .milliseconds(1500) }) {
                    let start = ContinuousClock.now
                    // What changes something is asked once.
                    let error = await client.failure(of: creations[0])
                    times.append(start.duration(to: .now))
                    #expect(error?.reason == .timedOut(seconds: 1))
                    #expect(error?.outcomeUnknown == true)
                }
                #expect(times.allSatisfy { $0 >= .milliseconds(990) }, "\(times)")
                #expect(times.contains { $0 <= .milliseconds(1500) }, "\(times)")
                #expect(server.requests.count == times.count)
                let error = await client.failure(of: everything)
                #expect(error?.reason == .timedOut(seconds: 1))
                #expect(error?.outcomeUnknown == false)
            }
            #expect(server.requests.count == times.count + 3)
            try await server.waitUntilAllClosed()
        }
    }

    @Test(
        .rows(30),
        arguments: [
            "", "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 1000000\n\n",
            "HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n",
        ]
    )
    func `Slowly dripping heads and bodies time out within half a second of the total limit`(_ head: String)
        async throws
    {
        let drip = head.isEmpty ? "HTTP/1.1 200 OK\r\nX-Slow: " : head.contains("chunked") ? "" : "["
        let rest =
            head.contains("chunked")
            ? String(repeating: "1\r\n \r\n", count: 1000) : String(repeating: " ", count: 9000)
        let answer = ScriptedAnswer(
            ScriptedAnswer.raw(head),
            .drip(Array((drip + rest).utf8), pause: .milliseconds(20))
        )
        try await ScriptedServer.run(answer) { server in
            var times: [Duration] = []
            try await ITwinsClient.run(server.baseURL, limits: limits { $0.total = .seconds(1) }) { client in
                // A machine that is busy elsewhere may make one of them late, but none early.
                while times.count < 5, times.allSatisfy({ $0 > .milliseconds(1500) }) {
                    let start = ContinuousClock.now
                    #expect(await client.failure(of: everything)?.reason == .timedOut(seconds: 1))
                    times.append(start.duration(to: .now))
                }
            }
            #expect(times.allSatisfy { $0 >= .milliseconds(990) }, "\(times)")
            #expect(times.contains { $0 <= .milliseconds(1500) }, "\(times)")
            try await server.waitUntilAllClosed()
            #expect(server.requests.count == times.count)
        }
    }

    @Test func `A response in one-byte pieces is read`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<20))) { server in
            try await FaultProxy.run(to: server.port, mode: .slices) { proxy in
                let answer = try await ITwinsClient.run(proxy.baseURL) { try await $0.perform(everything) }
                guard case .iTwins(let page) = answer else {
                    Issue.record("\(answer)")
                    return
                }
                #expect(page.items.count == 20)
            }
        }
    }

    // MARK: Broken connections

    @Test(
        .rows(31),
        arguments: [
            "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 500\n\n{\"iTwins\":[]}",
            "HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n5\n{\"iTw\n",
            "HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked\n\nFFFFFFFFFFFFFFFFF\n{",
            "HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 13\n\n{\"iTwins\":[]}", "HTTP/1.1 200 OK\nContent-Le",
            "SSH-2.0-OpenSSH_9.6\n", "\u{16}\u{3}\u{1}\u{2}", "HTTP/1.1 2000 OK\n\n",
            "HTTP/1.1 200 OK\nContent-Length: -5\n\n",
        ]
    )
    func `A cut or garbled response is an error, and the next request is answered`(_ text: String) async throws {
        try await ScriptedServer.run { _, number in
            number < 2 ? ScriptedAnswer(ScriptedAnswer.raw(text), .close) : .json(pageText(0..<1))
        } _: { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let error = try #require(await client.failure(of: creations[0]))
                switch error.reason {
                case .interrupted, .unexpectedAnswer: break
                default: Issue.record("\(error)")
                }
                #expect(error.outcomeUnknown)
                #expect(server.requests.count == 1)
                _ = await client.failure(of: everything)
                #expect(await client.failure(of: everything) == nil)
            }
        }
    }

    @Test(.rows(32), arguments: [ScriptedAnswer(.close), ScriptedAnswer(.reset)])
    func `A read on a connection that just closed is sent once more`(_ end: ScriptedAnswer) async throws {
        try await ScriptedServer.run(.json(pageText(0..<1)), end, .json(pageText(0..<1))) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                #expect(await client.failure(of: everything) == nil)
                #expect(await client.failure(of: everything) == nil)
            }
            #expect(server.requests.count == 3)
            #expect(server.connections == 2)
        }
    }

    @Test(.rows(32), arguments: [ScriptedAnswer(.close), ScriptedAnswer(.reset)])
    func `A read is sent at most three times, and a create once`(_ end: ScriptedAnswer) async throws {
        try await ScriptedServer.run(end) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let error = try #require(await client.failure(of: everything))
                guard case .interrupted = error.reason else {
                    Issue.record("\(error)")
                    return
                }
                #expect(!error.isOffline)
                #expect(error.attempts == 3)
                #expect(server.requests.count == 3)
                let others: [ITwinsAPI.Operation] = [
                    .deleteRepository(iTwinID: "1", id: "2"), .addFavorite(id: "1"), .removeFavorite(id: "1"),
                    .addRecent(id: "1"),
                ]
                let once = creations + [.updateITwin(id: "1", ITwinChanges())]
                for operation in once + others {
                    let before = server.requests.count
                    let error = try #require(await client.failure(of: operation))
                    #expect(error.outcomeUnknown == operation.id.changesSomething)
                    #expect(server.requests.count == before + (once.contains(operation) ? 1 : 3))
                }
            }
        }
    }

    @Test(.rows(32)) func `A connection that the server closed while idle is not reused`() async throws {
        let answer = ScriptedAnswer(
            ScriptedAnswer.raw(
                "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 13\n\n{\"iTwins\":[]}"
            ),
            .finish
        )
        try await ScriptedServer.run(answer) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let told = Watched<[RequestProgress]>([])
                for number in 1...20 {
                    let error = await client.failure(of: everything) { progress in told.update { $0.append(progress) } }
                    #expect(error == nil)
                    // The client has closed it too, and so knows that it is of no use.
                    try await server.waitUntilAllClosed()
                    try await SharedThreads.settle()
                    #expect(server.connections == number)
                }
                // Had one been used again, the request would have been sent once more.
                #expect(told.value == [])
            }
            #expect(server.requests.count == 20)
        }
    }

    @Test(.rows(31), arguments: 0..<20)
    func `Wherever a response is cut there is an error, and the next request works`(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let text = pageText(0..<10)
        let place = Int.random(in: 0..<(text.utf8.count + 60), using: &generator)
        try await ScriptedServer.run(.json(text)) { server in
            try await FaultProxy.run(to: server.port) { proxy in
                try await ITwinsClient.run(proxy.baseURL) { client in
                    for ending in [FaultProxy.Ending.close, .reset] {
                        try await proxy.set(.cut(after: place, ending))
                        let error = try #require(await client.failure(of: everything), "cut after \(place) bytes")
                        switch error.reason {
                        case .interrupted: break
                        default: Issue.record("cut after \(place) bytes: \(error)")
                        }
                        try await proxy.set(.pass)
                        #expect(await client.failure(of: everything) == nil, "after a cut at \(place)")
                    }
                }
                #expect(proxy.requests.count <= 8)
            }
        }
    }

    @Test(.rows(29)) func `A service that comes back is reached again`() async throws {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            try await FaultProxy.run(to: server.port) { proxy in
                try await ITwinsClient.run(proxy.baseURL) { client in
                    #expect(await client.failure(of: everything) == nil)
                    try await proxy.set(.refuse)
                    #expect(await client.failure(of: everything)?.isOffline == true)
                    try await proxy.set(.pass)
                    #expect(await client.failure(of: everything) == nil)
                }
            }
        }
    }
}
