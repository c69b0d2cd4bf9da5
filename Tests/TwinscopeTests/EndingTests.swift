import Foundation
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// However the program ends and wherever it is, terminal and state are as they should be (reliability L1 to L9).
@Suite(.serialized)
struct EndingTests {
    /// A screen of the program: the keys that open it, and what it shows.
    struct Place: Sendable, CustomTestStringConvertible {
        let keys: [String]
        let text: String
        var testDescription: String { text }

        init(_ keys: String..., shows text: String) {
            self.keys = keys
            self.text = text
        }

        static let all = [
            Place("1", shows: "[1 Dashboard]"), Place("2", shows: "[2 iTwins]"), Place("3", shows: "[3 Favorites]"),
            Place("4", shows: "[4 Exports]"), Place("6", shows: "[6 Global]"), Place("2", "/", "x", shows: "/x▏"),
            Place("?", shows: "┌─ Help"), Place(":", shows: "┌─ Command"), Place("t", shows: "┌─ Themes"),
            Place("2", "s", shows: "┌─ Sort"), Place("2", "n", shows: "New iTwin"), Place("2", "e", shows: "Edit “"),
            Place("2", "d", shows: "can't be undone"), Place("2", "u", shows: "Image of"),
            Place("4", "n", shows: "New export"), Place("2", "\r", shows: "[2 iTwins]"),
        ]
    }

    private static let signals: [(name: String, number: Int32)] = [
        ("INT", SIGINT), ("TERM", SIGTERM), ("HUP", SIGHUP), ("QUIT", SIGQUIT),
    ]

    @Test(.rows(48, soak: "each of 4 signals in each of 16 places"))
    func `A signal in any place restores the terminal, saves the state and sets the exit status`() async throws {
        let service = try await ServiceProcess(arguments: ["--sample-data", "--database", ":memory:"])
        defer { service.end() }
        for (index, place) in Place.all.enumerated() {
            // In CI each place has one signal, each signal four places.
            let signals = Soak.isOn ? Self.signals : [Self.signals[index % Self.signals.count]]
            for signal in signals { try await expectEnd(at: place, by: signal, on: service) }
        }
    }

    private func expectEnd(
        at place: Place,
        by signal: (name: String, number: Int32),
        on service: ServiceProcess
    ) async throws {
        let terminal = try PseudoTerminal(environment: [
            "TWINSCOPE_API_URL": service.baseURL, "TWINSCOPE_ACCESS_TOKEN": service.token,
        ])
        defer { terminal.end() }
        let modes = terminal.lineModes
        let what = Comment(rawValue: "\(signal.name) at \(place.text)")
        // Something to be remembered, before it is left by the signal.
        try await terminal.wait(for: "● online")
        try await terminal.type("2")
        try await terminal.wait(for: "SF-1934")
        try await terminal.wait(for: "Cesium")
        try await terminal.type("\r")
        try await terminal.wait(for: "new repository")
        try await terminal.type("h")
        try await terminal.wait(for: "the list") { !$0.text.contains("new repository") }
        #expect(terminal.lineModes != modes)
        for key in place.keys { try await terminal.type(key) }
        try await terminal.wait(for: place.text)
        terminal.signal(signal.number)
        #expect(try await terminal.waitForEnd() == 128 + signal.number, what)
        #expect(terminal.lineModes == modes, what)
        let screen = terminal.emulator
        #expect(screen.modes == EmulatedScreen.Modes(), what)
        #expect(screen.strange == [], what)
        #expect(!screen.isWithinSequence, what)
        // What was there before the program is there again, and the program left nothing on it.
        #expect(screen.text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty, what)
        let file = terminal.folder.url.appendingPathComponent(".local/state/twinscope/state.json")
        let state = try JSON.parse(String(contentsOf: file, encoding: .utf8))
        #expect(state.text.contains("opened"), what)
    }

    @Test(.rows(50, soak: "50 terminals"), arguments: [[], [SIGHUP]])
    func `Closing the terminal ends the program within a second, without further work`(_ ignored: [Int32])
        async throws
    {
        for _ in 0..<Soak.count(usually: 2, soak: 50) {
            let terminal = try PseudoTerminal(nil, ["--local"], ignoring: ignored)
            defer { terminal.end() }
            try await terminal.wait(for: "● online")
            let before = terminal.processorSeconds
            let clock = ContinuousClock()
            let start = clock.now
            terminal.close()
            try await terminal.waitForEnd(seconds: 10)
            let took = start.duration(to: clock.now)
            // The terminal itself is closed up to 50 ms after it is asked to be.
            #expect(took < .seconds(1.05), "\(took)")
            #expect(terminal.processorSeconds - before < 0.5)
        }
    }
}
