import Screen
import TestSupport
import Testing

@Suite struct `A frame` {
    private static func frame(_ width: Int, _ height: Int = 1) -> Frame {
        Frame(size: Size(width: width, height: height))
    }

    @Test func `Writing fills the rest of its width with spaces in its style`() {
        var frame = Self.frame(8)
        frame.fill(frame.bounds, style: Style(.error))
        frame.write("ab", at: Point(x: 1, y: 0), width: 4, style: Style(.ok))
        #expect(frame.row(0).map(\.text) == [" ", "a", "b", " ", " ", " ", " ", " "])
        #expect(frame.row(0).map(\.style.role) == [.error, .ok, .ok, .ok, .ok, .error, .error, .error])
    }

    @Test func `Text can be right-aligned`() {
        var frame = Self.frame(8)
        frame.write("東1", at: Point(x: 1, y: 0), width: 6, align: .trailing)
        #expect(frame.text() == "    東1")
    }

    @Test func `Text that is too long is cut with an ellipsis`() {
        var frame = Self.frame(8)
        frame.write("abcdefgh", at: Point(x: 0, y: 0), width: 5)
        #expect(frame.text() == "abcd…")
    }

    @Test func `A cut before a wide character leaves a space`() {
        var frame = Self.frame(8)
        frame.write("xxxxxxxx", at: Point(x: 0, y: 0), width: 8)
        frame.write("東京", at: Point(x: 0, y: 0), width: 3)
        #expect(frame.text() == "東…xxxxx")
        frame.write("a東京", at: Point(x: 0, y: 0), width: 3)
        #expect(frame.text() == "a… xxxxx")
    }

    @Test(arguments: [
        (0, "x京"), (1, " x京"), (2, "東x"), (3, "東 x"),
    ])
    func `A wide character that is split becomes a space`(x: Int, expected: String) {
        var frame = Self.frame(4)
        frame.write("東京", at: Point(x: 0, y: 0), width: 4)
        frame.put("x", at: Point(x: x, y: 0))
        #expect(frame.text() == (x == 0 ? "x 京" : expected))
        #expect(frame.row(0).count == 4)
    }

    @Test func `A wide character over halves of two others leaves spaces beside it`() {
        var frame = Self.frame(4)
        frame.write("東京", at: Point(x: 0, y: 0), width: 4)
        frame.write("都", at: Point(x: 1, y: 0), width: 2)
        #expect(frame.row(0).map(\.text) == [" ", "都", "", " "])
    }

    @Test func `A wide character before another one leaves no half behind`() {
        var frame = Self.frame(4)
        frame.write("東", at: Point(x: 1, y: 0), width: 2)
        frame.write("京", at: Point(x: 0, y: 0), width: 2)
        #expect(frame.row(0).map(\.text) == ["京", "", " ", " "])
    }

    @Test func `A flag is one wide character`() {
        var frame = Self.frame(4)
        frame.write("🇩🇪", at: Point(x: 0, y: 0), width: 2)
        #expect(frame.row(0).map(\.text) == ["🇩🇪", "", " ", " "])
        frame.put("x", at: Point(x: 1, y: 0))
        #expect(frame.text() == " x")
    }

    @Test(arguments: [
        (-1, "bcd"), (-4, ""), (-100, ""), (2, "  ab"), (3, "   a"), (4, ""), (100, ""),
    ])
    func `What is left or right of the frame is left out`(x: Int, expected: String) {
        var frame = Self.frame(4)
        frame.write("abcd", at: Point(x: x, y: 0), width: 4)
        #expect(frame.text() == expected)
    }

    @Test(arguments: [(-1, " 京"), (3, "")])
    func `A wide character cut in half at an edge becomes a space`(x: Int, expected: String) {
        var frame = Self.frame(4)
        frame.write("東京", at: Point(x: x, y: 0), width: 4)
        #expect(frame.text() == expected)
        #expect(frame.row(0).allSatisfy { $0.text != "東" })
    }

    @Test(arguments: [-1, 2, Int(Int32.max), Int(Int32.min)])
    func `What is above or below the frame is left out`(y: Int) {
        var frame = Self.frame(4, 2)
        let blank = frame
        frame.write("ab東", at: Point(x: 0, y: y), width: 4)
        frame.write("ab", at: Point(x: 0, y: y), width: 4, style: Style(), highlights: [0..<2], highlightRole: .match)
        frame.put("x", at: Point(x: 1, y: y))
        frame.horizontalLine("─", from: Point(x: -2, y: y), width: 9)
        frame.textField(TextField("ab"), at: Point(x: 0, y: y), width: 3, focused: false)
        frame.scrollbar(on: Rect(x: 0, y: y, width: 1, height: 2), first: 0, visible: 1, count: 2, focused: true)
        #expect(frame == blank)
    }

    @Test func `Areas are filled within the frame`() {
        var frame = Self.frame(3, 2)
        frame.fill(Rect(x: 1, y: -5, width: 50, height: 6), style: Style(.text, on: .dialog))
        #expect(frame.row(0).map(\.style.surface) == [.base, .dialog, .dialog])
        #expect(frame.row(1).map(\.style.surface) == [.base, .base, .base])
    }

