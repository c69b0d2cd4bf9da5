import Screen

/// Clusters of whose width terminals think differently: conjuncts, spacing marks, keycaps, flags, letters made of Jamo,
/// signs around digits, and what came with a Unicode version that a terminal may not know.
///
/// Some give each scalar its columns, some the whole cluster one or two. Behind such a cluster the cursor is placed anew,
/// so that the rest of the row stands where it should whatever the terminal believes.
enum DisputedClusters {
    /// The first Unicode version whose characters a terminal in use may not know.
    private static let youngVersion = 13

    /// Where the clusters of a part of a row end: indices of the cells behind them.
    static func ends(in row: ArraySlice<Cell>) -> [Int] {
        var ends: [Int] = []
        var isOpen = false
        var index = row.startIndex
        while index < row.endIndex {
            let text = row[index].text
            index += 1
            if !isOpen, isAgreed(text) { continue }
            while index < row.endIndex, row[index].isContinuation { index += 1 }
            let isJoined = index < row.endIndex && joins(text, row[index].text)
            isOpen = isOpen || isJoined || isDisputed(text)
            if isJoined || !isOpen { continue }
            ends.append(index)
            isOpen = false
        }
        return ends
    }

    /// True for most of what is drawn: ASCII, Latin letters, signs and lines, Chinese and Japanese, Hangul syllables.
    private static func isAgreed(_ text: String) -> Bool {
        if text.utf8.count <= 1 { return true }
        var scalars = text.unicodeScalars.makeIterator()
        guard let first = scalars.next(), scalars.next() == nil else { return false }
        switch first.value {
        case 0..<0x300, 0x2010..<0x2C00, 0x3000..<0x302A, 0x3030..<0x3099, 0x309B..<0xA000, 0xAC00..<0xD7A4: return true
        default: return false
        }
    }

    private static func isDisputed(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x1F1E6...0x1F1FF, 0x20E3, 0x1160...0x11FF, 0xD7B0...0xD7FF, 0x0E33, 0x0EB3: return true
            case 0..<0x300: return false
            default:
                let properties = scalar.properties
                switch properties.generalCategory {
                case .spacingMark, .format: return true
                default: return (properties.age?.major ?? 0) >= youngVersion
                }
            }
        }
    }

    /// Whether the text of a cell makes one cluster with that of the next.
    private static func joins(_ text: String, _ next: String) -> Bool { !isASCII(next) && (text + next).count == 1 }

    private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }
}
