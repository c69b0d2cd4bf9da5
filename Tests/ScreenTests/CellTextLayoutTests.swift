import Screen
import Testing

@Suite struct `Cutting, searching and wrapping` {
    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("abcdef", -3, ""),
        ("東京都", 5, "東京…"), ("東京都", 4, "東…"), ("東京都", 2, "…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ("🇩🇪🇫🇷", 3, "🇩🇪…"), ("🇩🇪🇫🇷", 2, "…"),
    ])
    func `Text is cut at its end`(source: String, columns: Int, expected: String) {
        #expect(CellText(source).truncated(to: columns).string == expected)
    }

    /// The columns of words, where each character is compared by what `folding` makes of it.
    private func columns(
        of words: String...,
        in text: CellText,
        folding: (String) -> String = \.self
    ) -> [Range<Int>] {
        text.columns(folding: { Array(folding($0).utf8) }) { letters in
            words.map { Array($0.utf8) }.flatMap { word in
                letters.indices.map { $0..<($0 + word.count) }
                    .filter { $0.upperBound <= letters.count && letters[$0] == word[...] }
            }
        }
    }

    @Test func `Places beyond a text are left out`() {
        #expect(CellText("ab").columns(folding: { Array($0.utf8) }) { _ in [-3..<1, 1..<9, 7..<8] } == [0..<2])
    }

    @Test func `Words are found in what is compared of a text`() {
        let text: CellText = "Bridge bridge BRIDGE"
        #expect(columns(of: "bridge", in: text) { $0.lowercased() } == [0..<6, 7..<13, 14..<20])
        #expect(columns(of: "bridge", in: text) == [7..<13])
    }

    @Test func `Columns of matches count wide characters as two`() {
        #expect(columns(of: "京", "to", in: "東京 tower") == [2..<4, 5..<7])
    }

    @Test func `Overlapping or adjacent matches become one`() {
        #expect(columns(of: "ana", "ban", in: "banana") == [0..<6])
        #expect(columns(of: "ab", "cd", in: "abcd") == [0..<4])
    }

    @Test func `A character matches whole where one letter of what it is compared by does`() {
        #expect(columns(of: "s", in: "Straße") { $0 == "ß" ? "ss" : $0.lowercased() } == [0..<1, 4..<5])
    }

    @Test func `A word ends within a character, or lies across several`() {
        #expect(columns(of: "as", in: "Straße") { $0 == "ß" ? "ss" : $0 } == [3..<5])
        #expect(columns(of: "cafe", in: "cafe\u{301}") { $0 == "e\u{301}" ? "e" : $0 } == [0..<4])
    }

    @Test func `An empty or overlong word matches nothing`() {
        #expect(columns(of: "", "abc", in: "ab") == [])
        #expect(columns(of: "a", in: "") == [])
    }

    @Test(
        arguments: [
            ("the quick brown fox", 10, ["the quick ", "brown fox"]),
            ("hello world foo", 5, ["hello", "world", "foo"]),
            ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
            ("one\ntwo\r\n\nthree", 10, ["one", "two", "", "three"]),
            ("a\rb", 10, ["a␍b"]),
            ("", 10, [""]),
            ("/api/itwins/exports", 14, ["/api/itwins/", "exports"]),
            ("ab\tc", 10, ["ab  c"]),
            ("abcd\te", 10, ["abcd    e"]),
            ("東\tx", 10, ["東  x"]),
            ("    a long line", 10, ["    a long", "line"]),
            ("    indentation", 10, ["    indent", "ation"]),
        ] as [(String, Int, [String])]
    )
    func `Text is wrapped at spaces and punctuation`(source: String, width: Int, expected: [String]) {
        #expect(CellText.lines(source, width: width).map(\.string) == expected)
    }

    @Test func `A megabyte of tabs is wrapped too`() {
        let lines = CellText.lines(String(repeating: "\t", count: 1_048_576), width: 80)
        #expect(lines.allSatisfy { $0.width <= 80 })
        #expect(lines.count > 100)
    }

    @Test func `Pieces are filled to the last column`() {
        #expect(CellText("ab cd-ef").pieces(of: 3).map(\.string) == ["ab ", "cd-", "ef"])
        #expect(CellText("a東京").pieces(of: 2).map(\.string) == ["a", "東", "京"])
        #expect(CellText("").pieces(of: 3).map(\.string) == [""])
    }

    @Test func `Wrapping without any width still ends`() {
        #expect(CellText("ab").pieces(of: 0).map(\.string) == ["a", "b"])
        #expect(CellText.lines("ab", width: -4).map(\.string) == ["a", "b"])
    }
}
