import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsClient

/// Contract section 2.7 and reliability H6, row 39: where a redirect is followed to, and with what.
@Suite(.timeLimit(.minutes(1)), .rows(39)) struct RedirectTests {
    // MARK: The rule

    private func trail(_ base: String) throws -> RedirectPolicy {
        let configuration = try ClientConfiguration(baseURL: base, userAgent: "tests/1") { _ in Secret("token") }
        return RedirectPolicy(
            base: configuration.origin,
            url: "\(configuration.origin)/itwins/1/repositories/r/resources"
        )
    }

    private func reason(_ base: String, _ location: String?, status: Int = 302) throws -> String? {
        var trail = try trail(base)
        do throws(RedirectPolicy.Refusal) {
            _ = try trail.follow(status, to: location)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(arguments: [
        ("https://gateway.example.org/itwins", "https://gateway.example.org/elsewhere?a=b", false),
        ("https://gateway.example.org/itwins", "/elsewhere", false),
        ("https://gateway.example.org/itwins", "//gateway.example.org:443/elsewhere", false),
        ("https://gateway.example.org/itwins", "https://api.bentley.com/x", true),
        ("https://api.bentley.com/itwins", "https://IMODEL-API.bentley.com/x", true),
        ("https://qa-api.bentley.com/itwins", "https://qa-sync-api.bentley.com:443/x", true),
        ("http://127.0.0.1:4000/itwins", "http://127.0.0.1:4000/x", false),
        ("http://127.0.0.1:4000/itwins", "/x", false),
    ])
    func `Redirects to the service itself and the platform's services are followed`(
        _ base: String,
        _ location: String,
        _ leaves: Bool
    ) throws {
        for status in [301, 302, 307, 308] {
            var trail = try trail(base)
            let url = try trail.follow(status, to: location)
            #expect(!url.isEmpty)
            #expect(trail.hasLeft == leaves)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "https://api.bentley.com.evil.example/", "https://evil.example/api.bentley.com",
        "https://xapi.bentley.com/", "https://bentley.com/", "https://www.bentley.com/",
        "https://api.bentley.com:8443/",
        "https://api-bentley.com/", "https://imodel-api.bentley.com:444/", "https://gateway.example.org:8443/",
        "https://gateway.example.org.evil.example/", "https://localhost/", "https://127.0.0.1/",
        "https://api.bentley.com./",
    ])
    func `No other host gets the token`(_ location: String) throws {
        let reason = try reason("https://gateway.example.org/itwins", location)
        #expect(reason?.hasSuffix(" isn't allowed to receive the token") == true, "\(reason ?? "followed")")
    }

    @Test(arguments: [
        "http://gateway.example.org/", "http://api.bentley.com/", "http://127.0.0.1/", "http://localhost:80/",
    ])
    func `Redirects to unencrypted URLs are not followed`(_ location: String) throws {
        let reason = try reason("https://gateway.example.org/itwins", location)
        #expect(reason?.hasSuffix(" would receive the token unencrypted") == true, "\(reason ?? "followed")")
    }

    @Test(arguments: ["https://api.bentley.com/", "https://imodel-api.bentley.com/", "https://evil.example/"])
    func `The token of a local service is sent nowhere else`(_ location: String) throws {
        let reason = try reason("http://127.0.0.1:4000/itwins", location)
        #expect(reason?.hasPrefix("it points to another service") == true, "\(reason ?? "followed")")
        #expect(try self.reason("http://127.0.0.1:4000/itwins", "http://127.0.0.1:4001/") != nil)
        #expect(try self.reason("http://127.0.0.1:4000/itwins", "http://localhost:4000/") != nil)
    }

    @Test(arguments: [
        nil, "http://", "https://", "https://user@api.bentley.com/", "https://u:p@api.bentley.com/",
        "javascript:alert(1)",
        "ftp://api.bentley.com/", "https://api.bentley.com:99999/", "https://[::1", "https://a b/",
        "https://api.bentley.com/" + String(repeating: "x", count: 9000),
    ])
    func `A redirect to an invalid URL is not followed`(_ location: String?) throws {
        #expect(try reason("https://api.bentley.com/itwins", location) == "its target isn't a valid URL")
    }

    @Test(arguments: [300, 303, 304, 305, 306, 399])
    func `Other statuses redirect nowhere`(_ status: Int) throws {
        let why = "redirects with status \(status) aren't followed"
        #expect(try reason("https://api.bentley.com/itwins", "/x", status: status) == why)
    }

    @Test func `Five redirects are followed, a loop and a sixth one are not`() throws {
        var trail = try trail("https://api.bentley.com/itwins")
        for number in 1...5 { _ = try trail.follow(302, to: "/\(number)#part") }
        #expect(throws: RedirectPolicy.Refusal(reason: "more than 5 redirects")) {
            try trail.follow(302, to: "/6")
        }
        var circle = try self.trail("https://api.bentley.com/itwins")
        _ = try circle.follow(302, to: "/a")
        _ = try circle.follow(302, to: "/b")
        #expect(throws: RedirectPolicy.Refusal(reason: "it loops")) {
            try circle.follow(302, to: "/a#again")
        }
    }

    // MARK: On the wire

    /// What may be redirected; the answer's members do not matter.
    private static let resource = ITwinsAPI.Operation.resource(RepositoryPath(iTwinID: "1", id: "r"), id: "x")
    private let answer = ScriptedAnswer.json(#"{"resource":{"id":"x"}}"#)

    private func redirect(_ location: String, _ status: Int = 302) -> ScriptedAnswer {
        .http(status: status, headers: ["Location: \(location)"])
    }

    @Test func `Only reads of resources and graphics may be redirected`() {
        #expect(
            Set(OperationID.allCases.filter(\.mayRedirect)) == [
                .getRepositoryResources, .getRepositoryResource, .getResourceGraphics, .getGlobalRepositoryResources,
                .getGlobalRepositoryResource, .getGlobalResourceGraphics,
            ]
        )
    }

    @Test func `A redirect within the service keeps the whole request`() async throws {
        try await ScriptedServer.run(redirect("/a?b=c"), redirect("/d", 308), answer) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                #expect(await client.failure(of: Self.resource) == nil)
            }
            #expect(
                server.requests.map(\.line) == ["GET /itwins/1/repositories/r/resources/x", "GET /a?b=c", "GET /d"]
            )
            for request in server.requests {
                #expect(request["Authorization"] == "Bearer token")
                #expect(request["Prefer"] == "return=representation")
            }
        }
    }

    @Test func `The token goes to no other service, and the reason is reported`() async throws {
        try await ScriptedServer.run(answer) { elsewhere in
            for (location, status) in [
                ("http://127.0.0.1:\(elsewhere.port)/", 302), ("http://localhost:\(elsewhere.port)/", 307),
                ("/itwins/1/repositories/r/resources/x", 302), ("http://127.0.0.1:\(elsewhere.port)/", 304),
            ] {
                try await ScriptedServer.run(redirect(location, status)) { server in
                    let error = try await ITwinsClient.run(server.baseURL) { await $0.failure(of: Self.resource) }
                    guard case .redirected(let why) = error?.reason else {
                        Issue.record("\(String(describing: error))")
                        return
                    }
                    #expect(!why.isEmpty)
                    #expect(error?.attempts == 1)
                    #expect(server.requests.count == 1)
                }
            }
            #expect(elsewhere.connections == 0)
        }
    }

    @Test func `Unexpected redirects are not followed, nor those of changes`() async throws {
        try await ScriptedServer.run(redirect("/elsewhere", 307)) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                for operation in creations + [everything, .removeFavorite(id: "1"), .deleteITwin(id: "1")] {
                    let error = await client.failure(of: operation)
                    #expect(error?.reason == .redirected("no redirect is expected here"))
                    #expect(error?.outcomeUnknown == false)
                }
            }
            #expect(server.requests.count == 5)
        }
    }
}
