import ITwinsAPI
import Screen

/// A layer that is a list to pick from, with something to know of the row under the cursor below it.
protocol Menu: Layer {
    var list: PickList { get set }
    var count: Int { get }
    var title: CellText { get }
    /// What is said while there are no rows.
    var emptyText: CellText { get }
    /// How wide it is where there is room.
    static var width: Int { get }
    /// How many lines are below the rows: always as many, so that the dialog does not jump.
    static var footHeight: Int { get }

    /// Where it lies.
    func rect(on canvas: Canvas) -> Rect
    func draw(_ row: MenuRow, on canvas: inout Canvas)
    func drawFoot(in rect: Rect, on canvas: inout Canvas)
    /// What picking a row leads to.
    func pick(_ row: Int) -> Outcome
    /// Called when the cursor was moved.
    mutating func cursorMoved()
}

extension Menu {
    var context: KeyContext { .menu }
    var emptyText: CellText { "" }
    static var footHeight: Int { 0 }
    func drawFoot(in rect: Rect, on canvas: inout Canvas) {}
    mutating func cursorMoved() {}

    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome { moveOrPick(press) }

    /// What the keys of every menu do.
    mutating func moveOrPick(_ press: KeyPress) -> Outcome {
        if press.action == .cancel { return .close }
        if press.action == .accept { return list.selected.map(pick) ?? .none }
        if let motion = press.action?.motion {
            list.move(motion, count: count)
            cursorMoved()
        }
        return .none
    }

    func rect(on canvas: Canvas) -> Rect {
        canvas.dialogRect(
            width: min(Self.width, canvas.frame.size.width - 8),
            height: max(count, 1) + Self.footHeight + 2
        )
    }

    func draw(on canvas: inout Canvas) {
        let rect = rect(on: canvas)
        let inside = canvas.frame.dialog(rect, title: title)
        let (rows, foot) = inside.split(bottom: min(Self.footHeight, inside.height - 1))
        if count == 0 { canvas.frame.write(emptyText, in: rows.inset(dx: 1, dy: 0), .dim, on: .dialog) }
        for row in canvas.frame.menu(list, count: count, in: rows, of: rect) { draw(row, on: &canvas) }
        drawFoot(in: foot.inset(dx: 1, dy: 0), on: &canvas)
    }
}

extension Frame {
    /// Writes the columns of a row of a menu, a number of columns apart.
    mutating func columns(
        _ columns: [(text: String, width: Int, role: Role)],
        from start: Int = 2,
        apart spacing: Int = 1,
        in row: MenuRow
    ) {
        var x = start
        for (text, width, role) in columns {
            write(CellText(text), in: row.rect.split(left: x).1.split(left: width).0, role, on: row.surface)
            x += width + spacing
        }
    }
}
