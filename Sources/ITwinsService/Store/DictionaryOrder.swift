import Foundation
import Synchronization

/// The order of texts as in a dictionary (contract section 17.8): letters first, then accents, then letter case, small
/// before capital. It is Unicode's collation (UTS 10, CLDR's root order) for Latin, Greek and Cyrillic, punctuation and
/// currencies; letters of other scripts follow in the order of their code points.
enum DictionaryOrder {
    /// Bytes whose order, one by one, is that of the texts they were made of.
    static func key(_ text: String) -> [UInt8] {
        var key = DictionaryKey(count: text.utf8.count)
        // Neighbors in a text are mostly of one block.
        var (number, block) = (0, europe)
        for scalar in text.unicodeScalars {
            let value = Int(scalar.value)
            switch value {
            case ..<europe.count: for element in europe[value] { key.append(element) }
            case ..<0x3400:
                if value >> 7 != number { (number, block) = (value >> 7, Self.block(value >> 7)) }
                for element in block[value & 0x7F] { key.append(element) }
            default: for element in elements(of: scalar) { key.append(element) }
            }
        }
        return key.bytes
    }

    /// What a character counts for.
    fileprivate struct Element {
        /// The letter or sign; 0 for a mark on the one before.
        var letter: UInt32
        /// The mark, none on a letter itself.
        var mark: UInt8 = plain
        /// Letter case and form.
        var form: UInt8 = plain
    }

    /// A letter without marks, small and in its usual form.
    fileprivate static let plain: UInt8 = 2

    /// Latin, Greek and Cyrillic, made once: decomposing a character takes longer than all the rest.
    private static let europe = (0..<0x530).map { Unicode.Scalar($0).map(elements) ?? [] }
    /// Blocks of 128 characters of other alphabets, kana among them, each made when it is needed first.
    private static let blocks = Mutex<[Int: [[Element]]]>([:])

    private static func block(_ number: Int) -> [[Element]] {
        if let known = blocks.withLock({ $0[number] }) { return known }
        let block = (number << 7..<(number + 1) << 7).map { Unicode.Scalar($0).map(elements) ?? [] }
        blocks.withLock { $0[number] = block }
        return block
    }

    private static func elements(of scalar: Unicode.Scalar) -> [Element] {
        // Chinese characters stand for themselves, Hangul syllables for the letters they are made of by a rule.
        if (0x4E00..<0xA000).contains(scalar.value) { return [Element(letter: weight(of: scalar))] }
        if (0xAC00..<0xD7A4).contains(scalar.value) {
            let index = scalar.value - 0xAC00
            let letters = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
            return letters.filter { $0 != 0x11A7 }.compactMap(Unicode.Scalar.init).map {
                Element(letter: weight(of: $0))
            }
        }
        let canonical = String(scalar).decomposedStringWithCanonicalMapping
        let parts = String(scalar).decomposedStringWithCompatibilityMapping
        let isOtherForm = parts.unicodeScalars.count != canonical.unicodeScalars.count || parts != canonical
        return parts.unicodeScalars.flatMap { elements(ofPart: $0, isOtherForm: isOtherForm) }
    }

    private static func elements(ofPart scalar: Unicode.Scalar, isOtherForm: Bool) -> [Element] {
        let properties = scalar.properties
        if isIgnored(scalar) { return [] }
        if isMark(scalar) { return [Element(letter: 0, mark: weight(ofMark: scalar))] }
        let small = properties.lowercaseMapping
        let isCapital = small.unicodeScalars.first != scalar
        let form = plain + (isOtherForm ? 1 : 0) + (isCapital ? 2 : 0)
        return small.unicodeScalars.flatMap { letter -> [Element] in
            if isMark(letter) { return [Element(letter: 0, mark: weight(ofMark: letter))] }
            guard let variant = variants[letter] else {
                // Katakana stand beside their hiragana.
                let isKatakana = (0x30A1...0x30F6).contains(letter.value)
                let plainLetter = isKatakana ? Unicode.Scalar(letter.value - 0x60) ?? letter : letter
                return [Element(letter: weight(of: plainLetter), form: isKatakana ? form + 1 : form)]
            }
            let letters = variant.unicodeScalars.map { Element(letter: weight(of: $0), form: form) }
            return letters + [Element(letter: 0, mark: weight(ofMark: "\u{338}"))]
        }
    }

    /// Characters that a dictionary has among others, as those with a mark.
    private static let variants: [Unicode.Scalar: String] = [
        "æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ς": "σ", "ґ": "г",
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": "\"", "”": "\"", "„": "\"", "‟": "\"",
    ]

    // MARK: Weights

    /// The weight of a letter or sign: two bytes for those of the tables, four for others. What begins with a larger
    /// byte comes later.
    private static func weight(of scalar: Unicode.Scalar) -> UInt32 {
        if let weight = weights[scalar] { return weight }
        switch scalar.properties.generalCategory {
        case .mathSymbol, .otherSymbol, .modifierSymbol, .currencySymbol, .dashPunctuation, .openPunctuation,
            .closePunctuation, .connectorPunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return 0x0800_0000 | scalar.value
        default:
            return 0x7000_0000 | scalar.value
        }
    }

