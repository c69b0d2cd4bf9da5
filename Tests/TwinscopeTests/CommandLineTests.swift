import Foundation
import TestSupport
import Testing

/// What the command line promises to scripts.
struct CommandLineTests {
    private static let bare = ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"]

    @Test func `--version and --help end with 0, and --help says where the log is`() async throws {
        let version = try await Command.run(Command.twinscope, ["--version"])
        #expect(version.status == 0)
        #expect(version.output.hasPrefix("0."))
        let help = try await Command.run(Command.twinscope, ["--help"], environment: ["HOME": "/home/somebody"])
        #expect(help.status == 0)
        #expect(help.output.contains("/home/somebody/.local/state/twinscope/twinscope.log"))
    }

    @Test func `Without a terminal the browser says so and ends with 2`() async throws {
        let result = try await Command.run(Command.twinscope, ["--local"], environment: Self.bare)
        #expect(result.status == 2)
        #expect(result.errors.contains("needs a terminal"))
        #expect(result.output.isEmpty)
    }

    @Test(arguments: [
        (["--nonsense"], "Unknown option '--nonsense'"),
        (["--max-return", "0"], "--max-return must be at least 1, not 0."),
        (["--theme", "nowhere"], "--theme is “nowhere”, which isn't a theme"),
        (["--local", "--profile", "qa"], "--local and --profile qa can't be combined"),
        (["serve", "--port", "70000"], "--port must be between 0 and 65535, not 70000"),
        (["serve", "--export-seconds=-1"], "--export-seconds must be between 0 and 3600, not -1.0"),
        (["serve", "--max-return", "x"], "The value 'x' is invalid for '--max-return <max-return>'"),
        (["serve", "--max-return", "0"], "--max-return must be at least 1, not 0."),
        (["serve", "--sample-data", "0"], "--sample-data must be between 1 and 1000000, not 0"),
        (["serve", "--rate-limit", "0"], "--rate-limit must be at least 1, not 0."),
        (["serve", "--latency", "2-1"], "The value '2-1' is invalid for '--latency <seconds>'"),
        (
            ["serve", "--fault", "GET /itwins 200"],
            "--fault “GET /itwins 200”: the action must be a status from 400 to 599"
        ),
        (["serve", "--allow-origin", "app.example.org"], "--allow-origin must be scheme and host, such as"),
        (["serve", "--token-file", "/nonexistent/tokens"], "--token-file /nonexistent/tokens can't be read"),
        (["serve", "--host", "0.0.0.0", "--latency", "1"], "--latency and --fault require a loopback address"),
        (["auth", "login", "--profile", "nowhere"], "--profile is “nowhere”, which isn't a profile"),
    ])
    func `A usage error ends with 2 and says what is wrong`(_ arguments: [String], _ said: String) async throws {
        let result = try await Command.run(Command.twinscope, arguments, environment: Self.bare)
        #expect(result.status == 2)
        #expect(result.errors.contains(said), "\(result.errors)")
        #expect(result.output.isEmpty)
        // It is told before anything is made on disk.
        #expect(!FileManager.default.fileExists(atPath: "/nonexistent"))
    }

    @Test(arguments: ["TWINSCOPE_SERVICE_TOKEN", "TWINSCOPE_SERVICE_CLIENT_SECRET"])
    func `A secret that no header can carry is named by its variable only`(_ variable: String) async throws {
        let environment = Self.bare.merging([variable: "two words"]) { $1 }
        let result = try await Command.run(Command.twinscope, ["serve"], environment: environment)
        #expect(result.status == 2)
        #expect(result.errors.contains("(\(variable)) contains characters that aren't allowed in a header"))
        #expect(!result.errors.contains("two words"))
        #expect(!FileManager.default.fileExists(atPath: "/nonexistent"))
    }

    @Test(arguments: [
        (["TWINSCOPE_API_URL": "https://api.example.org/itwins"], "TWINSCOPE_ACCESS_TOKEN"),
        (["TWINSCOPE_ACCESS_TOKEN": "canary"], "TWINSCOPE_API_URL"),
        (["TWINSCOPE_API_URL": "api.example.org", "TWINSCOPE_ACCESS_TOKEN": "canary"], "api.example.org"),
        (["TWINSCOPE_API_URL": "http://api.example.org/itwins", "TWINSCOPE_ACCESS_TOKEN": "canary"], "https"),
        (["TWINSCOPE_API_ROUTES": "both"], "both"),
    ])
    func `An incomplete environment is a usage error, and the message never contains the token`(
        _ variables: [String: String],
        _ named: String
    ) async throws {
        let result = try await Command.run(Command.twinscope, [], environment: Self.bare.merging(variables) { $1 })
        #expect(result.status == 2)
        #expect(result.errors.contains(named))
        #expect(!result.errors.contains("canary"))
    }

    @Test(arguments: [
        (["https_proxy": "socks5://user:canary@p:1"], "https_proxy is “socks5://…@p:1”: only HTTP proxies"),
        (["ALL_PROXY": "http://p"], "ALL_PROXY is “http://p”"),
    ])
    func `An invalid proxy is rejected at the start, if it would be used`(
        _ variables: [String: String],
        _ named: String
    ) async throws {
        let service = ["TWINSCOPE_API_URL": "https://api.example.org", "TWINSCOPE_ACCESS_TOKEN": "canary"]
        let environment = Self.bare.merging(variables) { $1 }
        let result = try await Command.run(Command.twinscope, [], environment: environment.merging(service) { $1 })
        #expect(result.status == 2)
        #expect(result.errors.contains(named), "\(result.errors)")
        #expect(!result.errors.contains("canary"))
        let local = try await Command.run(Command.twinscope, ["--local"], environment: environment)
        #expect(local.errors.contains("needs a terminal"))
    }

    @Test(arguments: [["--theme", "a\u{1B}]0;x\u{7}b"], ["--a\u{1B}]0;x\u{7}b"], ["serve", "--port", "\u{9B}2J"]])
    func `Quoted command-line text can't move the cursor`(_ arguments: [String]) async throws {
        let result = try await Command.run(Command.twinscope, arguments, environment: Self.bare)
        #expect(result.status == 2)
        #expect(!result.errors.isEmpty)
        let controls = result.errors.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
        #expect(controls.isEmpty)
    }
}
