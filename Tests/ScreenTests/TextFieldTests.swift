import Screen
import TestSupport
import Testing

extension TextField {
    /// Gives the field a key that it must take.
    fileprivate mutating func press(_ key: Key) {
        let isTaken = handle(key)
        #expect(isTaken, "\(key)")
    }
}

@Suite struct `A text field` {
    /// A field after keys in notation; `|` in the text is the cursor.
    private static func field(_ marked: String, _ keys: String...) -> String {
        let parts = marked.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        var field = TextField(parts.joined())
        for _ in 0..<(parts.count > 1 ? parts[1].count : 0) { field.press(Key(.left)) }
        for key in keys.compactMap({ Key($0) }) { field.press(key) }
        return Self.marked(field)
    }

    private static func marked(_ field: TextField) -> String {
        String(field.text.prefix(field.cursor)) + "|" + String(field.text.dropFirst(field.cursor))
    }

    @Test(arguments: [
        ("ab|cd", "x", "abx|cd"), ("ab|cd", "space", "ab |cd"), ("ab|cd", "left", "a|bcd"), ("|cd", "left", "|cd"),
        ("ab|cd", "right", "abc|d"), ("ab|", "right", "ab|"), ("ab|cd", "home", "|abcd"), ("ab|cd", "ctrl-a", "|abcd"),
        ("ab|cd", "end", "abcd|"), ("ab|cd", "ctrl-e", "abcd|"), ("ab|cd", "backspace", "a|cd"),
        ("ab|cd", "ctrl-h", "a|cd"), ("|cd", "backspace", "|cd"), ("ab|cd", "delete", "ab|d"),
        ("ab|cd", "ctrl-d", "ab|d"), ("ab|", "delete", "ab|"), ("one two|x", "ctrl-w", "one |x"),
        ("one two  |x", "alt-backspace", "one |x"), ("ab|cd", "ctrl-u", "|cd"), ("ab|cd", "ctrl-k", "ab|"),
        ("one two|", "ctrl-left", "one |two"), ("one two|", "alt-left", "one |two"), ("one two|", "alt-b", "one |two"),
        ("one  |two", "alt-b", "|one  two"), ("|one two", "ctrl-right", "one| two"),
        ("one| two", "alt-right", "one two|"),
        ("|one two", "alt-f", "one| two"), ("|", "ctrl-w", "|"), ("|", "ctrl-k", "|"), ("|", "alt-f", "|"),
    ])
    func `A key edits the text`(before: String, key: String, after: String) {
        #expect(Self.field(before, key) == after)
    }

