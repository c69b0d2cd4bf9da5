import Screen
import Terminal
import TestSupport
import Testing

/// Bytes, and the events they are when nothing follows.
struct DecoderExample: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let events: [InputEvent]

    init(_ text: String, _ events: [InputEvent]) { self.init(Array(text.utf8), events) }

    /// The events are keys in notation.
    init(_ text: String, _ keys: String...) { self.init(text, keys.compactMap { Key($0) }.map(InputEvent.key)) }

    init(_ bytes: [UInt8], _ events: [InputEvent]) {
        self.bytes = bytes
        self.events = events
    }

    var testDescription: String { String(decoding: bytes.prefix(40), as: UTF8.self).debugDescription }

    static let keys: [DecoderExample] = [
        DecoderExample("jG 0~", "j", "G", "space", "0", "~"),
        DecoderExample("\r", "enter"), DecoderExample("\n", "enter"), DecoderExample("\t", "tab"),
        DecoderExample("\u{7F}", "backspace"), DecoderExample("\u{8}", "backspace"),
        DecoderExample("\0", "ctrl-space"), DecoderExample("\u{1}", "ctrl-a"), DecoderExample("\u{3}", "ctrl-c"),
        DecoderExample("\u{1A}", "ctrl-z"),
        DecoderExample("\u{1C}\u{1D}\u{1E}\u{1F}", "ctrl-\\", "ctrl-]", "ctrl-^", "ctrl-_"),
        DecoderExample("é東👍", "é", "東", "👍"),
        DecoderExample("e\u{301}", [.key(Key(.character("e"))), .key(Key(.character("\u{301}")))]),
        DecoderExample("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", "up", "down", "right", "left"),
        DecoderExample("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD", "up", "down", "right", "left"),
        DecoderExample("\u{1B}[H\u{1B}[F\u{1B}OH\u{1B}OF", "home", "end", "home", "end"),
        DecoderExample("\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~", "home", "end", "home", "end"),
        DecoderExample("\u{1B}[2~\u{1B}[3~\u{1B}[5~\u{1B}[6~", "insert", "delete", "pgup", "pgdn"),
        DecoderExample("\u{1B}OP\u{1B}OQ\u{1B}OR\u{1B}OS", "f1", "f2", "f3", "f4"),
        DecoderExample(
            "\u{1B}[11~\u{1B}[15~\u{1B}[17~\u{1B}[21~\u{1B}[23~\u{1B}[24~",
            "f1",
            "f5",
            "f6",
            "f10",
            "f11",
            "f12"
        ),
        DecoderExample("\u{1B}[[A\u{1B}[[E", "f1", "f5"),
        DecoderExample("\u{1B}OM", "enter"),
        DecoderExample("\u{1B}[Z", "shift-tab"),
        DecoderExample(
            "\u{1B}[1;2A\u{1B}[1;3A\u{1B}[1;5A\u{1B}[1;8A",
            "shift-up",
            "alt-up",
            "ctrl-up",
            "ctrl-alt-shift-up"
        ),
        DecoderExample("\u{1B}[3;5~\u{1B}[5;2~\u{1B}[15;3~", "ctrl-delete", "shift-pgup", "alt-f5"),
        DecoderExample("\u{1B}[1;2P\u{1B}[1;5S", "shift-f1", "ctrl-f4"),
        DecoderExample("\u{1B}j\u{1B}f\u{1B}G", "alt-j", "alt-f", "alt-G"),
        DecoderExample("\u{1B}\r\u{1B}\u{7F}\u{1B}\u{1}", "alt-enter", "alt-backspace", "ctrl-alt-a"),
        DecoderExample("\u{1B}é", "alt-é"),
    ]

    static let focus: [DecoderExample] = [
        DecoderExample("\u{1B}[I", [.focused(true)]),
        DecoderExample("\u{1B}[Oj", [.focused(false), .key(Key(.character("j")))]),
    ]

    static let escapes: [DecoderExample] = [
        DecoderExample("\u{1B}", "esc"),
        DecoderExample("j\u{1B}", "j", "esc"),
        DecoderExample("\u{1B}\u{1B}", "esc", "esc"),
        DecoderExample("\u{1B}\u{1B}[A", "esc", "up"),
        DecoderExample("\u{1B}\u{1B}\u{1B}", "esc", "esc", "esc"),
        DecoderExample("\u{1B}O", "alt-O"), DecoderExample("\u{1B}[", "alt-["), DecoderExample("\u{1B}]", "alt-]"),
        DecoderExample("\u{1B}P", "alt-P"), DecoderExample("\u{1B}X", "alt-X"), DecoderExample("\u{1B}^", "alt-^"),
        DecoderExample("\u{1B}_", "alt-_"),
    ]

    static let swallowed: [DecoderExample] = [
        DecoderExample("\u{1B}[?1;2cj", "j"),
        DecoderExample("\u{1B}[>0;276;0cj", "j"),
        DecoderExample("\u{1B}[24;80Rj", "j"),
        DecoderExample("\u{1B}[0nj", "j"),
        DecoderExample("\u{1B}[?2004;1$yj", "j"),
        DecoderExample("\u{1B}[99~j", "j"),
        DecoderExample("\u{1B}[27;5;13~j", "j"),
        DecoderExample("\u{1B}[106;5uj", "j"),
        DecoderExample("\u{1B}[201~j", "j"),
        DecoderExample("\u{1B}[1;99999999999999999999999~j", "home", "j"),
        DecoderExample("\u{1B}[99999999999999999999999Aj", "j"),
        DecoderExample("\u{1B}[1;-9223372036854775808Aj", "j"),
        DecoderExample("\u{1B}[-9223372036854775808~j", "j"),
        DecoderExample("\u{1B}[<0;12;5Mj\u{1B}[<0;12;5mj", "j", "j"),
        DecoderExample("\u{1B}[M !!j", "j"),
        DecoderExample("\u{1B}[32;12;5Mj", "j"),
        DecoderExample("\u{1B}[[Zj", "j"),
        DecoderExample("\u{1B}Ozj", "j"),
        DecoderExample("\u{1B}[12\u{1B}[Aj", "up", "j"),
        DecoderExample("\u{1B}]11;rgb:0000/0000/0000\u{7}j", "j"),
        DecoderExample("\u{1B}]52;c;cXF5ZGRk\u{1B}\\j", "j"),
        DecoderExample("\u{1B}P>|XTerm(390)\u{1B}\\j", "j"),
        DecoderExample("\u{1B}_Gi=31;OK\u{1B}\\j", "j"),
        DecoderExample("\u{1B}^private\u{1B}\\j\u{1B}Xstring\u{1B}\\j", "j", "j"),
        DecoderExample("\u{1B}P1$r\u{1B}[0mqj\u{1B}\\j", "j"),
        DecoderExample("\u{1B}P" + String(repeating: "dd", count: 20_000) + "\u{1B}\\j", "j"),
        DecoderExample("\u{1B}]52;c;" + String(repeating: "q", count: 4090) + "\u{7}j", "j"),
        DecoderExample("\u{1B}[" + String(repeating: "1;", count: 5000) + "Aj", "j"),
        DecoderExample("\u{1B}]0;never ended"), DecoderExample("\u{1B}[12;"), DecoderExample("\u{1B}[[", []),
    ]

    static let invalid: [DecoderExample] = [
        DecoderExample([0xC3, 0x6A], "j"), DecoderExample([0xFF, 0x6A], "j"), DecoderExample([0x80, 0x6A], "j"),
        DecoderExample([0xC0, 0x80, 0x6A], "j"), DecoderExample([0xE0, 0x80, 0x80, 0x6A], "j"),
        DecoderExample([0xED, 0xA0, 0x80, 0x6A], "j"), DecoderExample([0xE2, 0x82, 0x6A], "j"),
        DecoderExample([0xF0, 0x9F, 0x91, 0x6A], "j"), DecoderExample([0xF4, 0x90, 0x80, 0x80, 0x6A], "j"),
        DecoderExample([0xE2, 0x82], []), DecoderExample([0x1B, 0xC3], []), DecoderExample([0x1B, 0xFF, 0x6A], "j"),
        DecoderExample([0xE2, 0x1B, 0x5B, 0x41], [.key(Key(.up))]),
    ]

    private init(_ bytes: [UInt8], _ key: Character) { self.init(bytes, [.key(Key(.character(key)))]) }

    static let pastes: [DecoderExample] = [
        DecoderExample("\u{1B}[200~hello\u{1B}[201~j", [.paste("hello"), .key(Key(.character("j")))]),
        DecoderExample("\u{1B}[200~\u{1B}[201~", [.paste("")]),
        DecoderExample("\u{1B}[200~a\rb\r\nc\nd\u{1B}[201~", [.paste("a\nb\nc\nd")]),
        DecoderExample(
            "\u{1B}[200~x\u{1B}[A\u{1B}]0;t\u{7}\u{3}q\u{1B}[201~",
            [.paste("x\u{1B}[A\u{1B}]0;t\u{7}\u{3}q")]
        ),
        DecoderExample("\u{1B}[200~\u{1B}[20\u{1B}[200~\u{1B}\u{1B}[201~", [.paste("\u{1B}[20\u{1B}[200~\u{1B}")]),
        DecoderExample("\u{1B}[200~é東\u{1B}[201~", [.paste("é東")]),
        DecoderExample(
            Array("\u{1B}[200~".utf8) + [0x61, 0xFF, 0x62] + Array("\u{1B}[201~".utf8),
            [.paste("a\u{FFFD}b")]
        ),
        DecoderExample("\u{1B}[200~1\u{1B}[201~\u{1B}[200~2\u{1B}[201~", [.paste("1"), .paste("2")]),
    ]

    static let all = keys + focus + escapes + swallowed + invalid + pastes
}

