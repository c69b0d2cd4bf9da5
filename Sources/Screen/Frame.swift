/// One cell of a screen.
public struct Cell: Hashable, Sendable {
    /// A base scalar with its marks, or the two of a flag; empty in the second half of a wide one.
    public var text: String
    /// What it is and lies on.
    public var style: Style

    /// A blank.
    static func blank(_ style: Style = Style()) -> Cell { Cell(text: " ", style: style) }

    /// The text of one scalar; that of ASCII is kept, for most cells are made of it.
    static func text(_ scalar: Unicode.Scalar) -> String {
        scalar.isASCII ? ascii[Int(scalar.value)] : String(scalar)
    }

    private static let ascii = (0..<128).map { String(Unicode.Scalar(UInt8($0))) }

    /// True for the second half of a wide character.
    public var isContinuation: Bool { text.isEmpty }
}

/// Where a text stands in more room than it needs.
public enum Alignment: Hashable, Sendable {
    case leading, trailing
}

/// A whole screen as a value: drawn by the views, compared by tests, put on a terminal by the presenter.
public struct Frame: Equatable, Sendable {
    /// How large it is.
    public let size: Size
    /// Where the terminal's cursor stands; nil when it is hidden.
    public var cursor: Point?
    private var cells: [Cell]

    /// Makes a blank screen.
    public init(size: Size) {
        self.size = size
        cells = [Cell](repeating: .blank(), count: size.width * size.height)
    }

    /// All of it.
    public var bounds: Rect { Rect(x: 0, y: 0, width: size.width, height: size.height) }

    /// The cells of a row, from the left.
    public func row(_ y: Int) -> ArraySlice<Cell> { cells[(y * size.width)..<((y + 1) * size.width)] }

    // MARK: Drawing

    /// Writes text into a part of a row: cut with `…` when it is too long, filled up with blanks when it is short.
    ///
    /// What lies outside the frame is left out; a wide character that is cut in half becomes a blank.
    public mutating func write(
        _ text: CellText,
        at point: Point,
        width: Int,
        style: Style = Style(),
        align: Alignment = .leading
    ) {
        guard width > 0 else { return }
        let text = text.truncated(to: width)
        let padding = width - text.width
        var x = point.x
        if align == .trailing { pad(padding, &x, point.y, style) }
        if text.isPlain {
            for byte in text.string.utf8 {
                set(x, point.y, Cell(text: Cell.text(Unicode.Scalar(byte)), style: style))
                x += 1
            }
        } else {
            for unit in text.units { set(unit, &x, point.y, style) }
        }
        if align == .leading { pad(padding, &x, point.y, style) }
    }

    /// Writes text as above, with some of its columns in another role.
    public mutating func write(
        _ text: CellText,
        at point: Point,
        width: Int,
        style: Style,
        highlights: [Range<Int>],
        highlightRole: Role
    ) {
        write(text, at: point, width: width, style: style)
        // The sign that something is missing is no part of the text.
        let room = text.width > width ? width - 1 : width
        for range in highlights {
            let columns = range.clamped(to: 0..<max(room, 0))
            for x in columns where (0..<size.width).contains(point.x + x) && (0..<size.height).contains(point.y) {
                cells[point.y * size.width + point.x + x].style.role = highlightRole
            }
        }
    }

    /// Writes one character of one column.
    public mutating func put(_ character: Character, at point: Point, style: Style = Style()) {
        write(CellText(String(character)), at: point, width: 1, style: style)
    }

    /// Fills an area with blanks.
    public mutating func fill(_ rect: Rect, style: Style = Style()) {
        let area = rect.intersection(bounds)
        for y in area.minY..<area.maxY {
            for x in area.minX..<area.maxX { set(x, y, .blank(style)) }
        }
    }

    /// Writes a character of one column along a row.
    public mutating func horizontalLine(_ character: Character, from point: Point, width: Int, style: Style = Style()) {
        guard let cell = Self.cell(character, style) else { return }
        for x in point.x..<(point.x + max(width, 0)) { set(x, point.y, cell) }
    }