    @Test func `Writing with no width draws nothing`() {
        var frame = Self.frame(3)
        frame.write("abc", at: Point(x: 0, y: 0), width: 0)
        frame.write("abc", at: Point(x: 0, y: 0), width: -2)
        #expect(frame.text() == "")
    }

    @Test func `An empty frame ignores all drawing`() {
        var frame = Frame(size: Size(width: 0, height: -3))
        frame.write("abc", at: Point(x: 0, y: 0), width: 3)
        frame.fill(Rect(x: 0, y: 0, width: 9, height: 9))
        frame.box(Rect(x: 0, y: 0, width: 9, height: 9), title: [BoxLabel(text: "t", role: nil)], focused: true)
        #expect(frame.text() == "")
        #expect(frame.snapshot() == "\n---\n")
    }

    @Test func `Highlights change only the role of their columns`() {
        var frame = Self.frame(6)
        let style = Style(.text, on: .selected)
        frame.write(
            "a東b",
            at: Point(x: 1, y: 0),
            width: 4,
            style: style,
            highlights: [1..<3, 3..<99, -5..<0],
            highlightRole: .match
        )
        #expect(frame.row(0).map(\.style.role) == [.text, .text, .match, .match, .match, .text])
        #expect(frame.row(0).map(\.style.surface) == [.base, .selected, .selected, .selected, .selected, .base])
        #expect(frame.text() == " a東b")
    }

    @Test func `The golden format names styles and the cursor`() {
        var frame = Self.frame(8, 2)
        frame.write("ab", at: Point(x: 1, y: 0), width: 2, style: Style(.titleFocused))
        frame.write("cd", at: Point(x: 3, y: 0), width: 3, style: Style(.match, on: .selectedDim))
        frame.write("x", at: Point(x: 0, y: 1), width: 1)
        frame.cursor = Point(x: 4, y: 1)
        #expect(
            frame.snapshot() == """
                 abcd
                x
                ---
                0:1-2 title.focused
                0:3-5 match@selected.dim
                cursor 1:4

                """
        )
    }

    @Test func `Lines and marks have an ASCII form`() {
        var frame = Self.frame(12, 2)
        frame.write("┌─ ★ a… ─┐", at: Point(x: 0, y: 0), width: 12)
        frame.write("é e\u{301} 東 🇩🇪", at: Point(x: 0, y: 1), width: 12)
        #expect(frame.asciiFolded().text() == "+- * a~ -+\n? e ?? ??")
    }

    @Test func `The ASCII form of anything is ASCII in every cell`() {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<300 {
            var frame = Self.frame(40)
            frame.write(CellText(generator.hostileText(upTo: 30)), at: Point(x: 0, y: 0), width: 40)
            let folded = frame.asciiFolded()
            #expect(folded.row(0).allSatisfy { $0.text.utf8.count == 1 && $0.text.utf8.first.map { $0 > 31 } == true })
        }
    }

    @Test func `A progress bar and a spinner have an ASCII form`() {
        for eighths in 0...24 {
            var frame = Self.frame(3)
            frame.write(bar(fraction: Double(eighths) / 24, width: 3), at: Point(x: 0, y: 0), width: 3)
            #expect(!frame.asciiFolded().text().contains("?"))
        }
        for step in 0..<4 {
            var frame = Self.frame(1)
            frame.put(Spinner.character(step: step), at: Point(x: 0, y: 0))
            #expect(!frame.asciiFolded().text().contains("?"))
        }
    }

    /// A continuation stands behind a wide character and nowhere else, and every wide character has one.
    private static func isSound(_ frame: Frame) -> Bool {
        (0..<frame.size.height).allSatisfy { y in
            let cells = Array(frame.row(y))
            return cells.indices.allSatisfy { x in
                let columns = cells[x].text.unicodeScalars.reduce(0) { $0 + (TextWidth.columns(of: $1) ?? 9) }
                let next = x + 1 < cells.count && cells[x + 1].isContinuation
                return cells[x].isContinuation
                    ? x > 0 && !cells[x - 1].isContinuation : (columns == 2) == next && columns < 3
            }
        }
    }

    @Test func `However things overlap, no half of a wide character stands alone`() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            var frame = Self.frame(12, 3)
            for _ in 0..<40 {
                let point = Point(
                    x: Int.random(in: -4...13, using: &generator),
                    y: Int.random(in: -1...3, using: &generator)
                )
                let width = Int.random(in: -1...10, using: &generator)
                switch Int.random(in: 0...4, using: &generator) {
                case 0: frame.fill(Rect(x: point.x, y: point.y, width: width, height: 2))
                case 1: frame.put("x", at: point)
                case 2: frame.horizontalLine("─", from: point, width: width)
                case 3: frame.write("東京都🇩🇪한글", at: point, width: width, align: .trailing)
                default: frame.write(CellText(generator.hostileText(upTo: 8)), at: point, width: width)
                }
                try #require(Self.isSound(frame), "\(frame.row(0).map(\.text))")
            }
        }
    }
}
