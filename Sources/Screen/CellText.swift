/// One line of text that is safe to draw and whose width is known: the only text that a frame takes.
///
/// Making one replaces everything that could move the cursor, hide or reorder text; what was replaced stays visible.
/// Text from servers, files and the environment stays a `String` until it is drawn.
public struct CellText: Hashable, Sendable {
    /// The text as it is drawn.
    public let string: String
    /// How many columns it takes.
    public let width: Int
    /// True when the source had characters that nobody sees, or nothing else (reliability T5).
    public let hasInvisibleCharacters: Bool
    /// True when every character is printable ASCII.
    let isPlain: Bool

    /// How exact replaced characters are shown.
    public enum Mode: Hashable, Sendable {
        /// One column for each, for tables.
        case list
        /// By code point, where there is room.
        case detail

        /// How much of a source is looked at, in bytes (reliability T7).
        var limit: Int {
            switch self {
            case .list: 4 * 1024
            case .detail: 64 * 1024
            }
        }

        /// How many columns are made of a source at most: no terminal shows more of a cell, and every frame makes them all.
        var columnLimit: Int {
            switch self {
            case .list: 1024
            case .detail: .max
            }
        }
    }

    /// Makes text of anything; what is beyond the mode's limit is cut off with `…`.
    public init(_ source: String, _ mode: Mode = .list) {
        if source.utf8.count <= mode.limit, source.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            self.init(string: source, width: source.utf8.count, isPlain: true, hasInvisible: Self.isBlank(source))
            return
        }
        if source.utf8.count <= mode.limit, let width = Sanitizer.width(ofLetters: source), width <= mode.columnLimit {
            self.init(string: source, width: width, isPlain: false, hasInvisible: false)
            return
        }
        var sanitizer = Sanitizer(mode)
        let isWhole = source.utf8.count <= mode.limit
        let head = isWhole ? source : source.prefix(bytes: mode.limit)
        let isTaken = sanitizer.append(head.withoutHeapsOfMarks, upTo: mode.columnLimit)
        if !isWhole || !isTaken { sanitizer.append("…") }
        sanitizer.finish()
        self.init(
            string: sanitizer.text,
            width: sanitizer.width,
            isPlain: sanitizer.isPlain,
            hasInvisible: sanitizer.hasInvisible || sanitizer.isBlank
        )
    }

    private init(string: String, width: Int, isPlain: Bool, hasInvisible: Bool) {
        self.string = string
        self.width = width
        self.isPlain = isPlain
        hasInvisibleCharacters = hasInvisible
    }

    private static func isBlank(_ source: String) -> Bool { !source.isEmpty && source.utf8.allSatisfy { $0 == 0x20 } }

    /// True when there is nothing to draw.
    public var isEmpty: Bool { string.isEmpty }

    /// What is drawn, one after another, and its columns: a base with its marks, or a flag.
    var units: Units { Units(scalars: string.unicodeScalars.makeIterator()) }

    /// The units of a text, made as they are asked for: every frame asks for those of hundreds of texts.
    struct Units: Sequence, IteratorProtocol {
        fileprivate var scalars: String.UnicodeScalarView.Iterator
        /// What was read to see where the unit before it ends.
        private var ahead: (scalar: Unicode.Scalar, columns: Int)?

        fileprivate init(scalars: String.UnicodeScalarView.Iterator) {
            self.scalars = scalars
            advance()
        }

        mutating func next() -> Unit? {
            guard let (first, columns) = ahead else { return nil }
            var unit = Unit(text: Cell.text(first), columns: columns)
            advance()
            while let (scalar, columns) = ahead, columns == 0 || (unit.isHalfFlag && scalar.isRegionalIndicator) {
                unit.text.unicodeScalars.append(scalar)
                unit.columns += columns
                advance()
            }
            return unit
        }

        private mutating func advance() {
            ahead = scalars.next().map { ($0, TextWidth.columns(of: $0) ?? 1) }
        }
    }

    /// A base scalar with its marks, or the two letters of a flag, which belong together as a wide character does.
    struct Unit: Hashable, Sendable {
        var text: String
        var columns: Int

        fileprivate var isHalfFlag: Bool { columns == 1 && text.unicodeScalars.first?.isRegionalIndicator == true }
    }

    /// The text cut to a number of columns, with `…` where something is missing.
    public func truncated(to columns: Int) -> CellText {
        guard width > columns else { return self }
        guard columns > 0 else { return "" }
        var head = ""
        var width = 0
        if isPlain {
            head = String(decoding: string.utf8.prefix(columns - 1), as: UTF8.self)
            width = columns - 1
        } else {
            for unit in units {
                guard width + unit.columns < columns else { break }
                head += unit.text
                width += unit.columns
            }
            head.dropLastJoiner()
        }
        return CellText(string: head + "…", width: width + 1, isPlain: false, hasInvisible: hasInvisibleCharacters)
    }

    /// The columns of the characters that something is found in, sorted and merged, to draw them highlighted.
    ///
    /// - Parameters:
    ///   - folding: makes of a character, with its marks, what is compared of it.
    ///   - found: finds places in all that is compared of the text.
    public func columns(folding: (String) -> [UInt8], found: ([UInt8]) -> [Range<Int>]) -> [Range<Int>] {
        let units = Array(units)
        var letters: [UInt8] = []
        // The unit that each letter belongs to.
        var owners: [Int] = []
        for (index, unit) in units.enumerated() {
            letters += folding(unit.text)
            owners += repeatElement(index, count: letters.count - owners.count)
        }
        var hits = [Bool](repeating: false, count: units.count)
        for range in found(letters) {
            for owner in owners[range.clamped(to: owners.indices)] { hits[owner] = true }
        }
        var ranges: [Range<Int>] = []
        var column = 0
        for (unit, isHit) in zip(units, hits) {
            if isHit {
                if let last = ranges.last, last.upperBound == column {
                    ranges[ranges.count - 1] = last.lowerBound..<(column + unit.columns)
                } else {
                    ranges.append(column..<(column + unit.columns))
                }
            }
            column += unit.columns
        }
        return ranges
    }

    /// Text of several lines, wrapped at blanks to a width; line breaks stay, tabs become blanks.
    public static func lines(_ source: String, width: Int) -> [CellText] {
        let limited = source.utf8.count > 1_048_576 ? source.prefix(bytes: 1_048_576) + "…" : source
        let paragraphs = limited.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        return paragraphs.flatMap { CellText(String($0).expandingTabs, .detail).wrapped(to: max(width, 1)) }
    }

    /// The text in lines of a width, cut at blanks where there are any, else behind a sign that separates parts of ids
    /// and paths.
    private func wrapped(to columns: Int) -> [CellText] {
        pieces(of: columns, dropsBlanks: true) { line in
            let isIndented = line.first?.text == " "
            let start = isIndented ? line.firstIndex { $0.text != " " } ?? line.startIndex : line.startIndex
            if let blank = line[start...].lastIndex(where: { $0.text == " " }) { return blank + 1 }
            let sign = line[start...].lastIndex { ["-", "/", "?", "&", "_", ".", ","].contains($0.text) }
            return sign.flatMap { $0 - line.startIndex > line.count / 2 ? $0 + 1 : nil }
        }
    }

    /// The text in pieces of at most a number of columns.
    public func pieces(of columns: Int) -> [CellText] { pieces(of: columns, dropsBlanks: false) { _ in nil } }

    /// The text in pieces; `end` says where a piece that is full ends, nil for at its last column. A blank for which a
    /// full piece has no room can be dropped, as it stands for the break.
    private func pieces(of columns: Int, dropsBlanks: Bool, end: (ArraySlice<Unit>) -> Int?) -> [CellText] {
        guard width > columns else { return [self] }
        var pieces: [CellText] = []
        var rest = Array(units)[...]
        while !rest.isEmpty {
            var used = 0
            let full = rest.prefix { unit in
                used += unit.columns
                return used <= columns
            }
            let isLast = full.count == rest.count
            let isAtBlank = dropsBlanks && !isLast && rest[full.endIndex].text == " " && full.last?.text != " "
            let stop = isLast || isAtBlank ? full.endIndex : end(full) ?? full.endIndex
            let piece = rest[rest.startIndex..<max(stop, rest.startIndex + 1)]
            rest = rest.dropFirst(piece.count + (isAtBlank ? 1 : 0))
            var string = piece.map(\.text).joined()
            string.dropLastJoiner()
            pieces.append(
                CellText(
                    string: string,
                    width: piece.reduce(0) { $0 + $1.columns },
                    isPlain: isPlain,
                    hasInvisible: hasInvisibleCharacters
                )
            )
        }
        return pieces
    }

    /// The characters of a source that nobody sees, by code point; nil when there are none (reliability T5).
    public static func hiddenCharacters(in source: String) -> String? {
        guard CellText(source).hasInvisibleCharacters else { return nil }
        var hidden: [String] = []
        for scalar in source.unicodeScalars.prefix(Mode.list.limit)
        where hidden.count < 8 && (scalar.properties.isWhitespace || CellText(String(scalar)).hasInvisibleCharacters) {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let name = "U+" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
            if scalar != " ", !hidden.contains(name) { hidden.append(name) }
        }
        return hidden.isEmpty ? "only spaces" : hidden.joined(separator: ", ")
    }

    /// One text after another.
    public static func + (left: CellText, right: CellText) -> CellText {
        CellText(
            string: left.string + right.string,
            width: left.width + right.width,
            isPlain: left.isPlain && right.isPlain,
            hasInvisible: left.hasInvisibleCharacters || right.hasInvisibleCharacters
        )
    }
}

