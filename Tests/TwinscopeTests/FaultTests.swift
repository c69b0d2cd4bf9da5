import Foundation
import ITwinsAPI
import Synchronization
import TestSupport
import Testing

/// The whole program behind a proxy that holds answers, cuts connections and goes away.
struct FaultTests {
    /// A browser in a terminal, a proxy in front of a service with sample data.
    private func browser(
        mode: FaultProxy.Mode = .pass,
        _ body: (TerminalSession, FaultProxy) async throws -> Void
    ) async throws {
        let service = try await ServiceProcess(arguments: ["--sample-data", "--database", ":memory:"])
        defer { service.end() }
        let port = try #require(URLComponents(string: service.baseURL)?.port)
        let proxy = try FaultProxy(to: port, mode: mode)
        try await proxy.start()
        let terminal = try TerminalSession(environment: [
            "TWINSCOPE_API_URL": proxy.baseURL, "TWINSCOPE_ACCESS_TOKEN": service.token,
        ])
        defer { terminal.end() }
        try await terminal.startBrowser("")
        try await body(terminal, proxy)
        await proxy.stop()
    }

    @Test func `While every response is held, 200 keys take effect before the first is released`() async throws {
        try await browser(mode: .hold) { terminal, proxy in
            // Nothing has answered: places, help, filter and dialogs work all the same, and time is seen to pass.
            try terminal.press("2")
            try await terminal.wait(for: "[2 iTwins]")
            // Which of its five seconds is seen depends on the machine.
            try await terminal.wait(for: "a wait of a second or more") { $0.contains(/loading… [1-9]/) }
            try terminal.press(Array(repeating: ["1", "2", "3", "4", "L", "H", "j", "G"], count: 25).flatMap(\.self))
            try await terminal.wait(for: "[3 Favorites]")
            for _ in 0..<3 {
                try terminal.press("?")
                try await terminal.wait(for: "┌─ Help")
                // A key right behind Esc would be one with alt.
                try terminal.press("Escape")
                try await terminal.wait(for: "the place behind") { !$0.contains("┌─ Help") }
            }
            try terminal.press("2", "n")
            try await terminal.wait(for: "New iTwin")
            try terminal.press("Tab", "Tab")
            let name = (1...40).map { "w\($0)" }.joined(separator: " ") + " end of two hundred keys and more"
            #expect(name.count > 180)
            try terminal.type(name)
            try await terminal.wait(for: "two hundred keys and more")
            try terminal.press("C-s")
            try await terminal.wait(for: "Creating… 5.")
            // What is pressed while it is created creates nothing more.
            try terminal.press(Array(repeating: ["Enter", "C-s"], count: 100).flatMap(\.self))
            try terminal.press("Escape")
            try await terminal.wait(for: "It is unknown whether")
            // Back to the fields with what was typed, and asked before that is thrown away.
            try terminal.press("Escape")
            try await terminal.wait(for: "esc cancel")
            #expect(try await terminal.screen.contains("w1 w2 w3"))
            try terminal.press("Escape")
            try await terminal.wait(for: "Discard your changes?")
            try terminal.press("Left", "Enter")
            try await terminal.wait(for: "dialog gone") { !$0.contains("New iTwin") }
            #expect(proxy.requests.count { $0.method == "POST" } <= 1)
            try await proxy.set(.pass)
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
        }
    }

    @Test(.rows(29)) func `With a list on the screen and all responses held, moving never waits`() async throws {
        try await browser { terminal, proxy in
            try await terminal.wait(for: "● online")
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
            try await proxy.set(.hold)
            try terminal.press("r")
            try terminal.press(Array(repeating: ["j", "j", "k", "j"], count: 50).flatMap(\.self) + ["G"])
            // The account is the oldest of all.
            try await terminal.wait(for: "the last row") { $0.contains(/▌ +Sample Infra/) }
            try terminal.press("g", "g")
            try await terminal.wait(for: "the first row") { $0.contains(/▌.+SF-1934/) }
            try terminal.press("/")
            try terminal.type("zürich")
            try await terminal.wait(for: "/zürich")
            try await terminal.wait(for: "ZH-0930")
            try await proxy.set(.pass)
            try await terminal.wait(for: "● online")
        }
    }