    private static let weights: [Unicode.Scalar: UInt32] = {
        var weights: [Unicode.Scalar: UInt32] = [:]
        for (table, start) in [(signs, 0x0200), (letters, 0x1000)] as [(String, UInt32)] {
            for (index, scalar) in table.unicodeScalars.enumerated() { weights[scalar] = start + UInt32(index) }
        }
        return weights
    }()

    private static func weight(ofMark scalar: Unicode.Scalar) -> UInt8 {
        if let index = marks.unicodeScalars.firstIndex(of: scalar) {
            return plain + 1 + UInt8(marks.unicodeScalars.distance(from: marks.unicodeScalars.startIndex, to: index))
        }
        return scalar.value < 0x370
            ? 0x20 + UInt8(truncatingIfNeeded: scalar.value & 0x6F) : 0x90 | UInt8(scalar.value & 0x3F)
    }

    /// Marks that a letter carries. Vowel signs of other scripts are letters of their own.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.canonicalCombiningClass.rawValue {
        case 1, 7, 8, 10...36, 200...255: true
        default: false
        }
    }

    /// What nobody sees and a dictionary does not know.
    private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: !("\t"..."\r").contains(scalar)
        case .format: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Blanks, punctuation and signs, in CLDR's order.
    private static let signs =
        "\t\n\u{B}\u{C}\r\u{2028}\u{2029} " + #"""
            _-‐‒–—―⁓,;⁏:!¡?¿‽.·⁕⁖⁘⁙⁚⁛⁜⁝⁞'‹›"«»()[]{}⁅⁆‖§¶⁋@*⁎⁑/\&⁊#%‰‱†‡•‣‧⁃⁌⁍′‵‸※‿⁔⁀⁐⁁⁂`^ʹ͵ʺ˂˃˄˅ˆˇˈˉ\#
            ˊˋˌˍˎˏ˒˓˔˕˖˗˞˟˥˦˧˨˩˪˫ˬ˭˯˰˱˲˳˴˵˶˷˸˹˺˻˼˽˾˿°҂©®϶+±÷×<=>¬|¦~⁒⁄
            """#

    /// Currencies, digits and letters, in CLDR's order.
    private static let letters = """
        ːˑ¤¢$£¥₠₡₢₣₤₥₦₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿⃀⃁0123456789aɐɑɒbʙƀɓƃcȼƈɕdʥʤɖɗƌȡeɇǝəɛɘɚɜɝɞʚɤfʩƒgɡɢǥɠʛ\
        ɣƣhʜƕɦɧʻʽiıɪɨɩjȷɉʝɟʄkƙʞlʟƚɫɬɭȴɮƛʎmɱnɴɲƞɳȵŋoɶɔɵɷȣp₧ƥɸqʠɋĸrʀɍɹɺɻɼɽɾɿʁsʂȿʃƪʅʆtʨʧŧƫƭʈȶʇuʉɥʮʯɯɰ\
        ʊvʋʌwʍxyʏɏƴȝzƶȥʐʑɀʒƹƺʓþƿƻƨƽƅʔɂˀʼˮʾʕʿˁʡʢʖǀǁǂǃʗʘʬʭαβγδεϝͷϛζͱηθιϳκϗλμνξοπϻϟϙρϼσͼͻͽτυφχψωϡͳϸϣϥ\
        ϧϩϫϭϯаәӕбвгғӻҕӷдԁђԃҙеєжԫҗзԅԑѕӡԇиҋіјкқӄҡҟҝԟԛлӆԯԓԡљԉԕмӎнԩӊңӈԣҥњԋоөпԥҧҁрҏԗсԍҫтԏҭћуүұѹфхӽӿҳһԧѡ\
        ѿѽѻцҵчԭҷӌҹҽҿџшщъыьҍѣэюяԙѥѧѫѩѭѯѱѳѵҩԝӏ
        """

    /// The marks of European letters, in CLDR's order.
    private static let marks =
        "\u{332}\u{313}\u{314}\u{301}\u{300}\u{306}\u{302}\u{30C}\u{30A}\u{342}\u{308}\u{30B}\u{303}\u{307}\u{338}\u{327}\u{328}\u{304}"
}

/// A key as it is made: the letters, then the marks, then the forms.
private struct DictionaryKey {
    private var letters: [UInt8] = []
    private var marks: [UInt8] = []
    private var forms: [UInt8] = []
    /// Where marks and forms end that say anything: plain ones behind them do not count.
    private var markEnd = 0
    private var formEnd = 0

    init(count: Int) {
        letters.reserveCapacity(4 * count + 2)
        marks.reserveCapacity(count)
        forms.reserveCapacity(count)
    }

    mutating func append(_ element: DictionaryOrder.Element) {
        let letter = element.letter
        if letter > 0xFFFF {
            letters.append(UInt8(letter >> 24))
            letters.append(UInt8(letter >> 16 & 0xFF))
        }
        if letter > 0 {
            letters.append(UInt8(letter >> 8 & 0xFF))
            letters.append(UInt8(letter & 0xFF))
            forms.append(element.form)
            if element.form != DictionaryOrder.plain { formEnd = forms.count }
        }
        marks.append(element.mark)
        if element.mark != DictionaryOrder.plain { markEnd = marks.count }
    }

    /// A zero, which comes before everything, stands where one part ends.
    var bytes: [UInt8] { letters + [0] + marks[..<markEnd] + [0] + forms[..<formEnd] }
}
