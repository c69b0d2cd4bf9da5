import Screen
import Testing

@testable import Terminal

@Suite struct `Cells for ncurses` {
    private static func cells(_ text: String, _ width: Int) -> [Cell] {
        var frame = Frame(size: Size(width: width, height: 1))
        frame.write(CellText(text), at: Point(x: 0, y: 0), width: width)
        return Array(frame.row(0))
    }

    /// What is drawn for a text when ncurses thinks otherwise of some scalars.
    private static func parts(_ text: String, _ width: Int, but odd: [UInt32: Int] = [:]) -> [[UInt32]] {
        var encoder = CellEncoder { value in
            odd[value] ?? Unicode.Scalar(value).flatMap(TextWidth.columns(of:)) ?? -1
        }
        return cells(text, width).filter { !$0.isContinuation }.flatMap { encoder.parts(of: $0) }
    }

    @Test func `A cell is its base character with its marks`() {
        #expect(Self.parts("ae\u{301}東", 4) == [[0x61], [0x65, 0x301], [0x6771]])
    }

    @Test func `A flag is two cells, since ncurses has no cell of two base characters`() {
        #expect(Self.parts("🇩🇪", 2) == [[0x1F1E9], [0x1F1EA]])
    }

    @Test func `A scalar of another width becomes as many replacements as it has columns`() {
        #expect(Self.parts("a東b", 4, but: [0x6771: 1]) == [[0x61], [0xFFFD], [0xFFFD], [0x62]])
        #expect(Self.parts("aéb", 3, but: [0xE9: 2]) == [[0x61], [0xFFFD], [0x62]])
        #expect(Self.parts("aéb", 3, but: [0xE9: -1]) == [[0x61], [0xFFFD], [0x62]])
    }

    @Test func `A mark that would need a column is left out`() {
        #expect(Self.parts("e\u{301}\u{302}", 1, but: [0x301: 1]) == [[0x65, 0x302]])
    }

    @Test func `Whatever widths ncurses has, it advances as many columns as the frame`() {
        let odd: [UInt32: Int] = [0x6771: 1, 0x1F44D: 1, 0x1F468: 1, 0x1F1E9: 2, 0xD55C: -1, 0x301: 1]
        for text in ["a\u{301}東🇩🇪\u{300}\u{301}b한", "👍🏽👨‍👩‍👧x", "نم\u{64B}स्ते"] {
            let columns = Self.parts(text, 20, but: odd).joined().reduce(0) { sum, value in
                sum + (odd[value] ?? Unicode.Scalar(value).flatMap(TextWidth.columns(of:)) ?? -1)
            }
            #expect(columns == 20, "\(text)")
        }
    }
}

@Suite struct `Terminal signals and errors` {
    @Test func `Only signals that end the program have an exit status`() {
        #expect(TerminalSignal.interrupt.endingNumber == 2)
        #expect(TerminalSignal.terminate.endingNumber == 15)
        #expect(TerminalSignal.hangup.endingNumber == 1)
        #expect(TerminalSignal.quit.endingNumber == 3)
        for signal in [TerminalSignal.suspend, .resume, .windowChanged] { #expect(signal.endingNumber == nil) }
    }

    @Test func `Errors name the terminal type and what to do`() {
        #expect(TerminalError.unknownType("foo").description.contains("“foo”"))
        #expect(TerminalError.unknownType("foo").description.contains("TERM=xterm-256color"))
        #expect(TerminalError.tooSimple("dumb").description.contains("“dumb”"))
        #expect(TerminalError.unusable("no pipe").description.contains("no pipe"))
    }
}
