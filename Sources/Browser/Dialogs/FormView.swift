import ITwinsAPI
import Screen

extension Form {
    var hints: [DialogHint] {
        let field = focusedField.map { fields.list[$0] }
        if openList != nil {
            let isOne = field?.choices?.isOne == true
            return [
                DialogHint(.down, .up, does: "move", 1),
                isOne ? DialogHint(.accept, does: "select", 0) : DialogHint(.choose, does: "toggle", 0),
                isOne ? DialogHint(.cancel, does: "close", 2) : DialogHint(.accept, does: "done", 2),
            ]
        }
        let press = [DialogHint(.left, .right, does: "choose", 1), DialogHint(.accept, does: "press", 0)]
        switch status.phase {
        case .sending, .checking: return [DialogHint(.cancel, does: "cancel", 0)]
        case .confirmingClose: return press + [DialogHint(.cancel, does: "keep editing", 2)]
        case .unknown: return press + [DialogHint(.cancel, does: "edit", 2)]
        case .editing:
            let choices = field?.choices
            return [DialogHint(.down, does: "next", 2), DialogHint(.up, does: "previous", 5)]
                + (choices == nil ? [] : [DialogHint(.choose, does: "choose", 3)])
                + (choices?.isOne == true ? [DialogHint(.left, .right, does: "change", 4)] : [])
                + [
                    DialogHint(.submit, does: content.verb.button.lowercased(), 0),
                    DialogHint(.cancel, does: "cancel", 1),
                ]
        }
    }
}

/// A form as it is drawn on a screen: its lines, and what stands above its buttons.
struct FormView {
    private let form: Form
    private let width: Int
    /// What is to be known, the fields, and what is said under them.
    private let lines: [Line]
    /// How many lines there are while nothing is said under a field.
    private let calmCount: Int
    /// What stands above the buttons, with a blank line below it.
    private let footing: [ListCell]
    /// The request that it waits for.
    private let request: Requests.InFlight?
    private let keymap: Keymap

    private struct Line {
        var label = CellText("")
        var text = ListCell("")
        /// The field that is drawn there; nil for none.
        var field: Int?
        /// Whether the text takes the room of the label too.
        var isWide = false
    }

    private static let labelWidth = 15

    init(_ form: Form, on canvas: Canvas) {
        let area = canvas.frame.dialogArea
        self.form = form
        keymap = canvas.browser.terminal.keymap
        request = form.status.request.flatMap { canvas.browser.session.requests[$0] }
        width = (canvas.isCompact ? area.width : min(72, area.width - 8)) - 6
        let info = Self.info(of: form, width: width)
        lines = info + Self.fields(of: form, width: width)
        calmCount = info.count + form.fields.list.count
        let space = form.content.hint == nil || canvas.isCompact ? [] : [ListCell("")]
        footing = space + Self.footing(of: form, width: width) + [ListCell("")]
    }

    private static func info(of form: Form, width: Int) -> [Line] {
        let info = form.content.info.filter { width >= 50 || !$0.isExtra }
        let isRoomy = width >= 50 && !info.isEmpty && !form.fields.list.isEmpty
        return info.flatMap { info in
            let isWide = info.label.isEmpty
            let lines = CellText.lines(info.text, width: isWide ? width : max(width - labelWidth, 8))
            return lines.enumerated().map { offset, text in
                let label = CellText(offset == 0 ? info.label : isWide ? "" : " ")
                return Line(label: label, text: ListCell(text, info.role), isWide: isWide)
            }
        } + (isRoomy ? [Line(isWide: true)] : [])
    }

    private static func fields(of form: Form, width: Int) -> [Line] {
        form.fields.list.enumerated().flatMap { index, field in
            let problem = field.isSettled ? form.content.problem(with: field.id, form.values) : nil
            let message = (field.refusal ?? problem).map { said("✗ \($0)", width: max(width - labelWidth, 8)) } ?? []
            let label = CellText((field.isIndented ? "  " : "") + field.label)
            return [Line(label: label, field: index)] + message.map { Line(text: ListCell($0, .error)) }
        }
    }

