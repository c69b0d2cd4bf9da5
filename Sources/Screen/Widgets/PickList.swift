/// The cursor of a menu: which of its rows is selected, and which of them are in sight.
public struct PickList: Hashable, Sendable {
    /// The row under the cursor; nil while there is none.
    public private(set) var selected: Int?

    /// Which keys move the cursor.
    public enum Keys: Hashable, Sendable {
        /// Arrows, Tab and the page keys: letters are typed.
        case arrows
        /// These, Home, End, `j` and `k`.
        case letters
        /// All these, `g` and `G`.
        case menu
    }

    /// Makes a cursor on a row.
    public init(selected: Int? = 0) { self.selected = selected }

    /// Puts the cursor on a row, or on none.
    public mutating func select(_ row: Int?) { selected = row }

    /// Takes a key that moves the cursor among some rows.
    ///
    /// - Returns: false for any other key.
    public mutating func handle(_ key: Key, count: Int, keys: Keys = .menu) -> Bool {
        switch (key.code, key.modifiers) {
        case (.tab, .shift), (.up, _): move(by: -1, count: count)
        case (.tab, _), (.down, _): move(by: 1, count: count)
        case (.pageDown, _): move(by: Self.page, count: count)
        case (.pageUp, _): move(by: -Self.page, count: count)
        case _ where keys == .arrows: return false
        case (.character("j"), []): move(by: 1, count: count)
        case (.character("k"), []): move(by: -1, count: count)
        case (.home, _): move(by: -count, count: count)
        case (.end, _): move(by: count, count: count)
        case _ where keys == .letters: return false
        case (.character("g"), []): move(by: -count, count: count)
        case (.character("G"), _): move(by: count, count: count)
        default: return false
        }
        return true
    }

    private static let page = 10

    private mutating func move(by step: Int, count: Int) {
        guard count > 0 else { return selected = nil }
        // Coming from nowhere the first step is to the first row.
        let row = selected.map { $0 + step } ?? (step == 1 ? 0 : step)
        selected = min(max(row, 0), count - 1)
    }

    /// The first row in sight: the selected one is kept in the middle.
    func top(count: Int, height: Int) -> Int {
        min(max((selected ?? 0) - height / 2, 0), max(count - height, 0))
    }
}

extension Frame {
    /// Draws the rows of a menu that are in sight, the selected one marked, and a scrollbar where not all of them are.
    ///
    /// - Parameters:
    ///   - box: the box on whose border the scrollbar lies.
    ///   - row: draws what is in a row, whose mark is in its first column.
    public mutating func menu(
        _ list: PickList,
        count: Int,
        in area: Rect,
        of box: Rect,
        row: (_ frame: inout Frame, _ index: Int, _ rect: Rect, _ surface: Surface) -> Void
    ) {
        let top = list.top(count: count, height: area.height)
        for index in (top..<count).prefix(area.height) {
            let rect = Rect(x: area.minX, y: area.minY + index - top, width: area.width, height: 1)
            let surface: Surface = index == list.selected ? .selected : .dialog
            fill(rect, style: Style(.text, on: surface))
            if surface == .selected {
                put("▌", at: Point(x: rect.minX, y: rect.minY), style: Style(.mark, on: surface))
            }
            row(&self, index, rect, surface)
        }
        scrollbar(on: box, first: top, visible: area.height, count: count, focused: true, surface: .dialog)
    }

    /// Draws the box of a dialog, and returns what is inside.
    public mutating func dialog(_ rect: Rect, title: [BoxLabel]) -> Rect {
        fill(rect, style: Style(.text, on: .dialog))
        return box(rect, title: title, focused: true, surface: .dialog)
    }

    /// The same with a title that is one text.
    public mutating func dialog(_ rect: Rect, title: CellText) -> Rect {
        dialog(rect, title: title.isEmpty ? [] : [BoxLabel(text: title, role: nil)])
    }

    /// Where a dialog can be: all but the line of keys at the bottom.
    public var dialogArea: Rect { Rect(x: 0, y: 0, width: size.width, height: size.height - 1) }
}
