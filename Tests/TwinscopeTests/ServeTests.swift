import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// `twinscope serve` as scripts use it.
struct ServeTests {
    private func curl(
        _ service: ServiceProcess,
        _ method: String,
        _ path: String,
        body: String? = nil,
        token: Bool = true
    ) async throws -> (
        status: Int, body: String
    ) {
        let origin = service.baseURL.replacing("/itwins", with: "")
        var arguments = ["-s", "-X", method, "-w", "\n%{http_code}", origin + path]
        if token { arguments += ["-H", "Authorization: Bearer \(service.token)"] }
        if let body { arguments += ["-H", "Content-Type: application/json", "-d", body] }
        let output = try await Command.run("curl", arguments).output
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    @Test(arguments: ["", "/itwins"])
    func `curl runs all eight operations of the document, and its data survives a restart`(_ prefix: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let database = folder.file("itwins.sqlite")
        var service = try await ServiceProcess(arguments: ["--database", database])
        let base = "\(prefix)/itwins"
        let created = try await curl(
            service,
            "POST",
            base,
            body: #"{"class":"Thing","subClass":"Asset","displayName":"Pump"}"#
        )
        #expect(created.status == 201)
        let id = try #require(try JSON.parse(created.body)["iTwin"]?["id"]?.string)
        let repository =
            #"{"class":"Construction","subClass":"Performance","displayName":"Site","uri":"https://x.example.org/"}"#
        #expect(try await curl(service, "POST", "\(base)/\(id)/repositories", body: repository).status == 201)
        #expect(
            try await curl(service, "POST", "\(base)/\(id)/exports", body: #"{"outputFormat":"Csv"}"#).status == 201
        )
        #expect(
            try await curl(service, "POST", "\(base)/myitwins/recents", body: #"{"iTwinId":"\#(id)"}"#).status == 201
        )
        let bad = try await curl(service, "POST", base, body: #"{"class":"Thing"}"#)
        #expect(bad.status == 422)
        let targets = try #require(APIError(status: 422, body: try JSON.parse(bad.body))).details.compactMap(\.target)
        #expect(Set(targets).isSuperset(of: ["displayName"]))
        for path in ["", "/\(id)/repositories", "/\(id)/exports", "/myitwins/recents"] {
            let refused = try await curl(service, "GET", base + path, token: false)
            #expect(refused.status == 401)
            #expect(try JSON.parse(refused.body)["error"]?["code"] == "HeaderNotFound")
        }
        let token = service.token
        try await service.kill()
        service = try await ServiceProcess(arguments: ["--database", database])
        defer { service.end() }
        #expect(service.token == token)
        for (path, mark) in [
            ("", "Pump"), ("/\(id)/repositories", "Site"), ("/\(id)/exports", "Csv"), ("/myitwins/recents", "Pump"),
        ] {
            let answer = try await curl(service, "GET", base + path)
            #expect(answer.status == 200)
            #expect(answer.body.contains(mark), "\(path)")
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `A signal stops serve cleanly`(_ signal: Int32) async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:"])
        #expect(try await service.stop(signal) == 0)
        service.end()
    }

    @Test func `--require-sign-in prints code and secret to standard error, and no token is printed or accepted`()
        async throws
    {
        let service = try await ServiceProcess(
            arguments: ["--database", ":memory:", "--require-sign-in", "--token-seconds", "5"],
            variables: [OpenedSignInPage.codeVariable: "", "TWINSCOPE_SERVICE_TOKEN": "token-of-the-environment"]
        )
        defer { service.end() }
        #expect(service.lines == [service.baseURL])
        #expect(service.errors.hasPrefix("sign-in code: "))
        let refused = try await RawHTTP(port: try service.port)
            .request("GET", "/itwins", token: Secret("token-of-the-environment"))
        #expect(refused.status == 401)
        let client = TestOAuthClient(port: try service.port)
        let code = try #require(service.signInCode)
        #expect(code.wholeMatch(of: #/[a-z2-9]{4}-[a-z2-9]{4}/#) != nil)
        #expect(try await client.page().pick(.administrator).status == 403)
        let picked = try await client.page().pick(.administrator, code: code)
        #expect(FormText.values(picked["Location"])["code"] != nil)
        let answer = try await client.ask(secret: Secret(try #require(service.clientSecret)))
        #expect(answer.json?["expires_in"] == 5)
        let token = try TestTokens(answer).access
        #expect(try await RawHTTP(port: client.port).request("GET", "/itwins", token: token).status == 200)
        let plain = try await ServiceProcess(arguments: ["--database", ":memory:"])
        defer { plain.end() }
        #expect(plain.clientSecret == nil)
        #expect(plain.signInCode == nil)
    }

    @Test func `Environment variables set serve's token, sign-in code and client secret`() async throws {
        let plain = try await ServiceProcess(
            arguments: ["--database", ":memory:"],
            variables: ["TWINSCOPE_SERVICE_TOKEN": "token-of-the-environment"]
        )
        defer { plain.end() }
        #expect(plain.token == "token-of-the-environment")
        #expect(try await curl(plain, "GET", "/itwins").status == 200)
        let service = try await ServiceProcess(
            arguments: ["--database", ":memory:", "--require-sign-in"],
            variables: [
                OpenedSignInPage.codeVariable: "Own-Code:1",
                "TWINSCOPE_SERVICE_CLIENT_SECRET": "secret-of-the-environment",
            ]
        )
        defer { service.end() }
        #expect(service.signInCode == "Own-Code:1")
        #expect(service.clientSecret == "secret-of-the-environment")
        let client = TestOAuthClient(port: try service.port)
        let own = try TestTokens(try await client.ask(secret: Secret("secret-of-the-environment"))).access
        #expect(try await RawHTTP(port: client.port).request("GET", "/itwins", token: own).status == 200)
        #expect(try await client.ask(secret: Secret("another-secret")).status == 401)
        let picked = try await client.page().pick(.member, code: "Own-Code:1")
        #expect(FormText.values(picked["Location"])["code"] != nil)
    }

    @Test func `Secrets are never command-line arguments`() async throws {
        let help = try await Command.run(Command.twinscope, ["serve", "--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("TWINSCOPE_SERVICE_TOKEN"))
        let result = try await Command.run(Command.twinscope, ["serve", "--database", ":memory:", "--token", "canary"])
        #expect(result.status == 2)
        #expect(result.errors.contains("--token"))
        #expect(!result.errors.contains("canary"))
    }

    @Test(arguments: ["TWINSCOPE_SERVICE_TOKEN", "TWINSCOPE_SERVICE_CLIENT_SECRET", "TWINSCOPE_SERVICE_SIGN_IN_CODE"])
    func `A secret that no header can carry is a usage error and is not repeated`(_ variable: String) async throws {
        let environment = ["PATH": "/usr/bin:/bin", variable: "two canaries"]
        let result = try await Command.run(
            Command.twinscope,
            ["serve", "--database", ":memory:"],
            environment: environment
        )
        #expect(result.status == 2)
        #expect(result.errors.contains(variable))
        #expect(!result.errors.contains("two canaries"))
    }

    @Test func `A token file is accepted beside the provider's tokens, and each token is its line's user`() async throws
    {
        let folder = try TemporaryFolder()
        let file = folder.file("tokens")
        try "# for tests\nadministrator token-of-the-administrator\nmember token-of-the-member\n".write(
            toFile: file,
            atomically: true,
            encoding: .utf8
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        for more in [[], ["--require-sign-in"]] {
            let service = try await ServiceProcess(
                arguments: ["--database", ":memory:", "--sample-data", "--token-file", file] + more
            )
            defer { service.end() }
            #expect(service.token == "token-of-the-administrator")
            let http = RawHTTP(port: try service.port)
            let all = try await http.request("GET", "/itwins?$top=1000", token: Secret("token-of-the-administrator"))
            let own = try await http.request("GET", "/itwins?$top=1000", token: Secret("token-of-the-member"))
            #expect(all.status == 200 && own.status == 200)
            let counts = [all, own].map { $0.json?["iTwins"]?.array?.count ?? 0 }
            #expect(counts[0] > counts[1] && counts[1] > 0)
            #expect(try await http.request("GET", "/itwins", token: Secret("token-of-nobody")).status == 401)
        }
    }

    @Test func `--client adds a client that receives codes at its own redirect URI only`() async throws {
        let redirect = "https://app.example.org/callback?tenant=1"
        let service = try await ServiceProcess(
            arguments: ["--database", ":memory:", "--require-sign-in", "--client", "my-app=\(redirect)"]
        )
        defer { service.end() }
        var client = TestOAuthClient(port: try service.port)
        client.id = "my-app"
        client.redirectURI = redirect
        let page = try await client.page()
        #expect(page.answer["Content-Security-Policy"]?.contains("form-action 'self' https://app.example.org;") == true)
        let location = try #require(try await page.pick(.owner)["Location"])
        #expect(location.hasPrefix("\(redirect)&code="))
        let tokens = try TestTokens(try await client.exchange(try #require(FormText.values(location)["code"])))
        #expect(try await RawHTTP(port: client.port).request("GET", "/itwins", token: tokens.access).status == 200)
        for other in ["https://app.example.org/callback", "http://127.0.0.1:3000/signin-callback"] {
            client.redirectURI = other
            #expect(try await client.page().answer.status == 400)
        }
        var native = TestOAuthClient(port: try service.port)
        native.redirectURI = redirect
        #expect(try await native.page().answer.status == 400)
    }

    @Test(arguments: [
        ["--token-seconds", "0"], ["--token-seconds", "2592001"], ["--require-sign-in", "--host", "0.0.0.0"],
        ["--client", "a=http://localhost:1/b"],
        ["--client", "twinscope-native=http://localhost:1/b", "--require-sign-in"],
        ["--client", "a", "--require-sign-in"], ["--client", "a b=http://localhost:1/b", "--require-sign-in"],
        ["--client", "a=/callback", "--require-sign-in"], ["--client", "a=javascript:alert(1)", "--require-sign-in"],
        ["--client", "a=http://x;y/callback", "--require-sign-in"], ["--client", "a=http://x/#b", "--require-sign-in"],
        ["--client", "a=http://x/b", "--client", "a=http://y/b", "--require-sign-in"],
    ])
    func `Conflicting sign-in options are usage errors`(_ arguments: [String]) async throws {
        let result = try await Command.run(Command.twinscope, ["serve", "--database", ":memory:"] + arguments)
        #expect(result.status == 2)
        #expect(result.errors.contains(arguments[0]))
    }

    @Test func `--latency delays every response`() async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:", "--latency", "0.3"])
        defer { service.end() }
        for path in ["/itwins", "/openapi.json", "/nowhere"] {
            let start = ContinuousClock.now
            _ = try await curl(service, "GET", path)
            if path == "/itwins" { #expect(ContinuousClock.now - start >= .milliseconds(300)) }
        }
    }

    @Test func `--rate-limit rejects a user's requests over the limit and says when to retry`() async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:", "--rate-limit", "2"])
        defer { service.end() }
        let http = RawHTTP(port: try service.port)
        let token = Secret(service.token)
        for _ in 1...2 { #expect(try await http.request("GET", "/itwins", token: token).status == 200) }
        let refused = try await http.request("GET", "/itwins", token: token)
        #expect(refused.status == 429)
        let seconds = try #require(refused["Retry-After"].flatMap { Int($0) })
        #expect((1...60).contains(seconds))
        #expect(try await http.request("GET", "/itwins", token: nil).status == 401)
    }

    @Test func `--allow-origin allows requests from that site's pages only`() async throws {
        let site = "https://app.example.org"
        let service = try await ServiceProcess(arguments: ["--database", ":memory:", "--allow-origin", site])
        defer { service.end() }
        let http = RawHTTP(port: try service.port)
        let token = Secret(service.token)
        let allowed = try await http.request("GET", "/itwins", token: token, headers: ["Origin: \(site)"])
        #expect(allowed.status == 200)
        #expect(allowed["Access-Control-Allow-Origin"] == site)
        let asked = try await http.request("OPTIONS", "/itwins", token: nil, headers: ["Origin: \(site)"])
        #expect(asked.status == 204)
        #expect(asked["Access-Control-Allow-Methods"]?.contains("POST") == true)
        for other in ["https://example.org", "http://app.example.org", "null"] {
            let refused = try await http.request("GET", "/itwins", token: token, headers: ["Origin: \(other)"])
            #expect(refused.status == 403)
            #expect(refused["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test func `--max-return raises the maximum of X-Max-Return`() async throws {
        for (arguments, status) in [([], 422), (["--max-return", "20000"], 200)] {
            let service = try await ServiceProcess(arguments: ["--database", ":memory:"] + arguments)
            defer { service.end() }
            let answer = try await RawHTTP(port: try service.port).request(
                "GET",
                "/itwins",
                token: Secret(service.token),
                headers: ["X-Max-Return: 20000"]
            )
            #expect(answer.status == status)
            if status == 200 { #expect(answer["X-Max-Return"] == "20000") }
        }
    }

    @Test func `A port in use is named, with exit status 1`() async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:"])
        defer { service.end() }
        let port = try #require(URLComponents(string: service.baseURL)?.port)
        let second = try await Command.run(Command.twinscope, ["serve", "--database", ":memory:", "--port", "\(port)"])
        #expect(second.status == 1)
        #expect(second.errors.contains("\(port)"))
    }

    @Test func `An unreadable database is rejected with the command that fixes it`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("itwins.sqlite")
        try Data().write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: path)
        // The superuser may read everything, unless the right to do so is given away.
        let unprivileged = geteuid() == 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : ["env"]
        let command = unprivileged + [Command.twinscope, "serve", "--database", path]
        let result = try await Command.run(command[0], Array(command.dropFirst()))
        #expect(result.status == 1)
        #expect(result.errors.contains("chmod 600 '\(path)'"))
    }

    @Test
    func `Programs that start together on a damaged database share one new one, and one of them reports it`()
        async throws
    {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("itwins.sqlite")
        try await ServiceProcess(arguments: ["--database", file.path]).stop()
        let damaged = try Data("no longer a database".utf8) + Data(contentsOf: file).dropFirst(20)
        try damaged.write(to: file)
        let services = try await withThrowingTaskGroup(of: ServiceProcess.self) { group in
            for _ in 0..<3 { group.addTask { try await ServiceProcess(arguments: ["--database", file.path]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        defer { for service in services { service.end() } }
        #expect(Set(services.map(\.token)).count == 1)
        #expect(services.count { $0.errors.contains("The database \(file.path) was damaged. It was kept as") } == 1)
        for (number, service) in services.enumerated() {
            let body = #"{"class":"Thing","subClass":"Asset","displayName":"Number \#(number)"}"#
            #expect(try await curl(service, "POST", "/itwins", body: body).status == 201)
        }
        for service in services {
            let all = try await curl(service, "GET", "/itwins").body
            #expect(services.indices.allSatisfy { all.contains("Number \($0)") })
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.contains(".corrupt-") && !$0.hasSuffix("-journal") }
        #expect(names.count == 1)
        for name in names { #expect(try Data(contentsOf: folder.url.appendingPathComponent(name)) == damaged) }
    }

    /// The lines that come out of a pipe, until they fulfil a condition.
    private func lines(_ pipe: Int32, until condition: ([String]) -> Bool) async throws -> [String] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(pipe, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes += buffer[..<count]
                continue
            }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            if condition(lines) { return lines }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test(.timeLimit(.minutes(1)), .rows(54))
    func `If nobody reads standard error, responses are not delayed and dropped lines are counted`() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("errors")
        mkfifo(pipe, 0o600)
        // Open for reading, so that the service can open it; nothing is taken out before it has answered.
        let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let script = "exec \"$0\" serve --database :memory: 2> \"$1\""
        let service = try RunningCommand("bash", ["-c", script, Command.twinscope, pipe])
        defer { service.end() }
        while service.output.count(where: { $0 == "\n" }) < 2 { try await Task.sleep(for: .milliseconds(10)) }
        let words = service.output.split(separator: "\n").map(String.init)
        // Each is a line of nearly four hundred bytes in the log: more than a pipe and what waits for it take.
        let (count, long) = (800, String(repeating: "x", count: 300))
        let asked = try await Command.run(
            "timeout",
            [
                "40", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\\n", "-H",
                "Authorization: Bearer \(words[1])", "\(words[0])/\(long)/[1-\(count)]",
            ]
        )
        #expect(asked.output.split(separator: "\n").count { $0 == "404" } == count)
        // Now somebody reads: what was kept comes, then how much was not.
        let lines = try await lines(reader) { $0.contains { $0.hasSuffix("because nothing read standard error") } }
        let dropped = try #require(lines.compactMap { $0.firstMatch(of: #/^(\d+) lines were dropped/#) }.first)
        #expect(lines.count { $0.contains(" 404 ") } + (Int(dropped.1) ?? 0) == count)
    }

    @Test(.rows(54), arguments: [">/dev/full", ">&-", "| true"])
    func `If standard output can't be written, serve ends with 1`(_ redirection: String) async throws {
        let script = "set -o pipefail; timeout 10 \"$0\" serve --database :memory: \(redirection)"
        let result = try await Command.run("bash", ["-c", script, Command.twinscope])
        #expect(result.status == 1)
        #expect(result.errors.contains("Standard output"))
    }

    /// Reliability S1. The system's table holds addresses as hexadecimal numbers; state 0A is listening.
    @Test(arguments: [("127.0.0.1", "0100007F", false), ("0.0.0.0", "00000000", true)])
    func `serve listens on the loopback address only, and warns if it is opened to others`(
        _ host: String,
        _ address: String,
        _ warns: Bool
    ) async throws {
        let arguments = ["--database", ":memory:"] + (warns ? ["--host", host] : [])
        let service = try await ServiceProcess(arguments: arguments)
        defer { service.end() }
        let port = String(try service.port, radix: 16, uppercase: true)
        let sockets = ["tcp", "tcp6"].flatMap { table in
            // Of a file without a size a `String` gets the beginning alone.
            let lines = FileHandle(forReadingAtPath: "/proc/net/\(table)")?.readDataToEndOfFile() ?? Data()
            return String(decoding: lines, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        }
        let listening = sockets.filter { $0.count > 3 && $0[3] == "0A" && $0[1].hasSuffix(":" + port) }
        #expect(listening.map { $0[1] } == ["\(address):\(port)"])
        #expect(service.errors.contains("other machines can reach this service") == warns)
    }
}
