/// A line of text that is being typed, edited by what a person sees as one character.
public struct TextField: Hashable, Sendable {
    private var characters: [Character]
    /// The characters before the cursor.
    public private(set) var cursor: Int

    /// Makes a line with the cursor at its end.
    public init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    /// The text.
    public var text: String { String(characters) }

    /// Longest text that is taken, in characters.
    private static let limit = 100_000

    /// Takes a key.
    ///
    /// - Returns: false when it is no key of a text field.
    public mutating func handle(_ key: Key) -> Bool {
        switch (key.code, key.modifiers) {
        case (.character(let character), []): insert(String(character))
        case (.left, []): cursor = max(cursor - 1, 0)
        case (.right, []): cursor = min(cursor + 1, characters.count)
        case (.home, []), (.character("a"), .control): cursor = 0
        case (.end, []), (.character("e"), .control): moveToEnd()
        case (.left, .control), (.left, .alt), (.character("b"), .alt): cursor = wordStart
        case (.right, .control), (.right, .alt), (.character("f"), .alt): cursor = wordEnd
        case (.backspace, []), (.character("h"), .control): delete(max(cursor - 1, 0)..<cursor)
        case (.delete, []), (.character("d"), .control): delete(cursor..<min(cursor + 1, characters.count))
        case (.character("w"), .control), (.backspace, .alt): delete(wordStart..<cursor)
        case (.character("u"), .control): delete(0..<cursor)
        case (.character("k"), .control): delete(cursor..<characters.count)
        default: return false
        }
        return true
    }

    /// Puts text before the cursor; line breaks and tabs become blanks, other control characters are left out.
    public mutating func insert(_ string: String) {
        let line = string.trimmingLineBreaks.compactMap { character -> Character? in
            if character.isNewline || character == "\t" { return " " }
            return character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control } ? nil : character
        }
        let before = String(characters[..<cursor]) + String(line.prefix(max(Self.limit - characters.count, 0)))
        let after = characters[cursor...]
        // Joined as text first: what is typed may combine with the character before it.
        characters = Array(before) + after
        cursor = characters.count - after.count
    }

    /// Puts the cursor behind the last character.
    public mutating func moveToEnd() { cursor = characters.count }

    private mutating func delete(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, characters[index - 1].isWhitespace { index -= 1 }
        while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = cursor
        while index < characters.count, characters[index].isWhitespace { index += 1 }
        while index < characters.count, !characters[index].isWhitespace { index += 1 }
        return index
    }

    /// The text before and behind the cursor, each as drawn.
    func parts(masked: Bool) -> (before: CellText, after: CellText) {
        func drawn(_ part: ArraySlice<Character>) -> CellText {
            CellText(masked ? String(repeating: "•", count: part.count) : String(part))
        }
        return (drawn(characters[..<cursor]), drawn(characters[cursor...]))
    }
}

extension String {
    fileprivate var trimmingLineBreaks: Substring {
        var text = self[...]
        while text.last?.isNewline == true { text.removeLast() }
        while text.first?.isNewline == true { text.removeFirst() }
        return text
    }
}

extension Frame {
    /// Draws a line of text with what is around its cursor, and puts the terminal's cursor there when it has the focus.
    public mutating func textField(
        _ field: TextField,
        at point: Point,
        width: Int,
        style: Style = Style(),
        masked: Bool = false,
        focused: Bool
    ) {
        guard width > 0 else { return }
        let (before, after) = field.parts(masked: masked)
        let room = width - 1
        let head = before.width <= room ? before : before.suffix(of: room)
        write(head + after, at: point, width: width, style: style)
        if focused { cursor = Point(x: point.x + head.width, y: point.y) }
    }
}

extension CellText {
    /// The last columns of the text, with `…` before them where something is missing.
    func suffix(of columns: Int) -> CellText {
        guard width > columns, columns > 0 else { return self }
        var used = 1
        let tail = units.reversed().prefix { unit in
            used += unit.columns
            return used <= columns
        }
        return "…" + CellText(tail.reversed().map(\.text).joined())
    }
}
