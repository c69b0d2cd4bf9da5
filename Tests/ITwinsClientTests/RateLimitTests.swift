import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Reliability H5, row 36: the service says when it may be asked again.
@Suite(.timeLimit(.minutes(1)), .rows(36)) struct RateLimitTests {
    private let page = ScriptedAnswer.json(pageText(0..<1))

    private static func refusal(_ headers: String...) -> ScriptedAnswer {
        .json(
            APIError(status: 429, code: "RateLimitExceeded", message: "too many").json.text,
            status: 429,
            headers: headers
        )
    }

    @Test(arguments: [
        (["Retry-After: 7"], Duration.seconds(7)), (["retry-after: 60"], .seconds(60)),
        (["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:49 GMT"], .seconds(12)),
        (["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:00:00 GMT"], .milliseconds(250)),
        (["Retry-After: 0"], .milliseconds(250)), (["Retry-After: -5"], .milliseconds(250)),
        (["Retry-After: soon"], .seconds(1)), ([], .seconds(1)),
    ])
    func `A rate-limited request is sent again after its Retry-After time`(_ headers: [String], _ wait: Duration)
        async throws
    {
        let refusal = ScriptedAnswer.http(status: 429, headers: headers)
        let time = VirtualTime()
        try await ScriptedServer.run { _, number in
            number.isMultiple(of: 2) ? refusal : page
        } _: { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                #expect(await client.failure(of: everything) == nil)
            }
            #expect(server.requests.count == 2)
        }
        #expect(time.waits == [wait])
    }

    @Test func `A rate-limited create is sent again too, since it was not processed`() async throws {
        let created = ScriptedAnswer.json(#"{"iTwin":{"id":"1"}}"#, status: 201)
        try await ScriptedServer.run(Self.refusal("Retry-After: 1"), created) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                #expect(await client.failure(of: creations[0]) == nil)
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func `A rate-limited export is not started again`() async throws {
        let export = ITwinsAPI.Operation.createExport(iTwinID: nil, ExportDraft(outputFormat: .csv))
        let time = VirtualTime()
        try await ScriptedServer.run(Self.refusal("Retry-After: 1")) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let start = time.now
                let error = await client.failure(of: export)
                #expect(error?.retryAt == start.adding(seconds: 1))
                #expect(error?.outcomeUnknown == false)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `Repeated rate limits end after three attempts, with the time and whose limit it was`() async throws {
        let time = VirtualTime()
        let refusal = Self.refusal(
            "ITwinPlatform-RateLimited-Tier: Trial",
            "ITwinPlatform-RateLimited-API: itwins",
            "itwinplatform-ratelimited-operation: get-my-itwins"
        )
        try await ScriptedServer.run(refusal) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let start = time.now
                let error = try #require(await client.failure(of: everything))
                #expect(error.attempts == 3)
                #expect(error.apiError?.code == "RateLimitExceeded")
                #expect(error.rateLimit == RateLimit(tier: "Trial", api: "itwins", operation: "get-my-itwins"))
                // After waits of 1 and 2 seconds the next would be 4.
                #expect(error.retryAt == start.adding(seconds: 7))
            }
            #expect(server.requests.count == 3)
        }
        #expect(time.waits == [.seconds(1), .seconds(2)])
    }

    @Test(arguments: [429, 503])
    func `A wait of more than a minute is not made silently`(_ status: Int) async throws {
        let time = VirtualTime()
        try await ScriptedServer.run(.http(status: status, headers: ["Retry-After: 3600"])) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let start = time.now
                let error = try #require(await client.failure(of: everything))
                #expect(error.retryAt == start.adding(seconds: 3600))
                #expect(error.attempts == 1)
                // Somebody who asks all the same is not held up.
                _ = await client.failure(of: everything)
            }
            #expect(server.requests.count == 2)
        }
        #expect(time.waits.isEmpty)
    }

    @Test func `A read waits for the Retry-After time of an unavailable service`() async throws {
        let time = VirtualTime()
        try await ScriptedServer.run(.http(status: 503, headers: ["Retry-After: 9"]), page) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                #expect(await client.failure(of: everything) == nil)
            }
        }
        #expect(time.waits == [.seconds(9)])
    }

    @Test func `All requests wait together until one time, and report it`() async throws {
        let time = VirtualTime(.byHand)
        let told = Watched<[RequestProgress]>([])
        let refused = Watched(false)
        try await ScriptedServer.run { _, _ in
            refused.update { isRefused in
                defer { isRefused = true }
                return isRefused ? .json(#"{"iTwin":{"id":"1"}}"#) : Self.refusal("Retry-After: 30")
            }
        } _: { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let first = Task { await client.failure(of: .iTwin(id: "first")) }
                try await time.waitForSleeping(1)
                time.advance(.seconds(10))
                let others = (0..<20).map { number in
                    Task {
                        await client.failure(of: .iTwin(id: "\(number)")) { progress in
                            told.update { $0.append(progress) }
                        }
                    }
                }
                try await time.waitForSleeping(21)
                #expect(server.requests.count == 1)
                let reason = RequestError.Reason.refused(
                    APIError(status: 429, code: "RateLimitExceeded", message: "too many")
                )
                let end = time.now.adding(seconds: 20)
                #expect(
                    told.value
                        == Array(repeating: .waiting(until: end, attempt: 1, of: 3, because: reason), count: 20)
                )
                time.advance(.seconds(20))
                #expect(await first.value == nil)
                for other in others { #expect(await other.value == nil) }
            }
            #expect(server.requests.count == 22)
        }
    }

    @Test func `A queued request isn't sent during the wait`() async throws {
        let time = VirtualTime(.byHand)
        var limits = ClientLimits()
        limits.connections = 2
        try await ScriptedServer.run { _, number in
            number < 2 ? Self.refusal("Retry-After: 30") : .json(#"{"iTwin":{"id":"1"}}"#)
        } _: { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await ITwinsClient.run(proxy.baseURL, limits: limits, time: time) { client in
                    let tasks = (0..<12).map { number in Task { await client.failure(of: .iTwin(id: "\(number)")) } }
                    try await proxy.waitForRequests(2)
                    try await proxy.set(.pass)
                    try await time.waitForSleeping(12)
                    #expect(server.requests.count == 2)
                    time.advance(.seconds(30))
                    for task in tasks { #expect(await task.value == nil) }
                }
            }
            #expect(server.requests.count == 14)
        }
    }

    @Test func `A cancelled wait sends nothing`() async throws {
        let time = VirtualTime(.byHand)
        try await ScriptedServer.run(Self.refusal("Retry-After: 30")) { server in
            try await ITwinsClient.run(server.baseURL, time: time) { client in
                let task = Task { await client.failure(of: creations[0]) }
                try await time.waitForSleeping(1)
                task.cancel()
                let error = await task.value
                #expect(error?.reason == .cancelled)
                #expect(error?.outcomeUnknown == false)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `The pages of a list report their waits`() async throws {
        let told = Watched<[RequestProgress]>([])
        try await ScriptedServer.run(Self.refusal("Retry-After: 2"), page) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                var count = 0
                let pages = client.pages(of: everything) { progress in told.update { $0.append(progress) } }
                for try await _ in pages { count += 1 }
                #expect(count == 1)
            }
        }
        #expect(told.value.count == 2)
        #expect(told.value.last == .retrying(attempt: 2, of: 3))
    }
}
