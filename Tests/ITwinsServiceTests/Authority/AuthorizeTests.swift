import Foundation
import GRDB
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// The sign-in page (RFC 6749 sections 4.1.1 and 4.1.2).
@Suite struct AuthorizeTests {
    private static func text(_ answer: RawAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    /// True for the page that sends nobody anywhere.
    private static func isDeadEnd(_ answer: RawAnswer) -> Bool {
        answer.status == 400 && answer["Location"] == nil && text(answer).contains("can't continue")
            && answer["Content-Security-Policy"]?.contains("form-action 'none'") == true
    }

    @Test func `The page is static, is not cached, and may submit its form to the client only`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            var client = service.oauth
            client.redirectURI = "http://localhost:41234/signin-callback"
            let page = try await client.page()
            #expect(page.answer.status == 200)
            #expect(page.answer["Content-Type"] == "text/html; charset=utf-8")
            #expect(page.answer["Cache-Control"] == "no-store")
            let policy = page.answer["Content-Security-Policy"] ?? ""
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("form-action 'self' http://localhost:41234;"))
            #expect(policy.contains("frame-ancestors 'none'"))
            let text = Self.text(page.answer)
            #expect(!text.contains("<script"))
            for user in ["member", "owner", "administrator"] { #expect(text.contains("value=\"\(user)\"")) }
            #expect(!text.contains("value=\"service\""))
            #expect(text.contains("offline_access"))
        }
    }

    @Test func `Enter without choosing signs in as the first user, and the page says so`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let text = Self.text(try await service.oauth.page().answer)
            // A browser presses the first button of the form (HTML, Implicit submission).
            let first = text.firstMatch(of: #/<button id="[a-z]+" name="([a-z]+)" value="([a-z]+)"/#)
            #expect(first.map { String($0.1) } == "user")
            #expect(first.map { String($0.2) } == "administrator")
            #expect(text.contains("Enter selects the first"))
        }
    }

    @Test(arguments: [SampleUser.member, .owner, .administrator])
    func `The tokens belong to the selected user`(_ user: SampleUser) async throws {
        try await LocalService.run(sampleData: .standard, requiresSignIn: true) { service in
            var client = service.oauth
            client.scope = "openid profile email itwin-platform"
            let location = FormText.values(try await client.page().pick(user)["Location"])
            #expect(location["state"] == client.state)
            #expect(location["iss"] == client.issuer)
            let answer = try await client.exchange(try #require(location["code"]))
            let identity = try JWTParts(try #require(answer.json?["id_token"]?.string)).claims
            #expect(identity["preferred_username"]?.string == user.rawValue)
            #expect(identity["email"]?.string == "\(user.rawValue)@example.org")
            #expect(identity["aud"] == "twinscope-native")
            #expect(identity["iss"]?.string == client.issuer)
            let access = try TestTokens(answer).access
            #expect(identity["sub"] == (try JWTParts(access.revealed).claims["sub"]))
            let own = try await service.http.request("GET", "/itwins?$top=1000", token: access)
            let all = try await service.get("/itwins?$top=1000")
            #expect(own.status == 200)
            #expect((own.names == all.names) == (user == .administrator))
        }
    }

    @Test func `The ID token has the claims that clients expect`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            var client = service.oauth
            client.scope = "openid itwin-platform"
            let page = try await OpenedSignInPage(client.url(client.parameters() + [("nonce", "n-0S6_WzA2Mj")]))
            let code = try #require(FormText.values(try await page.pick(.owner)["Location"])["code"])
            let answer = try await client.exchange(code)
            let identity = try JWTParts(try #require(answer.json?["id_token"]?.string)).claims
            #expect(identity["nonce"] == "n-0S6_WzA2Mj")
            #expect(identity["name"] == nil)
            #expect(answer.json?["refresh_token"] == nil)
        }
    }

    /// RFC 6749 section 4.1.2.1: the user is told, nobody is sent to an address that is not the client's.
    @Test(
        arguments: [
            ("client_id", nil), ("client_id", ""), ("client_id", "unknown"), ("client_id", "Twinscope-native"),
            ("redirect_uri", nil), ("redirect_uri", ""), ("redirect_uri", "https://evil.example/signin-callback"),
            ("redirect_uri", "http://evil.example:3000/signin-callback"),
            ("redirect_uri", "https://localhost:3000/signin-callback"),
            ("redirect_uri", "http://localhost/signin-callback"),
            ("redirect_uri", "http://localhost:0/signin-callback"),
            ("redirect_uri", "http://localhost:65536/signin-callback"), ("redirect_uri", "http://localhost:3000/other"),
            ("redirect_uri", "http://localhost:3000/signin-callback/"),
            ("redirect_uri", "http://localhost:3000/signin-callback?a=b"),
            ("redirect_uri", "http://localhost:3000/signin-callback#a"),
            ("redirect_uri", "http://localhost:3000@evil.example/signin-callback"),
            ("redirect_uri", "http://localhost.evil.example:3000/signin-callback"),
            ("redirect_uri", "javascript:alert(1)"),
            ("redirect_uri", "http://127.0.0.1:3000/signin-callback\nX: y"),
            ("redirect_uri", "HTTP://LOCALHOST:3000/signin-callback"),
        ] as [(String, String?)]
    )
    func `An unknown client or redirect URI is not redirected to`(_ name: String, _ value: String?) async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let parameters = client.parameters(without: name) + (value.map { [(name, $0)] } ?? [])
            let twice = client.parameters() + [(name, "http://localhost:3000/signin-callback")]
            for parameters in [parameters, twice] {
                let page = try await OpenedSignInPage(client.url(parameters))
                #expect(Self.isDeadEnd(page.answer))
            }
        }
    }

    @Test func `The error page shows text and never markup`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let parameters = client.parameters(without: "client_id") + [("client_id", "<script>alert('x')</script>")]
            let answer = try await OpenedSignInPage(client.url(parameters)).answer
            #expect(Self.isDeadEnd(answer))
            #expect(Self.text(answer).contains("&lt;script&gt;"))
            let unreadable = try await OpenedSignInPage("\(client.issuer)/connect/authorize?client_id=%zz").answer
            #expect(Self.isDeadEnd(unreadable))
        }
    }

    /// RFC 6749 section 4.1.2.1, RFC 7636 section 4.4.1 and OpenID Connect Core section 3.1.2.6.
    @Test(
        arguments: [
            ("response_type", nil, "invalid_request", "response_type is missing"),
            ("response_type", "token", "unsupported_response_type", "must be code, not 'token'"),
            ("response_type", "code id_token", "unsupported_response_type", "must be code, not 'code id_token'"),
            ("client_id", "twinscope-service", "unauthorized_client", "Use client_credentials at the token endpoint"),
            ("scope", nil, "invalid_scope", "scope"), ("scope", " ", "invalid_scope", "scope"),
            ("scope", "itwin-platform itwins:read", "invalid_scope", "'itwins:read'"),
            ("scope", "ITWIN-PLATFORM", "invalid_scope", "'ITWIN-PLATFORM'"),
            ("code_challenge", nil, "invalid_request", "PKCE is required"),
            ("code_challenge", "short", "invalid_request", "not an unpadded base64url SHA-256 hash"),
            (
                "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "invalid_request",
                "not an unpadded base64url SHA-256 hash"
            ),
            ("code_challenge_method", nil, "invalid_request", "must be S256"),
            ("code_challenge_method", "plain", "invalid_request", "must be S256"),
            ("response_mode", "fragment", "invalid_request", "must be query"),
            ("prompt", "none", "login_required", "remove prompt=none"),
            ("request", "eyJ", "request_not_supported", "Send plain parameters"),
            ("request_uri", "https://x.example", "request_uri_not_supported", "Send plain parameters"),
        ] as [(String, String?, String, says: String)]
    )
    func `Every other error is sent to the client with its state and the issuer`(
        _ name: String,
        _ value: String?,
        _ error: String,
        says: String
    ) async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let parameters = client.parameters(without: name) + (value.map { [(name, $0)] } ?? [])
            let page = try await OpenedSignInPage(client.url(parameters))
            #expect(page.answer.status == 303)
            #expect(page.handle == nil)
            let location = try #require(page.answer["Location"])
            #expect(location.hasPrefix("\(client.redirectURI)?error=\(error)&"))
            let values = FormText.values(location)
            let description = values["error_description"] ?? ""
            #expect(description.contains(says), "\(description)")
            #expect(values["state"] == client.state)
            #expect(values["iss"] == client.issuer)
            #expect(values["code"] == nil)
        }
    }

    @Test(arguments: ["scope", "code_challenge", "response_type", "nonce"])
    func `A repeated parameter is rejected`(_ name: String) async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let twice = [(name, "x"), (name, "x")]
            let answer = try await OpenedSignInPage(client.url(client.parameters() + twice)).answer
            let values = FormText.values(answer["Location"])
            #expect(values["error"] == "invalid_request")
            #expect(values["error_description"]?.contains(name) == true)
            #expect(values["state"] == client.state)
            let states = client.parameters() + [("state", "another")]
            let stateless = FormText.values(try await OpenedSignInPage(client.url(states)).answer["Location"])
            #expect(stateless["error"] == "invalid_request")
            #expect(stateless["state"] == nil)
        }
    }

    @Test func `An error description contains only characters that RFC 6749 allows`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let parameters = client.parameters(without: "scope") + [("scope", "a\u{1B}[31m\"\\\u{202E}é")]
            let answer = try await OpenedSignInPage(client.url(parameters)).answer
            let description = try #require(FormText.values(answer["Location"])["error_description"])
            #expect(
                description.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) && $0 != "\"" && $0 != "\\" }
            )
        }
    }

    @Test func `Declining sends the client an error`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let answer = try await client.page().decline()
            #expect(answer.status == 303)
            #expect(answer["Referrer-Policy"] == "no-referrer")
            let values = FormText.values(answer["Location"])
            #expect(values["error"] == "access_denied")
            #expect(values["error_description"] == "Sign-in was declined.")
            #expect(values["state"] == client.state)
            #expect(values["iss"] == client.issuer)
        }
    }

    @Test func `A wrong sign-in code shows the page again, which then accepts the right one`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let page = try await client.page()
            let handle = try #require(page.handle)
            for code in [nil, "", " ", "code-of-the-test", "CODE-OF-THE-TESTS"] as [String?] {
                let clean = try await client.page()
                #expect(try await clean.pick(.owner).status == 303, "a right one in between counts anew")
                let again = try await client.page()
                let fields = [("handle", again.handle ?? ""), ("user", "owner")] + (code.map { [("code", $0)] } ?? [])
                let answer = try await again.send(fields)
                #expect(answer.status == 403)
                #expect(answer["Location"] == nil)
                #expect(Self.text(answer).contains("<b>The sign-in code is wrong.</b>"))
                let next = try #require(Self.text(answer).firstMatch(of: #/name="handle" value="([^"]+)"/#)).1
                #expect(next != handle)
                let right = [("handle", String(next)), ("code", " \(OpenedSignInPage.code) "), ("user", "owner")]
                #expect(FormText.values(try await again.send(right)["Location"])["code"] != nil)
            }
        }
    }

    @Test func `Five wrong codes block every page for a minute, for the right code too`() async throws {
        let clock = TestClock()
        try await LocalService.run(requiresSignIn: true, clock: clock) { service in
            let client = service.oauth
            let open = try await client.page()
            for number in 1...5 {
                let answer = try await client.page().pick(.administrator, code: "guess \(number)")
                #expect(answer.status == (number < 5 ? 403 : 429))
            }
            func isClosed(_ answer: RawAnswer) -> Bool {
                answer.status == 429 && answer["Location"] == nil && answer["Retry-After"] == "60"
            }
            #expect(isClosed(try await open.pick(.administrator)))
            #expect(isClosed(try await client.page().answer))
            clock.advance(seconds: 59)
            #expect(isClosed(try await client.page().answer))
            clock.advance(seconds: 1)
            #expect(FormText.values(try await client.page().pick(.administrator)["Location"])["code"] != nil)
        }
    }

    @Test func `Declining needs no code`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let answer = try await service.oauth.page().decline()
            #expect(FormText.values(answer["Location"])["error"] == "access_denied")
        }
    }

    @Test func `A page is valid for one response, within ten minutes, for its own request only`() async throws {
        let clock = TestClock()
        try await LocalService.run(requiresSignIn: true, clock: clock) { service in
            let client = service.oauth
            let page = try await client.page()
            #expect(try await page.pick(.member).status == 303)
            #expect(Self.isDeadEnd(try await page.pick(.member)))
            #expect(Self.isDeadEnd(try await page.decline()))
            let late = try await client.page()
            clock.advance(seconds: 600)
            #expect(Self.isDeadEnd(try await late.pick(.member)))
            let inTime = try await client.page()
            clock.advance(seconds: 599)
            #expect(try await inTime.pick(.member).status == 303)
        }
    }

    @Test func `A form that the page didn't send signs nobody in`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let page = try await client.page()
            for handle in ["", "x", String(page.handle?.dropLast() ?? "")] {
                let fields = [("handle", handle), ("user", "member")]
                #expect(Self.isDeadEnd(try await page.send(fields)))
            }
            let handle = try #require(page.handle)
            for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
                let foreign = try await page.send([("handle", handle), ("user", "member")], origin: origin)
                #expect(foreign.status == 403)
            }
            for user in ["service", "nobody", "Member", ""] {
                let page = try await client.page()
                #expect(Self.isDeadEnd(try await page.send([("handle", page.handle ?? ""), ("user", user)])))
                // Tried once, gone.
                #expect(Self.isDeadEnd(try await page.pick(.member)))
            }
            let twice = [("handle", handle), ("handle", handle), ("user", "member")]
            #expect(Self.isDeadEnd(try await page.send(twice)))
            #expect(try await page.pick(.member).status == 303)
            let json = try await service.post("/connect/authorize", "{}")
            #expect(Self.isDeadEnd(json))
        }
    }

    @Test func `A database that can't store a code is reported to the client as a server error`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path), requiresSignIn: true) { service in
            let client = service.oauth
            let page = try await client.page()
            let queue = try DatabaseQueue(path: path)
            try await queue.write { try $0.execute(sql: "ALTER TABLE signIn RENAME TO elsewhere") }
            let values = FormText.values(try await page.pick(.member)["Location"])
            #expect(values["error"] == "server_error")
            #expect(values["error_description"] == "The service's database failed. See its log.")
            #expect(values["state"] == client.state)
            #expect(service.log.lines.contains { $0.hasPrefix("error the code could not be stored") })
        }
    }

    @Test func `A database locked by another program is reported to the client as temporarily unavailable`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path), requiresSignIn: true) { service in
            let client = service.oauth
            let refresh = try #require(try await client.signIn().refresh)
            let page = try await client.page()
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { try $0.execute(sql: "BEGIN EXCLUSIVE") }
            // One waits for the lock, the other stands in the row behind it.
            async let picked = page.pick(.member)
            async let refreshed = client.refresh(refresh)
            let (redirect, answer) = try await (picked, refreshed)
            try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
            let values = FormText.values(redirect["Location"])
            #expect(values["error"] == "temporarily_unavailable")
            #expect(values["error_description"] == "Another program is using the database. Try again.")
            #expect(values["state"] == client.state)
            #expect(answer.status == 503)
            #expect(answer.json?["error"] == "temporarily_unavailable")
            #expect(answer.json?["error_description"] == "Another program is using the database. Try again.")
            // Nothing was lost.
            #expect(try await client.refresh(refresh).status == 200)
        }
    }
}