    @Test(.rows(31, 32, soak: "answers cut at 40 places"))
    func `After a response cut at any place the browser reports it and r recovers`() async throws {
        try await browser { terminal, proxy in
            try await terminal.wait(for: "● online")
            try terminal.press("3")
            try await terminal.wait(for: "[3 Favorites]")
            try await terminal.wait(for: "ZH-0930")
            var random = SeededGenerator(seed: 20)
            for _ in 0..<Soak.count(usually: 6, soak: 40) {
                try await proxy.set(.cut(after: Int.random(in: 0..<900, using: &random), .reset))
                try terminal.press("r")
                var pressed = ContinuousClock.now
                try await terminal.wait(for: "trouble in the border", seconds: 60) { screen in
                    let isTold = ["connection broke", "offline", "unexpected"].contains(where: screen.contains)
                    // An answer that was under way may have come whole: it takes another r, as for a user.
                    if !isTold, pressed.duration(to: .now) > .seconds(10) {
                        pressed = .now
                        try? terminal.press("r")
                    }
                    return isTold
                }
                #expect(try await terminal.screen.contains("ZH-0930"))
                try await proxy.set(.pass)
                try terminal.press("r")
                try await terminal.wait(for: "recovery") { screen in
                    let isWell =
                        screen.contains("● online") && !screen.contains("connection broke")
                        && screen.contains("ZH-0930")
                    // A request that was under way before may be cut after this r: it takes another one, as for a user.
                    if !isWell { try? terminal.press("r") }
                    return isWell
                }
            }
        }
    }

    @Test(.rows(33))
    func `A create whose response is lost is sent once, reported as unknown, and found by Check`()
        async throws
    {
        try await browser { terminal, proxy in
            try await terminal.wait(for: "● online")
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
            try terminal.press("n")
            try await terminal.wait(for: "New iTwin")
            try terminal.press("Tab", "Tab")
            try terminal.type("Lost and found")
            try await proxy.set(.dropAnswer)
            try terminal.press("C-s")
            try await terminal.wait(for: "It is unknown whether")
            try await proxy.set(.pass)
            try terminal.press("Enter")
            try await terminal.wait(for: "✓ iTwin “Lost and found” was created")
            #expect(proxy.requests.count { $0.method == "POST" } == 1)
            #expect(try await terminal.screen.contains("Lost and found"))
        }
    }

    @Test func `Hanging requests don't prevent quitting, by key or by signal`() async throws {
        for signal in [nil, "TERM"] {
            try await browser { terminal, proxy in
                try await terminal.wait(for: "● online")
                try terminal.press("2")
                try await terminal.wait(for: "SF-1934")
                try await proxy.set(.hold)
                try terminal.press("f")
                try await terminal.wait(for: "added to favorites")
                if let signal {
                    try await Command.run("kill", ["-\(signal)", terminal.programID()])
                } else {
                    try terminal.press("q", "q")
                }
                // Far less than the time after which a request is given up.
                try await terminal.wait(for: signal == nil ? "ended 0" : "ended 143", seconds: 8)
                try await proxy.set(.pass)
            }
        }
    }

    @Test(.rows(47)) func `Leaving a place closes the connections of its requests`() async throws {
        try await browser { terminal, proxy in
            try await terminal.wait(for: "● online")
            try terminal.press("2")
            try await terminal.wait(for: "auto")
            // An answer that is held keeps its connection open, those that wait for nothing may be used for it or stay.
            try await proxy.set(.hold)
            let before = proxy.requests.count
            try terminal.press("j")
            try await terminal.wait(for: "1 request")
            try await proxy.waitForRequests(before + 1)
            let path = try #require(proxy.requests.last?.target)
            #expect(path.hasSuffix("/repositories"))
            let open = proxy.openConnections
            try terminal.press("1")
            try await terminal.wait(for: "[1 Dashboard]")
            try await terminal.wait(for: "● online")
            #expect(proxy.requests.count == before + 1)
            try await proxy.waitForOpenConnections(open - 1)
            try await proxy.set(.pass)
        }
    }

    @Test(.rows(29)) func `If the service goes away the last rows stay, offline is shown, and it reconnects`()
        async throws
    {
        try await browser { terminal, proxy in
            try await terminal.wait(for: "● online")
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
            try await proxy.set(.refuse)
            try terminal.press("r")
            try await terminal.wait(for: "○ offline")
            #expect(try await terminal.screen.contains("SF-1934"))
            try await proxy.set(.pass)
            try await terminal.wait(for: "● online", seconds: 60)
        }
    }

