/// Turns text from anywhere into text that a terminal shows as it is meant, scalar by scalar; nothing in the result
/// moves a cursor, reorders letters or joins into something wider (reliability T3 to T6, section 2.4).
struct Sanitizer {
    private let mode: CellText.Mode
    private(set) var text = ""
    private(set) var width = 0
    private(set) var isPlain = true
    private(set) var hasInvisible = false
    private var hasVisible = false
    private var marks = 0
    private var hasBase = false
    /// A joiner behind a virama, put only once a letter follows that it joins (reliability T6).
    private var joiner: Unicode.Scalar?

    /// As many combining marks as ncurses keeps on one base.
    static let markLimit = 4
    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    init(_ mode: CellText.Mode) {
        self.mode = mode
    }

    /// How many columns a text takes that needs no care, as it has nothing but ASCII and letters alone; nil for others.
    static func width(ofLetters source: String) -> Int? {
        var width = 0
        for scalar in source.unicodeScalars {
            guard (0x20..<0x7F).contains(scalar.value) || scalar.isLetterAlone else { return nil }
            width += scalar.value < 0x1100 ? 1 : TextWidth.columns(of: scalar) ?? 1
        }
        return width
    }

    /// Takes a text; false when there is more of it than a number of columns has room for.
    @discardableResult mutating func append(_ source: String, upTo limit: Int = .max) -> Bool {
        for cluster in source {
            guard width <= limit else { return false }
            append(cluster)
        }
        return true
    }

    /// True when there is text and all of it is blank.
    var isBlank: Bool { !text.isEmpty && !hasVisible }

    /// Takes note that nothing follows.
    mutating func finish() { settleJoiner(before: nil) }

    private mutating func append(_ cluster: Character) {
        if joiner != nil { settleJoiner(before: cluster.unicodeScalars.first) }
        if let byte = cluster.asciiValue, cluster.utf8.count == 1, (0x20..<0x7F).contains(byte) {
            put(Unicode.Scalar(byte), columns: 1)
            if byte != 0x20 { hasVisible = true }
            return
        }
        isPlain = false
        if let scalar = cluster.unicodeScalars.first, cluster.utf8.count == UTF8.width(scalar), scalar.isLetterAlone {
            put(scalar, columns: TextWidth.columns(of: scalar) ?? 1)
            hasVisible = true
            return
        }
        let scalars = Array(cluster.unicodeScalars)
        if scalars.count == 2, scalars[0] == "\r", scalars[1] == "\n" {
            put("␤", columns: 1)
            return
        }
        let isEmoji = scalars.first?.properties.isEmoji == true && (scalars.first?.value ?? 0) > 0xFF
        let isFlag = scalars.count > 1 && scalars[0].isRegionalIndicator && scalars[1].isRegionalIndicator
        for (index, scalar) in scalars.enumerated() {
            if joiner != nil { settleJoiner(before: scalar) }
            // A heap of marks has its sign already: the rest of it costs nothing.
            if marks > Self.markLimit, (0x300...0x36F).contains(scalar.value) { continue }
            switch scalar.value {
            case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180D, 0x180F:
                // Expected behind what has variants; elsewhere it only makes equal names differ.
                if !scalars[0].hasVariants { hasInvisible = true }
            case 0x1F3FB...0x1F3FF:
                // Behind something else a terminal might join it to what is drawn before.
                if index == 0 || !isEmoji { put(Self.replacement, columns: 1) }
            case 0x200D where isEmoji && index > 0 && index < scalars.count - 1: return
            case 0x200C, 0x200D:
                let follows = index > 0 ? scalars[index - 1].properties.canonicalCombiningClass : .notReordered
                guard follows == .virama else {
                    mark(scalar)
                    continue
                }
                // Left out of a list: tmux takes whatever follows such a cell, a blank or a border too, into it.
                if mode == .detail { joiner = scalar }
            case 0x1F1E6...0x1F1FF where !isFlag: put(Self.replacement, columns: 1)
            default: append(scalar)
            }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x09: put(" ", columns: 1)
        case 0x85, 0x2028, 0x2029: put("␤", columns: 1)
        case 0..<0x20: put(Unicode.Scalar(0x2400 + scalar.value) ?? Self.replacement, columns: 1)
        case 0x7F: put("␡", columns: 1)
        case 0x80..<0xA0: escape(scalar)
        case 0x61C, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0x180E,
            0xAD,
            0xE0000...0xE007F:
            mark(scalar)
        case 0x3164, 0x115F, 0x1160, 0x2800, 0xFFA0:
            hasInvisible = true
            guard let columns = TextWidth.columns(of: scalar) else { return put(Self.replacement, columns: 1) }
            put(scalar, columns: columns)
        default:
            let columns = TextWidth.columns(of: scalar)
            if scalar.properties.isDefaultIgnorableCodePoint { return mark(scalar) }
            // The other format characters have no column; those that have one are signs that are seen.
            if columns == 0, scalar.properties.generalCategory == .format { return mark(scalar) }
            guard let columns else { return put(Self.replacement, columns: 1) }
            // Some terminals put one into the cell before it, which is not of this text.
            if !hasBase, scalar.properties.generalCategory == .spacingMark { put("◌", columns: 1) }
            put(scalar, columns: columns)
            if !scalar.properties.isWhitespace { hasVisible = true }
        }
    }

