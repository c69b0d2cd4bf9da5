import Foundation

/// Letters without case and accents.
enum FoldedLetters {
    /// The letters that stand for those of a text in UTF-8; what is cut off at its end is left out.
    static func fold(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        folded.reserveCapacity(utf8.count + 8)
        var decoder = UTF8()
        var source = utf8.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&source) {
            switch scalar.value {
            case ..<0x80: folded.append(UInt8(scalar.value))
            case ..<latin.end: latin.append(scalar.value, to: &folded)
            case 0x1E00..<0x2000: extended.append(scalar.value, to: &folded)
            // The full-width forms of ASCII.
            case 0xFF01...0xFF5E: folded.append(UInt8(scalar.value - 0xFEE0))
            default: if !isLeftOut(scalar) { folded += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter }
            }
        }
        return folded
    }

    /// The letters up to the Arabic ones, and those with several marks: decomposed once for all rows.
    private static let latin = Table(0x80..<0x700)
    private static let extended = Table(0x1E00..<0x2000)

    /// The folded letters of a range of scalars.
    private struct Table {
        private let start: UInt32
        /// Folded letters in UTF-8 one after another, and where those of each scalar end.
        private var letters: [UInt8] = []
        private var ends: [Int] = [0]

        var end: UInt32 { start + UInt32(ends.count - 1) }

        init(_ range: Range<UInt32>) {
            start = range.lowerBound
            for value in range {
                letters += Unicode.Scalar(value).map(FoldedLetters.folded) ?? []
                ends.append(letters.count)
            }
        }

        func append(_ value: UInt32, to folded: inout [UInt8]) {
            let index = Int(value - start)
            folded += letters[ends[index]..<ends[index + 1]]
        }
    }

    /// Letters that have no decomposition, as dictionaries spell them.
    private static let spelled: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d",
        "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ł": "l", "Ł": "l", "ħ": "h", "Ħ": "h", "ı": "i",
    ]

    private static func folded(_ scalar: Unicode.Scalar) -> [UInt8] {
        if let text = spelled[scalar] { return Array(text.utf8) }
        let letters = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.filter { !isLeftOut($0) }
        return letters.flatMap { Array($0.properties.lowercaseMapping.utf8) }
    }

    /// Marks that a letter carries, and what nobody sees. The vowel signs of other scripts are no such marks: they make
    /// another word.
    private static func isLeftOut(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x300..<0x370, 0x483..<0x488, 0x1AB0..<0x1B00, 0x1DC0..<0x1E00, 0x20D0..<0x2100, 0xFE20..<0xFE30: true
        // What is invisible by default: joiners, marks of direction, variation selectors, tags.
        case 0xAD, 0x61C, 0x180B..<0x1810, 0x200B..<0x2010, 0x202A..<0x202F, 0x2060..<0x2070, 0xFE00..<0xFE10, 0xFEFF,
            0xE0000..<0xE1000:
            true
        default: false
        }
    }
}
