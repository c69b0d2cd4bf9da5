import ITwinsAPI
import Screen

extension Form {
    var hints: [KeyHint] {
        if openList != nil {
            guard case .field(let index) = focus, case .several = fields[index].value else {
                return [KeyHint("↓↑", "choose", 1), KeyHint("enter", "take", 0), KeyHint("esc", "close", 2)]
            }
            return [KeyHint("↓↑", "move", 1), KeyHint("space", "in or out", 0), KeyHint("enter", "done", 2)]
        }
        let press = [KeyHint("←→", "choose", 1), KeyHint("enter", "press", 0)]
        switch phase {
        case .sending, .checking: return [KeyHint("esc", "stop", 0)]
        case .confirmingClose: return press + [KeyHint("esc", "keep editing", 2)]
        case .unknown: return press + [KeyHint("esc", "edit again", 2)]
        case .editing: break
        }
        var keys = [KeyHint("tab", "next", 2), KeyHint("⇧tab", "previous", 5)]
        if case .field(let index) = focus {
            switch fields[index].value {
            case .choice: keys += [KeyHint("space", "choose", 3), KeyHint("←→", "change", 4)]
            case .several: keys += [KeyHint("space", "choose", 3)]
            case .text: break
            }
        }
        return keys + [KeyHint("^S", verb.button.lowercased(), 0), KeyHint("esc", "cancel", 1)]
    }

    /// Draws the dialog over the screen; where it is too high the focused field is kept in sight.
    func draw(on canvas: inout Canvas) {
        let (isCompact, now) = (canvas.isCompact, canvas.now)
        let area = canvas.frame.dialogArea
        let width = isCompact ? area.width : min(72, area.width - 8)
        let inner = width - 6
        let lines = lines(width: inner)
        let footing = (content.hint == nil || isCompact ? [] : [ListCell("")]) + footing(width: inner)
        let height = min(lines.count + footing.count + 4, area.height)
        let rect =
            isCompact
            ? area.centered(Size(width: width, height: max(height, min(area.height, 12))))
            : place(width, height, in: area)
        _ = canvas.frame.dialog(rect, title: CellText(title))
        let body = Rect(x: rect.minX + 3, y: rect.minY + 1, width: inner, height: rect.height - 2)
        // A question is read to its end, whatever it hides of the fields.
        let most = phase == .editing ? body.height / 2 + 1 : body.height - 2
        let (upper, lower) = body.split(
            bottom: min(footing.count + (isCompact ? 0 : 1), max(most, body.height - lines.count - 1))
        )
        let room = isCompact ? upper : upper.split(top: 1).1
        let first = firstLine(lines, height: room.height)
        for (offset, line) in lines.dropFirst(first).prefix(room.height).enumerated() {
            let row = Rect(x: room.minX, y: room.minY + offset, width: inner, height: 1)
            draw(line, in: row, on: &canvas.frame)
        }
        let (shown, count) = (room.height, lines.count)
        canvas.frame.scrollbar(on: rect, first: first, visible: shown, count: count, focused: true, surface: .dialog)
        let request = request.flatMap { canvas.browser.session.requests[$0] }
        drawFooting(footing, request, in: lower, on: &canvas.frame, at: now)
        drawOpenList(lines: lines, first: first, in: room, area: area, on: &canvas.frame)
    }

    /// Where the dialog lies: centered as if nothing were said in it, so that it grows downwards and does not jump.
    private func place(_ width: Int, _ height: Int, in area: Rect) -> Rect {
        let calm = area.centered(Size(width: width, height: min(lineCount(width: width - 6) + 5, height)))
        return Rect(x: calm.minX, y: min(calm.minY, area.maxY - height), width: width, height: height)
    }

    // MARK: Lines

    /// A line of the dialog: something to know, a field, or what is said under one.
    private enum Line {
        case fact(label: String, text: CellText, role: Role)
        case field(Int)
        case message(CellText)
    }

    private func factLines(width: Int) -> [Line] {
        let isRoomy = width >= 50 && !content.info.isEmpty && !fields.isEmpty
        return content.info.filter { width >= 50 || !$0.isExtra }.flatMap { fact -> [Line] in
            let width = fact.label.isEmpty ? width : max(width - Self.labelWidth, 8)
            return CellText.lines(fact.text, width: width).enumerated().map { offset, line in
                .fact(label: offset == 0 ? fact.label : fact.label.isEmpty ? "" : " ", text: line, role: fact.role)
            }
        } + (isRoomy ? [.fact(label: "", text: "", role: .text)] : [])
    }

    /// The lines while nothing is said under a field.
    private func lineCount(width: Int) -> Int { factLines(width: width).count + fields.count }

    private func lines(width: Int) -> [Line] {
        factLines(width: width)
            + fields.indices.flatMap { index -> [Line] in
                let message =
                    message(under: fields[index]).map { Self.said("✗ \($0)", width: max(width - Self.labelWidth, 8)) }
                    ?? []
                return [.field(index)] + message.map(Line.message)
            }
    }

    private static let labelWidth = 15

    /// A message in a few lines, for services may say any amount.
    private static func said(_ text: String, width: Int) -> [CellText] {
        let lines = CellText.lines(text, width: width)
        guard lines.count > 3 else { return lines }
        return Array(lines.prefix(2)) + [(lines[2] + "…").truncated(to: width)]
    }

    /// The first line shown, so that the focused field and what is said under it are in sight.
    private func firstLine(_ lines: [Line], height: Int) -> Int {
        let last = max(lines.count - height, 0)
        guard case .field(let focused) = focus else { return last }
        let line = lines.firstIndex { line in
            if case .field(focused) = line { true } else { false }
        }
        return min(max((line ?? 0) - height / 2, 0), last)
    }

