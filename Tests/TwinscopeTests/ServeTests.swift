import Foundation
import ITwinsAPI
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
    func `curl does all eight operations of the document, and what it posts is there after a restart`(_ prefix: String)
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
    func `A signal ends it in order`(_ signal: Int32) async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:"])
        #expect(try await service.stop(signal) == 0)
        service.end()
    }

    @Test func `With --require-sign-in a third line is the secret of the service client, and the second is no good`()
        async throws
    {
        let service = try await ServiceProcess(
            arguments: ["--database", ":memory:", "--require-sign-in", "--token-seconds", "5"]
        )
        defer { service.end() }
        #expect(try await curl(service, "GET", "/itwins").status == 401)
        let client = TestOAuthClient(port: try service.port)
        let answer = try await client.ask(secret: Secret(try #require(service.clientSecret)))
        #expect(answer.json?["expires_in"] == 5)
        let token = try TestTokens(answer).access
        #expect(try await RawHTTP(port: client.port).request("GET", "/itwins", token: token).status == 200)
        let plain = try await ServiceProcess(arguments: ["--database", ":memory:"])
        defer { plain.end() }
        #expect(plain.clientSecret == nil)
    }

    @Test(arguments: [
        ["--token-seconds", "0"], ["--token-seconds", "2592001"], ["--require-sign-in", "--token-file", "x"],
        ["--require-sign-in", "--host", "0.0.0.0"],
    ])
    func `Options of the sign-in that make no sense are wrong usage`(_ arguments: [String]) async throws {
        let result = try await Command.run(Command.twinscope, ["serve", "--database", ":memory:"] + arguments)
        #expect(result.status == 2)
        #expect(result.errors.contains(arguments[0]))
    }

    @Test func `A busy port is named, with exit status 1`() async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:"])
        defer { service.end() }
        let port = try #require(URLComponents(string: service.baseURL)?.port)
        let second = try await Command.run(Command.twinscope, ["serve", "--database", ":memory:", "--port", "\(port)"])
        #expect(second.status == 1)
        #expect(second.errors.contains("\(port)"))
    }

    @Test func `A database that may not be read is refused with the command that mends it`() async throws {
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
    func `Programs that start at the same moment on a damaged database share one new one, which one of them tells`()
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
        #expect(services.count { $0.errors.contains("The database \(file.path) was damaged. It is kept as") } == 1)
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

    /// Reliability S1. The system's table holds addresses as hexadecimal numbers; state 0A is listening.
    @Test(arguments: [("127.0.0.1", "0100007F", false), ("0.0.0.0", "00000000", true)])
    func `It listens on the loopback address alone, and warns when told to let others in`(
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