    @Test(.rows(28)) func `An unknown host is reported, and the keys work`() async throws {
        let terminal = try TerminalSession(environment: [
            "TWINSCOPE_API_URL": "https://nx.invalid/itwins", "TWINSCOPE_ACCESS_TOKEN": "canary-token",
        ])
        defer { terminal.end() }
        try await terminal.startBrowser("")
        try terminal.press("2")
        try await terminal.wait(for: "was not found (DNS)")
        try await terminal.wait(for: "○ offline")
        #expect(try await !terminal.screen.contains("canary"))
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
        let log = try String(
            contentsOf: terminal.home.appendingPathComponent(".local/state/twinscope/twinscope.log"),
            encoding: .utf8
        )
        #expect(!log.contains("canary"))
    }

    @Test(
        .rows(45),
        arguments: [
            (["SSL_CERT_FILE": "/nonexistent/ca.pem"], "SSL_CERT_FILE: “/nonexistent/ca.pem”: No such file"),
            (["SSL_CERT_DIR": "/dev/null"], "SSL_CERT_DIR: “/dev/null”: it isn't a readable folder."),
        ]
    )
    func `An unreadable authority file is reported on the screen`(_ variables: [String: String], _ text: String)
        async throws
    {
        let service = ["TWINSCOPE_API_URL": "https://127.0.0.1:9/itwins", "TWINSCOPE_ACCESS_TOKEN": "canary-token"]
        let terminal = try TerminalSession(width: 160, environment: service.merging(variables) { $1 })
        defer { terminal.end() }
        try await terminal.startBrowser("")
        try terminal.press("2")
        // The words stand in several lines of the list.
        let words = text.split(separator: " ")
        try await terminal.wait(for: text) { screen in
            let shown = screen.split(whereSeparator: \.isWhitespace).filter { !$0.allSatisfy { "│┃".contains($0) } }
            return shown.indices.contains { shown[$0...].starts(with: words) }
        }
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
    }

    @Test(
        .rows(28),
        .enabled("strace may trace here") {
            (try? await Command.run("strace", ["-qq", "-o", "/dev/null", "true"]).status) == 0
        }
    )
    func `While DNS takes five seconds the keys work, and then the failure is reported`() async throws {
        let terminal = try TerminalSession(environment: [
            "TWINSCOPE_API_URL": "https://nx.invalid/itwins", "TWINSCOPE_ACCESS_TOKEN": "canary-token",
            // strace reads the names of files, which the program hides otherwise.
            "TWINSCOPE_CORE": "1",
        ])
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        // Every look into the list of hosts takes so long, before anything else is asked for a name.
        let slow = "strace -f -qq -o /dev/null -P /etc/hosts -e inject=openat:delay_enter=5000000"
        try terminal.enter("clear; \(slow) \(Command.twinscope) ; echo ended $?")
        try await terminal.wait(for: "[1 Dashboard]")
        try terminal.press("2")
        // Which of its five seconds is seen depends on the machine.
        try await terminal.wait(for: "a wait of a second or more") { $0.contains(/loading… [1-9]/) }
        try terminal.press("?")
        try await terminal.wait(for: "┌─ Help", seconds: 4)
        try terminal.press("Escape")
        // A key right behind Esc would be one with alt.
        try await terminal.wait(for: "the list again", seconds: 4) { !$0.contains("┌─ Help") }
        try terminal.press("3")
        try await terminal.wait(for: "[3 Favorites]", seconds: 4)
        try terminal.press("2")
        try await terminal.wait(for: "○ offline")
        try await terminal.wait(for: "Can't reach the service")
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0", seconds: 8)
    }

    @Test(arguments: [250, Int.max]) func `--max-return limits the number of iTwins requested`(_ count: Int)
        async throws
    {
        let page = #"{"iTwins":[{"id":"1","displayName":"The only one"}],"_links":{}}"#
        let script: @Sendable (RecordedRequest, Int) -> ScriptedAnswer = { request, _ in
            .json(
                request.target.contains("includeInactive")
                    ? page : #"{"iTwins":[],"exports":[],"iTwin":{"id":"a"},"_links":{}}"#,
                headers: ["X-Max-Return: \(count)"]
            )
        }
        try await ScriptedServer.run(script: script) { server in
            let terminal = try TerminalSession(environment: [
                "TWINSCOPE_API_URL": server.baseURL, "TWINSCOPE_ACCESS_TOKEN": "canary",
            ])
            defer { terminal.end() }
            try await terminal.startBrowser("--max-return \(count)")
            try terminal.press("2")
            try await terminal.wait(for: "The only one")
            let lists = server.requests.filter { $0.target.hasPrefix("/itwins?") && $0["X-Max-Return"] != nil }
            #expect(!lists.isEmpty)
            #expect(lists.allSatisfy { $0["X-Max-Return"] == "\(count)" })
        }
    }

