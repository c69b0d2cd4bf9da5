import Foundation
import TestSupport
import Testing

/// Themes as a user meets them: chosen, tried, kept, broken, and on terminals with more or fewer colours.
@Suite(.serialized)
struct ThemeStoryTests {
    /// The background of the theme `light`, which no other has, as 24 bits and as one of 256.
    private static let lightGround = (direct: "48;2;251;252;254", indexed: "48;5;231")

    /// Opens the list and goes to the theme `light`.
    private func look(_ terminal: TerminalSession) async throws {
        try terminal.press("t")
        try await terminal.wait(for: "high-contrast-light")
        try terminal.press("j", "j", "j")
        try await wait(terminal, for: "the light background") { $0.contains(Self.lightGround.indexed) }
    }

    /// Waits until the screen with its colours fulfils a condition.
    private func wait(
        _ terminal: TerminalSession,
        for what: String,
        until condition: (String) -> Bool
    ) async throws {
        try await terminal.wait(for: what) { _ in condition(try await terminal.styledScreen) }
    }

    private func write(_ text: String, _ name: String, _ terminal: TerminalSession) throws {
        let folder = terminal.home.appendingPathComponent(".config/twinscope/themes")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).yaml"))
    }

    @Test func `A theme is previewed on the whole screen, and Esc restores the previous one`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        let before = try await terminal.styledScreen
        #expect(!before.contains("48;"))
        try await look(terminal)
        let rows = try await terminal.styledScreen.split(separator: "\n")
        // The last row, far from the dialog, has it as well.
        #expect(
            rows.last?.contains(Self.lightGround.indexed) == true
                || rows.first?.contains(Self.lightGround.indexed) == true
        )
        try terminal.press("Escape")
        try await wait(terminal, for: "the theme before") { !$0.contains("48;") }
        try terminal.press("q")
        try await terminal.wait(for: "ended 0")
    }

    @Test func `The selected theme is used in the next run, unless --theme overrides it`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        try await look(terminal)
        try terminal.press("Enter", "q")
        try await terminal.wait(for: "ended 0")
        try await terminal.startBrowser()
        try await wait(terminal, for: "the light background") { $0.contains(Self.lightGround.indexed) }
        try terminal.press("q")
        try await terminal.wait(for: "ended 0")
        try await terminal.startBrowser("--local --theme terminal")
        try await terminal.wait(for: "● online")
        #expect(try await !terminal.styledScreen.contains("48;"))
        try terminal.press("q")
        try await terminal.wait(for: "ended 0")
        let state = terminal.home.appendingPathComponent(".local/state/twinscope/state.json")
        #expect(try String(contentsOf: state, encoding: .utf8).contains("\"light\""))
    }

    @Test func `A broken theme is reported with file, line and advice, and the terminal's colours are used`()
        async throws
    {
        let terminal = try TerminalSession(width: 150)
        defer { terminal.end() }
        let content = "inherits: light\nroles:\n  text:\n    fgg: red\n"
        try write(content, "mine", terminal)
        try await terminal.startBrowser("--local --theme mine")
        try await terminal.wait(
            for: "themes/mine.yaml line 4 column 5: “fgg” isn't a style key; use fg, bg or attributes."
        )
        try await terminal.wait(for: "The theme “terminal” is used.")
        #expect(try await !terminal.styledScreen.contains("48;"))
        try terminal.press("t")
        try await terminal.wait(for: "✗ broken")
        let file = terminal.home.appendingPathComponent(".config/twinscope/themes/mine.yaml")
        #expect(try String(contentsOf: file, encoding: .utf8) == content)
    }

    @Test func `An unknown theme is a usage error before anything is drawn`() async throws {
        let result = try await Command.run(
            Command.twinscope,
            ["--theme", "lihgt"],
            environment: ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"]
        )
        #expect(result.status == 2)
        #expect(result.errors.contains("--theme is “lihgt”, which isn't a theme. Did you mean “light”?"))
        #expect(result.errors.contains("high-contrast-dark"))
        #expect(result.output.isEmpty)
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "vt100"]])
    func `Without colours no theme has any, and the selection is still visible`(_ environment: [String: String])
        async throws
    {
        let terminal = try TerminalSession(environment: environment)
        defer { terminal.end() }
        try await terminal.startBrowser("--local --theme light", until: "1 Dashboard")
        try terminal.press("t")
        try await terminal.wait(for: "Colours are off")
        try await terminal.wait(for: "high-contrast-light")
        let screen = try await terminal.styledScreen
        #expect(screen.firstMatch(of: /\[[0-9;]*\b[34][0-8](;|m)/) == nil, "\(screen)")
        #expect(screen.contains("[7m") || screen.contains(";7m"))
    }

    @Test func `With direct colour every colour is drawn as the theme defines it`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        // As tmux-direct of ncurses, which not every machine has.
        let source = #"""
            test-direct|terminal with direct colour,
            	use=tmux-256color, RGB, colors#0x1000000, pairs#0x10000, ccc@, initc@, oc@,
            	setaf=\E[%?%p1%{8}%<%t3%p1%d%e38\:2\:\:%p1%{65536}%/%d\:%p1%{256}%/%{255}%&%d\:%p1%{255}%&%d%;m,
            	setab=\E[%?%p1%{8}%<%t4%p1%d%e48\:2\:\:%p1%{65536}%/%d\:%p1%{256}%/%{255}%&%d\:%p1%{255}%&%d%;m,

            """#
        try Data(source.utf8).write(to: terminal.home.appendingPathComponent("direct.ti"))
        try await terminal.wait(for: "$")
        try terminal.enter("tic -x -o $HOME/.terminfo $HOME/direct.ti && export TERM=test-direct && echo compiled")
        try await terminal.wait(for: "what tic made") { $0.split(separator: "\n").contains("compiled") }
        try await terminal.startBrowser("--local --theme light")
        try await wait(terminal, for: "the light background") { $0.contains(Self.lightGround.direct) }
        try terminal.press("q")
        try await terminal.wait(for: "ended 0")
    }
}
