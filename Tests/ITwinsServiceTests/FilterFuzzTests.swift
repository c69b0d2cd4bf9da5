import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

/// Many texts: none crashes or hangs, and what of them becomes SQL is made of fixed words (reliability S9, S10).
@Suite(.rows(64, soak: "a million texts")) struct FilterFuzzTests {
    private static let words: [String] =
        ITwin.Field.allCases.map(\.rawValue) + FilterExpression.Comparison.allCases.map(\.rawValue) + [
            "and", "or", "not", "in", "contains(", "startswith(", "endswith(", "(", ")", "[", "]", ",", "'", "''",
            "'a'",
            "'%_'", "null", "true", "1", "-1.5e3", "2025-02-03", "2025-02-03T04:05:06Z", " ", " ", " ", "+", ";", "--",
            "/*",
            "?", "\"", "\0", "\u{301}", "\u{2028}", "DROP TABLE iTwin", "9999999999999999999999", "1e999", "x'00'",
        ]

    /// Everything that the SQL of a filter may consist of, between blanks, brackets and commas.
    private static let allowed: Set<String> = {
        let columns = ITwin.Field.allCases.flatMap { ["iTwin.\"\($0.rawValue)\"", "iTwin.\($0.rawValue)Fold"] }
        let functions = ["instr", "substr", "length", "lower", "foldedText"]
        let operators = ["IS", "NOT", "TRUE", "NULL", "IN", "AND", "OR", ">", ">=", "<", "<=", "=", "+", "-"]
        // What stands for the two columns that the table does not have.
        let image = parts(of: ImageRecord.smallFileName)
        return Set(columns + functions + operators + image + ["?", "0", "1", ""])
    }()

    private static func parts(of sql: String) -> [String] {
        sql.utf8.split { " (),\n".utf8.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func check(_ filter: FilterExpression) -> Bool {
        let sql = FilterSQL(filter)
        let parts = parts(of: sql.text)
        return parts.count { $0 == "?" } == sql.arguments.count && parts.allSatisfy(allowed.contains)
    }

    @Test(arguments: 0..<Soak.count(usually: 4, soak: 20))
    func `No input crashes the filter parser or reaches SQL`(_ seed: Int) async {
        var generator = SeededGenerator(seed: UInt64(seed))
        let texts = Self.words + ["iTwin", "' OR 1=1 --"]
        var seeds = (0..<200).map { _ in Array(generator.filter(texts, depth: 2).text.unicodeScalars) }
        var understood = 0
        for round in 0..<50_000 {
            var scalars = seeds[round % seeds.count]
            switch round % 10 {
            case 0:
                scalars = (0..<Int.random(in: 1...12, using: &generator)).flatMap { _ in
                    generator.choice(Self.words).unicodeScalars
                }
            case 1: scalars = Array(generator.hostileText(upTo: 30).unicodeScalars)
            default:
                for _ in 0..<Int.random(in: 1...2, using: &generator) where !scalars.isEmpty {
                    let place = Int.random(in: scalars.indices, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: scalars.remove(at: place)
                    case 1: scalars.insert(contentsOf: generator.choice(Self.words).unicodeScalars, at: place)
                    case 2: scalars[place] = generator.choice(Self.words).unicodeScalars.first ?? "x"
                    default: scalars.swapAt(place, Int.random(in: scalars.indices, using: &generator))
                    }
                }
            }
            let text = String(String.UnicodeScalarView(scalars))
            do throws(FilterError) {
                let filter = try FilterExpression(text, plusIsBlank: round % 2 == 0)
                understood += 1
                if !Self.check(filter) { Issue.record("seed \(seed): \(text)") }
            } catch {
                let isInside = (0...scalars.count).contains(error.position)
                if !isInside || error.message.isEmpty { Issue.record("seed \(seed): \(text): \(error)") }
            }
            if round % 200 == 0 {
                // Other tests, which measure time limits, must get their turn.
                await Task.yield()
                seeds[round / 200 % seeds.count] = Array(generator.filter(texts, depth: 2).text.unicodeScalars)
            }
        }
        #expect(understood > 2000)
    }
}
