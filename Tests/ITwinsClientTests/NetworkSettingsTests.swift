import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsClient

/// Reliability H11 and H12, rows 45 and 46: what the environment says of proxies and authorities.
@Suite struct NetworkSettingsTests {
    private func proxy(_ environment: [String: String], for base: String = "https://api.bentley.com") throws -> String?
    {
        let configuration = try ClientConfiguration(baseURL: base, userAgent: "tests/1") { _ in Secret("token") }
        return try ProxySettings(environment).proxy(for: configuration.origin)?.address
    }

    private func message(_ environment: [String: String]) -> String? {
        do throws(ConfigurationError) {
            _ = try NetworkSettings(environment: environment)
            return nil
        } catch {
            return error.message
        }
    }

    // MARK: Proxies

    @Test(
        .rows(46),
        arguments: [
            ([:], nil), (["https_proxy": "http://p:1"], "p:1"), (["HTTPS_PROXY": "http://p:1/"], "p:1"),
            (["https_proxy": "p.example.org:3128"], "p.example.org:3128"),
            (["https_proxy": "HTTP://[2001:db8::1]:8"], "[2001:db8::1]:8"),
            (["https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:2", "all_proxy": "http://r:3"], "p:1"),
            (["https_proxy": "", "HTTPS_PROXY": "http://q:2", "all_proxy": "http://r:3"], "q:2"),
            (["all_proxy": "http://r:3", "ALL_PROXY": "http://s:4"], "r:3"), (["ALL_PROXY": "http://s:4"], "s:4"),
            (["http_proxy": "http://h:5"], nil), (["HTTP_PROXY": "http://h:5"], nil),
        ]
    )
    func `The first variable that is set names the proxy`(_ environment: [String: String], _ expected: String?) throws {
        #expect(try proxy(environment) == expected)
    }

    @Test(
        .rows(46),
        arguments: [
            "http://localhost:8080", "http://127.0.0.1:8080", "https://127.1.2.3", "https://[::1]:4",
            "https://localhost",
        ]
    )
    func `This machine is never reached through a proxy`(_ base: String) throws {
        #expect(try proxy(["https_proxy": "http://p:1", "all_proxy": "http://p:1"], for: base) == nil)
    }

    @Test(
        .rows(46),
        arguments: [
            ("*", true), ("api.bentley.com", true), ("API.Bentley.com", true), (".bentley.com", true),
            ("bentley.com", true),
            ("com", true), ("ntley.com", false), ("example.org", false), ("example.org, bentley.com", true),
            (" , ,bentley.com,", true), ("example.org bentley.com", true), ("bentley.com:443", true),
            ("bentley.com:8443", false), ("*:8443", false), ("*.bentley.com", false), ("x.api.bentley.com", false),
            ("bentley.com.", true), ("", false), (".", false), ("10.0.0.0/8", false), ("api.bentley.com/8", false),
        ]
    )
    func `Host names are excluded by whole labels`(_ list: String, _ isExcepted: Bool) throws {
        for name in ["no_proxy", "NO_PROXY"] {
            #expect(try (proxy(["https_proxy": "http://p:1", name: list]) == nil) == isExcepted)
        }
    }