    private static func footing(of form: Form, width: Int) -> [ListCell] {
        let status = form.status
        let doubt = ("It is unknown whether \(form.objectName) was \(form.content.verb.done).", Role.warn)
        var texts: [(String, Role)?] =
            switch status.phase {
            case .editing:
                [
                    form.content.hint.map { ($0.text, $0.role) },
                    status.problem.map { ("✗ \($0)", .error) },
                ]
            case .sending: []
            case .checking: [doubt]
            case .unknown: [doubt, status.problem.map { ($0, .text) }]
            case .confirmingClose: [("Discard your changes?", .warn)]
            }
        if status.request == nil { texts.insert(status.userNote.map { ("⚠ \($0)", .warn) }, at: 0) }
        return texts.compactMap(\.self).flatMap { text, role in said(text, width: width).map { ListCell($0, role) } }
    }

    /// A message in a few lines, for services may say any amount.
    private static func said(_ text: String, width: Int) -> [CellText] {
        let lines = CellText.lines(text, width: width)
        guard lines.count > 3 else { return lines }
        return Array(lines.prefix(2)) + [(lines[2] + "…").truncated(to: width)]
    }

    // MARK: Drawing

    /// Draws it; where it is too high the focused field is kept in sight.
    func draw(on canvas: inout Canvas) {
        let rect = rect(on: canvas)
        _ = canvas.frame.dialog(rect, title: CellText(form.content.title))
        let body = Rect(x: rect.minX + 3, y: rect.minY + 1, width: width, height: rect.height - 2)
        // A question is read to its end, whatever it hides of the fields.
        let most = form.status.phase == .editing ? body.height / 2 + 1 : body.height - 2
        let space = canvas.isCompact ? 0 : 1
        let (upper, lower) = body.split(bottom: min(footing.count + space, max(most, body.height - lines.count - 1)))
        let room = upper.split(top: space).1
        let focused = lines.firstIndex { $0.field != nil && $0.field == form.focusedField }
        let last = max(lines.count - room.height, 0)
        let first = form.focusedField == nil ? last : min(max((focused ?? 0) - room.height / 2, 0), last)
        for (line, y) in zip(lines.dropFirst(first), room.minY..<room.maxY) {
            draw(line, in: Rect(x: room.minX, y: y, width: width, height: 1), on: &canvas.frame)
        }
        let (shown, count) = (room.height, lines.count)
        canvas.frame.scrollbar(on: rect, first: first, visible: shown, count: count, focused: true, surface: .dialog)
        let (texts, buttons) = lower.split(bottom: 1)
        canvas.frame.lines(footing.dropLast(), in: texts, on: .dialog)
        drawButtons(in: buttons, on: &canvas.frame, at: canvas.now)
        let value = Point(x: room.minX + Self.labelWidth, y: room.minY + (focused ?? 0) - first)
        drawOpenList(below: value, on: &canvas.frame)
    }

    /// Where the dialog lies: centered as if nothing were said in it, so that it grows downwards and does not jump.
    private func rect(on canvas: Canvas) -> Rect {
        let area = canvas.frame.dialogArea
        let height = min(lines.count + footing.count + 4, area.height)
        func centered(_ height: Int) -> Rect { area.centered(Size(width: width + 6, height: height)) }
        if canvas.isCompact { return centered(max(height, min(area.height, 12))) }
        let calm = centered(min(calmCount + 5, height))
        return Rect(x: calm.minX, y: min(calm.minY, area.maxY - height), width: calm.width, height: height)
    }

    private func draw(_ line: Line, in rect: Rect, on frame: inout Frame) {
        let (label, value) = rect.split(left: line.isWide ? 0 : Self.labelWidth)
        let isFocused = line.field != nil && line.field == form.focusedField
        let role: Role = line.field == nil ? .dim : isFocused ? .accent : .text
        if !line.label.isEmpty {
            frame.write(line.label, in: label.split(left: Self.labelWidth - 1).0, role, on: .dialog)
        }
        if let index = line.field {
            draw(form.fields.list[index], in: value, isFocused: isFocused, on: &frame)
        } else {
            frame.write(line.text.text, in: value, line.text.role, on: .dialog)
        }
    }

