import Foundation

/// What is no difference between texts for filter, search and sort: accents and width, and letter case unless that counts.
///
/// A text is decomposed (Unicode NFKD) and loses its marks, so that `zurich` finds Zürich; letters without a decomposition
/// are spelled as dictionaries do (`lodz` finds Łódź, `strasse` Straße). Vowel signs of other scripts stay: without them it
/// is another word.
public enum TextFolding: Sendable {
    /// Letter case is no difference either.
    case caseless
    /// Letter case counts.
    case cased

    /// What is compared of a text, in UTF-8.
    public func callAsFunction(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8(fold)
    }

    /// What is compared of a text in UTF-8; a character that is cut off at its end is left out.
    func fold(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self == .cased ? Array(utf8) : utf8.map(Self.lowercased) }
        let latin = self == .cased ? Self.casedLatin : Self.latin
        let extended = self == .cased ? Self.casedExtended : Self.extended
        var folded: [UInt8] = []
        folded.reserveCapacity(utf8.count + 8)
        var decoder = UTF8()
        var source = utf8.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&source) {
            switch scalar.value {
            case ..<0x80: folded.append(self == .cased ? UInt8(scalar.value) : Self.lowercased(UInt8(scalar.value)))
            case ..<latin.end: latin.append(scalar.value, to: &folded)
            case 0x1E00..<extended.end: extended.append(scalar.value, to: &folded)
            // Syllables have parts of their own there, and the bulk of the ideographs has nothing to fold.
            case 0x2E80..<0x3000, 0x3040..<0x3100, 0x3400..<0xD800:
                folded += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            default: folded += self.letters(of: scalar)
            }
        }
        return folded
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    // The letters up to the Arabic ones, and those with several marks, up to the signs that stand for letters and numbers:
    // decomposed once for all rows.
    private static let latin = Table(0x80..<0x700, .caseless)
    private static let extended = Table(0x1E00..<0x2190, .caseless)
    private static let casedLatin = Table(0x80..<0x700, .cased)
    private static let casedExtended = Table(0x1E00..<0x2190, .cased)

    /// The folded letters of a range of scalars.
    private struct Table {
        private let start: UInt32
        /// Folded letters in UTF-8 one after another, and where those of each scalar end.
        private var letters: [UInt8] = []
        private var ends: [Int] = [0]

        var end: UInt32 { start + UInt32(ends.count - 1) }

        init(_ range: Range<UInt32>, _ folding: TextFolding) {
            start = range.lowerBound
            for value in range {
                letters += Unicode.Scalar(value).map(folding.letters) ?? []
                ends.append(letters.count)
            }
        }

        func append(_ value: UInt32, to folded: inout [UInt8]) {
            let index = Int(value - start)
            folded += letters[ends[index]..<ends[index + 1]]
        }
    }

    /// Letters that have no decomposition, as dictionaries spell them; the final sigma as the other one.
    private static let spelled: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŧ": "t", "Ŧ": "T",
        "ς": "σ",
    ]

    private func letters(of scalar: Unicode.Scalar) -> [UInt8] {
        var letters = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars[...]
        letters.removeAll(where: Self.isLeftOut)
        return letters.flatMap { letter in
            let text = Self.spelled[letter] ?? String(letter)
            return Array((self == .cased ? text : text.lowercased()).utf8)
        }
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
