/// A line of text that is being typed, edited by what a user sees as one character.
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

    /// The key that empties it before the cursor.
    public static let emptyingKey = Key(.character("u"), .control)

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
        case _ where key == Self.emptyingKey: delete(0..<cursor)
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
        let room = max(Self.limit - characters.count, 0)
        join(String(characters[..<cursor]) + String(line.prefix(room)), String(characters[cursor...]))
    }

    /// Puts the cursor behind the last character.
    public mutating func moveToEnd() { cursor = characters.count }

    private mutating func delete(_ range: Range<Int>) {
        join(String(characters[..<range.lowerBound]), String(characters[range.upperBound...]))
    }

    /// Takes what is before and behind the cursor. Both may combine where they meet; the cursor is behind such a
    /// character then.
    private mutating func join(_ before: String, _ after: String) {
        characters = Array(before + after)
        var length = 0
        cursor =
            characters.prefix { character in
                defer { length += character.utf8.count }
                return length < before.utf8.count
            }.count
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

    /// The text around the cursor in a number of columns at most, with a bar where the next character goes.
    public func marked(columns: Int) -> CellText {
        let (before, after) = window(of: max(columns - 1, 1), masked: false)
        return (before + "▏" + after).truncated(to: max(columns, 1))
    }

    /// The text around the cursor as drawn in a number of columns, one of which is the cursor's when it is at the end;
    /// `…` stands where something is missing before it.
    func window(of columns: Int, masked: Bool) -> (before: CellText, after: CellText) {
        func drawn(_ character: Character) -> CellText { CellText(masked ? "•" : String(character)) }
        let room = max(columns - 1, 0)
        var tail: [CellText] = []
        var width = 0
        var start = cursor
        // One more than fits is enough to know that something is missing.
        while start > 0, width <= room {
            start -= 1
            let text = drawn(characters[start])
            tail.append(text)
            width += text.width
        }
        if width > room {
            while let last = tail.last, width + 1 > room {
                width -= last.width
                tail.removeLast()
            }
            if room > 0 { tail.append("…") }
        }
        let before = tail.reversed().reduce(CellText("")) { $0 + $1 }
        var after = CellText("")
        for character in characters[cursor...] {
            // Cut by who draws it, which needs to see that there is more.
            guard before.width + after.width <= columns else { break }
            after = after + drawn(character)
        }
        return (before, after)
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
        let (before, after) = field.window(of: width, masked: masked)
        write(before + after, at: point, width: width, style: style)
        if focused { cursor = Point(x: point.x + before.width, y: point.y) }
    }
}
