import Screen
import TestSupport
import Testing

@Suite(.rows(21, 22, 23, 24)) struct `Text in cells` {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let source: String
        let text: String
        let width: Int
        var isFlagged = false

        var testDescription: String { name }
    }

    static let controls: [Example] = [
        Example(name: "ESC", source: "a\u{1B}[31mb", text: "a␛[31mb", width: 7),
        Example(name: "OSC 0", source: "\u{1B}]0;owned\u{7}", text: "␛]0;owned␇", width: 10),
        Example(
            name: "OSC 8",
            source: "\u{1B}]8;;http://x\u{1B}\\y\u{1B}]8;;\u{1B}\\",
            text: "␛]8;;http://x␛\\y␛]8;;␛\\",
            width: 23
        ),
        Example(name: "OSC 52", source: "\u{1B}]52;c;AAAA\u{1B}\\", text: "␛]52;c;AAAA␛\\", width: 13),
        Example(name: "DCS", source: "\u{1B}P$q\u{1B}\\", text: "␛P$q␛\\", width: 6),
        Example(name: "NUL", source: "a\0b", text: "a␀b", width: 3),
        Example(name: "DEL", source: "a\u{7F}b", text: "a␡b", width: 3),
        Example(name: "C1 CSI", source: "a\u{9B}2Jb", text: "a·2Jb", width: 5),
        Example(name: "CR LF", source: "a\r\nb", text: "a␤b", width: 3),
        Example(name: "CR", source: "a\rb", text: "a␍b", width: 3),
        Example(name: "LF", source: "a\nb", text: "a␊b", width: 3),
        Example(name: "LF CR", source: "a\n\rb", text: "a␊␍b", width: 4),
        Example(name: "BS", source: "a\u{8}b", text: "a␈b", width: 3),
        Example(name: "TAB", source: "a\tb", text: "a b", width: 3),
        Example(name: "VT", source: "a\u{B}b", text: "a␋b", width: 3),
        Example(name: "FF", source: "a\u{C}b", text: "a␌b", width: 3),
        Example(name: "NEL", source: "a\u{85}b", text: "a␤b", width: 3),
        Example(name: "U+2028", source: "a\u{2028}b", text: "a␤b", width: 3),
        Example(name: "U+2029", source: "a\u{2029}b", text: "a␤b", width: 3),
    ]

    static let invisible: [Example] = [
        Example(name: "RLO", source: "a\u{202E}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "LRI", source: "a\u{2066}b\u{2069}", text: "a·b·", width: 4, isFlagged: true),
        Example(name: "ALM", source: "\u{61C}a", text: "·a", width: 2, isFlagged: true),
        Example(name: "ZWSP", source: "a\u{200B}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "ZWJ between letters", source: "a\u{200D}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "ZWNJ between letters", source: "a\u{200C}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "word joiner", source: "a\u{2060}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "BOM", source: "\u{FEFF}a", text: "·a", width: 2, isFlagged: true),
        Example(name: "tag", source: "a\u{E0041}", text: "a·", width: 2, isFlagged: true),
        Example(name: "soft hyphen", source: "a\u{AD}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "Mongolian vowel separator", source: "a\u{180E}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "musical control", source: "a\u{1D173}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "shorthand control", source: "a\u{1BCA0}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "grapheme joiner", source: "a\u{34F}b", text: "a·b", width: 3, isFlagged: true),
        Example(name: "U+3164", source: "\u{3164}", text: "\u{FFFD}", width: 1, isFlagged: true),
        Example(name: "U+2800", source: "\u{2800}", text: "\u{2800}", width: 1, isFlagged: true),
        Example(name: "blanks", source: "   ", text: "   ", width: 3, isFlagged: true),
        Example(name: "no-break blanks", source: "\u{A0}\u{3000}", text: "\u{A0}\u{3000}", width: 3, isFlagged: true),
        Example(name: "VS16 on a letter", source: "a\u{FE0F}b", text: "ab", width: 2, isFlagged: true),
        Example(name: "VS17 on a letter", source: "a\u{E0100}b", text: "ab", width: 2, isFlagged: true),
    ]

    static let scripts: [Example] = [
        Example(name: "empty", source: "", text: "", width: 0),
        Example(name: "ASCII", source: "Bridge 7", text: "Bridge 7", width: 8),
        Example(name: "CJK", source: "東京a", text: "東京a", width: 5),
        Example(name: "variant of an ideograph", source: "葛\u{E0100}飾", text: "葛飾", width: 4),
        Example(name: "full width", source: "Ａ！", text: "Ａ！", width: 4),
        Example(name: "half width", source: "ｱｲ", text: "ｱｲ", width: 2),
        Example(name: "ambiguous", source: "±§°…", text: "±§°…", width: 4),
        Example(name: "precomposed", source: "é", text: "é", width: 1),
        Example(name: "decomposed", source: "e\u{301}x", text: "e\u{301}x", width: 2),
        Example(name: "lone mark", source: "\u{301}x", text: "◌\u{301}x", width: 2),
        Example(name: "lone spacing mark", source: "\u{93E}x", text: "◌\u{93E}x", width: 3),
        Example(
            name: "four marks",
            source: "a\u{300}\u{301}\u{302}\u{303}b",
            text: "a\u{300}\u{301}\u{302}\u{303}b",
            width: 2
        ),
        Example(
            name: "five marks",
            source: "a\u{300}\u{301}\u{302}\u{303}\u{304}b",
            text: "a\u{300}\u{301}\u{302}\u{303}\u{FFFD}b",
            width: 3
        ),
        Example(name: "Hangul", source: "한글", text: "한글", width: 4),
        Example(
            name: "Hangul Jamo",
            source: "\u{1112}\u{1161}\u{11AB}",
            text: "\u{1112}\u{1161}\u{11AB}",
            width: 2
        ),
        Example(name: "lone Jamo vowel", source: "\u{1161}", text: "◌\u{1161}", width: 1),
        Example(name: "Devanagari", source: "नमस्ते", text: "नमस्ते", width: 4),
        Example(
            name: "Devanagari with ZWJ",
            source: "\u{915}\u{94D}\u{200D}\u{937}",
            text: "\u{915}\u{94D}\u{937}",
            width: 2
        ),
        Example(name: "Sinhala with ZWJ", source: "ශ්\u{200D}රී", text: "ශ්රී", width: 2),
        Example(name: "Devanagari with ZWNJ", source: "क्\u{200C}ष", text: "क्ष", width: 2),
        Example(name: "ZWJ behind a virama at the end", source: "क्\u{200D}", text: "क्", width: 1),
        Example(name: "ZWJ between a virama and a blank", source: "क्\u{200D} x", text: "क् x", width: 3),
        Example(name: "Arabic", source: "مرحبا", text: "مرحبا", width: 5),
        Example(name: "Hebrew with points", source: "שָׁלוֹם", text: "שָׁלוֹם", width: 4),
        Example(name: "private use", source: "\u{E0B0}", text: "\u{E0B0}", width: 1),
        Example(name: "not assigned", source: "a\u{378}", text: "a\u{FFFD}", width: 2),
        Example(name: "not a character", source: "\u{FFFF}", text: "\u{FFFD}", width: 1, isFlagged: true),
    ]

    static let emoji: [Example] = [
        Example(name: "emoji", source: "🚀x", text: "🚀x", width: 3),
        Example(name: "family", source: "👨‍👩‍👧x", text: "👨x", width: 3),
        Example(name: "pirate flag", source: "🏴‍☠️x", text: "🏴x", width: 3),
        Example(name: "England", source: "🏴\u{E0067}\u{E007F}", text: "🏴··", width: 4, isFlagged: true),
        Example(name: "VS16", source: "\u{2764}\u{FE0F}x", text: "\u{2764}x", width: 2),
        Example(name: "VS15", source: "\u{231A}\u{FE0E}x", text: "\u{231A}x", width: 3),
        Example(name: "keycap", source: "1\u{FE0F}\u{20E3}x", text: "1\u{20E3}x", width: 2),
        Example(name: "modifier", source: "👍🏽x", text: "👍x", width: 3),
        Example(name: "lone modifier", source: "🏽x", text: "\u{FFFD}x", width: 2),
        Example(name: "modifier behind a control", source: "\n🏽", text: "␊\u{FFFD}", width: 2, isFlagged: true),
        Example(name: "flag", source: "🇩🇪x", text: "🇩🇪x", width: 3),
        Example(name: "two flags", source: "🇩🇪🇫🇷", text: "🇩🇪🇫🇷", width: 4),
        Example(name: "lone regional indicator", source: "\u{1F1E9}x", text: "\u{FFFD}x", width: 2),
        Example(name: "three regional indicators", source: "🇩🇪\u{1F1EB}", text: "🇩🇪\u{FFFD}", width: 3),
        Example(
            name: "lone regional indicator with a mark",
            source: "\u{1F1E9}\u{301}",
            text: "\u{FFFD}\u{301}",
            width: 1
        ),
        Example(
            name: "lone regional indicator with VS16",
            source: "\u{1F1E9}\u{FE0F}x",
            text: "\u{FFFD}x",
            width: 2
        ),
        Example(name: "emoji and a dangling ZWJ", source: "👨\u{200D}", text: "👨·", width: 3, isFlagged: true),
    ]

    @Test(arguments: controls + invisible + scripts + emoji)
    func `In a table text is shown with its width`(_ example: Example) {
        let text = CellText(example.source)
        // Compared by scalar: equal strings may have different ones.
        #expect(Array(text.string.unicodeScalars) == Array(example.text.unicodeScalars))
        #expect(text.width == example.width)
        #expect(text.hasInvisibleCharacters == example.isFlagged)
    }

    @Test(arguments: [
        ("a\u{9B}2J", "a\\x9B2J"),
        ("user\u{202E}txt.exe", "user<U+202E>txt.exe"),
        ("\u{FEFF}a", "<U+FEFF>a"),
        ("a\u{AD}b", "a<U+00AD>b"),
        ("a\u{E0041}", "a<U+E0041>"),
        ("a\u{1B}b\r\n", "a␛b␤"),
        ("👨\u{200D}👩", "👨"),
        ("क्\u{200D}ष", "क्\u{200D}ष"),
        ("क्\u{200C}ष", "क्\u{200C}ष"),
        ("क्\u{200D}", "क्<U+200D>"),
        ("क्\u{200D} x", "क्<U+200D> x"),
        ("क्\u{200D}\u{200D}ष", "क्<U+200D><U+200D>ष"),
    ])
    func `In a detail view replaced characters are named`(source: String, shown: String) {
        let text = CellText(source, .detail)
        #expect(Array(text.string.unicodeScalars) == Array(shown.unicodeScalars))
        #expect(text.width == shown.unicodeScalars.reduce(0) { $0 + (TextWidth.columns(of: $1) ?? 1) })
    }

    @Test func `A thousand marks on one letter become four and a replacement`() {
        let text = CellText("a" + String(repeating: "\u{301}", count: 1000) + "b")
        #expect(text.string.unicodeScalars.count == 7)
        #expect(text.width == 3)
    }

    @Test(arguments: [(CellText.Mode.list, 1025, 4096), (.detail, 65_536, 65_536)])
    func `A text of a megabyte is cut at the limit of its mode`(mode: CellText.Mode, kept: Int, limit: Int) {
        let text = CellText(String(repeating: "x", count: 1_048_576), mode)
        #expect(text.width == kept + 1)
        #expect(text.string.hasSuffix("x…"))
        // Plain text costs nothing.
        #expect(CellText(String(repeating: "x", count: limit), mode).width == limit)
    }

    @Test func `The limit falls between characters`() {
        let text = CellText(String(repeating: "€", count: 30_000), .detail)
        #expect(text.string == String(repeating: "€", count: 21_845) + "…")
    }

    @Test func `A cell has no more columns than a terminal shows, whatever its text`() {
        #expect(CellText(String(repeating: "€", count: 1025)).string == String(repeating: "€", count: 1025))
        #expect(CellText(String(repeating: "€", count: 1026)).string == String(repeating: "€", count: 1025) + "…")
        #expect(CellText(String(repeating: "\u{3164}", count: 400_000)).width < 1030)
    }

    @Test func `Many marks in a long text are cut as in a short one`() {
        let heap = "a" + String(repeating: "\u{301}\u{36F}", count: 50)
        let text = CellText(String(repeating: heap + "ς\u{37E}", count: 10))
        #expect(text.string == String(repeating: CellText(heap).string + "ς\u{37E}", count: 10))
    }

    @Test func `A text is empty only if it has no characters`() {
        #expect(CellText("").isEmpty)
        #expect(!CellText(" ").isEmpty)
        #expect(!CellText("").hasInvisibleCharacters)
    }

    @Test func `Joined texts keep widths and flags`() {
        let text = CellText("東") + CellText("a\u{200B}")
        #expect(text.string == "東a·")
        #expect(text.width == 4)
        #expect(text.hasInvisibleCharacters)
        #expect(("a" + "b" as CellText) == CellText("ab"))
    }
}
