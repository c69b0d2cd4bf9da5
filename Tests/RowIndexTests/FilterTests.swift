import TestSupport
import Testing

@testable import RowIndex

@Suite struct `Filters of lists` {
    @Test(arguments: [
        ("zurich", "Zürich Hauptbahnhof"), ("zürich", "Zurich"), ("ZÜRICH", "ZURICH"), ("lodz", "Łódź"),
        ("strasse", "Straße"),
        ("aero", "Ærø"), ("thordr", "Þórðr"), ("bomlafjord", "Bømlafjord"), ("istanbul", "İstanbul"),
        ("diyarbakir", "Diyarbakır"),
        ("niteroi", "Nitero\u{301}i"), ("tokyo 23", "Ｔｏｋｙｏ　２３"), ("efficient", "eﬃcient"), ("m2", "m²"),
        ("no 5", "№ 5"),
        ("οδος", "Οδός"), ("ΟΔΟΣ", "ΟΔΌΣ"), ("киів", "КИЇВ"), ("東京", "東京湾岸トンネル"), ("カナ", "ｶﾅ"),
    ])
    func `Accents, width and letter case are no difference`(typed: String, text: String) {
        #expect(Filter(typed).matches(text))
        #expect(rows(passing: typed, of: [text]) == [0])
    }

    @Test(arguments: [
        ("Bridge", "bridge"), ("BRIDGE", "Bridge"), ("Zurich", "zürich"), ("Łódź", "łódź"), ("क", "ख"), ("किताब", "कताब"),
        ("bridge tunnel", "bridge"), ("a", ""),
    ])
    func `Capital letters, vowel signs and each of the words are a difference`(typed: String, text: String) {
        #expect(!Filter(typed).matches(text))
        #expect(rows(passing: typed, of: [text]) == [])
    }

    @Test func `Letter case counts only in the words that have a capital letter`() {
        #expect(rows(passing: "DECK bridge", of: ["Bridge DECK", "bridge deck", "BRIDGE DECK"]) == [0, 2])
    }

    @Test(arguments: ["", "  ", "\u{301}", "\u{200B}", "!", "^", "~", "!^", "\"", "\"\"", "!\"\"", "^\"\"$"])
    func `Signs, blanks and marks alone let everything pass`(typed: String) {
        #expect(Filter(typed).isEmpty)
    }

    private static let rows = [
        "Harbour Bridge|BR-0042", "Old Bridge Deck|RB-0421", "Bridge|0042-BR", "12\" Pipe|P-12", "|!x",
    ]

    @Test(arguments: [
        ("bridge", [0, 1, 2]), ("^bridge", [2]), ("bridge$", [0, 2]), ("^bridge$", [2]), ("0042", [0, 2]),
        ("^br", [0, 2]),
        ("br$", [2]), ("\"old bridge\"", [1]), ("\"bridge old\"", []), ("bridge old", [1]), ("^\"old b", [1]),
        ("\"bridge\"$", [0, 2]), ("~hbb", [0]), ("~obd", [0, 1]), ("~BR", [0, 2]), ("~42b", [2]), ("!bridge", [3, 4]),
        ("bridge !old", [0, 2]), ("!^br", [1, 3, 4]), ("!\"old bridge\"", [0, 2, 3, 4]), ("!~hbb", [1, 2, 3, 4]),
        ("12\" pipe", [3]),
        ("\"!x\"", [4]), ("^!x", [4]), ("!!x", [0, 1, 2, 3]), ("bridge br-0042", [0]), ("bridgebr", []), ("$", []),
        ("\"12\"", [3]),
    ])
    func `A term says how its text stands in a column`(typed: String, expected: [Int32]) {
        #expect(rows(passing: typed, of: Self.rows) == expected)
    }

    @Test(arguments: [
        ("bridge", "Harbour Bridge", [8..<14]), ("^har", "Harbour", [0..<3]), ("our$", "Harbour", [4..<7]),
        ("^a$", "a", [0..<1]),
        ("~hbr", "Harbour", [0..<1, 3..<4, 6..<7]), ("!our", "Harbour", []), ("^our", "Harbour", []),
        ("ana", "banana", [1..<4, 3..<6]),
        ("x", "", []),
    ])
    func `What a term is found in can be marked`(typed: String, column: String, expected: [Range<Int>]) throws {
        let term = try #require(Filter(typed).terms.first)
        #expect(term.ranges(in: term.folding(column)) == expected)
    }

    @Test(arguments: [
        ("bridge", 2), ("BR-0042", 0), ("old", 1), ("12\" p", 3), ("deck", 0), ("nothing", 0), ("brïdge", 2),
        (" bridge ", 2),
    ])
    func `The row that is named whole is the best, then the first that begins with what is typed`(
        typed: String,
        expected: Int
    ) {
        let index = SearchIndex(Self.rows.map(Self.columns))
        #expect(index.best(of: all(Self.rows), for: Filter(typed), columns: 2) == expected)
        #expect(index.best(of: [], for: Filter(typed), columns: 2) == 0)
    }

    @Test func `A paste has sixteen terms at most`() {
        let words = (0..<100_000).map { "word\($0)" }.joined(separator: " ")
        #expect(Filter(words).terms.count == 16)
        #expect(Filter(String(repeating: "\"", count: 100_000)).terms.count <= 16)
    }

    @Test func `No random text crashes a filter, and a longer one passes no more than one that it narrows`() {
        var generator = SeededGenerator(seed: 15)
        let signs = ["!", "^", "$", "~", "\"", " ", "a", "B", "é", "ß", "\0", "\u{301}", "ﬃ", "東", "br", "0"]
        let texts = Self.rows + ["Straße|ẞ", "É|e\u{301}", "ﬃ|ffi", "\0|a\0b", "東京|"]
        let index = SearchIndex(texts.map(Self.columns))
        for _ in 0..<20_000 {
            var typed = ""
            var before = (filter: Filter(""), rows: all(texts))
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                typed += generator.choice(signs)
                let filter = Filter(typed)
                let rows = index.rows(all(texts), passing: filter)
                if filter.narrows(before.filter), rows != index.rows(before.rows, passing: filter) {
                    Issue.record("\(typed.debugDescription) after \(before.filter.text.debugDescription)")
                }
                before = (filter, rows)
            }
        }
    }

    @Test func `Rows that change are found by what they are now`() {
        var index = SearchIndex(["Zürich", "Łódź"])
        index.insert("Ærø")
        index.replace(at: 1, by: "Genève")
        #expect(index.rows([0, 1, 2], passing: Filter("geneve")) == [1])
        index.remove(at: 0)
        index.append(contentsOf: SearchIndex(["Málaga"]))
        #expect(index.rows([0, 1, 2], passing: Filter("malaga")) == [2])
        #expect(index.rows([0, 1, 2], passing: Filter("lodz")) == [1])
        #expect(index.rows([0, 1, 2], passing: Filter("aero")) == [])
    }

    private func all(_ texts: [String]) -> [Int32] { Array(0..<Int32(texts.count)) }

    /// The columns of a row, which a test writes with bars between them.
    private static func columns(_ text: String) -> String {
        "\0" + text.replacing("|", with: "\0") + "\0"
    }

    private func rows(passing typed: String, of texts: [String]) -> [Int32] {
        SearchIndex(texts.map(Self.columns)).rows(all(texts), passing: Filter(typed))
    }
}
