import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Where an authority is asked (reliability A6, row 7).
@Suite struct DiscoveryTests {
    private func failure(_ harness: SignInHarness) async throws -> SignInError? {
        let source = try harness.source()
        do throws(SignInError) {
            try await source.signIn(browser: nil, pasted: AsyncStream { $0.yield("a-code-that-is-not-known") }) { _ in }
            return nil
        } catch {
            return error
        }
    }

    @Test(
        .rows(7),
        arguments: [
            (["issuer": "https://evil.example"], "https://evil.example"), (["issuer": ""], "names the issuer"),
            (["authorization_endpoint": "ftp://h/a"], "authorization_endpoint"),
            (["token_endpoint": "/token"], "token_endpoint"),
            (["authorization_endpoint": "http://evil.example/a"], "has no https URL as authorization_endpoint"),
            (["authorization_endpoint": "https://h.example/a?\u{1B}]0;title\u{7}"], "invalid characters"),
            (["authorization_endpoint": "https://h.example/a\u{202E}"], "invalid characters"),
            (["authorization_endpoint": "https://h.example/a b"], "invalid characters"),
            (["authorization_endpoint": "https://b\u{FC}cher.example/a"], "invalid characters"),
            (["token_endpoint": "https://h.example/\r\nX: y"], "invalid characters"),
            (["revocation_endpoint": "https://h.example/\u{9B}2J"], "invalid characters"),
            (["token_endpoint": "http://evil.example/token"], "no https URL as token_endpoint"),
            (["revocation_endpoint": "http://evil.example/r"], "no https URL as revocation_endpoint"),
            (
                ["device_authorization_endpoint": "http://evil.example/d"],
                "no https URL as device_authorization_endpoint"
            ),
            (["device_authorization_endpoint": "/device"], "no valid URL as device_authorization_endpoint"),
        ]
    )
    func `A discovery document that is false or leads to insecure URLs is rejected, and nothing is sent`(
        _ members: [String: String],
        _ why: String
    ) async throws {
        try await SignInHarness.run { harness in
            harness.authority.state.update { $0.document = members }
            let failure = try await failure(harness)
            #expect(failure?.kind == .malformed)
            #expect(failure?.message.contains(why) == true, "\(String(describing: failure))")
            #expect(harness.authority.state.value.forms.isEmpty)
        }
    }

    @Test(
        .rows(7),
        arguments: [
            (
                ScriptedAnswer.http(status: 200, headers: ["Content-Type: text/html"], body: Array("<html>".utf8)),
                "isn't a JSON object"
            ),
            (.json("[]"), "isn't a JSON object"), (.json("{}"), "names no issuer"),
            (.json("{\"issuer\":", status: 200), "isn't a JSON object"),
            (.json("{}", status: 404), "returned status 404. Check authority"),
            (.json("{}", status: 500), "returned status 500. Try again later"),
            (ScriptedAnswer(.reset), "the connection broke"),
            (.http(status: 302, headers: ["Location: https://evil.example/"]), "302"),
            (.json(String(repeating: " ", count: 300 * 1024) + "{}"), "too large"),
        ]
    )
    func `An invalid discovery document is reported with what was received`(_ answer: ScriptedAnswer, _ why: String)
        async throws
    {
        try await SignInHarness.run { harness in
            harness.authority.answer("/.well-known/openid-configuration", with: answer)
            let failure = try await failure(harness)
            #expect(failure?.message.contains(why) == true, "\(String(describing: failure))")
            #expect(failure?.message.contains("127.0.0.1") == true)
            #expect(harness.authority.state.value.forms.isEmpty)
        }
    }

    @Test func `Discovery is requested once a day`() async throws {
        try await SignInHarness.run { harness in
            let client = AuthorityClient(
                try Authority(harness.authority.issuer),
                http: harness.http,
                time: harness.time()
            )
            for _ in 0..<3 { _ = try await client.endpoints() }
            #expect(harness.authority.state.value.discoveries == 1)
            harness.advance(86_401)
            _ = try await client.endpoints()
            #expect(harness.authority.state.value.discoveries == 2)
        }
    }

    @Test func `Cached discovery of another authority, another day or with mistakes is not used`() throws {
        let folder = try TemporaryFolder()
        let now = Timestamp(secondsSince1970: 1_750_000_000)
        let authority = try Authority("https://ims.example.org/")
        let document: JSON.Object = [
            "issuer": "https://ims.example.org/", "authorization_endpoint": "https://ims.example.org/a",
            "token_endpoint": "https://ims.example.org/t",
        ]
        let file = folder.path + "/endpoints.json"
        let endpoints = try Endpoints(.object(document), of: authority)
        EndpointCache(file: file).keep(document, endpoints, of: authority, at: now)
        #expect(EndpointCache(file: file).endpoints(of: authority, at: now) == endpoints)
        #expect(EndpointCache(file: file).endpoints(of: authority, at: now.adding(seconds: 86_401)) == nil)
        #expect(EndpointCache(file: file).endpoints(of: authority, at: now.adding(seconds: -200_000)) == nil)
        #expect(EndpointCache(file: file).endpoints(of: try Authority("https://other.example"), at: now) == nil)
        let evil = try String(contentsOfFile: file, encoding: .utf8).replacing(
            "https://ims.example.org/t",
            with: "http://evil.example/t"
        )
        try evil.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(EndpointCache(file: file).endpoints(of: authority, at: now) == nil)
    }

    @Test func `An https authority may not lead to plain http, not even on this machine`() throws {
        let authority = try Authority("https://ims.example.org")
        for name in [
            "authorization_endpoint", "token_endpoint", "revocation_endpoint", "device_authorization_endpoint",
        ] {
            var document: JSON.Object = [
                "issuer": "https://ims.example.org", "authorization_endpoint": "https://ims.example.org/a",
                "token_endpoint": "https://ims.example.org/t",
            ]
            document[name] = "http://localhost:4000/x"
            let error = #expect(throws: SignInError.self) { try Endpoints(.object(document), of: authority) }
            #expect(error?.message.contains("has no https URL as \(name)") == true)
        }
    }

    @Test func `Built-in endpoints are used for Bentley's authorities only`() throws {
        let production = Endpoints.documented(of: try Authority("https://ims.bentley.com"))
        #expect(production?.token == "https://ims.bentley.com/connect/token")
        #expect(Endpoints.documented(of: try Authority("https://qa-ims.bentley.com/")) != nil)
        #expect(Endpoints.documented(of: try Authority("https://ims.bentley.com.evil.example")) == nil)
    }

    @Test(arguments: [
        "http://ims.bentley.com", "ims.bentley.com", "https://", "https://u:p@h", "https://h?x=1", "https://h#f",
        "ftp://h", "https://h/\u{1B}[2J", "https://h/ä", "https://h/a b",
        "",
    ])
    func `An insecure authority is rejected`(_ issuer: String) {
        #expect(throws: SignInError.self) { try Authority(issuer) }
    }
}