    @Test(.rows(43)) func `An endless body uses a bounded amount of memory and is reported`() async throws {
        let isEndless = Mutex(false)
        let script: @Sendable (RecordedRequest, Int) -> ScriptedAnswer = { request, _ in
            // Of one list alone: several at once cost as many times as much.
            guard isEndless.withLock({ $0 }), request.target.hasPrefix("/itwins?") else {
                return .json(#"{"iTwins":[],"exports":[],"iTwin":{"id":"a"},"_links":{}}"#)
            }
            let head = ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Type: application/json\n\n")
            return ScriptedAnswer(head, .bytes([UInt8](repeating: 0x20, count: 1_048_576), times: .max))
        }
        try await ScriptedServer.run(script: script) { server in
            let terminal = try TerminalSession(environment: [
                "TWINSCOPE_API_URL": server.baseURL, "TWINSCOPE_ACCESS_TOKEN": "canary",
            ])
            defer { terminal.end() }
            try await terminal.startBrowser("")
            try await terminal.wait(for: "● online")
            try terminal.press("2")
            try await terminal.wait(for: "No iTwins yet")
            func memory(_ name: String) async throws -> Int {
                let path = "/proc/\(try await terminal.programID())/status"
                let status = try String(contentsOfFile: path, encoding: .utf8)
                let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
                return Int(line.filter(\.isNumber)) ?? 0
            }
            let before = try await memory("VmRSS")
            isEndless.withLock { $0 = true }
            try terminal.press("r")
            try await terminal.wait(for: "larger than 16 MiB")
            let grown = try await memory("VmHWM") - before
            #expect(grown < 64 * 1024)
        }
    }

    @Test(.rows(55)) func `Pasting a megabyte runs no command`() async throws {
        try await browser { terminal, _ in
            try await terminal.wait(for: "● online")
            let file = terminal.home.appendingPathComponent("paste").path
            try Data(String(repeating: "q2n\u{1B}[A", count: 150_000).utf8).write(to: URL(fileURLWithPath: file))
            try terminal.paste(fileAt: file)
            try terminal.press("2")
            try await terminal.wait(for: "[2 iTwins]")
        }
    }

    @Test(.rows(59, soak: "for half a minute"))
    func `A database locked for longer than the timeout blocks no key`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        let database = terminal.home.appendingPathComponent(".local/share/twinscope/itwins.sqlite").path
        // The bytes that SQLite locks for itself (its file format, “The Lock-Byte Page”).
        let file = open(database, O_RDWR)
        defer { close(file) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0000
        lock.l_len = 512
        #expect(fcntl(file, F_SETLKW, &lock) == 0)
        let lockedAt = ContinuousClock.now
        try terminal.press("r", "j")
        try await terminal.wait(for: "the second row", seconds: 2) { $0.contains(/▌.+HO-0076/) }
        try terminal.press("?")
        try await terminal.wait(for: "┌─ Help", seconds: 2)
        try terminal.press("Escape")
        // The service gives up after five seconds, in words, and the rows stay.
        try await terminal.wait(for: "refused (503)")
        #expect(try await terminal.screen.contains("SF-1934"))
        // The keys work all the while.
        while lockedAt.duration(to: .now) < .seconds(Soak.count(usually: 8, soak: 30)) {
            try terminal.press("r", "k")
            try await terminal.wait(for: "the first row", seconds: 2) { $0.contains(/▌.+SF-1934/) }
            try terminal.press("j")
            try await terminal.wait(for: "the second row", seconds: 2) { $0.contains(/▌.+HO-0076/) }
        }
        lock.l_type = Int16(F_UNLCK)
        #expect(fcntl(file, F_SETLK, &lock) == 0)
        // A request that waits for the lock since before is let through by then.
        try await terminal.wait(for: "recovery") { screen in
            let isWell = screen.contains("● online") && !screen.contains("503") && screen.contains("SF-1934")
            if !isWell { try? terminal.press("r") }
            return isWell
        }
    }
}
