import ITwinsAPI
import Screen

/// The choice of what a list is sorted by. The column that it is sorted by already is picked again to reverse it.
struct SortMenu: Layer {
    /// The list that is sorted.
    let list: SortableList
    /// What it is sorted by.
    let current: ListSort
    private(set) var picks: PickList

    init(_ list: SortableList, current: ListSort) {
        self.list = list
        self.current = current
        picks = PickList(selected: list.columns.firstIndex { $0.id == current.column } ?? 0)
    }

    var hints: [KeyHint] {
        let reverses =
            picks.selected.map { list.columns[$0].id == current.column } == true && current.column != .service
        return [
            KeyHint("↓↑", "choose", 2), KeyHint("enter", reverses ? "reverse" : "sort", 0), KeyHint("esc", "close", 1),
        ]
    }

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        if key.isCancel { return .close }
        switch key.code {
        case .enter, .character(" "), .character("l"): return picks.selected.map(pick) ?? .none
        case .character("s"), .character("q"): return .close
        case .character(let character):
            guard let number = character.wholeNumberValue, list.columns.indices.contains(number - 1) else { break }
            return pick(number - 1)
        default: break
        }
        _ = picks.handle(key, count: list.columns.count)
        return .none
    }

    private func pick(_ position: Int) -> Outcome {
        let order = list.columns[position].picked(after: current)
        return .close(then: .change(SetSort(list: list, order: order)))
    }

    func draw(on canvas: inout Canvas) {
        let area = canvas.frame.dialogArea
        let columns = list.columns
        let rect = area.centered(Size(width: min(46, area.width), height: min(columns.count + 2, area.height)))
        let inside = canvas.frame.dialog(rect, title: CellText("Sort \(list.title)"))
        canvas.frame.menu(picks, count: columns.count, in: inside, of: rect) { frame, index, row, surface in
            let column = columns[index]
            let isCurrent = column.id == current.column
            let direction = CellText(isCurrent ? column.direction(isDescending: current.isDescending) : "")
            func write(_ text: CellText, x: Int, width: Int, _ role: Role) {
                frame.write(text, at: Point(x: x, y: row.minY), width: width, style: Style(role, on: surface))
            }
            write(CellText("\(index + 1)"), x: row.minX + 2, width: 1, .key)
            write(CellText(column.title), x: row.minX + 4, width: row.width - 6 - direction.width, .text)
            write(direction, x: row.maxX - 1 - direction.width, width: direction.width, .accent)
        }
    }
}

/// Sorts a list, in later runs too.
struct SetSort: BrowserChange {
    let list: SortableList
    let order: ListSort

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.memory.sorts[list] = order
        browser.applySorts()
        return [.save(browser.remembered)]
    }
}
