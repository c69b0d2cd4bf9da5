import ITwinsAPI
import Screen

/// The question before a change is sent, in a profile that wants it asked.
struct SendQuestion: Sendable {
    /// What is done to what: `Create Repository “Flood maps”`.
    let what: String
    /// Method and path that are sent.
    let requestLine: String
    /// What is done when the answer is yes.
    let change: Change

    /// What is sent.
    enum Change: Sendable, Hashable {
        /// What the dialog below was filled in for.
        case form(ITwinsAPI.Operation)
        case favorite(iTwinID: String)
    }

    /// What a key answers.
    enum Outcome: Sendable, Hashable {
        case none, yes, no
    }

    /// Enter sends only where it was not pressed to come here: a second one by chance must not send.
    var takesEnter: Bool { if case .favorite = change { true } else { false } }

    func handle(_ key: Key) -> Outcome {
        switch (key.code, key.modifiers) {
        case (.character("y"), []), (.character("Y"), _): .yes
        case (.enter, []) where takesEnter: .yes
        case (.escape, _), (.character("c"), .control), (.character("n"), []), (.character("q"), []): .no
        default: .none
        }
    }
}

extension SendQuestion {
    /// What the footer says, and how much each is needed; 0 is needed most.
    var footer: [(keys: String, label: String, rank: Int)] {
        [(takesEnter ? "y enter" : "y", "send", 0), ("esc", "do not", 1)]
    }

    /// Draws the question over the screen.
    func draw(to connection: Connection, in layout: ScreenLayout, on frame: inout Frame) {
        let area = Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height - 1)
        let width = min(72, area.width - (layout.mode == .compact ? 0 : 8))
        let lines = [
            CellText.lines(what, width: width - 6).map { ListCell($0) },
            CellText.lines(requestLine, width: width - 6).map { ListCell($0, .dim) },
            [ListCell("")],
            CellText.lines("y  sends it    esc  goes back, nothing is lost", width: width - 6).map {
                ListCell($0, .warn)
            },
        ].flatMap(\.self)
        let isRoomy = layout.mode == .full
        let rect = area.centered(Size(width: width, height: min(lines.count + (isRoomy ? 4 : 2), area.height)))
        frame.fill(rect, style: Style(.text, on: .dialog))
        let title = [
            BoxLabel(text: "Send this to", role: nil),
            BoxLabel(text: CellText(connection.label), role: connection.role),
        ]
        let inside = frame.box(rect, title: title, focused: true, surface: .dialog)
        let body = inside.inset(dx: 2, dy: isRoomy ? 1 : 0)
        for (offset, line) in lines.prefix(body.height).enumerated() {
            let point = Point(x: body.minX, y: body.minY + offset)
            frame.write(line.text, at: point, width: body.width, style: Style(line.role, on: .dialog))
        }
    }
}

extension Browser {
    /// Asks before what a dialog was filled in for is sent; the dialog waits below with all that was typed.
    mutating func askBeforeSending(_ operation: ITwinsAPI.Operation, of form: Form) {
        covered = dialog
        dialog = .question(
            SendQuestion(
                what: "\(form.verb.button) \(form.subject)\n\(form.title)",
                requestLine: requestLine(of: operation),
                change: .form(operation)
            )
        )
    }

    /// Asks before a favorite is set or taken away.
    mutating func askBeforeFavorite(_ id: String, _ operation: ITwinsAPI.Operation) {
        let isFavorite = session.favorites.contains(id)
        dialog = .question(
            SendQuestion(
                what: isFavorite
                    ? "“\(name(of: id))” is to be no favorite any more" : "“\(name(of: id))” is to be a favorite",
                requestLine: requestLine(of: operation),
                change: .favorite(iTwinID: id)
            )
        )
    }

    mutating func handle(_ key: Key, in question: SendQuestion, at now: Timestamp) -> [Effect] {
        let outcome = question.handle(key)
        guard outcome != .none else { return [] }
        uncover()
        guard outcome == .yes else { return [] }
        switch question.change {
        case .form(let operation): return sendForm(operation, at: now)
        case .favorite(let id): return setFavorite(id, at: now)
        }
    }

    /// Closes a dialog that lies over another one, which is told what has become known meanwhile.
    mutating func uncover() {
        dialog = covered
        covered = nil
        updateForm()
    }
}
