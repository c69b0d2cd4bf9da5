import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// Another user of the machine, who finds the port of a local service and has neither its token nor its sign-in code
/// (contract section 17.20, *Sign-in*).
@Suite(.timeLimit(.minutes(2)))
struct StrangerTests {
    /// Tries to become the administrator by everything that needs no secret, and tells what worked.
    private static func attack(_ port: Int) async throws -> [String] {
        let client = TestOAuthClient(port: port)
        var gained: [String] = []
        // More guesses than the page takes.
        for guess in [nil, "", "administrator", "00000000", "aaaa-aaaa", "*", "' OR ''='"] {
            let page = try await client.page()
            let fields = [("handle", page.handle ?? ""), ("user", "administrator")]
            let answer = try await page.send(fields + (guess.map { [("code", $0)] } ?? []))
            guard let code = FormText.values(answer["Location"])["code"] else { continue }
            gained.append("a code with the sign-in code \(guess ?? "left out")")
            let token = try TestTokens(try await client.exchange(code)).access
            let created = try await RawHTTP(port: port).request(
                "POST",
                "/itwins",
                token: token,
                body: #"{"class":"Thing","subClass":"Asset","displayName":"Not mine"}"#
            )
            if created.status == 201 { gained.append("an iTwin created") }
        }
        for secret in ["", "secret", "twinscope-service"] {
            let answer = try await client.ask(secret: Secret(secret))
            if answer.status == 200 { gained.append("a service token") }
        }
        for token in [nil, "", "administrator"] {
            let answer = try await RawHTTP(port: port).request("GET", "/itwins", token: token.map { Secret($0) })
            if answer.status != 401 { gained.append("\(answer.status) for the token \(token ?? "left out")") }
        }
        return gained
    }

    private static let providerRoutes = [
        ("GET", "/.well-known/openid-configuration"), ("GET", "/.well-known/openid-configuration/jwks"),
        ("GET", "/connect/authorize"), ("POST", "/connect/authorize"), ("POST", "/connect/token"),
        ("POST", "/connect/revocation"), ("OPTIONS", "/connect/token"),
    ]

    /// Which routes of the provider there are.
    private static func provider(_ port: Int) async throws -> [String] {
        var found: [String] = []
        for (method, path) in providerRoutes {
            let answer = try await RawHTTP(port: port).request(method, path, token: nil, headers: [], bytes: [])
            if answer.status != 404 { found.append("\(method) \(path) \(answer.status)") }
        }
        return found
    }

    @Test func `Without the sign-in code another user of the machine can't sign in`() async throws {
        let service = try await ServiceProcess(
            arguments: ["--database", ":memory:", "--sample-data", "--require-sign-in"]
        )
        defer { service.end() }
        let gained = try await Self.attack(try service.port)
        #expect(gained == [])
    }

    @Test func `Without --require-sign-in there is no sign-in page and no OpenID provider`() async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:", "--sample-data"])
        defer { service.end() }
        let gained = try await Self.attack(try service.port)
        let found = try await Self.provider(try service.port)
        #expect(gained == [])
        #expect(found == [])
    }

    @Test func `The browser's own service has no sign-in page and no OpenID provider`() async throws {
        // Its open files tell its port, and are hidden otherwise.
        let terminal = try TerminalSession(environment: ["TWINSCOPE_CORE": "1"])
        defer { terminal.end() }
        try await terminal.startBrowser(until: "BR-0042")
        let port = try #require(Self.listeningPort(of: try await terminal.programID()))
        let gained = try await Self.attack(port)
        let found = try await Self.provider(port)
        #expect(gained == [])
        #expect(found == [])
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
    }

    /// The port on which a process listens; nil when it does not. The system's table names sockets by their inodes; state
    /// 0A is listening.
    private static func listeningPort(of process: String) throws -> Int? {
        let folder = "/proc/\(process)/fd"
        let inodes = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
        }
        let table = FileHandle(forReadingAtPath: "/proc/\(process)/net/tcp")?.readDataToEndOfFile() ?? Data()
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 9, words[3] == "0A", inodes.contains("socket:[\(words[9])]") else { continue }
            return words[1].split(separator: ":").last.flatMap { Int($0, radix: 16) }
        }
        return nil
    }
}