    private func draw(_ field: Field, in rect: Rect, isFocused: Bool, on frame: inout Frame) {
        let surface: Surface = isFocused ? .fieldFocused : .field
        let start = Point(x: rect.minX, y: rect.minY)
        if isFocused { frame.cursor = start }
        switch field.value {
        case .text(let line) where line.text.isEmpty:
            frame.write(CellText(field.placeholder), in: rect, .placeholder, on: surface)
        case .text(let line) where isFocused || field.isSecret:
            let style = Style(.text, on: surface)
            let (width, isSecret) = (rect.width, field.isSecret)
            frame.textField(line, at: start, width: width, style: style, masked: isSecret, focused: isFocused)
        case .text(let line): frame.write(CellText(line.text), in: rect, on: surface)
        case .choices(let choices):
            let chosen = CellText(choices.chosen.map { choices.all[$0].label }.joined(separator: ", "))
            if !choices.isOne {
                let text = choices.chosen.isEmpty ? CellText(field.placeholder) : chosen
                frame.write(text.truncated(to: rect.width - 2), in: rect, on: surface)
            } else if choices.chosen.isEmpty {
                let wish = keymap.text("\(.choose, in: .form) opens list")
                frame.write(CellText(wish), in: rect, .placeholder, on: surface)
            } else {
                frame.write(chosen, in: rect, on: surface)
            }
            frame.write("▾", endOf: rect, .dim, on: surface)
        }
    }

    private func drawButtons(in rect: Rect, on frame: inout Frame, at now: Timestamp) {
        let (status, labels) = (form.status, form.status.buttons.map { label(of: $0, at: now) })
        // Brackets and what is between two buttons.
        let isTight = labels.reduce(-3) { $0 + CellText($1).width + 7 } > rect.width
        var x = rect.maxX
        for (index, label) in labels.enumerated().reversed() {
            let isFocused = form.focus == .button(index) && status.request == nil
            let text = CellText(isTight ? "[\(label)]" : "[ \(label) ]")
            x -= text.width
            let role: Role = status.isBusy(status.buttons[index]) ? .pending : isFocused ? .titleFocused : .text
            let style = Style(role, on: isFocused ? .buttonFocused : .button)
            frame.write(text, at: Point(x: x, y: rect.minY), width: text.width, style: style)
            x -= isTight ? 1 : 3
        }
    }

    /// What a button says; the one whose request is in flight says for how long.
    private func label(of button: FormButton, at now: Timestamp) -> String {
        let verb = form.content.verb
        guard form.status.isBusy(button), let request else { return button == .submit ? verb.button : button.rawValue }
        let waited = now.seconds(since: request.since).secondsText
        let (bytes, total) = request.progress
        guard button == .submit, bytes > 0 || total != nil else {
            return "\(button == .check ? "Looking" : verb.doing)… \(waited)"
        }
        let part = total.map { " of \($0.byteText)" } ?? ""
        return "\(verb.doing)… \(bytes.byteText)\(part), \(waited)"
    }

    /// Draws what the focused field can be, from where it stands downwards.
    private func drawOpenList(below value: Point, on frame: inout Frame) {
        guard let list = form.openList, let index = form.focusedField, let choices = form.fields.list[index].choices
        else { return }
        let area = frame.dialogArea
        let height = min(choices.all.count + 2, area.height)
        let widest = choices.all.map { CellText($0.label).width }.max() ?? 0
        let x = value.x - 2
        let width = min(max(widest + (choices.isOne ? 4 : 6), 24), area.maxX - x)
        let rect = Rect(x: x, y: min(value.y + 1, area.maxY - height), width: width, height: height)
        let inside = frame.dialog(rect, title: "")
        for row in frame.menu(list, count: choices.all.count, in: inside, of: rect) {
            let sign: CellText = choices.isOne ? "" : choices.chosen.contains(row.index) ? "✓ " : "· "
            frame.write(sign + CellText(choices.all[row.index].label), in: row.rect.split(left: 1).1, on: row.surface)
        }
        frame.cursor = nil
    }
}