@Suite(.rows(55)) struct `The key decoder` {
    /// The events of pieces, with what is left at their end.
    private static func events(_ pieces: [some Sequence<UInt8>], _ decoder: KeyDecoder = KeyDecoder()) -> [InputEvent] {
        var decoder = decoder
        var events: [InputEvent] = []
        for piece in pieces { events += decoder.decode(piece) }
        return events + decoder.flush()
    }

    @Test(arguments: DecoderExample.all)
    func `Bytes become events`(_ example: DecoderExample) {
        #expect(Self.events([example.bytes]) == example.events)
    }

    @Test(arguments: DecoderExample.all)
    func `A sequence split in two gives the same events wherever it is cut`(_ example: DecoderExample) throws {
        // Long ones have their interesting places at both ends and around the limit.
        let count = example.bytes.count
        for cut in 0...count where count < 200 || cut < 20 || cut > count - 20 || (4080...4110).contains(cut) {
            let events = Self.events([example.bytes[..<cut], example.bytes[cut...]])
            try #require(events == example.events, "cut at \(cut)")
        }
    }

    @Test(arguments: DecoderExample.all)
    func `A sequence sent byte by byte gives the same events`(_ example: DecoderExample) {
        #expect(Self.events(example.bytes.prefix(9000).map { [$0] }) == Self.events([example.bytes.prefix(9000)]))
    }

    @Test func `A lone escape waits for the rest of a sequence`() {
        var decoder = KeyDecoder()
        #expect(decoder.pendingTimeout == nil)
        #expect(decoder.decode([0x1B]) == [])
        #expect(decoder.pendingTimeout == KeyDecoder.escapeTimeout)
        #expect(decoder.flush() == [.key(Key(.escape))])
        #expect(decoder.pendingTimeout == nil)
        #expect(decoder.flush() == [])
    }

    @Test func `A flush in the middle of a sequence ends it`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode("\u{1B}[1;".utf8) == [])
        #expect(decoder.flush() == [])
        #expect(decoder.decode("j".utf8) == [.key(Key(.character("j")))])
    }

    @Test func `A string without an end is dropped with a flush`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode(("\u{1B}]52;" + String(repeating: "q", count: 50_000)).utf8) == [])
        #expect(decoder.pendingTimeout != nil)
        #expect(decoder.flush() == [])
        #expect(decoder.pendingTimeout == nil)
        #expect(decoder.decode("j".utf8) == [.key(Key(.character("j")))])
    }

    @Test func `A slow paste survives flushes`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode("\u{1B}[200~one ".utf8) == [])
        for _ in 0..<50 { #expect(decoder.flush() == []) }
        #expect(decoder.decode("two\u{1B}[20".utf8) == [])
        for _ in 0..<50 { #expect(decoder.flush() == []) }
        #expect(decoder.decode("1~".utf8) == [.paste("one two")])
    }

    @Test func `A paste that never ends doesn't block the keyboard`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode("\u{1B}[200~lost\u{1B}".utf8) == [])
        var events: [InputEvent] = []
        for _ in 0..<1000 where decoder.pendingTimeout != nil { events += decoder.flush() }
        #expect(events == [.paste("lost\u{1B}")])
        #expect(decoder.decode("j".utf8) == [.key(Key(.character("j")))])
    }

    @Test func `A paste of a megabyte in random pieces is one text`() {
        var generator = SeededGenerator(seed: 20)
        let letters = Array("aé東\n\u{1B}[A👍")
        var text = ""
        while text.utf8.count < 1_048_576 { text.append(letters.randomElement(using: &generator) ?? "x") }
        let bytes = Array("\u{1B}[200~\(text)\u{1B}[201~j".utf8)
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + Int.random(in: 1...9000, using: &generator), bytes.count)
            events += decoder.decode(bytes[start..<end])
            start = end
        }
        #expect(events.count == 2)
        #expect(events == [.paste(text), .key(Key(.character("j")))])
    }

    @Test func `A paste beyond the limit is cut and still ends`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode("\u{1B}[200~".utf8) == [])
        for _ in 0..<9 { #expect(decoder.decode([UInt8](repeating: 0x61, count: 1_048_576)) == []) }
        let events = decoder.decode("\u{1B}[201~j".utf8)
        #expect(events.last == .key(Key(.character("j"))))
        guard case .paste(let text) = events.first else {
            Issue.record("no paste")
            return
        }
        #expect(text.utf8.count == 8 * 1_048_576)
    }

    @Test func `Learned sequences are keys, the longest first, in any pieces`() {
        let learned: [[UInt8]: Key] = [
            Array("\u{1B}[7$".utf8): Key(.home, .shift), Array("\u{1B}ab".utf8): Key(.up),
            Array("\u{1B}abc".utf8): Key(.down), Array("\u{1B}Oj".utf8): Key(.insert),
        ]
        let bytes = Array("\u{1B}[7$\u{1B}abc\u{1B}abx\u{1B}Oj\u{1B}[A\u{1B}ax".utf8)
        let expected = [
            Key(.home, .shift), Key(.down), Key(.up), Key(.character("x")), Key(.insert), Key(.up),
            Key(.character("a"), .alt), Key(.character("x")),
        ].map(InputEvent.key)
        for cut in 0...bytes.count {
            #expect(Self.events([bytes[..<cut], bytes[cut...]], KeyDecoder(learned: learned)) == expected, "\(cut)")
        }
    }
}

