import ITwinsAPI
import Screen

/// What the program said in this run, the newest first; what is about a request leads to that.
struct Messages: Menu {
    private let said: [Notices.Toast]
    var list: PickList

    init(_ browser: Browser) {
        said = browser.notices.said.reversed()
        list = PickList(selected: said.isEmpty ? nil : 0)
    }

    static let width = 110
    static let footHeight = 3
    var opener: Command? { .messages }
    var title: CellText { "Messages" }
    var emptyText: CellText { "No messages yet." }
    var count: Int { said.count }
    private var selected: Notices.Toast? { list.selected.map { said[$0] } }

    var hints: [DialogHint] {
        let request = selected?.request == nil ? [] : [DialogHint(.accept, does: "request", 1)]
        return [DialogHint(.down, .up, does: "move", 2)] + request + [DialogHint(.cancel, does: "close", 0)]
    }

    func pick(_ row: Int) -> Outcome {
        said[row].request.map { .close(then: .change(ShowRequest(request: $0))) } ?? .none
    }

    func draw(_ row: MenuRow, on canvas: inout Canvas) {
        let message = said[row.index]
        let text = row.rect.inset(dx: 2, dy: 0).split(left: row.rect.width - 12).0
        canvas.frame.write(CellText(message.sign + message.text), in: text, message.role, on: row.surface)
        let age = CellText(RelativeTime.text(of: message.since, at: canvas.now))
        canvas.frame.write(age, endOf: row.rect.inset(dx: 1, dy: 0), .dim, on: row.surface)
    }

    /// A long one is read to its end below.
    func drawFoot(in rect: Rect, on canvas: inout Canvas) {
        let lines = selected.map { CellText.lines($0.text, width: rect.width) } ?? []
        if lines.count > 1 { canvas.frame.lines(lines.map { ListCell($0, .dim) }, in: rect, on: .dialog) }
    }
}

extension Command {
    static let messages = Command("messages", "Messages", "messages", .program, ["m"]) { browser, _ in
        browser.layers.push(Messages(browser))
        return []
    }
}
