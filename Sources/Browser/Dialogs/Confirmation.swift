import ITwinsAPI
import Screen

/// A question before something that cannot be taken back.
struct Confirmation: Layer {
    let title: [BoxLabel]
    /// What is said, paragraph by paragraph.
    let texts: [(text: String, role: Role)]
    /// What `y` does and `esc` does not, in a word.
    let verb: String
    /// Whether Enter is yes: only where it was not pressed to come here, for a second one by chance must do nothing.
    var takesEnter = false
    /// What is done when the answer is yes.
    let then: Outcome.Step

    var hints: [KeyHint] { [KeyHint(takesEnter ? "y enter" : "y", verb, 0), KeyHint("esc", "do not", 1)] }

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        switch (key.code, key.modifiers) {
        case (.character("y"), []), (.character("Y"), _): .close(then: then)
        case (.enter, []) where takesEnter: .close(then: then)
        case (.character("n"), []), (.character("q"), []): .close
        default: key.isCancel ? .close : .none
        }
    }

    func draw(on canvas: inout Canvas) {
        let area = canvas.frame.dialogArea
        let width = min(72, area.width - (canvas.isCompact ? 0 : 8))
        let lines = texts.flatMap { text, role in
            text.isEmpty ? [ListCell("")] : CellText.lines(text, width: width - 6).map { ListCell($0, role) }
        }
        let height = min(lines.count + (canvas.isCompact ? 2 : 4), area.height)
        let rect = area.centered(Size(width: width, height: height))
        let body = canvas.frame.dialog(rect, title: title).inset(dx: 2, dy: canvas.isCompact ? 0 : 1)
        canvas.frame.lines(lines, in: body, on: .dialog)
    }
}

extension Confirmation {
    /// The question before a change is sent, in a profile that wants it asked.
    ///
    /// - Parameter what: what is done to what: `Create Repository “Flood maps”`.
    static func write(
        _ what: String,
        _ request: any BrowserRequest,
        takesEnter: Bool,
        in browser: Browser
    ) -> Confirmation {
        let connection = browser.session.connection
        return Confirmation(
            title: [
                BoxLabel(text: "Send this to", role: nil),
                BoxLabel(text: CellText(connection.label), role: connection.role),
            ],
            texts: [
                (what, .text), (browser.session.requestLine(of: request.operation), .dim), ("", .text),
                ("y  sends it    esc  goes back, nothing is lost", .warn),
            ],
            verb: "send",
            takesEnter: takesEnter,
            then: .send(request)
        )
    }
}
