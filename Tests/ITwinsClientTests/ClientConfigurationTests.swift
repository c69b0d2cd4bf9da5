import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@Suite struct ClientConfigurationTests {
    private func configuration(_ baseURL: String) throws(ConfigurationError) -> ClientConfiguration {
        try ClientConfiguration(baseURL: baseURL, userAgent: "tests/1") { _ in Secret("token") }
    }

    @Test(arguments: [
        "https://api.bentley.com/itwins", "https://api.bentley.com", "HTTPS://API.bentley.com:8443/iTwins/",
        "http://localhost:80",
        "http://127.0.0.1:1/itwins", "http://127.255.0.9:65535", "http://[::1]:8080/itwins",
        "https://[2001:db8::1]/gateway/itwins//",
        "http://LOCALHOST/",
    ])
    func `An https URL, or http to this machine, is a valid base URL`(_ baseURL: String) throws {
        #expect(try configuration(baseURL).baseURL == baseURL)
    }

    @Test(arguments: [
        ("", "isn't an absolute URL"), ("api.bentley.com/itwins", "isn't an absolute URL"),
        ("localhost:8080", "isn't an absolute URL"),
        ("/itwins", "isn't an absolute URL"), ("ftp://api.bentley.com", "isn't http or https"),
        ("https://", "no valid host"),
        ("https:///itwins", "no valid host"), ("https://a b/itwins", "isn't an absolute URL"),
        ("https://h:0/", "an invalid port"),
        ("https://h:65536/", "an invalid port"), ("https://h:99999/", "an invalid port"),
        ("http://api.bentley.com/itwins", "Use https"), ("http://127.0.0.1.example.org", "Use https"),
        ("http://localhost.example.org", "Use https"), ("http://128.0.0.1", "Use https"), ("http://127.0.0.+1", "host"),
        ("http://[::2]", "Use https"), ("https://user@h/itwins", "user or password"),
        ("https://:word@h/", "user or password"),
        ("https://h/itwins?a=b", "a query or fragment"), ("https://h/itwins#top", "a query or fragment"),
    ])
    func `Any other base URL is rejected with a reason and advice`(_ baseURL: String, _ reason: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try configuration(baseURL) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        "https://user:CANARY-7f3a@h/itwins", "https://CANARY-7f3a@h/itwins", "https://h/itwins?token=CANARY-7f3a",
        "https://h/#CANARY-7f3a", "https://h:99999/?CANARY-7f3a", "ftp://u:CANARY-7f3a@h",
        "http://CANARY-7f3a@example.org",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.CANARY-7f3a", "Bearer 0123456789012345678901CANARY-7f3a",
    ])
    func `The message never shows a possible secret`(_ baseURL: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try configuration(baseURL) }
        #expect(error?.message.contains("CANARY") == false)
        #expect(error?.message.isEmpty == false)
    }

    @Test(arguments: ["", "Twin\r\nX-Evil: 1", "Zwilling/1 ü"])
    func `A user agent that no header can carry is rejected`(_ userAgent: String) {
        #expect(throws: ConfigurationError.self) {
            try ClientConfiguration(baseURL: "https://h", userAgent: userAgent) { _ in Secret("token") }
        }
    }

    /// Contract section 1.3.
    @Test(arguments: [
        ("", "/itwins"), ("/", "/itwins"), ("/itwins", "/itwins"), ("/itwins/", "/itwins"), ("/iTwins", "/itwins"),
        ("/ITWINS//", "/itwins"), ("/gateway", "/gateway/itwins"), ("/gate%20way/itwins/", "/gate%20way/itwins"),
        ("/myitwins", "/myitwins/itwins"),
    ])
    func `Base URL and route are joined without repeating or losing a segment`(_ path: String, _ expected: String)
        async throws
    {
        try await ScriptedServer.run(.json(pageText(0..<1))) { server in
            try await ITwinsClient.run("http://127.0.0.1:\(server.port)\(path)") { client in
                _ = try await client.perform(.iTwins(ITwinQuery()))
            }
            #expect(server.requests.map(\.target) == [expected])
        }
    }
}
