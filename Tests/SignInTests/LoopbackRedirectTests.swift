import Foundation
import TestSupport
import Testing

@testable import SignIn

/// Where the browser comes back (reliability A2 to A5, rows 2, 4 and 5).
@Suite(.timeLimit(.minutes(1))) struct LoopbackRedirectTests {
    /// Whether the loopback interface has an address of IPv6.
    fileprivate static var hasIPv6: Bool {
        let addresses = FileHandle(forReadingAtPath: "/proc/net/if_inet6")?.readDataToEndOfFile() ?? Data()
        return String(decoding: addresses, as: UTF8.self).split(separator: "\n").contains { $0.hasSuffix(" lo") }
    }

    /// The local addresses where a port is listened on, as the system's table holds them: hexadecimal, in the machine's
    /// byte order; state 0A is listening.
    private func listening(_ port: Int) -> [String] {
        ["tcp", "tcp6"].flatMap { table in
            // Of a file without a size a `String` gets the beginning alone.
            let lines = FileHandle(forReadingAtPath: "/proc/net/\(table)")?.readDataToEndOfFile() ?? Data()
            let end = ":" + String(port, radix: 16, uppercase: true)
            return String(decoding: lines, as: UTF8.self).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                return words.count > 3 && words[3] == "0A" && words[1].hasSuffix(end)
                    ? String(words[1].dropLast(end.count)) : nil
            }
        }
    }

    /// How many connections to a port there are; state 01 is established.
    private func openConnections(_ port: Int) -> Int {
        let lines = FileHandle(forReadingAtPath: "/proc/net/tcp")?.readDataToEndOfFile() ?? Data()
        let end = ":" + String(port, radix: 16, uppercase: true)
        return String(decoding: lines, as: UTF8.self).split(separator: "\n").count { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[3] == "01" && words[1].hasSuffix(end)
        }
    }

    @Test(.rows(5)) func `localhost is listened for on both of its addresses and no other, until sign-in ends`()
        async throws
    {
        try await SignInHarness.run { harness in
            let port = try ReservedPort.unused()
            let redirect = try RedirectURI("http://localhost:\(port)/back")
            let underWay = try await OngoingSignIn.begin(harness.source(harness.registration([redirect])))
            #expect(underWay.asked("redirect_uri") == redirect.text)
            let loopback: Set = ["0100007F", "00000000000000000000000001000000"]
            let addresses = Set(listening(port))
            #expect(addresses == (Self.hasIPv6 ? loopback : ["0100007F"]))
            let page = try await RawHTTP(port: port).send(
                "GET /back?\(underWay.answer(from: harness.authority)) HTTP/1.1\nHost: localhost:\(port)\n\n"
            )
            #expect(page.status == 200)
            #expect(await underWay.failure == nil)
            #expect(listening(port).isEmpty)
        }
    }

    @Test(.enabled("the machine has IPv6") { LoopbackRedirectTests.hasIPv6 })
    func `A port is not used if another program has one of the two addresses`() async throws {
        let socket = socket(AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(socket, generic, length) == 0 && listen(socket, 1) == 0
                    && getsockname(socket, generic, &length) == 0
            }
        }
        #expect(isBound)
        let port = Int(UInt16(bigEndian: address.sin6_port))
        let error = await #expect(throws: PortUnavailable.self) {
            try await LoopbackRedirect.open([RedirectURI("http://localhost:\(port)/back")])
        }
        #expect(error?.message.hasPrefix("other programs use the port \(port). Close one of them") == true)
        #expect(!listening(port).contains("0100007F"))
    }

    @Test(.rows(3)) func `Each reason why ports are unavailable is reported with its own advice`() {
        var obstacle = PortUnavailable()
        obstacle.note(80, EACCES)
        let help =
            "another redirect URI with a port from 1024 up and add it to redirect-uris. Until then paste "
            + "the browser's final URL"
        #expect(obstacle.message == "only root may listen on the port 80. Register \(help)")
        obstacle.note(3000, EADDRINUSE)
        obstacle.note(3301, EADDRINUSE)
        #expect(
            obstacle.message
                == "only root may listen on the port 80; other programs use the ports 3000, 3301. Close one of them and "
                + "try again, or register \(help)"
        )
    }

    @Test(.rows(2)) func `HEAD and other host names are rejected, and the bracketed address is accepted`()
        async throws
    {
        try await SignInHarness.run { harness in
            let port = try ReservedPort.unused()
            let redirect = try RedirectURI("http://localhost:\(port)/back")
            let underWay = try await OngoingSignIn.begin(harness.source(harness.registration([redirect])))
            let target = "/back?\(underWay.answer(from: harness.authority))"
            let http = RawHTTP(port: port)
            let head = try await http.send("HEAD \(target) HTTP/1.1\nHost: localhost:\(port)\n\n", isHead: true)
            #expect(head.status == 405)
            #expect(head["Allow"] == "GET")
            #expect(head.body.isEmpty)
            for hosts in [
                "Host: localhost:\(port)\nHost: localhost:\(port)", "Host: localhost:\(port)\nHost: evil.example",
                "X-Host: localhost", "Host: localhost", "Host: [::1]:\(port == 80 ? 81 : 80)", "Host: ::1:\(port)",
            ] {
                let answer = try await http.send("GET \(target) HTTP/1.1\n\(hosts)\n\n")
                #expect([400, 404].contains(answer.status), "\(hosts)")
            }
            #expect(harness.authority.state.value.forms.isEmpty)
            #expect(try await http.send("GET \(target) HTTP/1.1\nHost: [::1]:\(port)\n\n").status == 200)
            #expect(await underWay.failure == nil)
        }
    }

    @Test func `Closing the page before its response still signs in`() async throws {
        try await SignInHarness.run { harness in
            harness.authority.state.update { $0.isSlow = true }
            let source = try harness.source()
            let underWay = try await OngoingSignIn.begin(source)
            let query = underWay.answer(from: harness.authority)
            let browser = Task { try? await SignInHarness.comeBack(underWay.progress, query) }
            try await harness.authority.state.wait { !$0.forms.isEmpty }
            browser.cancel()
            _ = await browser.value
            #expect(await underWay.failure == nil)
            _ = try await source.token()
        }
    }

    @Test(.rows(4)) func `A connection that arrives as listening ends is closed`() async throws {
        let redirect = try await LoopbackRedirect.open([.anyPort])
        let accepted = (0..<20).map { _ in
            Task { try? await RawHTTP(port: redirect.redirect.port).send("GET /signin-callback HTTP/1.1") }
        }
        // All are in the listener's hands, and none in those of who answers.
        while openConnections(redirect.redirect.port) < 20 { try await Task.sleep(for: .milliseconds(5)) }
        let run = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await redirect.run { _ in .strange }
        }
        guard case nil = await run.value else {
            Issue.record("it was answered")
            return
        }
        let limit = Task {
            try await Task.sleep(for: .seconds(5))
            for task in accepted { task.cancel() }
        }
        for task in accepted { _ = await task.value }
        limit.cancel()
        // Who was not cancelled closed the connections itself.
        guard case .failure = await limit.result else {
            Issue.record("they were open until the test closed them")
            return
        }
    }

    @Test func `Silent connections block nothing`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source()
            let underWay = try await OngoingSignIn.begin(source)
            let idle = (0..<20).map { _ in
                Task {
                    try? await RawHTTP(port: underWay.progress.port ?? 0).send("GET /signin-callback?code=a")
                }
            }
            let page = try await SignInHarness.comeBack(underWay.progress, underWay.answer(from: harness.authority))
            #expect(page.status == 200)
            #expect(await underWay.failure == nil)
            for task in idle { #expect(await task.value == nil) }
        }
    }

    @Test(.rows(2)) func `The first response counts, pasted or from the browser, and the other one is ignored`()
        async throws
    {
        try await SignInHarness.run { harness in
            harness.authority.state.update { $0.isSlow = true }
            let source = try harness.source()
            let underWay = try await OngoingSignIn.begin(source)
            let query = underWay.answer(from: harness.authority)
            underWay.paste.yield(query)
            try await harness.authority.state.wait { !$0.forms.isEmpty }
            #expect(try await SignInHarness.comeBack(underWay.progress, query).status == 410)
            underWay.paste.yield(query)
            #expect(await underWay.failure == nil)
            #expect(harness.authority.state.value.forms.count == 1)
        }
    }

    @Test func `A code that looks like a parameter is accepted as a code`() async throws {
        try await SignInHarness.run { harness in
            let underWay = try await OngoingSignIn.begin(harness.source())
            underWay.paste.yield("QUJDREVGR0hJSktMTU5P+RA==")
            #expect(await underWay.failure?.kind == .refused(code: "invalid_grant"))
            #expect(harness.authority.state.value.forms.first?["code"] == "QUJDREVGR0hJSktMTU5P+RA==")
        }
    }

    /// Runs a test's part at an authority that says of itself that its answers name it.
    private func runAtNamedAuthority(_ body: (SignInHarness) async throws -> Void) async throws {
        try await SignInHarness.run { harness in
            harness.authority.answer(
                "/.well-known/openid-configuration",
                with: .json(
                    """
                    {"issuer":"\(harness.authority.issuer)","authorization_endpoint":"\(harness.authority.issuer)/authorize",\
                    "token_endpoint":"\(harness.authority.issuer)/token",\
                    "authorization_response_iss_parameter_supported":true}
                    """
                )
            )
            try await body(harness)
        }
    }

    @Test func `If an authority always names itself, its responses must name it`() async throws {
        for (issuer, isFine) in [(nil, false), ("right", true), ("https://evil.example", false)] as [(String?, Bool)] {
            try await runAtNamedAuthority { harness in
                let underWay = try await OngoingSignIn.begin(harness.source())
                var query = underWay.answer(from: harness.authority)
                if let issuer { query += "&iss=\(issuer == "right" ? harness.authority.issuer : issuer)" }
                #expect(try await SignInHarness.comeBack(underWay.progress, query).status == (isFine ? 200 : 400))
                #expect(await underWay.failure?.kind == (isFine ? nil : .malformed))
                #expect(harness.authority.state.value.forms.count == (isFine ? 1 : 0))
            }
        }
    }

    @Test(.rows(9)) func `A truncated pasted response is reported, and the complete one is waited for`()
        async throws
    {
        try await runAtNamedAuthority { harness in
            let underWay = try await OngoingSignIn.begin(harness.source())
            let answer = underWay.answer(from: harness.authority)
            let encoded = harness.authority.issuer.replacing(":", with: "%3A").replacing("/", with: "%2F")
            let denied = "error=access_denied&state=\(underWay.asked("state"))"
            for half in [
                answer, "\(answer)&i", "\(answer)&iss", "\(answer)&iss=", "\(answer)&iss=http%", "\(answer)&iss=http%3",
                "\(answer)&iss=\(encoded.dropLast())", denied,
            ] {
                underWay.paste.yield("  ")
                try await underWay.shown.wait { $0?.pasteError == "Nothing was pasted" }
                underWay.paste.yield("http://127.0.0.1:3000/signin-callback?\(half)")
                try await underWay.shown.wait { $0?.pasteError?.hasPrefix("The URL is incomplete") == true }
            }
            #expect(harness.authority.state.value.forms.isEmpty)
            underWay.paste.yield("http://127.0.0.1:3000/signin-callback?\(answer)&iss=\(encoded)")
            #expect(await underWay.failure == nil)
        }
    }

    @Test(arguments: ["https%3A%2F%2Fevil.example", "%7F%"])
    func `A pasted response of another authority ends the attempt`(_ issuer: String) async throws {
        try await runAtNamedAuthority { harness in
            let underWay = try await OngoingSignIn.begin(harness.source())
            underWay.paste.yield("?\(underWay.answer(from: harness.authority))&iss=\(issuer)")
            #expect(await underWay.failure?.kind == .malformed)
            #expect(harness.authority.state.value.forms.isEmpty)
        }
    }
}
