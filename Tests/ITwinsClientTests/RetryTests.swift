import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Reliability H3 and H4 on the wire: what is tried again, how often and when.
@Suite(.timeLimit(.minutes(1))) struct RetryTests {
    private let page = ScriptedAnswer.json(pageText(0..<1))
    private let html = ScriptedAnswer.http(
        status: 503,
        headers: ["Content-Type: text/html"],
        body: Array("<h1>down</h1>".utf8)
    )
    private static let repeatable: [ITwinsAPI.Operation] = [
        .addFavorite(id: "1"), .removeFavorite(id: "1"), .addRecent(id: "1"),
    ]
    private static let unrepeatable =
        creations + [
            .createExport(iTwinID: nil, ExportDraft(outputFormat: .csv))
        ]

    /// Short for a server that says nothing, but long enough for one that is only slow because the machine is busy.
    private var shortLimits: ClientLimits {
        var limits = ClientLimits()
        limits.idle = .seconds(4)
        return limits
    }

    /// Row 32.
    @Test(
        .rows(32),
        arguments: [
            ScriptedAnswer(.reset), ScriptedAnswer(.close),
            ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nX"), .reset),
            ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: 100\n\n{"), .reset),
            ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: 100\n\n{"), .close),
        ]
    )
    func `A read whose connection broke is retried silently`(_ end: ScriptedAnswer) async throws {
        try await ScriptedServer.run(page, end, page) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                #expect(await client.failure(of: everything) == nil)
                #expect(await client.failure(of: everything) == nil)
            }
            #expect(server.requests.count == 3)
        }
        try await ScriptedServer.run(end, end, page) { server in
            try await ITwinsClient.run(server.baseURL) { #expect(await $0.failure(of: everything) == nil) }
            #expect(server.requests.count == 3)
        }
        try await ScriptedServer.run(end) { server in
            let error = try await ITwinsClient.run(server.baseURL) { await $0.failure(of: everything) }
            #expect(error?.attempts == 3)
            #expect(server.requests.count == 3)
        }
    }

    /// Row 32: only the first connection that is found closed is taken for one that was kept open too long.
    @Test(.rows(32)) func `A closed connection is replaced at once, and after a wait the second time`() async throws {
        let time = VirtualTime()
        try await ScriptedServer.run(ScriptedAnswer(.close)) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                for operation in [everything] + Self.repeatable { _ = await client.failure(of: operation) }
            }
        }
        #expect(time.waits == Array(repeating: .milliseconds(500), count: 4))
    }

    /// Row 37.
    @Test(.rows(37)) func `An unavailable service is tried three times with growing waits`() async throws {
        for answer in [html, .http(status: 500), .http(status: 502), .http(status: 504)] {
            let time = VirtualTime()
            try await ScriptedServer.run(answer) { server in
                try await ITwinsClient.run(server.baseURL, time: time) { client in
                    for operation in [everything] + Self.repeatable {
                        let error = try #require(await client.failure(of: operation))
                        #expect(error.attempts == 3)
                        #expect(error.apiError != nil)
                        #expect(!error.outcomeUnknown)
                    }
                }
                #expect(server.requests.count == 12)
            }
            #expect(time.waits == (0..<4).flatMap { _ in [Duration.milliseconds(250), .milliseconds(500)] })
        }
    }

    /// Row 37.
    @Test(.rows(37)) func `Each wait is random, between zero and its limit`() async throws {
        let generator = Watched(SeededGenerator(seed: 7))
        let time = VirtualTime { range in generator.update { Double.random(in: range, using: &$0) } }
        try await ScriptedServer.run { _, number in
            number % 3 == 2 ? page : .http(status: 502)
        } _: { server in
            for _ in 0..<50 {
                try await ITwinsClient.run(server.baseURL, time: time) { client in
                    #expect(await client.failure(of: everything) == nil)
                }
            }
        }
        try #require(time.waits.count == 100)
        let first = stride(from: 0, to: 100, by: 2).map { time.waits[$0] }
        let second = stride(from: 1, to: 100, by: 2).map { time.waits[$0] }
        #expect(first.allSatisfy { $0 >= .zero && $0 <= .milliseconds(250) })
        #expect(second.allSatisfy { $0 >= .zero && $0 <= .milliseconds(500) })
        #expect(Set(time.waits).count == 100)
        #expect(second.contains { $0 > .milliseconds(400) } && second.contains { $0 < .milliseconds(100) })
    }

    @Test func `A read that succeeds after retries reports every wait and attempt`() async throws {
        let time = VirtualTime()
        let told = Watched<[RequestProgress]>([])
        try await ScriptedServer.run(.http(status: 502), ScriptedAnswer(.reset), page) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let start = time.now
                let error = await client.failure(of: everything) { progress in told.update { $0.append(progress) } }
                #expect(error == nil)
                let refusal = APIError(status: 502, code: "HTTP502", message: "Bad Gateway")
                #expect(
                    told.value == [
                        .waiting(until: start.adding(seconds: 0.25), attempt: 2, of: 3, because: .refused(refusal)),
                        .retrying(attempt: 2, of: 3), .retrying(attempt: 3, of: 3),
                    ]
                )
            }
        }
    }

    @Test func `An error keeps the reason of the first attempt`() async throws {
        try await ScriptedServer.run(.http(status: 502), ScriptedAnswer(.reset), .http(status: 500)) { server in
            let error = try await ITwinsClient.run(server.baseURL) { await $0.failure(of: everything) }
            #expect(error?.apiError?.status == 500)
            #expect(error?.attempts == 3)
            guard case .refused(let first) = error?.firstReason else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(first.status == 502)
        }
    }

    @Test func `The log shows each attempt of a request, and how many there were`() async throws {
        let log = CapturedLog()
        try await ScriptedServer.run(.http(status: 502), ScriptedAnswer(.reset), .http(status: 500)) { server in
            _ = try await ITwinsClient.run(server.baseURL, log: log) { await $0.failure(of: everything) }
        }
        #expect(log.lines.count == 3)
        #expect(log.lines.first?.hasPrefix("info GET /itwins HTTP502, attempt 1 of 3, retry in 250 ms ") == true)
        #expect(log.lines.last?.hasPrefix("warning GET /itwins 500 HTTP500, 3 tries ") == true)
    }

    @Test func `Attempts end with the time limit of the whole request`() async throws {
        var limits = ClientLimits()
        limits.idle = .milliseconds(700)
        limits.total = .seconds(1)
        try await ScriptedServer.run(.silence) { server in
            let error = try await ITwinsClient.run(server.baseURL, limits: limits) { await $0.failure(of: everything) }
            #expect(error?.reason == .timedOut(seconds: 1))
            // Two at most have room in it.
            #expect(error.map { $0.attempts < 3 } == true)
            #expect(server.requests.count < 3)
        }
    }

    @Test func `Cancelling ends the wait before another attempt`() async throws {
        let time = VirtualTime(.byHand)
        try await ScriptedServer.run(.http(status: 502)) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let task = Task { await client.failure(of: everything) }
                try await time.waitForSleeping(1)
                task.cancel()
                #expect(await task.value?.reason == .cancelled)
            }
            #expect(server.requests.count == 1)
        }
    }

    // MARK: What changes something

    @Test func `A request rejected before it could be sent is retried, except an export`() async throws {
        let port = try ReservedPort()
        for operation in [everything] + Self.repeatable + Self.unrepeatable {
            let error = try await ITwinsClient.run("http://127.0.0.1:\(port.port)/itwins") { client in
                await client.failure(of: operation)
            }
            #expect(error?.attempts == (operation.id == .createExport ? 1 : 3))
            #expect(error?.isOffline == true)
            #expect(error?.outcomeUnknown == false)
        }
    }

    /// Row 34.
    @Test(.rows(34), arguments: [ScriptedAnswer.http(status: 502), .http(status: 504), .http(status: 503), .silence])
    func `A create lost by a gateway isn't sent again, and its outcome is unknown`(_ answer: ScriptedAnswer)
        async throws
    {
        try await ScriptedServer.run(answer) { server in
            try await ITwinsClient.run(server.baseURL, limits: shortLimits) { client in
                for (number, operation) in Self.unrepeatable.enumerated() {
                    let error = try #require(await client.failure(of: operation))
                    #expect(error.outcomeUnknown)
                    #expect(error.attempts == 1)
                    #expect(server.requests.count == number + 1)
                }
            }
        }
    }

    @Test func `A deferred create is not done, and the user decides when to send it again`() async throws {
        let time = VirtualTime()
        try await ScriptedServer.run(.http(status: 503, headers: ["Retry-After: 20"])) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let start = time.now
                let error = try #require(await client.failure(of: creations[0]))
                #expect(!error.outcomeUnknown)
                #expect(error.retryAt == start.adding(seconds: 20))
            }
            #expect(server.requests.count == 1)
        }
    }

    /// Row 35.
    @Test(.rows(35), arguments: [ScriptedAnswer.silence, ScriptedAnswer(.reset), .http(status: 502)])
    func `A delete that finds nothing after its response was lost counts as done`(_ lost: ScriptedAnswer) async throws {
        let notFound = APIError(status: 404, code: "iTwinNotFound", message: "gone").json.text
        try await ScriptedServer.run(lost, .json(notFound, status: 404)) { server in
            try await ITwinsClient.run(server.baseURL, limits: shortLimits) { client in
                #expect(await client.failure(of: .removeFavorite(id: "1")) == nil)
            }
            #expect(server.requests.count == 2)
        }
        // Without such a try before it, it is a refusal; and of what is no deletion always.
        for operation in [ITwinsAPI.Operation.removeFavorite(id: "1"), .addFavorite(id: "1")] {
            try await ScriptedServer.run { _, number in
                number == 0 && operation.id == .addITwinToMyFavorites ? lost : .json(notFound, status: 404)
            } _: { server in
                let error = try await ITwinsClient.run(server.baseURL, limits: shortLimits) {
                    await $0.failure(of: operation)
                }
                #expect(error?.apiError?.status == 404)
            }
        }
    }

    // MARK: Outages (row 38)

    @Test(.rows(38)) func `An outage doesn't multiply the traffic, and the first response ends it`() async throws {
        let time = VirtualTime()
        let isDown = Watched(true)
        try await ScriptedServer.run { _, _ in
            isDown.value ? html : page
        } _: { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                // Ten minutes in which something asks every five seconds.
                for _ in 0..<120 {
                    #expect(await client.failure(of: everything)?.apiError?.status == 503)
                    time.advance(.seconds(5))
                }
                #expect(server.requests.count == 130)
                isDown.update { $0 = false }
                #expect(await client.failure(of: everything) == nil)
                #expect(server.requests.count == 131)
                for _ in 0..<4 { _ = await client.failure(of: everything) }
                isDown.update { $0 = true }
                let before = server.requests.count
                // Five answers have earned one further try.
                #expect(await client.failure(of: everything)?.attempts == 2)
                #expect(server.requests.count == before + 2)
            }
        }
    }

    @Test func `A manual request is retried once even during an outage`() async throws {
        try await ScriptedServer.run(html) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                for _ in 0..<20 { _ = await client.failure(of: everything) }
                #expect(await client.failure(of: everything)?.attempts == 1)
                #expect(await client.failure(of: everything, isUserInitiated: true)?.attempts == 2)
            }
        }
    }

    @Test(.rows(38)) func `A service that comes back between two attempts answers the read`() async throws {
        try await ScriptedServer.run(page) { server in
            try await FaultProxy.run(to: server.port, mode: .refuse) { proxy in
                let time = VirtualTime(.byHand)
                try await ITwinsClient.run(proxy.baseURL, time: time) { client in
                    let task = Task { await client.failure(of: everything) }
                    try await time.waitForSleeping(1)
                    try await proxy.set(.pass)
                    time.advance(.seconds(1))
                    #expect(await task.value == nil)
                }
            }
        }
    }
}
