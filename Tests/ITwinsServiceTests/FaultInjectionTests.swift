import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Trouble on demand: contract sections 17.16 and 17.17.
@Suite struct FaultInjectionTests {
    @Test(arguments: [
        ("GET /itwins 503", FaultRule.Action.status(503, retryAfter: nil), FaultRule.Frequency.every(1)),
        ("get /iTwins/*/Repositories 429 retry-after 7 every 3", .status(429, retryAfter: 7), .every(3)),
        ("* /itwins/** delay 0.5 20%", .delay(0.5), .percent(20)),
        ("POST / redirect https://h/x", .redirect("https://h/x"), .every(1)), ("PUT /a drop", .drop, .every(1)),
        ("DELETE /a/b lose 100%", .lose, .percent(100)),
    ])
    func `A fault rule is parsed`(_ text: String, _ action: FaultRule.Action, _ frequency: FaultRule.Frequency) throws {
        let rule = try FaultRule(text)
        #expect(rule.action == action)
        #expect(rule.frequency == frequency)
    }

    @Test(arguments: [
        "", "GET", "GET /itwins", "GET itwins 503", "FETCH /itwins 503", "GET /itwins 200", "GET /itwins 600",
        "GET /itwins delay", "GET /itwins delay -1", "GET /itwins delay 9999", "GET /itwins explode",
        "GET /itwins 503 sometimes", "GET /itwins 503 every 0", "GET /itwins 503 101%", "GET /itwins 503 every 2 now",
        "GET /a/**/b drop", "GET /a 503 retry-after soon", "GET /a redirect",
    ])
    func `An invalid fault rule is rejected with the possible values`(_ text: String) throws {
        let error = #expect(throws: FaultRule.Invalid.self) { try FaultRule(text) }
        #expect(error?.description.isEmpty == false)
    }

    private static func run(
        _ rules: [String],
        _ body: @escaping @Sendable (LocalService) async throws -> Void
    ) async throws {
        let faults = try rules.map { try FaultRule($0) }
        try await LocalService.run(sampleData: .standard, configure: { $0.faults = faults }, body)
    }

    @Test func `A fault affects every nth matching request and no other`() async throws {
        try await Self.run(["GET /itwins/*/repositories 503 retry-after 4 every 3"]) { service in
            let path = "/iTwins/6f2d7c1e-0b3a-4a55-9f6e-1c2b3d4e5f60/repositories"
            var statuses: [Int] = []
            for _ in 1...6 {
                let answer = try await service.get(path)
                statuses.append(answer.status)
                #expect(try await service.get("/itwins").status == 200)
                guard answer.status == 503 else { continue }
                #expect(answer.error?.code == "ServiceUnavailable")
                #expect(answer["Retry-After"] == "4")
            }
            #expect(statuses == [200, 200, 503, 200, 200, 503])
        }
    }

    @Test func `Files, the API description and the page can fail too`() async throws {
        try await Self.run(["GET /files/** drop", "GET /openapi.json 503", "GET / 418"]) { service in
            let file = try? await service.http.request("GET", "/files/x.csv", token: nil)
            #expect(file == nil)
            let description = try await service.http.request("GET", "/openapi.json", token: nil)
            #expect(description.status == 503)
            let page = try await service.http.request("GET", "/", token: nil)
            #expect(page.status == 418)
        }
    }

    @Test func `An unauthenticated request is never affected by a fault`() async throws {
        try await Self.run(["* /** 500"]) { service in
            let unsigned = try await service.http.request("GET", "/itwins", token: nil)
            #expect(unsigned.status == 401)
            let signed = try await service.get("/itwins")
            #expect(signed.status == 500)
        }
    }

    @Test func `A redirect fault has a location and a body`() async throws {
        try await Self.run(["GET /itwins/favorites redirect https://elsewhere.example.org/x"]) { service in
            let answer = try await service.get("/itwins/favorites")
            #expect(answer.status == 302)
            #expect(answer["Location"] == "https://elsewhere.example.org/x")
            #expect(answer.error != nil)
        }
    }

    @Test func `A dropped request has no effect, one with a lost response does`() async throws {
        try await Self.run(["POST /itwins drop every 2", "POST /itwins/favorites/* lose"]) { service in
            let id = try await service.asset("First")
            await #expect(throws: RawHTTP.NoAnswer.self) {
                try await service.post("/itwins", #"{"class":"Thing","subClass":"Asset","displayName":"Second"}"#)
            }
            #expect(try await service.get("/itwins?displayName=Second").names.isEmpty)
            await #expect(throws: RawHTTP.NoAnswer.self) { try await service.post("/itwins/favorites/\(id)") }
            #expect(try await service.get("/itwins/favorites").names.contains("First"))
        }
    }

    @Test func `The latency rule delays responses`() async throws {
        try await LocalService.run(configure: { $0.latency = 0.2...0.3 }) { service in
            let start = ContinuousClock.now
            let answer = try await service.get("/itwins")
            #expect(answer.status == 200)
            #expect(ContinuousClock.now - start >= .seconds(0.2))
        }
    }

    @Test func `Requests over the limit wait until the minute ends`() async throws {
        let clock = TestClock()
        let other = Secret("token-of-member")
        try await LocalService.run(
            clock: clock,
            configure: {
                $0.rateLimit = 3
                $0.tokens = [.member: other]
            }
        ) { service in
            for _ in 1...3 { #expect(try await service.get("/itwins").status == 200) }
            clock.advance(seconds: 15)
            let limited = try await service.get("/itwins")
            #expect(limited.status == 429)
            #expect(limited.error?.code == "RateLimitExceeded")
            #expect(limited["retry-after"] == "45")
            #expect(limited["ITwinPlatform-RateLimited-Operation"] == "get-my-itwins")
            for name in ["Tier", "API", "Application"] {
                #expect(limited["ITwinPlatform-RateLimited-\(name)"]?.isEmpty == false)
            }
            // Every user has a limit of his own.
            #expect(try await service.http.request("GET", "/itwins", token: other).status == 200)
            clock.advance(seconds: 45)
            #expect(try await service.get("/itwins").status == 200)
        }
    }

    @Test func `Web pages of an allowed site may send requests, others may not`() async throws {
        let site = "https://app.example.org"
        try await LocalService.run(configure: { $0.allowedOrigins = [site] }) { service in
            let crossSite = "Sec-Fetch-Site: cross-site"
            let allowed = try await service.get("/itwins", "Origin: \(site)", crossSite)
            #expect(allowed.status == 200)
            #expect(allowed["Access-Control-Allow-Origin"] == site)
            #expect(allowed["Vary"] == "Origin")
            let question = try await service.http.request(
                "OPTIONS",
                "/itwins",
                token: nil,
                headers: ["Origin: \(site)", "Access-Control-Request-Method: POST"]
            )
            #expect(question.status == 204)
            #expect(question["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS")
            #expect(question["Access-Control-Allow-Headers"]?.contains("Authorization") == true)
            for other in ["https://evil.example.org", "http://app.example.org", "null"] {
                let refused = try await service.get("/itwins", "Origin: \(other)")
                #expect(refused.status == 403)
                #expect(refused["Access-Control-Allow-Origin"] == nil)
            }
            let plain = try await service.get("/itwins")
            #expect(plain["Access-Control-Allow-Origin"] == nil)
        }
    }
}
