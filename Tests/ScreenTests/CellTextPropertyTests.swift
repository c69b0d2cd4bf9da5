import TestSupport
import Testing

@testable import Screen

@Suite(.rows(22, 23, 24)) struct `Properties of text in cells` {
    static let modes: [CellText.Mode] = [.list, .detail]

    private static func samples(_ count: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.hostileText(upTo: 40) }
    }

    /// Controls, and what reorders or hides text; joiners only where a script needs them.
    private static func isHarmless(
        _ scalar: Unicode.Scalar,
        after previous: Unicode.Scalar?,
        _ mode: CellText.Mode
    ) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
        case .format:
            switch scalar.value {
            // Signs that stand before or around digits, which are seen.
            case 0x600...0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD: true
            case 0x200C, 0x200D: mode == .detail && previous?.properties.canonicalCombiningClass == .virama
            default: false
            }
        default: !(0xFE00...0xFE0F).contains(scalar.value) && !(0xE0100...0xE01EF).contains(scalar.value)
        }
    }

    @Test(arguments: modes)
    func `No control, invisible or reordering character is left`(_ mode: CellText.Mode) throws {
        for source in Self.samples(4000, seed: 1) {
            var previous: Unicode.Scalar?
            for scalar in CellText(source, mode).string.unicodeScalars {
                try #require(
                    Self.isHarmless(scalar, after: previous, mode),
                    "\(scalar.value) of \(source.debugDescription)"
                )
                previous = scalar
            }
            try #require(previous.map { !Self.isJoiner($0) } ?? true, "\(source.debugDescription)")
        }
    }

    private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool { scalar.value == 0x200C || scalar.value == 0x200D }

    @Test(arguments: 1...8)
    func `No part of a text ends with a joiner, wherever it is cut`(columns: Int) {
        for source in ["क्\u{200D}षक्\u{200C}ष ශ්\u{200D}රී", "क्\u{200D}", "न\u{94D}\u{200D}"] {
            for mode in Self.modes {
                let text = CellText(source, mode)
                for part in [text.truncated(to: columns)] + text.pieces(of: columns) {
                    let scalars = Array(part.string.unicodeScalars)
                    for (scalar, next) in zip(scalars, scalars.dropFirst() + ["…"]) where Self.isJoiner(scalar) {
                        #expect(next.properties.generalCategory == .otherLetter, "\(part.string.debugDescription)")
                    }
                }
            }
            for line in CellText.lines(source, width: columns) {
                #expect(line.string.unicodeScalars.last.map { !Self.isJoiner($0) } ?? true)
            }
        }
    }

    @Test(arguments: modes)
    func `No Unicode scalar that moves, hides or reorders is left`(_ mode: CellText.Mode) {
        var wrong: [UInt32] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = CellText("a\(scalar)b", mode)
            let isRight =
                text.string.unicodeScalars.allSatisfy { Self.isHarmless($0, after: nil, mode) }
                && text.width == text.string.unicodeScalars.reduce(0) { $0 + (TextWidth.columns(of: $1) ?? 9) }
            if !isRight { wrong.append(value) }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: modes)
    func `The width is the sum of its clusters`(_ mode: CellText.Mode) throws {
        for source in Self.samples(4000, seed: 2) {
            let text = CellText(source, mode)
            try #require(text.units.map(\.text).joined() == text.string)
            try #require(text.width == text.units.reduce(0) { $0 + $1.columns }, "\(source.debugDescription)")
            for unit in text.units {
                try #require((1...2).contains(unit.columns))
                let columns = unit.text.unicodeScalars.reduce(0) { $0 + (TextWidth.columns(of: $1) ?? 9) }
                try #require(columns == unit.columns, "\(source.debugDescription)")
            }
        }
    }

    @Test(arguments: modes)
    func `Sanitized text stays unchanged`(_ mode: CellText.Mode) throws {
        for source in Self.samples(4000, seed: 3) {
            let once = CellText(source, mode)
            let twice = CellText(once.string, mode)
            try #require(
                Array(twice.string.unicodeScalars) == Array(once.string.unicodeScalars),
                "\(source.debugDescription)"
            )
            try #require(twice.width == once.width)
        }
    }

    @Test func `Cut text is exactly as wide as requested, or one less before a wide character`() throws {
        var generator = SeededGenerator(seed: 4)
        for source in Self.samples(2000, seed: 5) {
            let text = CellText(source)
            let columns = Int.random(in: -1...(text.width + 2), using: &generator)
            let cut = text.truncated(to: columns)
            try #require(cut.width == cut.units.reduce(0) { $0 + $1.columns })
            guard columns < text.width else {
                try #require(cut == text)
                continue
            }
            try #require(cut.width <= max(columns, 0))
            try #require(cut.width >= columns - 1)
            try #require(columns <= 0 || cut.string.unicodeScalars.contains("…"))
            // A flag or a wide character that is cut in half would become something else when made safe again.
            try #require(Array(CellText(cut.string).string.unicodeScalars) == Array(cut.string.unicodeScalars))
        }
    }

    @Test func `Wrapped lines are never wider than requested and lose only spaces`() throws {
        var generator = SeededGenerator(seed: 6)
        for source in Self.samples(1000, seed: 7) {
            let width = Int.random(in: 2...20, using: &generator)
            let lines = CellText.lines(source, width: width)
            for line in lines { try #require(line.width <= width, "\(source.debugDescription)") }
            let whole = CellText.lines(source, width: 100_000)
            // A joiner at the end of a line is not kept.
            let isInk = { (scalar: Unicode.Scalar) in scalar != " " && !Self.isJoiner(scalar) }
            try #require(
                lines.flatMap { Array($0.string.unicodeScalars.filter(isInk)) }
                    == whole.flatMap { Array($0.string.unicodeScalars.filter(isInk)) }
            )
        }
    }
}
