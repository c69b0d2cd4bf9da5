public import Screen

/// The screen of a terminal as its bytes make it, for a terminal that believes what it is told to believe of widths.
///
/// It knows the sequences that ncurses and this program send and no others: every other one is kept as strange.
public struct EmulatedScreen: Sendable {
    /// What a terminal believes of widths.
    public struct WidthModel: Sendable {
        /// Whether a scalar that belongs to the cluster before it joins its cell.
        let joins: Bool
        /// The columns of a cluster, or of a scalar where nothing joins; 0 for what goes into the cell before.
        let columns: @Sendable (Character) -> Int

        /// Makes a belief of what joins and how wide it is.
        public init(joins: Bool, columns: @escaping @Sendable (Character) -> Int) {
            self.joins = joins
            self.columns = columns
        }

        /// Each scalar has its own columns, those that glibc gives it.
        public static let scalars = WidthModel(joins: false) { character in
            character.unicodeScalars.first.flatMap(TextWidth.columns(of:)) ?? 1
        }
    }

    /// A cell: its text, empty in the second half of a wide one.
    private struct Cell {
        var text = " "
        var columns = 1
    }

    /// What stands in modes that are to be as before when a program ends.
    public struct Modes: Hashable, Sendable {
        /// Private modes that are set, without those that programs may leave: 1049, 2004, 1004, …
        public var set: Set<Int> = [7, 25]
        /// Whether the attributes of text are the terminal's own.
        public var isPlain = true
        /// Whether letters are letters, not lines.
        public var isASCII = true
        /// Whether the keypad sends what is on its keys.
        public var isNumeric = true

        /// The modes of a terminal in which nothing runs.
        public init() {}
    }

    /// Columns and rows.
    public private(set) var size: Size
    /// What is set.
    public private(set) var modes = Modes()
    /// Sequences and control characters that are not among those a full-screen program sends.
    public private(set) var strange: [String] = []
    /// What was copied by OSC 52, in base64.
    public private(set) var copied: [String] = []
    /// How often the whole screen was cleared.
    public private(set) var clearCount = 0
    /// How often the bell rang.
    public private(set) var bellCount = 0

    private let belief: WidthModel
    private var rows: [[Cell]]
    private var x = 0
    private var y = 0
    private var isWrapPending = false
    private var lastPrinted: (x: Int, y: Int)?
    private var lastScalar: Unicode.Scalar?
    private var top = 0
    private var bottom: Int
    private var saved = (x: 0, y: 0)
    private var other: [[Cell]]?
    private var pending: [UInt8] = []

    /// Makes an empty screen.
    public init(_ size: Size, believing belief: WidthModel = .scalars) {
        self.size = size
        self.belief = belief
        rows = Self.blank(size)
        bottom = size.height - 1
    }

    private static func blank(_ size: Size) -> [[Cell]] {
        [[Cell]](repeating: [Cell](repeating: Cell(), count: size.width), count: size.height)
    }

    // MARK: Reading

