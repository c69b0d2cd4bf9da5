import ITwinsAPI
import Screen

/// The choice of what a list is sorted by. The column that it is sorted by already is picked again to reverse it.
struct SortMenu: Menu {
    /// The list that is sorted.
    private let sorted: SortableList
    /// What it is sorted by.
    private let current: ListSort
    var list: PickList

    init(_ sorted: SortableList, current: ListSort) {
        self.sorted = sorted
        self.current = current
        list = PickList(selected: sorted.columns.firstIndex { $0.id == current.column } ?? 0)
    }

    static let width = 46
    var opener: Command? { .sort }
    var title: CellText { CellText("Sort \(sorted.id)") }
    var count: Int { sorted.columns.count }

    var hints: [DialogHint] {
        let reverses =
            list.selected.map { sorted.columns[$0].id == current.column } == true && current.column != .service
        return .picking("move", reverses ? "reverse" : "sort", "close")
    }

    /// The number of a column picks it.
    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome {
        if case .character(let character) = press.key.code, let number = character.wholeNumberValue {
            return sorted.columns.indices.contains(number - 1) ? pick(number - 1) : .none
        }
        return moveOrPick(press)
    }

    func pick(_ row: Int) -> Outcome {
        .close(then: .change(SetSort(list: sorted, order: sorted.columns[row].picked(after: current))))
    }

    /// Over a small screen too it covers no more than it needs.
    func rect(on canvas: Canvas) -> Rect {
        canvas.frame.dialogArea.centered(Size(width: Self.width, height: count + 2))
    }

    func draw(_ row: MenuRow, on canvas: inout Canvas) {
        let column = sorted.columns[row.index]
        let direction = CellText(
            column.id == current.column ? column.direction(isDescending: current.isDescending) : ""
        )
        let (number, text) = row.rect.inset(dx: 2, dy: 0).split(left: 2)
        canvas.frame.write(CellText("\(row.index + 1)"), in: number.split(left: 1).0, .key, on: row.surface)
        let title = text.split(left: text.width - direction.width).0
        canvas.frame.write(CellText(column.title), in: title, on: row.surface)
        canvas.frame.write(direction, endOf: row.rect.inset(dx: 1, dy: 0), .accent, on: row.surface)
    }
}

/// Sorts a list, in later runs too.
struct SetSort: BrowserChange {
    let list: SortableList
    let order: ListSort

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.memory.sorts[list.id] = order
        browser.applySorts()
        return [.save(browser.remembered)]
    }
}
