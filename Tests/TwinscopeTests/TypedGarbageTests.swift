import Foundation
import Screen
import TestSupport
import Testing

/// What comes from a terminal and is no key: the program itself, through a pseudo terminal (reliability row 55).
@Suite(.serialized)
struct TypedGarbageTests {
    private func browser(_ body: (PseudoTerminal) async throws -> Void) async throws {
        let terminal = try PseudoTerminal(nil, ["--local"])
        defer { terminal.end() }
        try await terminal.wait(for: "● online")
        try await terminal.type("2")
        try await terminal.wait(for: "SF-1934")
        try await body(terminal)
        try await terminal.type("qq")
        #expect(try await terminal.waitForEnd() == 0)
        #expect(terminal.emulator.strange == [])
    }

    /// What the row with the cursor in the list says.
    private func row(_ screen: EmulatedScreen) -> String {
        String(screen.text.split(separator: "\n").first { $0.contains("▌") }?.prefix(44) ?? "")
    }

    @Test(.rows(55)) func `Pasting a megabyte outside a text field does nothing`() async throws {
        try await browser { terminal in
            let before = row(terminal.emulator)
            let line = "nqd\r4/x\u{1B}[A\u{3}\u{13}"
            let paste = String(repeating: line, count: 1_048_576 / line.utf8.count)
            try await terminal.type("\u{1B}[200~\(paste)\u{1B}[201~")
            // A key behind it: what it does shows that the paste is over.
            try await terminal.type("j")
            try await terminal.wait(for: "the next row", seconds: 150) { row($0) != before }
            try await terminal.type("k")
            try await terminal.wait(for: "the row before") { row($0) == before }
        }
    }

    @Test(.rows(55)) func `A megabyte pasted into the filter is text, and the next key is a key`() async throws {
        try await browser { terminal in
            try await terminal.type("/")
            try await terminal.type("\u{1B}[200~\(String(repeating: "q\r\u{3}d", count: 262_144))\u{1B}[201~")
            // The whole of it: with a part of the frame the list would seem to be back already.
            try await terminal.wait(for: "no match", seconds: 150) {
                $0.text.contains("No match for “q dq dq") && !$0.text.contains("SF-1934")
            }
            try await terminal.type("\u{1B}")
            try await terminal.wait(for: "the list without a filter") {
                $0.text.contains("SF-1934") && !$0.text.contains("▏")
            }
        }
    }

    @Test(.rows(55)) func `Multibyte characters may arrive in any pieces`() async throws {
        try await browser { terminal in
            try await terminal.type("/")
            for byte in "Zürich é東👍".utf8 { try await terminal.send([byte]) }
            try await terminal.wait(for: "/Zürich é東👍▏")
            try await terminal.type("\u{1B}")
            try await terminal.wait(for: "the list") { $0.text.contains("SF-1934") }
        }
    }

    @Test(.rows(55)) func `Esc alone closes what is open`() async throws {
        try await browser { terminal in
            for _ in 0..<3 {
                try await terminal.type("?")
                try await terminal.wait(for: "┌─ Help")
                try await terminal.type("\u{1B}")
                try await terminal.wait(for: "the list") { !$0.text.contains("┌─ Help") }
            }
        }
    }

    /// What a terminal may send that is no key here, each whole.
    private static let sequences: [[UInt8]] =
        [
            "\u{1B}[?1;2c", "\u{1B}[>0;276;0c", "\u{1B}[24;80R", "\u{1B}[0n", "\u{1B}[?2004;1$y", "\u{1B}[99~",
            "\u{1B}[27;5;13~", "\u{1B}[106;5u", "\u{1B}[<0;12;5M", "\u{1B}[<0;12;5m", "\u{1B}[<64;1;1M", "\u{1B}[M !!",
            "\u{1B}[32;12;5M", "\u{1B}[[Z", "\u{1B}Oz", "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}]52;c;cXF5\u{1B}\\",
            "\u{1B}P>|XTerm(390)\u{1B}\\", "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}^private\u{1B}\\", "\u{1B}[201~",
            "\u{1B}[-9223372036854775808~", "\u{1B}[99999999999999999999999A",
            "\u{1B}[" + String(repeating: "1;", count: 500) + "y",
        ].map { Array($0.utf8) } + [[0xFF], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x1B, 0xFF]]

    @Test(.rows(55, soak: "5,000 bursts"))
    func `Unknown sequences do nothing, in whatever pieces they arrive`() async throws {
        try await browser { terminal in
            var random = SeededGenerator(seed: 55)
            let before = row(terminal.emulator)
            for _ in 0..<Soak.count(usually: 60, soak: 5000) {
                let parts = (0..<8).compactMap { _ in Self.sequences.randomElement(using: &random) }
                let bytes = parts.flatMap(\.self)
                let clock = ContinuousClock()
                let start = clock.now
                var index = 0
                while index < bytes.count {
                    let end = min(index + Int.random(in: 1...5, using: &random), bytes.count)
                    try await terminal.send(bytes[index..<end])
                    index = end
                }
                // The rest of a sequence that comes too late is typed, as it is by a user: that says nothing.
                guard start.duration(to: clock.now) < .milliseconds(25) else {
                    try await terminal.type("\u{3}2gg")
                    try await terminal.wait(for: "the list as before") { row($0) == before }
                    continue
                }
                try await terminal.type("j")
                try await terminal.wait(for: "the next row") { row($0) != before }
                try await terminal.type("k")
                try await terminal.wait(for: "the list as before \(bytes)") { row($0) == before }
            }
        }
    }
}