    /// A control character of the second set: harmless in a table, exact where there is room.
    private mutating func escape(_ scalar: Unicode.Scalar) {
        if mode == .list {
            put("·", columns: 1)
        } else {
            write("\\x" + String(scalar.value, radix: 16, uppercase: true))
        }
        hasVisible = true
    }

    /// Something that would change how other text reads: shown, not dropped.
    private mutating func mark(_ scalar: Unicode.Scalar) {
        hasInvisible = true
        if mode == .list {
            put("·", columns: 1)
        } else {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            write("<U+" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits + ">")
        }
    }

    /// Puts the joiner where it joins a letter to the one before, and names it where it does not.
    private mutating func settleJoiner(before next: Unicode.Scalar?) {
        guard let scalar = joiner else { return }
        joiner = nil
        if let next, next.properties.generalCategory == .otherLetter { put(scalar, columns: 0) } else { mark(scalar) }
    }

    private mutating func write(_ ascii: String) {
        for scalar in ascii.unicodeScalars { put(scalar, columns: 1) }
    }

    private mutating func put(_ scalar: Unicode.Scalar, columns: Int) {
        guard columns == 0 else {
            text.unicodeScalars.append(scalar)
            width += columns
            marks = 0
            hasBase = true
            return
        }
        if !hasBase { put("◌", columns: 1) }
        marks += 1
        if marks <= Self.markLimit {
            text.unicodeScalars.append(scalar)
        } else if marks == Self.markLimit + 1 {
            let count = marks
            put(Self.replacement, columns: 1)
            marks = count
        }
    }
}

extension Unicode.Scalar {
    /// True for what joins letters and has no form of its own: U+200C and U+200D.
    var isJoiner: Bool { value == 0x200C || value == 0x200D }

    /// True for the letters of which two make a flag.
    var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }

    /// True for the bulk of Latin, Cyrillic, Chinese and Japanese characters, for Hangul syllables and the characters that
    /// boxes are drawn with, about which nothing else needs to be known.
    fileprivate var isLetterAlone: Bool {
        switch value {
        case 0xA1...0xAC, 0xAE...0x2FF, 0x400...0x481, 0x48A...0x52F, 0x2500...0x259F, 0x3041...0x3096, 0x30A1...0x30FA,
            0x4E00...0x9FA5, 0xAC00...0xD7A3:
            true
        default: false
        }
    }

    /// True when selectors behind it choose between forms: emoji and their keycaps, ideographs, Mongolian letters.
    fileprivate var hasVariants: Bool {
        properties.isEmoji || properties.isIdeographic || (0x1800...0x18AF).contains(value)
    }
}
