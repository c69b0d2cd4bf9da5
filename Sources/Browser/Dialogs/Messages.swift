import ITwinsAPI
import Screen

/// What the program said in this run, the newest first; Enter on what is about a request leads to that.
struct Messages: Layer {
    private let said: [Notices.Toast]
    private var list: PickList

    init(_ browser: Browser) {
        said = browser.notices.said.reversed()
        list = PickList(selected: said.isEmpty ? nil : 0)
    }

    private var selected: Notices.Toast? { list.selected.map { said[$0] } }

    var hints: [KeyHint] {
        let request = selected?.request == nil ? [] : [KeyHint("enter", "request", 1)]
        return [KeyHint("↓↑", "move", 2)] + request + [KeyHint("esc", "close", 0)]
    }

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        if key.isCancel || key == Key(.character("q")) || key == Key(.character("m")) { return .close }
        if key == Key(.enter), let request = selected?.request {
            return .close(then: .change(ShowRequest(request: request)))
        }
        _ = list.handle(key, count: said.count)
        return .none
    }

    func draw(on canvas: inout Canvas) {
        let width = min(110, canvas.frame.size.width - 8)
        let foot = selected.map { CellText.lines($0.text, width: width - 4) } ?? []
        let rect = canvas.dialogRect(width: width, height: max(said.count, 1) + Self.footHeight + 2)
        let inside = canvas.frame.dialog(rect, title: "Messages of this run")
        let (rows, below) = inside.split(bottom: min(Self.footHeight, inside.height - 1))
        guard !said.isEmpty else {
            return canvas.frame.write("No messages yet.", in: inside.inset(dx: 1, dy: 0), .dim, on: .dialog)
        }
        let now = canvas.now
        canvas.frame.menu(list, count: said.count, in: rows, of: rect) { frame, index, row, surface in
            let message = said[index]
            let age = CellText(Age.text(of: message.since, at: now))
            let text = row.inset(dx: 2, dy: 0).split(left: row.width - 12).0
            frame.write(CellText(message.sign + message.text), in: text, message.role, on: surface)
            frame.write(age, endOf: row.inset(dx: 1, dy: 0), .dim, on: surface)
        }
        // A long one is read to its end below.
        canvas.frame.lines(
            foot.dropFirst().isEmpty ? [] : foot.map { ListCell($0, .dim) },
            in: below.inset(dx: 1, dy: 0),
            on: .dialog
        )
    }

    /// Lines below the list, always as many, so that the dialog does not jump.
    private static let footHeight = 3
}

extension Command {
    static let messages = Command("messages", "messages of this run", "messages", .program, ["m"]) { browser, _ in
        browser.layers.push(Messages(browser))
        return []
    }
}