@Suite(.rows(55)) struct `The key decoder with garbage` {
    private static let fragments: [[UInt8]] =
        [
            "\u{1B}", "\u{1B}[", "\u{1B}]", "\u{1B}P", "\u{1B}O", "\u{1B}\\", "\u{7}", "\u{1B}[200~", "\u{1B}[201~",
            "1;5A",
            "<0;1;1M", "[M", "~", ";;;", "é", "東", "\u{1B}[[", "99999999999999999999", "-1", ":3", "\u{1B}X", "j",
        ].map { Array($0.utf8) } + [[0xC3], [0xE2, 0x82], [0xF0, 0x9F], [0xFF], [0x80], [0x00], [0x9B]]

    private static func garbage(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            if Bool.random(using: &generator) {
                bytes += fragments.randomElement(using: &generator) ?? []
            } else {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            }
        }
        return bytes
    }

    @Test func `After garbage and a pause a key is a key`() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<3000 {
            let bytes = Self.garbage(&generator)
            var decoder = KeyDecoder()
            var index = 0
            while index < bytes.count {
                let end = min(index + Int.random(in: 1...8, using: &generator), bytes.count)
                _ = decoder.decode(bytes[index..<end])
                if Int.random(in: 0..<8, using: &generator) == 0 { _ = decoder.flush() }
                index = end
            }
            for _ in 0..<1000 where decoder.pendingTimeout != nil { _ = decoder.flush() }
            try #require(decoder.pendingTimeout == nil, "\(bytes)")
            let events = decoder.decode("j".utf8)
            try #require(events == [.key(Key(.character("j")))], "\(bytes)")
        }
    }

    @Test func `Garbage gives the same events in any pieces`() throws {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<3000 {
            let bytes = Self.garbage(&generator)
            var whole = KeyDecoder()
            let expected = whole.decode(bytes) + whole.flush()
            var decoder = KeyDecoder()
            var events: [InputEvent] = []
            var index = 0
            while index < bytes.count {
                let end = min(index + Int.random(in: 1...8, using: &generator), bytes.count)
                events += decoder.decode(bytes[index..<end])
                index = end
            }
            try #require(events + decoder.flush() == expected, "\(bytes)")
        }
    }
}
