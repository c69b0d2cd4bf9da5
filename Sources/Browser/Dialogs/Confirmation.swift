import ITwinsAPI
import Screen

/// A question before something that cannot be taken back.
struct Confirmation: Layer {
    let title: [BoxLabel]
    /// What is said, paragraph by paragraph.
    let texts: [(text: String, role: Role)]
    /// What yes does, in a word for the footer and as a part of a sentence.
    let yes: (verb: String, does: String)
    /// What no does, as a part of a sentence.
    let no: String
    /// Whether Enter is yes: only where it was not pressed to come here, for a second one by chance must do nothing.
    var takesEnter = false
    /// What is done when the answer is yes.
    let then: Outcome.Step

    let context = KeyContext.question
    var hints: [DialogHint] {
        let actions: [DialogAction] = takesEnter ? [.yes, .accept] : [.yes]
        return [DialogHint(actions, does: yes.verb, 0), DialogHint(.cancel, does: "back", 1)]
    }

    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome {
        switch press.action {
        case .yes: .close(then: then)
        case .accept where takesEnter: .close(then: then)
        case .cancel: .close
        default: .none
        }
    }

    func draw(on canvas: inout Canvas) {
        let area = canvas.frame.dialogArea
        let width = min(72, area.width - (canvas.isCompact ? 0 : 8))
        let keymap = canvas.browser.terminal.keymap
        let keys = keymap.text("\(.yes, in: context)  \(yes.does)    \(.cancel, in: context)  \(no)")
        let lines = (texts + [("", .text), (keys, .warn)]).flatMap { text, role in
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
    /// - Parameters:
    ///   - what: what is done to what: `Create Repository “Flood maps”`.
    ///   - no: what no does, as a part of a sentence.
    static func write(
        _ what: String,
        _ request: any BrowserRequest,
        no: String,
        takesEnter: Bool = false,
        in browser: Browser
    ) -> Confirmation {
        let connection = browser.session.connection
        return Confirmation(
            title: [
                BoxLabel(text: "Send to", role: nil),
                BoxLabel(text: CellText(connection.label), role: connection.role),
            ],
            texts: [
                (what, .text), (browser.session.requestLine(of: request.operation), .dim),
            ],
            yes: ("send", "sends it"),
            no: no,
            takesEnter: takesEnter,
            then: .send(request)
        )
    }
}
