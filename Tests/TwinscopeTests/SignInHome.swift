import Foundation
import ITwinsService
import TestSupport
import Testing

/// A home folder with profiles for a local service that takes nobody without signing in, where people sign in without a
/// web browser.
final class SignInHome: Sendable {
    private let home: TemporaryFolder
    let service: ServiceProcess
    var folder: URL { home.url }
    var path: String { home.path }
    /// The authority.
    var authority: String { service.baseURL.replacing("/itwins", with: "") }

    /// Starts the service and writes a configuration with the profile `test`.
    ///
    /// - Parameters:
    ///   - redirects: the redirect URIs of the profile.
    ///   - arguments: further ones of the service.
    ///   - home: a folder that is there already; nil for one of its own.
    init(
        tokenSeconds: Int = 3600,
        redirects: [String] = ["http://127.0.0.1:0/signin-callback"],
        arguments: [String] = [],
        home: TemporaryFolder? = nil
    ) async throws {
        service = try await ServiceProcess(
            arguments: [
                "--database", ":memory:", "--sample-data", "--require-sign-in", "--token-seconds", "\(tokenSeconds)",
            ] + arguments
        )
        self.home = try home ?? TemporaryFolder()
        try configure(["test": native(redirects: redirects)])
    }

    func end() { service.end() }

    // MARK: Configuration

    /// The lines of a profile that people sign in to.
    func native(apiURL: String? = nil, redirects: [String] = ["http://127.0.0.1:0/signin-callback"]) -> [String] {
        [
            "api-url: \(apiURL ?? service.baseURL)", "authority: \(authority)", "client-id: twinscope-native",
            "redirect-uris: [\(redirects.map { "\"\($0)\"" }.joined(separator: ", "))]",
        ]
    }

    /// Writes a configuration with these profiles; the one to begin with is the first by name.
    func configure(_ profiles: [String: [String]]) throws {
        let folder = folder.appendingPathComponent(".config/twinscope")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var lines = ["profile: \(profiles.keys.min() ?? "local")", "profiles:"]
        for (name, members) in profiles { lines += ["  \(name):"] + members.map { "    \($0)" } }
        try lines.joined(separator: "\n").write(
            to: folder.appendingPathComponent("config.yaml"),
            atomically: true,
            encoding: .utf8
        )
    }

    /// All variables of a program that is at home here, but those that are nil.
    func environment(_ others: [String: String?] = [:]) -> [String: String] {
        let own: [String: String?] = [
            "HOME": path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LANG": "C.UTF-8",
        ]
        return own.merging(others) { $1 }.compactMapValues(\.self)
    }

    // MARK: The program

    /// Runs `twinscope auth …` to its end.
    func auth(_ arguments: String..., variables: [String: String?] = [:]) async throws -> (
        status: Int32, output: String, errors: String
    ) {
        let program = try RunningCommand(
            Command.twinscope,
            ["auth"] + arguments,
            environment: environment(variables)
        )
        defer { program.removeOutput() }
        return (try await Self.end(of: program), program.output, program.errors)
    }

    /// Waits for a program's end, and gives its exit status.
    static func end(of program: RunningCommand) async throws -> Int32 { try await program.waitUntilExit() }

    /// The folder of what the program remembers.
    var state: String { path + "/.local/state/twinscope" }

    /// The files with tokens.
    var tokenFiles: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: state + "/tokens")) ?? []
        return names.filter { $0.hasSuffix(".json") }.map { "\(state)/tokens/\($0)" }
    }

    /// How often tokens were asked for, with success or without.
    var tokenRequests: Int { service.errors.split(separator: "\n").count { $0.contains(" POST /connect/token ") } }

    /// How often tokens were handed out.
    var tokenCalls: Int { service.errors.split(separator: "\n").count { $0.contains(" POST /connect/token 200 ") } }

    // MARK: The web browser's part

    /// The address in what the program said, which has a line to itself.
    static func address(in text: String) -> String? {
        text.split(whereSeparator: \.isNewline).map(String.init).first { $0.hasPrefix("http") && $0.contains("state=") }
    }

    /// Where the web browser ends after somebody was picked on the page of an address; nil stands for declining.
    static func redirect(from address: String, as user: SampleUser? = .administrator) async throws -> String {
        let page = try await OpenedSignInPage(address)
        let answer = if let user { try await page.pick(user) } else { try await page.decline() }
        return try #require(answer["Location"])
    }

    /// Opens a redirect as the web browser does, and gives the page.
    @discardableResult
    static func follow(_ redirect: String) async throws -> String {
        let components = try #require(URLComponents(string: redirect))
        let target = redirect.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        let answer = try await RawHTTP(port: try #require(components.port))
            .request("GET", String(target), token: nil, headers: [])
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// Starts `twinscope auth login --no-browser` and waits for the address.
    func login(_ arguments: [String] = [], variables: [String: String?] = [:]) async throws -> (
        program: RunningCommand, address: String
    ) {
        let program = try RunningCommand(
            Command.twinscope,
            ["auth", "login", "--no-browser"] + arguments,
            environment: environment(variables)
        )
        while true {
            if program.errors.contains("press Enter"), let address = Self.address(in: program.errors) {
                return (program, address)
            }
            guard program.isRunning else {
                defer { program.removeOutput() }
                throw TerminalSession.Timeout(description: "signing in ended: \(program.errors)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Signs in, or declines to.
    @discardableResult
    func signIn(
        _ arguments: String...,
        as user: SampleUser? = .administrator,
        variables: [String: String?] = [:]
    ) async throws -> (status: Int32, output: String, errors: String) {
        let (program, address) = try await login(arguments, variables: variables)
        defer { program.removeOutput() }
        try await Self.follow(try await Self.redirect(from: address, as: user))
        return (try await Self.end(of: program), program.output, program.errors)
    }
}
