import ITwinsAPI
import Testing

/// Contract sections 5.4 and 17.20.
@Suite struct RulesTests {
    @Test(arguments: [
        "https://maps.example.org/wms", "http://maps.example.org", "HTTPS://MAPS.EXAMPLE.ORG:8443/a?b=c#d",
        "https://tiles.example.org/{z}/{x}/{y}.png", "https://{s}.example.org/{z}", "https://h/?bbox={bbox-epsg-3857}",
        "https://127.0.0.1:65535/", "https://[2001:db8::1]:443/", "https://münchen.example/", "  https://h/  ",
        "https://h/" + String(repeating: "x", count: 1990), "https://h/%20", "https://h:1",
        "https://user-agent.example/@home",
    ])
    func `An absolute http or https URI is valid, placeholders included`(_ text: String) {
        #expect(Rules.problem(inURI: text) == nil)
    }

    @Test(arguments: [
        ("", "A URI is required"), ("   ", "A URI is required"),
        ("https://h/" + String(repeating: "x", count: 1991), "At most 2000"),
        ("https://h/a b", "Spaces aren't allowed"), ("https://h/\u{A0}a", "Spaces aren't allowed"),
        ("https://h/\u{0}", "Spaces aren't allowed"),
        ("https://h/\u{7F}", "Spaces aren't allowed"), ("https://h/a\nb", "Spaces aren't allowed"),
        ("maps.example.org/wms", "absolute"),
        ("//maps.example.org", "absolute"), ("/wms", "absolute"), ("{base}/wms", "absolute"), ("ftp://h/", "“ftp”"),
        ("javascript:alert(1)", "“javascript”"), ("file:///etc/passwd", "“file”"), ("mailto:a@b", "“mailto”"),
        ("https:", "no host"),
        ("https://", "no host"), ("https:///wms", "no host"), ("https:/h/wms", "no host"), ("http:h", "no host"),
        ("https://h:0/", "The port must be"), ("https://h:65536/", "The port must be"),
        ("https://h:99999/", "The port must be"),
        ("https://user@h/", "Use Authentication"),
        ("https://user:word@h/", "Use Authentication"), ("https://:@h/", "Use Authentication"),
    ])
    func `Any other URI is explained in plain words`(_ text: String, _ problem: String) {
        let said = Rules.problem(inURI: text)
        #expect(said?.contains(problem) == true, "\(said ?? "nothing")")
    }

    @Test func `Time zones are those of IANA`() {
        for name in [
            "Europe/London", "America/New_York", "Asia/Kolkata", "UTC", "Pacific/Auckland", "US/Pacific", "Etc/GMT+5",
            "Australia/ACT", "EST", "EST5EDT", "America/Buenos_Aires", "Africa/Asmera", "Zulu", "GB", "Europe/Kiev",
        ] {
            #expect(Rules.isTimeZone(name), "\(name)")
        }
        for name in [
            "", "Europe", "Europe/Atlantis", "europe/london", "GMT+25", "GMT+5", "PST", "IST", "../etc/passwd",
            "Europe/London ",
        ] {
            #expect(!Rules.isTimeZone(name), "\(name)")
        }
    }
}
