import Foundation
import ITwinsAPI
import SignIn
import TestSupport
import Testing

/// Signing a user in with a browser (reliability A1 to A8, rows 1 to 9).
@Suite struct UserSignInTests {
    /// A try that is under way, until the part of the test ends it.
    private func attempt(
        _ harness: SignInHarness,
        _ source: TokenSource,
        browser: WebBrowser? = nil,
        _ body: (SignInProgress, AsyncStream<String>.Continuation, Watched<SignInProgress?>) async throws -> Void
    ) async throws -> SignInError? {
        let underWay = try await OngoingSignIn.begin(source, browser: browser)
        do {
            try await body(underWay.progress, underWay.paste, underWay.shown)
        } catch {
            underWay.cancel()
            _ = await underWay.failure
            throw error
        }
        return await underWay.failure
    }

    private func isClosed(_ port: Int?) async -> Bool {
        (try? await RawHTTP(port: port ?? 0).request("GET", "/", token: nil)) == nil
    }

    @Test func `A user signs in: the code is verified, tokens are stored, the page confirms, the port is closed`()
        async throws
    {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            let page = try await harness.signIn(source)
            #expect(page.status == 200)
            #expect(String(decoding: page.body, as: UTF8.self).contains("Signed in"))
            #expect(page["Cache-Control"] == "no-store")
            #expect(page["Referrer-Policy"] == "no-referrer")
            #expect(page["Content-Security-Policy"] == "default-src 'none'")
            let form = try #require(harness.authority.state.value.forms.first)
            #expect(form["grant_type"] == "authorization_code")
            #expect(form["client_id"] == "native-test")
            #expect(form["redirect_uri"]?.hasSuffix("/signin-callback") == true)
            let token = try await source.token()
            #expect(token.revealed.hasPrefix("access-"))
            #expect(harness.authority.state.value.forms.count == 1)
            // Another program finds them.
            let other = try await harness.source().token()
            #expect(other == token)
        }
    }

    @Test func `The sign-in URL requests a code with S256, a state and offline access`() async throws {
        try await SignInHarness.run { harness in
            var states: Set<String> = []
            for _ in 0..<2 {
                let task = try await attempt(harness, harness.source()) { progress, paste, _ in
                    let asked = SignInHarness.parameters(of: progress)
                    #expect(progress.address.hasPrefix("\(harness.authority.issuer)/authorize?"))
                    #expect(asked["response_type"] == "code")
                    #expect(asked["client_id"] == "native-test")
                    #expect(asked["scope"] == "itwin-platform offline_access")
                    #expect(asked["code_challenge_method"] == "S256")
                    #expect(asked["code_challenge"]?.count == 43)
                    #expect(asked["redirect_uri"] == "http://127.0.0.1:\(progress.port ?? 0)/signin-callback")
                    states.insert(asked["state"] ?? "")
                    paste.yield("a-code-that-is-not-known")
                }
                #expect(task?.kind == .refused(code: "invalid_grant"))
            }
            #expect(states.count == 2)
            #expect(states.allSatisfy { $0.count == 43 })
        }
    }

    @Test(.rows(1, 2)) func `Unrelated requests to the port are rejected and the wait continues`() async throws {
        try await SignInHarness.run { harness in
            let failure = try await attempt(harness, harness.source()) { progress, _, _ in
                let http = RawHTTP(port: progress.port ?? 0)
                let asked = SignInHarness.parameters(of: progress)
                let state = asked["state"] ?? ""
                func status(_ method: String, _ target: String, _ headers: [String] = []) async throws -> Int {
                    try await http.request(method, target, token: nil, headers: headers).status
                }
                #expect(try await status("GET", "/favicon.ico") == 404)
                #expect(try await status("GET", "/signin-callback/") == 404)
                #expect(try await status("GET", "/signin-callback?code=a&state=wrong") == 400)
                #expect(try await status("GET", "/signin-callback?code=a") == 400)
                #expect(try await status("GET", "/signin-callback?code=a&state=\(state)&state=\(state)") == 400)
                #expect(try await status("GET", "/signin-callback?state=\(state)") == 400)
                #expect(try await status("POST", "/signin-callback?code=a&state=\(state)") == 405)
                let foreign =
                    "GET /signin-callback?code=a&state=\(state) HTTP/1.1\nHost: evil.example:\(progress.port ?? 0)\n\n"
                #expect(try await http.send(foreign).status == 404)
                #expect(harness.authority.state.value.forms.isEmpty)
                await #expect(throws: (any Error).self) {
                    try await http.send(
                        "GET /signin-callback?\(String(repeating: "x", count: 9000)) HTTP/1.1\nHost: localhost\n\n"
                    )
                }
                let code = harness.authority.code(for: asked["code_challenge"] ?? "")
                let page = try await SignInHarness.comeBack(progress, "code=\(code)&state=\(state)")
                #expect(page.status == 200)
            }
            #expect(failure == nil)
        }
    }

    @Test(.rows(2)) func `A second redirect is told that sign-in has ended, and requests nothing`() async throws {
        try await SignInHarness.run { harness in
            // The exchange takes as long as the test wants: its answer never comes.
            harness.authority.answer("/token", with: .silence)
            let source = try harness.source()
            let shown = Watched<SignInProgress?>(nil)
            let task = Task {
                try? await source.signIn(browser: nil, pasted: AsyncStream { _ in }) { progress in
                    shown.update { $0 = progress }
                }
            }
            let progress = try await shown.wait { $0 != nil }
            let asked = SignInHarness.parameters(of: progress)
            let query = "code=x&state=\(asked["state"] ?? "")"
            let first = Task { try? await SignInHarness.comeBack(progress, query) }
            try await harness.authority.state.wait { !$0.forms.isEmpty }
            #expect(try await SignInHarness.comeBack(progress, query).status == 410)
            #expect(harness.authority.state.value.forms.count == 1)
            task.cancel()
            _ = await (task.value, first.value)
            #expect(await isClosed(progress?.port))
        }
    }

    @Test(
        .rows(6),
        arguments: [
            ("access_denied", "declined"), ("invalid_request", "redirect-uris"), ("unauthorized_client", "registered"),
            ("unsupported_response_type", "authority"), ("invalid_scope", "scopes"), ("server_error", "later"),
            ("temporarily_unavailable", "later"), ("something_else", "profile"),
        ]
    )
    func `Each error of the authorize endpoint is reported with its code and advice`(_ code: String, _ help: String)
        async throws
    {
        try await SignInHarness.run { harness in
            let failure = try await attempt(harness, harness.source()) { progress, _, _ in
                let state = SignInHarness.parameters(of: progress)["state"] ?? ""
                let page = try await SignInHarness.comeBack(
                    progress,
                    "error=\(code)&error_description=No%1B%5B2J%E2%80%AEevil%3Cscript%3E&state=\(state)"
                )
                let text = String(decoding: page.body, as: UTF8.self)
                #expect(page.status == 400)
                #expect(text.contains("Not signed in"))
                #expect(!text.contains("evil") && !text.contains(code))
            }
            #expect(failure?.kind == .refused(code: code))
            #expect(failure?.message.contains(help) == true, "\(String(describing: failure))")
            #expect(failure?.message.contains("evil<script>") == true)
            #expect(failure?.message.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" } == false)
            #expect(harness.authority.state.value.forms.isEmpty)
        }
    }

    @Test func `A response of another issuer is rejected, and one without an issuer if discovery promises it`()
        async throws
    {
        try await SignInHarness.run { harness in
            let failure = try await attempt(harness, harness.source()) { progress, _, _ in
                let state = SignInHarness.parameters(of: progress)["state"] ?? ""
                let page = try await SignInHarness.comeBack(
                    progress,
                    "code=a&iss=https%3A%2F%2Fevil.example&state=\(state)"
                )
                #expect(page.status == 400)
            }
            #expect(failure?.kind == .malformed)
            #expect(failure?.message.contains("https://evil.example") == true)
            #expect(harness.authority.state.value.forms.isEmpty)
        }
    }

    @Test(
        .rows(8),
        arguments: [
            ("invalid_grant", "Sign in again"), ("invalid_client", "client-id"), ("invalid_request", "redirect-uris"),
            ("unauthorized_client", "registered"), ("unsupported_grant_type", "authority"), ("invalid_scope", "scopes"),
        ]
    )
    func `Each error of the token endpoint is reported with its code, and the page says that sign-in failed`(
        _ code: String,
        _ help: String
    ) async throws {
        try await SignInHarness.run { harness in
            let status = code == "invalid_client" ? 401 : 400
            harness.authority.answer("/token", with: FakeAuthority.refusal(code, "because\u{7}", status: status))
            let source = try harness.source()
            let failure = try await attempt(harness, source) { progress, _, _ in
                let asked = SignInHarness.parameters(of: progress)
                let page = try await SignInHarness.comeBack(progress, "code=a&state=\(asked["state"] ?? "")")
                #expect(page.status == 400)
                #expect(String(decoding: page.body, as: UTF8.self).contains("Not signed in"))
            }
            #expect(failure?.kind == .refused(code: code))
            #expect(failure?.message.contains(help) == true)
            #expect(failure?.message.contains("because") == true)
            #expect(failure?.message.contains("\u{7}") == false)
            await #expect(throws: SignInError.self) { try await source.token() }
        }
    }

    @Test func `A code requested with another verifier is rejected`() async throws {
        try await SignInHarness.run { harness in
            let failure = try await attempt(harness, harness.source()) { progress, _, _ in
                let asked = SignInHarness.parameters(of: progress)
                let code = harness.authority.code(for: "the challenge of somebody else")
                _ = try await SignInHarness.comeBack(progress, "code=\(code)&state=\(asked["state"] ?? "")")
            }
            #expect(failure?.kind == .refused(code: "invalid_grant"))
            let host = harness.authority.issuer.dropFirst("http://".count)
            #expect(
                failure?.message
                    == "\(host) refused (invalid_grant). The code or token was already used, has expired or was revoked. Sign in again"
            )
        }
    }

    // MARK: Ports and pasting

    @Test func `The first free port of the list is used`() async throws {
        try await SignInHarness.run { harness in
            try await ScriptedServer.run(.silence) { server in
                let free = try ReservedPort()
                let redirects = try [server.port, free.port].map {
                    try RedirectURI("http://127.0.0.1:\($0)/signin-callback")
                }
                let source = try harness.source(harness.registration(redirects))
                let underWay = try await OngoingSignIn.begin(source)
                #expect(underWay.progress.port == free.port)
                #expect(underWay.progress.portError == nil)
                #expect(underWay.asked("redirect_uri") == redirects[1].text)
                let page = try await SignInHarness.comeBack(underWay.progress, underWay.answer(from: harness.authority))
                #expect(page.status == 200)
                #expect(await underWay.failure == nil)
                #expect(harness.authority.state.value.forms.map { $0["redirect_uri"] } == [redirects[1].text])
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test(.rows(3)) func `Without a free port the ports are named, and pasting signs in`() async throws {
        try await SignInHarness.run { harness in
            try await ScriptedServer.run(.silence) { server in
                let redirect = try RedirectURI("http://127.0.0.1:\(server.port)/signin-callback")
                let source = try harness.source(harness.registration([redirect]))
                let failure = try await attempt(harness, source) { progress, paste, _ in
                    #expect(progress.port == nil)
                    #expect(
                        progress.portError
                            == "other programs use the port \(server.port). Close one of them and try again, or register "
                            + "another redirect URI with a port from 1024 up and add it to redirect-uris. Until then paste "
                            + "the browser's final URL"
                    )
                    let asked = SignInHarness.parameters(of: progress)
                    #expect(asked["redirect_uri"] == redirect.text)
                    let code = harness.authority.code(for: asked["code_challenge"] ?? "")
                    paste.yield("\(redirect.text)?code=\(code)&state=\(asked["state"] ?? "")")
                }
                #expect(failure == nil)
                _ = try await source.token()
            }
        }
    }

    @Test(.rows(9))
    func `Pasted text may be wrapped, only the query or only the code; anything else is reported`()
        async throws
    {
        for form in 0..<3 {
            try await SignInHarness.run { harness in
                let source = try harness.source()
                let failure = try await attempt(harness, source) { progress, paste, shown in
                    let asked = SignInHarness.parameters(of: progress)
                    let state = asked["state"] ?? ""
                    for (text, why) in [
                        ("http://localhost:1/?code=a&state=other", "another sign-in attempt"),
                        ("https://example.org/", "neither"),
                        ("a-word-of-nobody", "neither"),
                        ("  \n ", "Nothing"), ("?state=\(state)", "contains no code"),
                        (String(repeating: "x", count: 9000), "too long"),
                    ] {
                        paste.yield(text)
                        try await shown.wait { $0?.pasteError?.contains(why) == true }
                    }
                    #expect(harness.authority.state.value.forms.isEmpty)
                    let code = harness.authority.code(for: asked["code_challenge"] ?? "")
                    let query = "code=\(code)&state=\(state)"
                    let half = query.index(query.startIndex, offsetBy: query.count / 2)
                    paste.yield(
                        [
                            "  http://localhost:3000/signin-callback?\(query[..<half])\r\n   \(query[half...]) \n",
                            query, " \(code) ",
                        ][form]
                    )
                }
                #expect(failure == nil)
                _ = try await source.token()
            }
        }
    }

    @Test(.rows(4)) func `Sign-in times out after five minutes with a message, and the port is closed`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source(timesOut: true)
            let port = Watched<Int?>(nil)
            let error = await #expect(throws: SignInError.self) {
                try await source.signIn(browser: nil, pasted: AsyncStream { _ in }) { progress in
                    port.update { $0 = progress.port }
                    #expect(progress.until == harness.clock.value.adding(seconds: 300))
                }
            }
            #expect(error?.kind == .timedOut)
            #expect(error?.message.contains("five minutes") == true)
            #expect(port.value != nil)
            #expect(await isClosed(port.value))
        }
    }

    @Test(.rows(4)) func `Cancelling closes the port and changes nothing`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            let shown = Watched<SignInProgress?>(nil)
            let task = Task { () -> SignInError? in
                do throws(SignInError) {
                    try await source.signIn(browser: nil, pasted: AsyncStream { _ in }) { progress in
                        shown.update { $0 = progress }
                    }
                    return nil
                } catch {
                    return error
                }
            }
            let progress = try await shown.wait { $0 != nil }
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
            #expect(await isClosed(progress?.port))
            #expect(try FileManager.default.contentsOfDirectory(atPath: harness.folder).isEmpty)
        }
    }

    // MARK: The browser

    @Test func `The web browser is started with the URL as one argument and without the program's secrets`()
        async throws
    {
        try await SignInHarness.run { harness in
            let script = harness.folder + "/browser"
            try
                "#!/bin/sh\nenv > '\(harness.folder)/env'\nprintf '%s\\n' \"$#\" \"$@\" > '\(harness.folder)/new' && mv '\(harness.folder)/new' '\(harness.folder)/arguments'\n"
                .write(toFile: script, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
            let environment = [
                "BROWSER": "missing-browser:\(script) --new %s", "PATH": "/usr/bin:/bin",
                "TWINSCOPE_ACCESS_TOKEN": "canary",
            ]
            let failure = try await attempt(
                harness,
                harness.source(),
                browser: WebBrowser(environment: environment)
            ) { progress, paste, shown in
                while !FileManager.default.fileExists(atPath: harness.folder + "/arguments") { await Task.yield() }
                let arguments = try String(contentsOfFile: harness.folder + "/arguments", encoding: .utf8)
                #expect(arguments == "2\n--new\n\(progress.address)\n")
                let variables = try String(contentsOfFile: harness.folder + "/env", encoding: .utf8)
                #expect(!variables.contains("canary"))
                #expect(shown.value?.obstacle == nil)
                paste.yield("a-code-that-is-not-known")
            }
            #expect(failure?.kind == .refused(code: "invalid_grant"))
        }
    }

    @Test(arguments: [
        (["BROWSER": "missing-browser", "PATH": "/nowhere"], "missing-browser isn't installed"),
        (["PATH": "/usr/bin"], "no desktop"), (["DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"], "SSH"),
    ])
    func `The reason why no web browser opens is reported, and the URL can be opened by hand`(
        _ environment: [String: String],
        _ why: String
    ) async throws {
        try await SignInHarness.run { harness in
            let browser = WebBrowser(environment: environment)
            _ = try await attempt(harness, harness.source(), browser: browser) { _, paste, shown in
                try await shown.wait { $0?.obstacle?.contains(why) == true }
                #expect(shown.value?.forwarding(host: "there")?.hasPrefix("ssh -L ") == true)
                paste.yield("a-code-that-is-not-known")
            }
        }
    }
}
