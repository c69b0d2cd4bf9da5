import Foundation
import TestSupport
import Testing

@testable import Terminal

/// What is sent to the terminal to copy (reliability T9).
@Suite(.rows(27))
struct ClipboardTests {
    @Test func `Copied text is Base64, so that no part of it affects the terminal`() {
        let sequence = Clipboard.sequence(copying: "a\u{1B}]52;c;\u{7}ü", environment: [:])
        #expect(sequence == "\u{1B}]52;c;\(Data("a\u{1B}]52;c;\u{7}ü".utf8).base64EncodedString())\u{7}")
    }

    @Test func `tmux receives copied text plain and wrapped, with inner escapes doubled`() {
        let sequence = Clipboard.sequence(copying: "abc", environment: ["TMUX": "/tmp/tmux,1,0"])
        #expect(sequence == "\u{1B}]52;c;YWJj\u{7}\u{1B}Ptmux;\u{1B}\u{1B}]52;c;YWJj\u{7}\u{1B}\\")
    }

    @Test func `GNU screen receives copied text in pieces that it passes on`() throws {
        let text = String(repeating: "abc", count: 400)
        let sequence = try #require(Clipboard.sequence(copying: text, environment: ["STY": "1.pts"]))
        let pieces = sequence.split(separator: "\u{1B}\\").map { $0.dropFirst(2) }
        #expect(pieces.count == 3)
        #expect(pieces.allSatisfy { $0.count <= 700 })
        #expect(pieces.joined() == Clipboard.sequence(copying: text, environment: [:]))
    }

    @Test func `Copied text that terminals would drop is not sent`() {
        let longest = Clipboard.limit / 4 * 3
        #expect(Clipboard.sequence(copying: String(repeating: "a", count: longest), environment: [:]) != nil)
        #expect(Clipboard.sequence(copying: String(repeating: "a", count: longest + 3), environment: [:]) == nil)
    }
}