    @Test(
        .rows(46),
        arguments: [
            ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false), ("10.1.2.3", "10.0.0.0/8", true),
            ("10.1.2.3", "10.1.2.2/31", true), ("10.1.2.4", "10.1.2.2/31", false), ("11.1.2.3", "10.0.0.0/8", false),
            ("10.1.2.3", "0.0.0.0/0", true), ("10.1.2.3", "10.0.0.0/33", false), ("10.1.2.3", "10.0.0.0/-1", false),
            ("10.1.2.3", "10.1.2.3:443", true), ("10.1.2.3", "10.1.2.3:80", false), ("10.1.2.3", "2.3", false),
            ("[2001:db8::1]", "2001:db8::1", true), ("[2001:db8::1]", "[2001:db8::1]", true),
            ("[2001:db8::1]", "[2001:db8::1]:443", true), ("[2001:db8::1]", "[2001:db8::1]:80", false),
            ("[2001:db8:0:0::1]", "2001:0db8::0001", true), ("[2001:db8::1]", "2001:db8::/32", true),
            ("[2001:db9::1]", "2001:db8::/32", false), ("[2001:db8::1]", "0.0.0.0/0", false),
        ]
    )
    func `Addresses are excluded one by one or by prefix`(_ host: String, _ list: String, _ isExcepted: Bool)
        throws
    {
        let proxy = try proxy(["https_proxy": "http://p:1", "no_proxy": list], for: "https://\(host)")
        #expect((proxy == nil) == isExcepted)
    }

    @Test(.rows(46)) func `The lowercase variable wins`() throws {
        let environment = ["https_proxy": "http://p:1", "no_proxy": "example.org", "NO_PROXY": "*"]
        #expect(try proxy(environment) == "p:1")
    }

    @Test(
        .rows(46),
        arguments: [
            ("socks5://p:1", "only HTTP proxies are supported"), ("https://p:1", "only HTTP proxies are supported"),
            ("http://p", "host and port are required"), ("p", "host and port are required"),
            ("http://:1", "host and port are required"),
            ("http://p:0", "host and port are required"), ("http://p:99999", "host and port are required"),
            ("http://a b:1", "isn't a URL"),
        ]
    )
    func `An invalid proxy is rejected with the variable's name and advice`(
        _ value: String,
        _ reason: String
    ) {
        for name in ["https_proxy", "ALL_PROXY"] {
            let message = message([name: value])
            #expect(message?.hasPrefix("\(name) is “") == true)
            #expect(message?.contains(reason) == true, "\(message ?? "accepted")")
            #expect(message?.contains("Write it as") == true)
        }
    }

    @Test(arguments: ["http://user:CANARY@p", "socks5://CANARY:CANARY@p:1", "http://u:CANARY@p:1?CANARY", "CANARY@p"])
    func `The proxy's credentials are not shown`(_ value: String) throws {
        #expect(message(["https_proxy": value])?.contains("CANARY") != true)
        guard let settings = try? ProxySettings(["https_proxy": value]) else { return }
        var text = "\(settings)"
        dump(settings, to: &text)
        #expect(!text.contains("CANARY"))
    }

    @Test func `The proxy's credentials may contain any characters`() throws {
        let settings = try ProxySettings(["https_proxy": "http://us%40er:p%3Aw%20%C3%BC@p:1"])
        #expect(settings.proxy?.credentials?.user.revealed == "us@er")
        #expect(settings.proxy?.credentials?.password.revealed == "p:w ü")
    }

    // MARK: Authorities

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await body(folder.url)
    }

    private func count(_ environment: [String: String]) async throws -> Int {
        try await TrustedAuthorities(environment).certificates().count
    }

    @Test(.rows(45)) func `Certificates are read from a file and from folders, each once`() async throws {
        try await withFolder { folder in
            let two = "\(TestCertificates.authority)\n# and\n\(TestCertificates.selfSigned)\n"
            try Data(two.utf8).write(to: folder.appendingPathComponent("two.pem"))
            try Data(TestCertificates.good.utf8).write(to: folder.appendingPathComponent("one.crt"))
            try Data("no certificate".utf8).write(to: folder.appendingPathComponent("README"))
            let link = folder.appendingPathComponent("0123abcd.0").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "one.crt")
            let file = folder.appendingPathComponent("two.pem").path
            #expect(try await count(["SSL_CERT_FILE": file]) == 2)
            #expect(try await count(["SSL_CERT_DIR": folder.path]) == 3)
            #expect(try await count(["SSL_CERT_DIR": "\(folder.path):\(folder.path)"]) == 3)
            #expect(try await count(["SSL_CERT_FILE": "", "SSL_CERT_DIR": ""]) == 0)
        }
    }

    @Test(.rows(45)) func `A file without a certificate is rejected with its path and a reason`() async throws {
        try await withFolder { folder in
            let bad = folder.appendingPathComponent("bad.pem").path
            try Data("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n".utf8).write(
                to: URL(fileURLWithPath: bad)
            )
            let missing = folder.appendingPathComponent("missing.pem").path
            #expect(mkfifo(folder.appendingPathComponent("pipe").path, 0o600) == 0)
            for (variable, path, reason) in [
                ("SSL_CERT_FILE", bad, "no PEM certificate"), ("SSL_CERT_FILE", missing, "No such file"),
                ("SSL_CERT_FILE", folder.path, "isn't a file"),
                ("SSL_CERT_FILE", folder.appendingPathComponent("pipe").path, "isn't a file"),
                ("SSL_CERT_DIR", folder.path, "no PEM certificate"),
                ("SSL_CERT_DIR", missing, "isn't a readable folder"),
            ] {
                let authorities = TrustedAuthorities([variable: path])
                let error = await #expect(throws: ConfigurationError.self) { try await authorities.certificates() }
                let message = try #require(error).message
                #expect(message.hasPrefix("\(variable): “\(path)"), "\(message)")
                #expect(message.contains(reason), "\(message)")
                #expect(message.contains("unset \(variable)"))
            }
        }
    }
}
