import Foundation
import ITwinsAPI

/// A real web browser without a window: Debian's Chromium, by the WebDriver protocol (W3C WebDriver sections 8 to 12).
public final class Chromium: Sendable {
    private let driver: RunningCommand
    private let http: RawHTTP
    private let session: String

    /// Whether there is one: Ubuntu has none that can be driven.
    public static var isThere: Bool {
        get async { (try? await Command.run("chromedriver", ["--version"]).status) == 0 }
    }

    /// Runs a browser for as long as the closure runs.
    ///
    /// - Throws: what the closure throws, and `Failure` when there is no browser.
    public static func run(_ body: (Chromium) async throws -> Void) async throws {
        let browser = try await Chromium()
        do {
            try await body(browser)
            await browser.end()
        } catch {
            await browser.end()
            throw error
        }
    }

    /// What the driver refused.
    public struct Failure: Error, CustomStringConvertible {
        /// What it said.
        public let description: String
    }

    private init() async throws {
        // It takes a port of IPv6 and then the same of IPv4, which somebody else may have.
        driver = try RunningCommand("chromedriver", ["--port=\(try ReservedPort.unused())"])
        var port: Int?
        while port == nil {
            port = driver.output.firstMatch(of: #/started successfully on port ([0-9]+)/#).flatMap { Int($0.1) }
            guard port != nil || driver.isRunning else { throw Failure(description: driver.output + driver.errors) }
            try await Task.sleep(for: .milliseconds(20))
        }
        http = RawHTTP(port: port ?? 0)
        // Without a sandbox of its own it also runs as the superuser and in containers.
        let options: JSON = ["args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]]
        let wanted: JSON = ["capabilities": ["alwaysMatch": ["goog:chromeOptions": options]]]
        let answer = try await http.request("POST", "/session", token: nil, body: wanted.text)
        guard let session = answer.json?["value"]?["sessionId"]?.string else {
            driver.send(SIGTERM)
            throw Failure(description: String(decoding: answer.body, as: UTF8.self))
        }
        self.session = session
    }

    private func end() async {
        _ = try? await http.request("DELETE", "/session/\(session)", token: nil)
        driver.end()
    }

    /// Opens a page, and waits until it is there.
    public func open(_ address: String) async throws {
        try await post("url", ["url": .string(address)])
    }

    /// Waits until the page says something, and gives all that it says, as a user reads it.
    @discardableResult
    public func wait(for text: String) async throws -> String {
        while true {
            // What was found may be gone with the page before it.
            let shown = try? await ask("GET", "element/\(try await element("body"))/text", nil).string
            if let shown, shown.contains(text) { return shown }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Presses what a CSS selector finds, and waits until what follows is there.
    public func press(_ selector: String) async throws {
        try await post("element/\(try await element(selector))/click", [:])
    }

    /// Types into what a CSS selector finds.
    public func type(_ text: String, into selector: String) async throws {
        try await post("element/\(try await element(selector))/value", ["text": .string(text)])
    }

    private func element(_ selector: String) async throws -> String {
        Self.id(of: try await ask("POST", "element", ["using": "css selector", "value": .string(selector)]))
    }

    /// The web element identifier (W3C WebDriver section 11).
    private static func id(of element: JSON) -> String {
        element["element-6066-11e4-a52e-4f735466cecf"]?.string ?? ""
    }

    private func post(_ command: String, _ body: JSON) async throws {
        _ = try await ask("POST", command, body)
    }

    private func ask(_ method: String, _ command: String, _ body: JSON?) async throws -> JSON {
        let answer = try await http.request(
            method,
            "/session/\(session)/\(command)",
            token: nil,
            body: body?.text
        )
        guard answer.status == 200, let value = answer.json?["value"] else {
            throw Failure(description: String(decoding: answer.body.prefix(500), as: UTF8.self))
        }
        return value
    }
}