    /// Writes a character of one column down a column.
    public mutating func verticalLine(_ character: Character, from point: Point, height: Int, style: Style = Style()) {
        guard let cell = Self.cell(character, style) else { return }
        for y in point.y..<(point.y + max(height, 0)) { set(point.x, y, cell) }
    }

    /// A character as a cell; nil for one that takes another number of columns than one.
    private static func cell(_ character: Character, _ style: Style) -> Cell? {
        let text = CellText(String(character))
        return text.width == 1 ? Cell(text: text.string, style: style) : nil
    }

    private mutating func pad(_ count: Int, _ x: inout Int, _ y: Int, _ style: Style) {
        for _ in 0..<max(count, 0) {
            set(x, y, .blank(style))
            x += 1
        }
    }

    private mutating func set(_ unit: CellText.Unit, _ x: inout Int, _ y: Int, _ style: Style) {
        if unit.columns == 2 {
            let isWhole = x >= 0 && x + 1 < size.width && (0..<size.height).contains(y)
            set(x, y, .blank(style))
            set(x + 1, y, .blank(style))
            if isWhole {
                cells[y * size.width + x].text = unit.text
                cells[y * size.width + x + 1].text = ""
            }
        } else {
            set(x, y, Cell(text: unit.text, style: style))
        }
        x += max(unit.columns, 1)
    }

    /// Sets a cell of one column; the other half of a wide character that it tears apart becomes a blank.
    private mutating func set(_ x: Int, _ y: Int, _ cell: Cell) {
        guard x >= 0, x < size.width, y >= 0, y < size.height else { return }
        let index = y * size.width + x
        if cells[index].isContinuation, x > 0 { cells[index - 1].text = " " }
        if x + 1 < size.width, cells[index + 1].isContinuation { cells[index + 1].text = " " }
        cells[index] = cell
    }

    // MARK: Reading

    /// The rows as text, blanks at their ends cut off.
    public func text() -> String {
        (0..<size.height).map { y in
            let row = row(y).map(\.text).joined()
            return String(row.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The golden form: the rows, a line `---`, and the runs of cells that are no plain text, as `row:from-to
    /// role@surface`.
    public func snapshot() -> String {
        var runs: [String] = []
        for y in 0..<size.height {
            var x = 0
            let row = Array(row(y))
            while x < row.count {
                let style = row[x].style
                var end = x + 1
                while end < row.count, row[end].style == style { end += 1 }
                if style != Style() { runs.append("\(y):\(x)-\(end - 1) \(style.name)") }
                x = end
            }
        }
        let position = cursor.map { "cursor \($0.y):\($0.x)" }
        return ([text(), "---"] + runs + [position].compactMap(\.self)).joined(separator: "\n") + "\n"
    }

    /// The same screen in ASCII, for locales that are not UTF-8: lines as `+-|`, everything else as `?`.
    public func asciiFolded() -> Frame {
        var frame = self
        for index in frame.cells.indices {
            let text = frame.cells[index].text
            guard let scalar = text.unicodeScalars.first else {
                frame.cells[index].text = "?"
                continue
            }
            if scalar.isASCII, text.unicodeScalars.count == 1 { continue }
            frame.cells[index].text = Self.asciiForms[scalar] ?? (scalar.isASCII ? String(scalar) : "?")
        }
        return frame
    }

    private static let asciiForms: [Unicode.Scalar: String] = [
        "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "▌": ">", "▏": "_", "▎": "_",
        "▍": "_",
        "▋": "=", "▊": "=", "▉": "#", "█": "#",
        "…": "~",
        "★": "*", "●": "*", "○": "o", "◐": "*", "◓": "*", "◑": "*", "◒": "*", "✓": "+", "✗": "x", "•": "*", "›": ">",
        "↓": "v", "↑": "^",
        "▾": "v", "·": ".", "⚠": "!", "“": "\"", "”": "\"", "×": "x", "⇧": "^", "←": "<", "→": ">", "┃": "#",
    ]
}
