import ITwinsAPI
import Screen

/// The question before a change is sent, in a profile that wants it asked.
struct WriteConfirmation: Layer {
    /// What is done to what: `Create Repository “Flood maps”`.
    let what: String
    /// What is sent when the answer is yes.
    let request: any BrowserRequest
    /// Whether Enter sends: only where it was not pressed to come here, for a second one by chance must not send.
    let takesEnter: Bool

    var hints: [KeyHint] { [KeyHint(takesEnter ? "y enter" : "y", "send", 0), KeyHint("esc", "do not", 1)] }

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        switch (key.code, key.modifiers) {
        case (.character("y"), []), (.character("Y"), _): .close(then: .send(request))
        case (.enter, []) where takesEnter: .close(then: .send(request))
        case (.character("n"), []), (.character("q"), []): .close
        default: key.isCancel ? .close : .none
        }
    }

    func draw(on canvas: inout Canvas) {
        let area = canvas.frame.dialogArea
        let connection = canvas.browser.session.connection
        let width = min(72, area.width - (canvas.isCompact ? 0 : 8))
        let texts: [(String, Role)] = [
            (what, .text), (canvas.browser.requestLine(of: request.operation), .dim), ("", .text),
            ("y  sends it    esc  goes back, nothing is lost", .warn),
        ]
        let lines = texts.flatMap { text, role in
            text.isEmpty ? [ListCell("")] : CellText.lines(text, width: width - 6).map { ListCell($0, role) }
        }
        let height = min(lines.count + (canvas.isCompact ? 2 : 4), area.height)
        let rect = area.centered(Size(width: width, height: height))
        let title = [
            BoxLabel(text: "Send this to", role: nil),
            BoxLabel(text: CellText(connection.label), role: connection.role),
        ]
        let body = canvas.frame.dialog(rect, title: title).inset(dx: 2, dy: canvas.isCompact ? 0 : 1)
        canvas.frame.lines(lines, in: body, on: .dialog)
    }
}
