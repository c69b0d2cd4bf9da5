import TestSupport
import Testing

@testable import Screen

/// The texts by which Unicode's consortium tests what cuts text into clusters, and its emoji (reliability row 25).
@Suite(.rows(25))
struct UnicodeDataTests {
    @Test func `Grapheme clusters match Unicode, except conjuncts, which later versions keep together`() throws {
        let examples = try UnicodeData.breakExamples()
        #expect(examples.count > 500)
        let others = examples.filter { $0.text.count != $0.count }
        // U+2701 was pictographic up to Unicode 15.
        let changed = "\u{2701}\u{200D}\u{2701}"
        // Rule GB9c came with Unicode 15.1: a letter behind a virama belongs to the cluster before it.
        for example in others where example.text != changed {
            let hasVirama = example.text.unicodeScalars.contains { $0.properties.canonicalCombiningClass == .virama }
            #expect(example.text.count < example.count && hasVirama, "\(example.text.unicodeScalars.map(\.value))")
        }
    }

    @Test func `Each text that lists its clusters is as wide as its cells`() throws {
        for example in try UnicodeData.breakExamples() {
            for mode in [CellText.Mode.list, .detail] {
                let text = CellText("a" + example.text + "b", mode)
                let columns = text.string.unicodeScalars.reduce(0) { $0 + (TextWidth.columns(of: $1) ?? 9) }
                try #require(text.width == columns, "\(example.text.unicodeScalars.map(\.value))")
                let units = Array(text.units)
                try #require(units.map(\.columns).reduce(0, +) == columns)
                // It takes in nothing of what is behind it.
                try #require(units.first?.text.unicodeScalars.first == "a")
                try #require(units.last?.text == "b")
            }
        }
    }

    @Test func `Each emoji is one cell of one or two columns, and none counts as invisible`() throws {
        let emoji = try UnicodeData.emoji()
        #expect(emoji.count > 3000)
        for text in emoji {
            let cells = CellText(text)
            let scalars = text.unicodeScalars.map { String($0.value, radix: 16) }
            // Flags of regions are a black flag with letters that nobody sees.
            if scalars.first == "1f3f4", scalars.count > 4 { continue }
            try #require(Array(cells.units).count == 1 && (1...2).contains(cells.width), "\(scalars)")
            try #require(cells.string == "\u{FFFD}" || !cells.hasInvisibleCharacters, "\(scalars)")
        }
    }

    @Test func `Characters that libraries disagree on are drawn as a replacement and listed here`() throws {
        let undrawn = try UnicodeData.emoji().filter { CellText($0).string.contains("\u{FFFD}") }
        for text in undrawn {
            let age = text.unicodeScalars.first?.properties.age
            let isModifier = text.unicodeScalars.first.map { (0x1F3FB...0x1F3FF).contains($0.value) } ?? false
            #expect(isModifier || age?.major ?? 0 >= 15, "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
        }
    }
}