    /// The text of the rows, blanks at their ends cut off.
    public var text: String {
        rows.map { row in
            let line = row.map(\.text).joined()
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The text of the cell in a column of a row; empty in the second half of a wide one.
    public func cell(_ x: Int, _ y: Int) -> String { rows[y][x].text }

    /// Where the cursor is.
    public var cursor: Point { Point(x: x, y: y) }

    // MARK: Taking bytes

    /// Gives the terminal another size, as emulators do: what is beyond is lost.
    public mutating func resize(_ size: Size) {
        rows = (0..<size.height).map { y in
            let row = y < rows.count ? rows[y].prefix(size.width) : []
            return row + [Cell](repeating: Cell(), count: size.width - row.count)
        }
        self.size = size
        (top, bottom) = (0, size.height - 1)
        (x, y) = (min(x, max(size.width - 1, 0)), min(y, max(size.height - 1, 0)))
        isWrapPending = false
        lastPrinted = nil
    }

    /// Takes what a program wrote; a sequence may come in any number of pieces.
    public mutating func take(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        var index = 0
        while index < pending.count, let length = takeNext(at: index) { index += length }
        pending.removeFirst(index)
    }

    /// What has begun and not ended.
    public var isWithinSequence: Bool { !pending.isEmpty }

    private mutating func note(_ bytes: some Sequence<UInt8>) {
        strange.append(String(decoding: Array(bytes), as: UTF8.self).debugDescription)
    }

    /// Takes one character or sequence, and returns its length; nil when the rest of it is missing.
    private mutating func takeNext(at start: Int) -> Int? {
        let byte = pending[start]
        switch byte {
        case 0x1B: return takeEscape(at: start)
        case 0x07: bellCount += 1
        case 0x08: move(max(x - 1, 0), y)
        case 0x09: move(min((x / 8 + 1) * 8, size.width - 1), y)
        case 0x0A: lineFeed()
        case 0x0D: move(0, y)
        case 0x0E: modes.isASCII = false
        case 0x0F: modes.isASCII = true
        case 0x20..<0x7F: print(Unicode.Scalar(byte))
        case 0..<0x20, 0x7F: note([byte])
        default:
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
            guard start + length <= pending.count else { return nil }
            let text = String(validating: pending[start..<(start + length)], as: UTF8.self)
            guard let scalar = text?.unicodeScalars.first, !(0x80..<0xA0).contains(scalar.value) else {
                note(pending[start..<(start + length)])
                return length
            }
            print(scalar)
            return length
        }
        return 1
    }

    private mutating func takeEscape(at start: Int) -> Int? {
        guard start + 1 < pending.count else { return nil }
        switch pending[start + 1] {
        case UInt8(ascii: "["): return takeControl(at: start)
        case UInt8(ascii: "]"): return takeString(at: start)
        case UInt8(ascii: "("), UInt8(ascii: ")"):
            guard start + 2 < pending.count else { return nil }
            switch pending[start + 2] {
            case UInt8(ascii: "B"): if pending[start + 1] == UInt8(ascii: "(") { modes.isASCII = true }
            case UInt8(ascii: "0"): if pending[start + 1] == UInt8(ascii: "(") { modes.isASCII = false }
            default: note(pending[start..<(start + 3)])
            }
            return 3
        case UInt8(ascii: "="): modes.isNumeric = false
        case UInt8(ascii: ">"): modes.isNumeric = true
        case UInt8(ascii: "7"): saved = (x, y)
        case UInt8(ascii: "8"): move(saved.x, saved.y)
        case UInt8(ascii: "M"):
            if y == top { scroll(-1, from: top) } else { move(x, max(y - 1, 0)) }
        default: note(pending[start..<(start + 2)])
        }
        return 2
    }

    private mutating func takeString(at start: Int) -> Int? {
        var index = start + 2
        while index < pending.count, pending[index] != 0x07, pending[index] != 0x1B { index += 1 }
        guard index < pending.count else { return nil }
        let length = index - start + (pending[index] == 0x07 ? 1 : 2)
        let text = String(decoding: pending[(start + 2)..<index], as: UTF8.self)
        if pending[index] == 0x07, let copy = text.wholeMatch(of: /52;c;([A-Za-z0-9+\/=]*)/) {
            copied.append(String(copy.output.1))
        } else {
            note(pending[start..<min(start + length, pending.count)])
        }
        return length
    }

    private mutating func takeControl(at start: Int) -> Int? {
        var index = start + 2
        while index < pending.count, (0x20..<0x40).contains(pending[index]) { index += 1 }
        guard index < pending.count else { return nil }
        let length = index - start + 1
        let parameters = String(decoding: pending[(start + 2)..<index], as: UTF8.self)
        guard pending[index] < 0x80, run(parameters, Character(Unicode.Scalar(pending[index]))) else {
            // What cannot end a sequence belongs to what follows.
            note(pending[start...index])
            return length
        }
        return length
    }

    /// Does what a sequence says; false for one that no program here sends.
    private mutating func run(_ parameters: String, _ final: Character) -> Bool {
        if parameters.hasPrefix("?") { return setModes(parameters.dropFirst(), final) }
        // xterm's window title is kept and brought back around the full screen.
        if final == "t" { return ["22;0;0", "23;0;0"].contains(parameters) }
        let parts = parameters.split(separator: ";", omittingEmptySubsequences: false)
        if final == "m" {
            guard parts.allSatisfy({ $0.allSatisfy { $0.isNumber || $0 == ":" } }) else { return false }
            modes.isPlain = parts.allSatisfy { $0.isEmpty || $0 == "0" || $0 == "39" || $0 == "49" }
            return true
        }
        let numbers = parts.map { $0.isEmpty ? 0 : Int($0) ?? -1 }
        guard !numbers.contains(where: { $0 < 0 }), numbers.count <= 2 else { return false }
        let first = numbers.first ?? 0
        let count = max(first, 1)
        switch final {
        case "H": move(max(numbers.count > 1 ? numbers[1] : 1, 1) - 1, count - 1)
        case "A": move(x, y - count)
        case "B": move(x, y + count)
        case "C": move(x + count, y)
        case "D": move(x - count, y)
        case "G": move(count - 1, y)
        case "d": move(x, count - 1)
        case "J": return eraseScreen(first)
        case "K": return eraseLine(first)
        case "X": clear(x..<min(x + count, size.width), y)
        case "P": shift(-count)
        case "@": shift(count)
        case "L": scroll(-count, from: y)
        case "M": scroll(count, from: y)
        case "S": scroll(count, from: top)
        case "T": scroll(-count, from: top)
        case "b": for _ in 0..<count { if let lastScalar { print(lastScalar) } }
        case "r":
            top = max(first, 1) - 1
            bottom = numbers.count > 1 && numbers[1] > 0 ? min(numbers[1], size.height) - 1 : size.height - 1
            move(0, 0)
        case "h", "l": return first == 4
        default: return false
        }
        return true
    }

    private mutating func setModes(_ parameters: Substring, _ final: Character) -> Bool {
        let numbers = parameters.split(separator: ";").compactMap { Int($0) }
        guard final == "h" || final == "l", Set(numbers).isSubset(of: [1, 7, 12, 25, 1004, 1049, 2004]) else {
            return false
        }
        for number in numbers {
            if number == 1049, (final == "h") != modes.set.contains(1049) {
                if final == "h" {
                    other = rows
                    rows = Self.blank(size)
                } else if let main = other {
                    let cursor = (x, y)
                    rows = main
                    resize(size)
                    move(cursor.0, cursor.1)
                }
            }
            if final == "h" { modes.set.insert(number) } else { modes.set.remove(number) }
        }
        return true
    }

    // MARK: Changing cells

    private mutating func move(_ column: Int, _ row: Int) {
        (x, y) = (min(max(column, 0), size.width - 1), min(max(row, 0), size.height - 1))
        isWrapPending = false
        lastPrinted = nil
    }

    private mutating func lineFeed() {
        lastPrinted = nil
        if y == bottom { scroll(1, from: top) } else if y < size.height - 1 { y += 1 }
    }

    private mutating func print(_ scalar: Unicode.Scalar) {
        lastScalar = scalar
        if let place = lastPrinted, join(scalar, at: place) { return }
        let columns = belief.columns(Character(scalar))
        guard columns > 0 else { return }
        if isWrapPending || x + columns > size.width {
            if modes.set.contains(7) {
                lineFeed()
                x = 0
            } else {
                x = max(size.width - columns, 0)
            }
        }
        isWrapPending = false
        put(String(scalar), columns)
    }

    /// Puts a scalar into the cell printed last, where it belongs to it.
    private mutating func join(_ scalar: Unicode.Scalar, at place: (x: Int, y: Int)) -> Bool {
        let cell = rows[place.y][place.x]
        if belief.columns(Character(scalar)) == 0, !belief.joins {
            rows[place.y][place.x].text.unicodeScalars.append(scalar)
            return true
        }
        let joined = cell.text + String(scalar)
        guard belief.joins, joined.count == 1, let cluster = joined.first else { return false }
        let columns = max(belief.columns(cluster), 1)
        (x, y) = place
        isWrapPending = false
        put(joined, min(columns, size.width - x))
        return true
    }

    private mutating func put(_ text: String, _ columns: Int) {
        let end = min(x + columns, size.width)
        clear(x..<end, y)
        rows[y][x] = Cell(text: text, columns: end - x)
        for half in (x + 1)..<max(end, x + 1) { rows[y][half] = Cell(text: "", columns: 0) }
        lastPrinted = (x, y)
        isWrapPending = end == size.width
        x = min(end, size.width - 1)
    }

    /// Blanks cells, and the other parts of wide ones that are torn.
    private mutating func clear(_ range: Range<Int>, _ row: Int) {
        guard !range.isEmpty else { return }
        var start = range.lowerBound
        var end = range.upperBound
        while start > 0, rows[row][start].columns == 0 { start -= 1 }
        while end < size.width, rows[row][end].columns == 0 { end += 1 }
        for x in start..<end { rows[row][x] = Cell() }
    }

    private mutating func eraseLine(_ kind: Int) -> Bool {
        switch kind {
        case 0: clear(x..<size.width, y)
        case 1: clear(0..<(x + 1), y)
        case 2: clear(0..<size.width, y)
        default: return false
        }
        lastPrinted = nil
        return true
    }

    private mutating func eraseScreen(_ kind: Int) -> Bool {
        switch kind {
        case 0:
            if x == 0, y == 0 { clearCount += 1 }
            clear(x..<size.width, y)
            for row in (y + 1)..<max(size.height, y + 1) { clear(0..<size.width, row) }
        case 2:
            clearCount += 1
            for row in 0..<size.height { clear(0..<size.width, row) }
        default: return false
        }
        lastPrinted = nil
        return true
    }

    /// Puts in blanks at the cursor, or takes cells out.
    private mutating func shift(_ count: Int) {
        let amount = min(abs(count), size.width - x)
        clear(x..<min(x + 1, size.width), y)
        let blanks = [Cell](repeating: Cell(), count: amount)
        if count > 0 {
            rows[y].removeLast(amount)
            rows[y].insert(contentsOf: blanks, at: x)
        } else {
            rows[y].removeSubrange(x..<(x + amount))
            rows[y] += blanks
        }
        lastPrinted = nil
    }

    /// Moves rows up, or down by a negative number, from one to the end of the region that scrolls.
    private mutating func scroll(_ count: Int, from first: Int) {
        guard first <= bottom else { return }
        let amount = min(abs(count), bottom - first + 1)
        let blanks = [[Cell]](repeating: [Cell](repeating: Cell(), count: size.width), count: amount)
        if count > 0 {
            rows.removeSubrange(first..<(first + amount))
            rows.insert(contentsOf: blanks, at: bottom + 1 - amount)
        } else {
            rows.removeSubrange((bottom + 1 - amount)...bottom)
            rows.insert(contentsOf: blanks, at: first)
        }
        lastPrinted = nil
    }
}
