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

    @Test func `Blanks and marks alone let everything pass`() {
        for typed in ["", "  ", "\u{301}", "\u{200B}"] { #expect(Filter(typed).isEmpty, "\(typed.debugDescription)") }
    }

    @Test func `Nothing passes a longer filter that did not pass the shorter one that it narrows`() {
        let texts = ["Straße", "strass", "Zürich", "ZU", "e\u{301}a", "Ærø", "aer", "bridge Bridge", "ﬃ", "fi"]
        let typed = ["straß", "Zür", "e\u{301}a", "ae", "ærø", "bridge B", "ﬃ", "ffi"]
        for text in typed {
            for (end, _) in zip(text.indices, 0...).dropFirst() {
                let (shorter, longer) = (Filter(String(text[..<end])), Filter(text))
                guard longer.narrows(shorter) else { continue }
                let few = SearchIndex(texts).rows(all(texts), passing: shorter)
                #expect(Set(SearchIndex(texts).rows(all(texts), passing: longer)).isSubset(of: few), "\(text)")
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

    private func rows(passing typed: String, of texts: [String]) -> [Int32] {
        SearchIndex(texts).rows(all(texts), passing: Filter(typed))
    }
}