    @Test(arguments: ["enter", "esc", "tab", "shift-tab", "up", "down", "pgup", "f1", "ctrl-c", "alt-x", "insert"])
    func `Other keys are not handled`(notation: String) throws {
        var field = TextField("ab")
        let isTaken = field.handle(try #require(Key(notation)))
        #expect(!isTaken)
        #expect(field == TextField("ab"))
    }

    @Test func `One user-perceived character is deleted at once`() {
        var field = TextField("ae\u{301}👨‍👩‍👧🇩🇪")
        #expect(field.cursor == 4)
        for expected in ["ae\u{301}👨‍👩‍👧", "ae\u{301}", "a", ""] {
            field.press(Key(.backspace))
            #expect(field.text == expected)
        }
    }

    @Test func `A typed combining mark joins the letter before it`() {
        var field = TextField("ex")
        field.press(Key(.left))
        field.press(Key(.character("\u{301}")))
        #expect(field.text == "éx")
        #expect(field.cursor == 1)
    }

    @Test func `A letter typed before a lone mark takes it`() {
        var field = TextField("\u{301}x")
        field.press(Key(.home))
        field.press(Key(.character("e")))
        #expect(field.text == "éx")
        #expect(field.cursor == 1)
        field.press(Key(.delete))
        #expect(field.text == "é")
    }

    @Test func `Flags combine and separate letter by letter`() {
        var field = TextField("")
        for letter in "🇩🇪🇫".unicodeScalars { field.press(Key(.character(Character(letter)))) }
        #expect(field.cursor == 2)
        field.press(Key(.backspace))
        #expect(field.text == "🇩🇪")
    }

    @Test(arguments: [
        ("one\ntwo", "one two"), ("one\r\ntwo\r\n", "one two"), ("\n\n x \n", " x "), ("a\tb", "a b"),
        ("a\u{1B}[31mb\u{7}", "a[31mb"), ("a\u{2028}b", "a b"), ("a\0b", "ab"), ("", ""), ("\r\n", ""),
    ])
    func `A paste becomes one line without control characters`(paste: String, expected: String) {
        var field = TextField("<>")
        field.press(Key(.left))
        field.insert(paste)
        #expect(field.text == "<" + expected + ">")
        #expect(field.cursor == 1 + expected.count)
    }

    @Test func `A paste beyond the maximum length is cut`() {
        var field = TextField("ab")
        field.insert(String(repeating: "x", count: 1_048_576))
        #expect(field.text.count == 100_000)
        field.insert("more")
        #expect(field.text.count == 100_000)
        #expect(field.cursor == 100_000)
    }

    @Test func `Random edits keep the cursor on character boundaries of the text`() throws {
        var generator = SeededGenerator(seed: 10)
        let keys = [
            "left", "right", "home", "end", "ctrl-left", "ctrl-right", "backspace", "delete", "ctrl-w", "ctrl-u",
            "ctrl-k",
        ].compactMap { Key($0) }
        for _ in 0..<300 {
            var field = TextField(generator.hostileText(upTo: 10))
            for _ in 0..<30 {
                if Bool.random(using: &generator) {
                    field.insert(generator.hostileText(upTo: 3))
                } else if let key = keys.randomElement(using: &generator) {
                    field.press(key)
                }
                try #require((0...field.text.count).contains(field.cursor))
                var steps = field
                steps.moveToEnd()
                try #require(steps.cursor == field.text.count, "\(field.text.debugDescription)")
            }
        }
    }

    private static func drawn(_ field: TextField, width: Int, masked: Bool = false) -> (text: String, cursor: Int?) {
        var frame = Frame(size: Size(width: 40, height: 1))
        frame.textField(field, at: Point(x: 3, y: 0), width: width, masked: masked, focused: true)
        return (String(frame.text().dropFirst(3)), frame.cursor.map { $0.x - 3 })
    }

    @Test(arguments: [
        ("abc", 6, "abc", 3), ("abc", 4, "abc", 3), ("abcdef", 4, "…ef", 3), ("abcdef", 2, "…", 1),
        ("abcdef", 1, "…", 0),
        ("東京都", 7, "東京都", 6), ("東京都", 6, "…京都", 5), ("東京都", 5, "…都", 3), ("e\u{301}e\u{301}", 2, "…", 1),
    ])
    func `The end of a long text is shown with the cursor after it`(
        text: String,
        width: Int,
        shown: String,
        cursor: Int
    ) {
        let drawn = Self.drawn(TextField(text), width: width)
        #expect(drawn.cursor == cursor)
        #expect(drawn.text == (width == 1 ? "" : shown))
    }

    @Test func `Text after the cursor is cut at the right`() {
        var field = TextField("abcdefgh")
        field.press(Key(.home))
        #expect(Self.drawn(field, width: 5) == ("abcd…", 0))
        for _ in 0..<3 { field.press(Key(.right)) }
        #expect(Self.drawn(field, width: 5) == ("abcd…", 3))
        #expect(Self.drawn(field, width: 8) == ("abcdefgh", 3))
    }

    @Test func `The end of a text beyond the limit of a cell is shown`() {
        let field = TextField(String(repeating: "x", count: 50_000) + "yz")
        #expect(Self.drawn(field, width: 6) == ("…xxyz", 5))
    }

    @Test func `A masked text shows one dot per character`() {
        #expect(Self.drawn(TextField("pä\u{200B}東👨‍👩‍👧"), width: 10, masked: true) == ("•••••", 5))
        #expect(Self.drawn(TextField("secret"), width: 4, masked: true) == ("…••", 3))
    }

    @Test func `The cursor stays within the field at every position`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<1500 {
            var field = TextField(generator.hostileText(upTo: 30))
            for _ in 0..<Int.random(in: 0...30, using: &generator) { field.press(Key(.left)) }
            let width = Int.random(in: 1...20, using: &generator)
            let cursor = try #require(Self.drawn(field, width: width, masked: Bool.random(using: &generator)).cursor)
            try #require((0..<width).contains(cursor), "\(field.text.debugDescription) in \(width)")
        }
    }

    @Test func `Without the focus the field doesn't move the cursor`() {
        var frame = Frame(size: Size(width: 10, height: 1))
        frame.textField(
            TextField("ab"),
            at: Point(x: 0, y: 0),
            width: 5,
            style: Style(.text, on: .field),
            focused: false
        )
        #expect(frame.cursor == nil)
        #expect(frame.row(0).prefix(5).allSatisfy { $0.style.surface == .field })
        frame.textField(TextField("ab"), at: Point(x: 0, y: 0), width: 0, focused: true)
        #expect(frame.cursor == nil)
    }
}
