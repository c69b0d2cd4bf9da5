/// The cursor of a menu: which of its rows is selected, and which of them are in sight.
public struct PickList: Hashable, Sendable {
    /// The row under the cursor; nil while there is none.
    public private(set) var selected: Int?

    /// How the cursor moves.
    public enum Motion: String, Hashable, Sendable {
        case up, down, pageUp, pageDown, first, last
    }

    /// Makes a cursor on a row.
    public init(selected: Int? = 0) { self.selected = selected }

    /// Puts the cursor on a row, or on none.
    public mutating func select(_ row: Int?) { selected = row }

    /// Moves the cursor among some rows.
    public mutating func move(_ motion: Motion, count: Int) {
        switch motion {
        case .up: move(by: -1, count: count)
        case .down: move(by: 1, count: count)
        case .pageUp: move(by: -Self.page, count: count)
        case .pageDown: move(by: Self.page, count: count)
        case .first: move(by: -count, count: count)
        case .last: move(by: count, count: count)
        }
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

/// A row of a menu that is in sight.
public struct MenuRow: Hashable, Sendable {
    /// Which of all rows it is.
    public let index: Int
    /// Where it lies.
    public let rect: Rect
    /// What it is drawn on.
    public let surface: Surface
}

extension Frame {
    /// Draws the rows of a menu that are in sight, empty but for the mark of the selected one, and a scrollbar where not
    /// all of them are.
    ///
    /// - Parameter box: the box on whose border the scrollbar lies.
    /// - Returns: the rows, whose first column is the mark's.
    public mutating func menu(_ list: PickList, count: Int, in area: Rect, of box: Rect) -> [MenuRow] {
        let top = list.top(count: count, height: area.height)
        scrollbar(on: box, first: top, visible: area.height, count: count, focused: true, surface: .dialog)
        return (top..<count).prefix(area.height).map { index in
            let rect = Rect(x: area.minX, y: area.minY + index - top, width: area.width, height: 1)
            let surface: Surface = index == list.selected ? .selected : .dialog
            fill(rect, style: Style(.text, on: surface))
            if surface == .selected {
                put("▌", at: Point(x: rect.minX, y: rect.minY), style: Style(.mark, on: surface))
            }
            return MenuRow(index: index, rect: rect, surface: surface)
        }
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