    private func draw(_ line: Line, in rect: Rect, on frame: inout Frame) {
        let (label, value) = rect.split(left: Self.labelWidth)
        let name = label.split(left: Self.labelWidth - 1).0
        switch line {
        case .fact("", let text, let role): frame.write(text, in: rect, role, on: .dialog)
        case .fact(let label, let text, let role):
            frame.write(CellText(label), in: name, .dim, on: .dialog)
            frame.write(text, in: value, role, on: .dialog)
        case .message(let text): frame.write(text, in: value, .error, on: .dialog)
        case .field(let index):
            let isFocused = focus == .field(index)
            let label = CellText((fields[index].isIndented ? "  " : "") + fields[index].label)
            frame.write(label, in: name, isFocused ? .accent : .text, on: .dialog)
            draw(fields[index], in: value, isFocused: isFocused, on: &frame)
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
            frame.textField(
                line,
                at: start,
                width: rect.width,
                style: Style(.text, on: surface),
                masked: field.isSecret,
                focused: isFocused
            )
        case .text(let line): frame.write(CellText(line.text), in: rect, on: surface)
        case .choice(let choices, let selected):
            let text = selected.map { choices[$0].label } ?? field.placeholder
            frame.write(CellText(text), in: rect, selected == nil ? .placeholder : .text, on: surface)
            frame.write("▾", endOf: rect, .dim, on: surface)
        case .several(let choices, let chosen, let none):
            let names = chosen.isEmpty ? none : chosen.map { choices[$0].label }.joined(separator: ", ")
            frame.write(CellText(names).truncated(to: rect.width - 2), in: rect, on: surface)
            frame.write("▾", endOf: rect, .dim, on: surface)
        }
    }

    // MARK: Buttons

    /// What stands above the buttons.
    private func footing(width: Int) -> [ListCell] {
        let texts: [(String, Role)] =
            switch phase {
            case .editing:
                (content.hint.map { [($0.text, $0.isWarning ? Role.warn : .dim)] } ?? [])
                    + (problem.map { [("✗ \($0)", Role.error)] } ?? [])
            case .sending: []
            case .checking: [(doubt, .warn)]
            case .unknown: [(doubt, .warn)] + (problem.map { [($0, Role.text)] } ?? [])
            case .confirmingClose: [("Close this dialog? What you typed is lost.", .warn)]
            }
        let user = request != nil ? [] : userNote.map { [("⚠ \($0)", Role.warn)] } ?? []
        return (user + texts).flatMap { text, role in Self.said(text, width: width).map { ListCell($0, role) } } + [
            ListCell("")
        ]
    }

    private var doubt: String { "It is not known whether \(subject) was \(verb.done)." }

    private func drawFooting(
        _ lines: [ListCell],
        _ request: Requests.InFlight?,
        in rect: Rect,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        let (upper, lower) = rect.split(bottom: 1)
        frame.lines(lines.dropLast(), in: upper, on: .dialog)
        var x = lower.maxX
        let labels = buttons.map { label(of: $0, request, at: now) }
        let isTight = labels.reduce(-3) { $0 + button($1, isTight: false).width + 3 } > lower.width
        for (index, label) in labels.enumerated().reversed() {
            let isFocused = focus == .button(index) && self.request == nil
            let text = button(label, isTight: isTight)
            x -= text.width
            let role: Role = isBusy(buttons[index]) ? .pending : isFocused ? .titleFocused : .text
            let style = Style(role, on: isFocused ? .buttonFocused : .button)
            frame.write(text, at: Point(x: x, y: lower.minY), width: text.width, style: style)
            x -= isTight ? 1 : 3
        }
    }

    /// What a button says; the one whose request is in flight says for how long.
    private func label(of button: FormButton, _ request: Requests.InFlight?, at now: Timestamp) -> String {
        guard isBusy(button), let request else { return button == .submit ? verb.button : button.label }
        let waited = now.seconds(since: request.since).secondsText
        let (bytes, total) = request.progress
        guard button == .submit, bytes > 0 || total != nil else {
            return "\(button == .check ? "Looking" : verb.doing)… \(waited)"
        }
        let part = total.map { " of \($0.byteText)" } ?? ""
        return "\(verb.doing)… \(bytes.byteText)\(part), \(waited)"
    }

    private func isBusy(_ button: FormButton) -> Bool {
        switch (phase, button) {
        case (.sending, .submit), (.checking, .check): true
        default: false
        }
    }

    private func button(_ label: String, isTight: Bool) -> CellText {
        CellText(isTight ? "[\(label)]" : "[ \(label) ]")
    }

    // MARK: The list of a choice

    private func drawOpenList(lines: [Line], first: Int, in room: Rect, area: Rect, on frame: inout Frame) {
        guard let openList, case .field(let index) = focus, let (choices, chosen) = fields[index].choices else {
            return
        }
        let isSeveral = if case .several = fields[index].value { true } else { false }
        let line = lines.firstIndex { line in
            if case .field(index) = line { true } else { false }
        }
        let below = room.minY + (line ?? 0) - first + 1
        let height = min(choices.count + 2, area.height)
        let widest = choices.map { CellText($0.label).width }.max() ?? 0
        let x = room.minX + Self.labelWidth - 2
        let width = min(max(widest + (isSeveral ? 6 : 4), 24), area.maxX - x)
        let rect = Rect(x: x, y: min(below, area.maxY - height), width: width, height: height)
        let inside = frame.dialog(rect, title: "")
        frame.menu(openList, count: choices.count, in: inside, of: rect) { frame, index, row, surface in
            let sign: CellText = !isSeveral ? "" : chosen.contains(index) ? "✓ " : "· "
            frame.write(sign + CellText(choices[index].label), in: row.split(left: 1).1, on: surface)
        }
        frame.cursor = nil
    }
}
