import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Connections that are kept without being used, and too much at once (reliability row 68). Where a connection has to be
/// cut, the other limits are so long that nothing else does it within the test's time.
@Suite(.rows(68), .timeLimit(.minutes(5)))  // They run beside tests that keep all processors busy.
struct SlowPeerTests {
    private static func run(
        _ limits: ServiceLimits,
        sampleData: ServiceConfiguration.SampleData = .none,
        requiresSignIn: Bool = false,
        _ body: @escaping @Sendable (LocalService) async throws -> Void
    ) async throws {
        try await LocalService.run(
            sampleData: sampleData,
            requiresSignIn: requiresSignIn,
            configure: { $0.limits = limits },
            body
        )
    }

    /// Limits that nothing in these tests reaches but what is set.
    private static func limits(_ change: (inout ServiceLimits) -> Void) -> ServiceLimits {
        var limits = ServiceLimits()
        limits.idleSeconds = 3600
        limits.headSeconds = 3600
        limits.bodySeconds = 3600
        change(&limits)
        return limits
    }

    private static func head(_ method: String, _ target: String, _ service: LocalService, _ headers: String...)
        -> [UInt8]
    {
        let lines =
            [
                "\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(service.port)",
                "Authorization: Bearer \(service.token.revealed)",
            ] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    @Test(arguments: ["", "G", "GET /itwins HTTP/1.1\r\nHost: x\r\nX-Long: "])
    func `A connection whose first head doesn't complete is closed`(_ start: String) async throws {
        try await Self.run(Self.limits { $0.headSeconds = 1 }) { service in
            // Under load it may be cut before anything is sent, and then the system reports that as an error.
            try? await service.http.connected { connection in
                try await connection.send(Array(start.utf8))
                await connection.waitForEnd()
            }
            let answer = try await service.get("/itwins")
            #expect(answer.status == 200)
        }
    }

    @Test func `A head that arrives byte by byte is also closed`() async throws {
        try await Self.run(Self.limits { $0.headSeconds = 1 }) { service in
            let drops = Self.head("GET", "/itwins", service, "X-Long: " + String(repeating: "a", count: 5000))
            await #expect(throws: (any Error).self) {
                try await service.http.connected { connection in
                    for byte in drops {
                        try await connection.send([byte])
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
            let answer = try await service.get("/itwins")
            #expect(answer.status == 200)
        }
    }

    @Test func `A connection is kept between requests for a while and then closed`() async throws {
        try await Self.run(Self.limits { $0.idleSeconds = 3 }) { service in
            try await service.http.connected { connection in
                for _ in 0..<2 {
                    try await connection.send(Self.head("GET", "/itwins", service))
                    #expect(try await connection.answer().status == 200)
                }
                await connection.waitForEnd()
            }
        }
    }

    @Test func `A body that doesn't arrive in time is 408, has no effect and closes the connection`() async throws {
        try await Self.run(Self.limits { $0.bodySeconds = 0.3 }) { service in
            let body = #"{"class":"Thing","subClass":"Asset","displayName":"Slow"}"#
            let answer = try await service.http.connected { connection in
                let head = Self.head(
                    "POST",
                    "/itwins",
                    service,
                    "Content-Type: application/json",
                    "Content-Length: \(body.utf8.count)"
                )
                try await connection.send(head + body.utf8.dropLast())
                let answer = try await connection.answer()
                await connection.waitForEnd()
                return answer
            }
            #expect(answer.status == 408)
            #expect(answer.error?.code == "RequestTimeout")
            #expect(try await service.get("/itwins").names.count == 1)
        }
    }

    @Test func `An endless body that nothing waits for is closed`() async throws {
        try await Self.run(Self.limits { $0.idleSeconds = 3 }) { service in
            let id = try await service.asset("Favorite")
            await #expect(throws: (any Error).self) {
                try await service.http.connected { connection in
                    let target = "/itwins/favorites/\(id)"
                    try await connection.send(Self.head("POST", target, service, "Content-Length: 1000000"))
                    #expect(try await connection.answer().status == 204)
                    while true {
                        try await connection.send([0x20])
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
        }
    }

    @Test func `A client that doesn't read its responses is closed, and others are served meanwhile`() async throws {
        try await Self.run(Self.limits { $0.idleSeconds = 3 }, sampleData: .count(1000)) { service in
            let requests = (0..<50).flatMap { _ in Self.head("GET", "/itwins?$top=1000", service) }
            await #expect(throws: (any Error).self) {
                try await service.http.connected { connection in
                    // Hundreds of megabytes of answers: more than all buffers on the way hold.
                    while true {
                        try await connection.send(requests)
                        let answer = try await service.get("/itwins?$top=1")
                        #expect(answer.status == 200)
                    }
                }
            }
            let answer = try await service.get("/itwins?$top=1")
            #expect(answer.status == 200)
        }
    }

    @Test func `Many silent connections don't block others for long`() async throws {
        try await Self.run(Self.limits { $0.connections = 8 }) { service in
            // One with a request under way stays.
            try await service.http.connected { busy in
                let headers = ["Content-Type: application/json", "Content-Length: 2", "Expect: 100-continue"]
                try await busy.send(Self.head("POST", "/itwins", service, headers.joined(separator: "\r\n")))
                let start = try await busy.answer()
                #expect(start.status == 100)
                let open = Watched(0)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 1...40 {
                        group.addTask {
                            try? await service.http.connected { connection in
                                open.update { $0 += 1 }
                                await connection.waitForEnd()
                            }
                        }
                        // One after the other: of a crowd that comes at once a request may be the oldest for a moment.
                        try await open.wait { $0 == number }
                    }
                    for _ in 0..<3 {
                        let answer = try await service.get("/itwins")
                        #expect(answer.status == 200)
                    }
                    // As many as there is no room for were cut.
                    for _ in 0..<30 { try await group.next() }
                    group.cancelAll()
                }
                try await busy.send(Array("{}".utf8))
                let answer = try await busy.answer()
                #expect(answer.status == 422)
            }
        }
    }

    /// Two hundred connections of strangers, half of which send a form of the provider without its end, and half of which
    /// ask for much and read nothing. No time limit cuts any of them here.
    @Test func `Clients that send forms slowly and read nothing don't delay other requests`() async throws {
        try await Self.run(Self.limits { $0.connections = 100 }, requiresSignIn: true) { service in
            let form = """
                POST /connect/token HTTP/1.1\r\nHost: 127.0.0.1:\(service.port)\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ngrant_type=
                """
            let question = "GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1:\(service.port)\r\n\r\n"
            let questions = String(repeating: question, count: 100)
            let open = Watched(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try? await service.http.connected { connection in
                            open.update { $0 += 1 }
                            try await connection.send(Array((number % 2 == 0 ? form : questions).utf8))
                            try await Task.sleep(for: .seconds(3600))
                        }
                    }
                }
                try await open.wait { $0 == 200 }
                let answered = await Self.isAnswered(service, within: .seconds(15))
                #expect(answered)
                group.cancelAll()
            }
        }
    }

    @Test func `Among clients that don't read their response the longest-waiting one is closed`() async throws {
        let limits = Self.limits { $0.stalledConnections = 2 }
        try await Self.run(limits, sampleData: .count(1000)) { service in
            let requests = (0..<100).flatMap { _ in Self.head("GET", "/itwins?$top=1000", service) }
            let cut = Watched<[Int]>([])
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        // More than all buffers on the way hold, to whoever reads nothing.
                        try? await service.http.connected { connection in
                            while true { try await connection.send(requests) }
                        }
                        cut.update { $0.append(number) }
                    }
                }
                _ = try? await cut.wait { $0.count == 2 }
                let answer = try? await service.get("/itwins?$top=1")
                #expect(answer?.status == 200)
                group.cancelAll()
            }
        }
    }

    /// Whether a request with the token is answered in time.
    private static func isAnswered(_ service: LocalService, within limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await service.get("/itwins").status) == 200 }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    @Test func `A flood of requests on one connection is answered in order`() async throws {
        try await Self.run(Self.limits { _ in }, sampleData: .count(20)) { service in
            let count = 500
            let flood = (0..<count).flatMap { Self.head("GET", "/itwins?$top=1&$skip=\($0 % 20)", service) }
            let skips = try await service.http.connected { connection in
                try await connection.send(flood)
                var skips: [Bool] = []
                for number in 0..<count {
                    let link = try await connection.answer().json?["_links"]?["self"]?["href"]?.string
                    skips.append(link?.contains("$skip=\(number % 20)&") == true)
                }
                return skips
            }
            #expect(skips == Array(repeating: true, count: count))
        }
    }

    /// What one side of a proxy may read as another request than the other side does.
    @Test(arguments: [
        "GET /itwins HTTP/1.1\nHost: OWN\nAuthorization: Bearer TOKEN\n\n",
        "POST /itwins HTTP/1.1\r\nHost: OWN\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST /itwins HTTP/1.1\r\nHost: OWN\r\nContent-Length: -1\r\n\r\n",
        "POST /itwins HTTP/1.1\r\nHost: OWN\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /itwins HTTP/1.1\r\nHost: OWN\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "POST /itwins HTTP/1.1\r\nHost: OWN\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "GET /itwins HTTP/1.1\r\nHost : OWN\r\n\r\n", "GET /itwins HTTP/1.1\r\nHost: OWN\r\nX: a\u{0}b\r\n\r\n",
        "GET /itwins HTTP/1.1\r\nHost: OWN\r\nX Y: a\r\n\r\n",
        "get /itwins HTTP/1.1\r\nHost: OWN\r\n\r\n", "\u{0}\u{1}\u{2}\u{3}",
    ])
    func `An ambiguous request is 400 and closes the connection`(_ request: String) async throws {
        try await LocalService.run { service in
            let text = request.replacing("OWN", with: "127.0.0.1:\(service.port)")
                .replacing("TOKEN", with: service.token.revealed)
            let answer = try await service.http.connected { connection in
                try await connection.send(Array(text.utf8))
                let answer = try await connection.answer()
                await connection.waitForEnd()
                return answer
            }
            #expect(answer.status == 400)
            #expect(answer.error?.code == "InvalidRequest")
            let next = try await service.get("/itwins")
            #expect(next.status == 200)
        }
    }
}
