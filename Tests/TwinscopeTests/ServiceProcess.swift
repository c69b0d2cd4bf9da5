import Foundation
import TestSupport
import Testing

/// `twinscope serve` as a process of its own.
final class ServiceProcess: Sendable {
    let baseURL: String
    /// The administrator's token; empty where it prints none, as with `--require-sign-in`.
    let token: String
    /// The secret of the service client, which there is with `--require-sign-in`.
    let clientSecret: String?
    /// What the sign-in page asks for, which there is with `--require-sign-in`.
    let signInCode: String?
    var processID: Int32 { process.processID }
    private let process: RunningCommand

    /// Starts it and waits for its lines.
    ///
    /// - Parameter variables: those of the environment besides the tests' own. Without another one the sign-in code is that
    ///   of `OpenedSignInPage`.
    init(arguments: [String], variables: [String: String] = [:]) async throws {
        let own = ProcessInfo.processInfo.environment.merging(
            [OpenedSignInPage.codeVariable: OpenedSignInPage.code]
        ) { $1 }
        let process = try RunningCommand(
            Command.twinscope,
            ["serve"] + arguments,
            environment: own.merging(variables) { $1 }
        )
        self.process = process
        // It writes all its lines at once.
        while !process.output.hasSuffix("\n") {
            guard process.isRunning else {
                defer { process.removeOutput() }
                throw TerminalSession.Timeout(description: "the service ended: \(process.errors)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        let words = process.output.split(separator: "\n").map(String.init)
        baseURL = words[0]
        token = words.count > 1 ? words[1] : ""
        let labelled = process.errors
        func value(_ label: String) -> String? {
            let line = labelled.split(separator: "\n").first { $0.hasPrefix("\(label): ") }
            return line.map { String($0.dropFirst(label.count + 2)) }
        }
        clientSecret = value("secret of twinscope-service")
        signInCode = value("sign-in code")
        for secret in words.dropFirst() + [clientSecret].compactMap(\.self) { Leftovers.note(secret: secret) }
    }

    /// The lines of standard output.
    var lines: [String] { process.output.split(separator: "\n").map(String.init) }

    /// The routes of the requests so far as they were asked for, ids as `{id}`: `GET /itwins/{id}/exports`.
    var requestedRoutes: Set<String> {
        let routes = process.errors.split(separator: "\n").compactMap { line in
            line.firstMatch(of: #/ ([A-Z]+ /\S*) [1-5][0-9][0-9] /#).map { String($0.1) }
        }
        return Set(routes.map { $0.replacing(#/[0-9a-f]{8}-[0-9a-f-]{27}/#, with: "{id}") })
    }

    /// What it wrote to standard error so far.
    var errors: String { process.errors }

    /// The port of the loopback address on which it listens.
    var port: Int {
        get throws { try #require(URLComponents(string: baseURL)?.port) }
    }

    /// Whether it still listens.
    var takesConnections: Bool {
        get async { (try? await RawHTTP(port: try port).connected { _ in }) != nil }
    }

    /// Sends it a signal, unless it has ended.
    func send(_ signal: Int32) { process.send(signal) }

    /// Waits for its end and returns its exit status.
    @discardableResult
    func waitUntilExit() async throws -> Int32 { try await process.waitUntilExit() }

    /// Ends it as a crash would, waits for that, and removes what it wrote.
    func kill() async throws {
        process.send(SIGKILL)
        try await process.waitUntilExit()
        process.removeOutput()
    }

    /// Ends it as a user would, and returns its exit status.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async throws -> Int32 {
        send(signal)
        return try await waitUntilExit()
    }

    /// Tells it to end without waiting for that, and removes what it wrote afterwards.
    func end() { process.end() }
}
