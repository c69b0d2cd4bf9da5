import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

/// Contract section 17.8.
@Suite struct DictionaryOrderTests {
    /// As JavaScript's `localeCompare` has them (ICU 78).
    private static let names = [
        "", "_x", "-x", "–x", "—x", "…", "'x'", "“x”", "(x)", "[x]", "#1", "→", "😀", "$5", "£5", "€5", "1", "①", "½",
        "10",
        "100%", "1a", "2", "a", "A", "á", "Á", "à", "ä", "a b", "a_b", "a-b", "a.b", "aa", "ab", "Ab", "AB", "áb", "ae",
        "æ",
        "Æ", "af", "az", "co-op", "CO-OP", "coop", "Coop", "Duro", "Đuro", "dz", "é", "ez", "ｆ", "fi", "ﬁ", "fj",
        "harbour bridge", "Harbour Bridge Deck", "Harbour-Bridge", "HarbourBridge", "i", "İ", "ı", "j", "lodz", "Lodz",
        "Łódź", "M", "n", "ñ", "no 5", "№ 5", "nz", "o", "O'Brien", "O’Brien", "OBrien", "ore", "Ore", "öre", "Øre",
        "Oslo",
        "PH 7", "PH-10", "PH-7", "PH7", "resume", "Resume", "resumé", "résumé", "Résumé", "ss", "ß", "st", "Strasse",
        "Straße", "Strasze", "x", "x!", "x?", "zoo", "Zoo", "Ελλάδα", "ελλας", "Ωmega", "еж", "Ёж", "жар", "Жук",
        "Москва",
        "яма", "가", "한국", "あ", "ア", "い", "中", "東京湾",
    ]

    @Test func `Adjacent names compare as in JavaScript`() {
        for (left, right) in zip(Self.names, Self.names.dropFirst()) {
            let isBefore = DictionaryOrder.key(left).lexicographicallyPrecedes(DictionaryOrder.key(right))
            #expect(isBefore, "\(left) before \(right)")
        }
    }

    @Test(arguments: [
        ("ab", "a\u{AD}b"), ("é", "e\u{301}"), ("Å", "\u{212B}"), ("가", "\u{1100}\u{1161}"), ("x", "x\u{200B}"),
    ])
    func `Equivalent texts have the same position`(_ left: String, _ right: String) {
        #expect(DictionaryOrder.key(left) == DictionaryOrder.key(right))
    }

    @Test func `Lists use the dictionary order in both directions, and equal names are sorted by ID`() async throws {
        try await LocalService.run { service in
            // No two iTwins have names that differ in letter case alone.
            var folded: Set<String> = [""]
            let names = Self.names.filter { folded.insert(FoldedText.fold($0)).inserted }
            for name in names.shuffled() { _ = try await service.asset(name.replacing("\"", with: "\\\"")) }
            func listed(_ order: String) async throws -> [String] {
                try await service.get("/itwins?subClass=Asset&$top=1000&$orderby=\(order)").names
            }
            #expect(try await listed("displayName") == names)
            #expect(try await listed("DisplayName%20DESC") == names.reversed())
            #expect(try await listed("status,displayname+desc,id") == names.reversed())
            let ids = try await service.get("/itwins?subClass=Asset&$top=1000&$orderby=status+desc").values("id")
            #expect(ids == ids.sorted { $0 ?? "" < $1 ?? "" })
        }
    }

    @Test func `Nulls come first ascending and last descending`() async throws {
        try await LocalService.run { service in
            for (name, latitude) in [("A", "5"), ("B", "null"), ("C", "-7.5"), ("D", "null"), ("E", "50")] {
                _ = try await service.asset(name, "\"latitude\":\(latitude)")
            }
            func listed(_ order: String) async throws -> String {
                try await service.get("/itwins?subClass=Asset&$orderby=\(order)").names.joined()
            }
            #expect(try await listed("latitude,displayName") == "BDCAE")
            #expect(try await listed("latitude%20desc,displayName") == "EACBD")
            #expect(try await listed("image,displayName%20desc") == "EDCBA")
        }
    }
}
