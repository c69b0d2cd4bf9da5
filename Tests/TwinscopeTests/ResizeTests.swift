import Foundation
import Screen
import TestSupport
import Testing

/// Sizes of the terminal, many at once and strange ones.
@Suite(.serialized)
struct ResizeTests {
    @Test(.rows(52), arguments: [(1, 1), (1, 5), (2, 2), (5, 1), (3, 40), (40, 3), (500, 300)])
    func `At any size every escape sequence is complete`(_ width: Int, _ height: Int) async throws {
        let terminal = try PseudoTerminal(nil, ["--local"], width: width, height: height)
        defer { terminal.end() }
        try await terminal.wait(for: "the modes of input") { $0.modes.set.isSuperset(of: [1004, 1049, 2004]) }
        try await terminal.wait(for: "the first frame") { !$0.text.allSatisfy(\.isWhitespace) }
        terminal.resize(100, 30)
        try await terminal.wait(for: "[1 Dashboard]")
        try await terminal.type("q")
        #expect(try await terminal.waitForEnd() == 0)
        #expect(terminal.emulator.strange == [])
        #expect(terminal.emulator.modes == EmulatedScreen.Modes())
    }

    @Test(.rows(52)) func `Content lost through intermediate sizes is drawn again`() async throws {
        let terminal = try PseudoTerminal(nil, ["--local"])
        defer { terminal.end() }
        try await terminal.wait(for: "● online")
        try await terminal.type("2")
        try await terminal.wait(for: "SF-1934")
        terminal.loseContent()
        try await terminal.wait(for: "the whole screen") {
            $0.text.contains("[2 iTwins]") && $0.text.contains("SF-1934") && $0.text.contains("┌─ iTwins")
        }
        try await terminal.type("qq")
        #expect(try await terminal.waitForEnd() == 0)
    }

    @Test(.rows(52), arguments: ["xterm-256color", "vt100", "linux"])
    func `A terminal that reports no size gets a default`(_ type: String) async throws {
        let terminal = try PseudoTerminal(nil, ["--local"], width: 0, height: 0, environment: ["TERM": type])
        defer { terminal.end() }
        try await terminal.wait(for: "Dashboard")
        terminal.tell(0, 0)
        try await terminal.type("2")
        try await terminal.wait(for: "SF-1934")
        try await terminal.type("qq")
        #expect(try await terminal.waitForEnd() == 0)
    }

    @Test(.rows(52, soak: "a minute of 1,000 sizes a second"))
    func `Of 1,000 sizes a second few are laid out, and the last one is`() async throws {
        let terminal = try PseudoTerminal(nil, ["--local"])
        defer { terminal.end() }
        try await terminal.wait(for: "● online")
        let sizes = [(1, 1), (500, 300), (2, 2), (100, 30), (300, 2), (2, 300), (80, 24), (0, 0), (40, 12), (39, 11)]
        var random = SeededGenerator(seed: 52)
        let clock = ContinuousClock()
        for _ in 0..<Soak.count(usually: 2, soak: 60) {
            let drawn = terminal.emulator.clearCount
            let start = clock.now
            // A busy machine takes longer for as many layouts.
            var step = 0
            while step < 1000 || step < 20_000 && terminal.emulator.clearCount - drawn <= 2 {
                let (width, height) =
                    step % 7 == 0
                    ? (Int.random(in: 1...500, using: &random), Int.random(in: 1...300, using: &random))
                    : sizes[step % sizes.count]
                terminal.tell(width, height)
                try await clock.sleep(until: start + .milliseconds(step))
                step += 1
            }
            terminal.resize(100, 30)
            let screen = try await terminal.wait(for: "the layout of the last size") { screen in
                let lines = screen.text.split(separator: "\n")
                return lines.count == 30 && lines.contains { $0.hasPrefix("┌─ Recent") && $0.count == 100 }
            }
            let seconds = start.duration(to: clock.now) / .seconds(1)
            #expect(
                Double(screen.clearCount - drawn) <= 30 * seconds + 2,
                "\(screen.clearCount - drawn) in \(seconds) s"
            )
            #expect(screen.clearCount - drawn > 2)
        }
        try await terminal.type("q")
        #expect(try await terminal.waitForEnd() == 0)
    }
}
