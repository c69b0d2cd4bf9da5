import Screen

/// The choice of what a list is sorted by. The column that it is sorted by already is picked again to reverse it.
struct SortMenu: Sendable {
    /// The list that is sorted.
    let list: SortableList
    /// What it is sorted by.
    let current: ListSort
    /// The column that the cursor is on, as a position among those of the list.
    private(set) var cursor: Int

    /// What a key asks of the browser.
    enum Outcome: Sendable, Hashable {
        case none
        case close
        case sort(ListSort)
    }

    init(_ list: SortableList, current: ListSort) {
        self.list = list
        self.current = current
        cursor = list.columns.firstIndex { $0.id == current.column } ?? 0
    }

    /// Whether Enter reverses the present sort.
    var reverses: Bool { list.columns[cursor].id == current.column && current.column != .service }

    mutating func handle(_ key: Key) -> Outcome {
        let last = list.columns.count - 1
        switch key.code {
        case .escape: return .close
        case .character("c") where key.modifiers == .control: return .close
        case .down, .tab, .character("j"): cursor = min(cursor + 1, last)
        case .up, .character("k"): cursor = max(cursor - 1, 0)
        case .home, .pageUp: cursor = 0
        case .end, .pageDown, .character("G"): cursor = last
        case .enter, .character(" "), .character("l"): return pick(cursor)
        case .character("s"), .character("q"): return .close
        case .character(let character):
            guard let number = character.wholeNumberValue, list.columns.indices.contains(number - 1) else { break }
            return pick(number - 1)
        default: break
        }
        return .none
    }

    private func pick(_ position: Int) -> Outcome { .sort(list.columns[position].picked(after: current)) }
}