extension CellText: ExpressibleByStringInterpolation {
    /// Makes text of a literal, with the same care.
    public init(stringLiteral value: String) { self.init(value) }
}

extension String {
    /// The first bytes, cut between scalars.
    fileprivate func prefix(bytes count: Int) -> String {
        var end = utf8.index(startIndex, offsetBy: count)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }

    /// The text with no more marks of U+0300 to U+036F in a row than tell that there are too many: a character of thousands
    /// would be read several times to find its end.
    fileprivate var withoutHeapsOfMarks: String {
        guard utf8.count > 256 else { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var marks = 0
        var lead: UInt8?
        for byte in utf8 {
            switch (lead, byte) {
            case (nil, 0xCC), (nil, 0xCD): lead = byte
            case (let first?, _):
                let isMark = first == 0xCC || byte < 0xB0
                marks = isMark ? marks + 1 : 0
                if marks <= Sanitizer.markLimit + 1 { bytes += [first, byte] }
                lead = nil
            default:
                marks = 0
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Drops a joiner at the end: tmux takes whatever follows such a cell into it (reliability T6).
    fileprivate mutating func dropLastJoiner() {
        if unicodeScalars.last?.isJoiner == true { unicodeScalars.removeLast() }
    }

    /// Tabs as blanks up to the next of every four columns.
    fileprivate var expandingTabs: String {
        guard contains("\t") else { return self }
        var output = ""
        var column = 0
        for (index, part) in split(separator: "\t", omittingEmptySubsequences: false).enumerated() {
            let blanks = index == 0 ? 0 : 4 - column % 4
            output += String(repeating: " ", count: blanks) + part
            column += blanks + CellText(String(part), .detail).width
        }
        return output
    }
}
