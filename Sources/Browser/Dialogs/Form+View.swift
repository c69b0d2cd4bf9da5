import ITwinsAPI
import Screen

extension Form {
    /// What the footer says while the form is open, and how much each is needed; 0 is needed most.
    var footer: [(keys: String, label: String, rank: Int)] {
        if openChoice != nil {
            guard case .field(let index) = focus, case .several = fields[index].value else {
                return [("↓↑", "choose", 1), ("enter", "take", 0), ("esc", "close", 2)]
            }
            return [("↓↑", "move", 1), ("space", "in or out", 0), ("enter", "done", 2)]
        }
        switch phase {
        case .sending, .checking: return [("esc", "stop", 0)]
        case .confirmingClose: return [("←→", "choose", 1), ("enter", "press", 0), ("esc", "keep editing", 2)]
        case .unknown: return [("←→", "choose", 1), ("enter", "press", 0), ("esc", "edit again", 2)]
        case .editing: break
        }
        var keys = [("tab", "next", 2), ("⇧tab", "previous", 5)]
        if case .field(let index) = focus {
            switch fields[index].value {
            case .choice: keys += [("space", "choose", 3), ("←→", "change", 4)]
            case .several: keys += [("space", "choose", 3)]
            case .text: break
            }
        }
        return keys + [("^S", verb.button.lowercased(), 0), ("esc", "cancel", 1)]
    }

    /// Draws the dialog over the screen; where it is too high the focused field is kept in sight.
    ///
    /// - Parameter request: the one that it waits for; nil when it waits for none.
    func draw(_ request: Requests.InFlight?, in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let isCompact = layout.mode == .compact
        let area = Rect(x: 0, y: 0, width: frame.size.width, height: frame.size.height - 1)
        let width = isCompact ? area.width : min(72, area.width - 8)
        let inner = width - 6
        let lines = lines(width: inner, at: now)
        let footing = (note == nil || isCompact ? [] : [ListCell("")]) + footing(width: inner, at: now)
        let height = min(lines.count + footing.count + 4, area.height)
        let rect =
            isCompact
            ? area.centered(Size(width: width, height: max(height, min(area.height, 12))))
            : place(width, height, in: area)
        frame.fill(rect, style: Style(.text, on: .dialog))
        frame.box(rect, title: [BoxLabel(text: CellText(title), role: nil)], focused: true, surface: .dialog)
        let body = Rect(x: rect.minX + 3, y: rect.minY + 1, width: inner, height: rect.height - 2)
        // A question is read to its end, whatever it hides of the fields.
        let most = phase == .editing ? body.height / 2 + 1 : body.height - 2
        let (upper, lower) = body.split(
            bottom: min(footing.count + (isCompact ? 0 : 1), max(most, body.height - lines.count - 1))
        )
        let content = isCompact ? upper : upper.split(top: 1).1
        let first = firstLine(lines, height: content.height)
        for (offset, line) in lines.dropFirst(first).prefix(content.height).enumerated() {
            draw(line, at: Point(x: content.minX, y: content.minY + offset), width: inner, on: &frame)
        }
        if lines.count > content.height {
            frame.scrollbar(
                on: rect,
                first: first,
                visible: content.height,
                count: lines.count,
                focused: true,
                surface: .dialog
            )
        }
        drawFooting(footing, request, in: lower, on: &frame, at: now)
        drawOpenChoice(lines: lines, first: first, in: content, area: area, on: &frame)
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
        let isRoomy = width >= 50 && !facts.isEmpty && !fields.isEmpty
        return facts.filter { width >= 50 || !$0.isExtra }.flatMap { fact -> [Line] in
            let width = fact.label.isEmpty ? width : max(width - Self.labelWidth, 8)
            return CellText.lines(fact.text, width: width).enumerated().map { offset, line in
                .fact(label: offset == 0 ? fact.label : fact.label.isEmpty ? "" : " ", text: line, role: fact.role)
            }
        } + (isRoomy ? [.fact(label: "", text: "", role: .text)] : [])
    }

    /// The lines while nothing is said under a field.
    private func lineCount(width: Int) -> Int { factLines(width: width).count + fields.count }

    private func lines(width: Int, at now: Timestamp) -> [Line] {
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

    private func draw(_ line: Line, at point: Point, width: Int, on frame: inout Frame) {
        let valueX = point.x + Self.labelWidth
        let valueWidth = max(width - Self.labelWidth, 1)
        switch line {
        case .fact(let label, let text, let role):
            guard !label.isEmpty else {
                return frame.write(text, at: point, width: width, style: Style(role, on: .dialog))
            }
            frame.write(CellText(label), at: point, width: Self.labelWidth - 1, style: Style(.dim, on: .dialog))
            frame.write(text, at: Point(x: valueX, y: point.y), width: valueWidth, style: Style(role, on: .dialog))
        case .message(let text):
            frame.write(text, at: Point(x: valueX, y: point.y), width: valueWidth, style: Style(.error, on: .dialog))
        case .field(let index):
            let field = fields[index]
            let isFocused = focus == .field(index) && phase != .confirmingClose
            let label = CellText((field.isIndented ? "  " : "") + field.label)
            frame.write(
                label,
                at: point,
                width: Self.labelWidth - 1,
                style: Style(isFocused ? .accent : .text, on: .dialog)
            )
            let style = Style(.text, on: isFocused ? .fieldFocused : .field)
            switch field.value {
            case .text(let line):
                drawText(
                    line,
                    of: field,
                    at: Point(x: valueX, y: point.y),
                    width: valueWidth,
                    isFocused: isFocused,
                    on: &frame
                )
            case .choice(let choices, let selected):
                let text = selected.map { CellText(choices[$0].label) } ?? CellText(field.placeholder)
                let role: Role = selected == nil ? .placeholder : .text
                frame.write(
                    text,
                    at: Point(x: valueX, y: point.y),
                    width: valueWidth,
                    style: Style(role, on: style.surface)
                )
                frame.put("▾", at: Point(x: valueX + valueWidth - 1, y: point.y), style: Style(.dim, on: style.surface))
                if isFocused { frame.cursor = Point(x: valueX, y: point.y) }
            case .several(let choices, let chosen, let none):
                let names = chosen.map { choices[$0].label }.joined(separator: ", ")
                let text = CellText(chosen.isEmpty ? none : names).truncated(to: valueWidth - 2)
                frame.write(text, at: Point(x: valueX, y: point.y), width: valueWidth, style: style)
                frame.put("▾", at: Point(x: valueX + valueWidth - 1, y: point.y), style: Style(.dim, on: style.surface))
                if isFocused { frame.cursor = Point(x: valueX, y: point.y) }
            }
        }
    }

    private func drawText(
        _ line: TextField,
        of field: Field,
        at point: Point,
        width: Int,
        isFocused: Bool,
        on frame: inout Frame
    ) {
        let surface: Surface = isFocused ? .fieldFocused : .field
        if line.text.isEmpty {
            frame.write(CellText(field.placeholder), at: point, width: width, style: Style(.placeholder, on: surface))
            if isFocused { frame.cursor = point }
        } else if isFocused || field.isSecret {
            frame.textField(
                line,
                at: point,
                width: width,
                style: Style(.text, on: surface),
                masked: field.isSecret,
                focused: isFocused
            )
        } else {
            frame.write(CellText(line.text), at: point, width: width, style: Style(.text, on: surface))
        }
    }

    // MARK: Buttons

    /// What stands above the buttons.
    private func footing(width: Int, at now: Timestamp) -> [ListCell] {
        let texts: [(String, Role)] =
            switch phase {
            case .editing:
                (note.map { [($0.text, $0.isWarning ? Role.warn : .dim)] } ?? [])
                    + (problem.map { [("✗ \($0)", Role.error)] } ?? [])
            case .sending: []
            case .checking: [(doubt, .warn)]
            case .unknown: [(doubt, .warn)] + (problem.map { [($0, Role.text)] } ?? [])
            case .confirmingClose: [("Close this dialog? What you typed is lost.", .warn)]
            }
        let user = isWaiting ? [] : userNote.map { [("⚠ \($0)", Role.warn)] } ?? []
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
        for (offset, line) in lines.dropLast().prefix(upper.height).enumerated() {
            frame.write(
                line.text,
                at: Point(x: upper.minX, y: upper.minY + offset),
                width: upper.width,
                style: Style(line.role, on: .dialog)
            )
        }
        var x = lower.maxX
        let labels = buttons.map { label(of: $0, request, at: now) }
        let isTight = labels.reduce(-3) { $0 + button($1, isTight: false).width + 3 } > lower.width
        for (index, label) in labels.enumerated().reversed() {
            let isFocused = focus == .button(index) && !isWaiting
            let text = button(label, isTight: isTight)
            x -= text.width
            let role: Role = isBusy(buttons[index]) ? .pending : isFocused ? .titleFocused : .text
            let style = Style(role, on: isFocused ? .buttonFocused : .button)
            frame.write(text, at: Point(x: x, y: lower.minY), width: text.width, style: style)
            x -= isTight ? 1 : 3
        }
    }

    /// What a button says; the one whose request is in flight says for how long.
    private func label(of button: Button, _ request: Requests.InFlight?, at now: Timestamp) -> String {
        guard isBusy(button), let request else { return button == .submit ? verb.button : button.label }
        let waited = Browser.seconds(now.seconds(since: request.since))
        let (bytes, total) = request.progress
        guard button == .submit, bytes > 0 || total != nil else {
            return "\(button == .check ? "Looking" : verb.doing)… \(waited)"
        }
        let part = total.map { " of \($0.byteText)" } ?? ""
        return "\(verb.doing)… \(bytes.byteText)\(part), \(waited)"
    }

    private func isBusy(_ button: Button) -> Bool {
        switch (phase, button) {
        case (.sending, .submit), (.checking, .check): true
        default: false
        }
    }

    private func button(_ label: String, isTight: Bool) -> CellText {
        CellText(isTight ? "[\(label)]" : "[ \(label) ]")
    }

    // MARK: The list of a choice

    private func drawOpenChoice(lines: [Line], first: Int, in content: Rect, area: Rect, on frame: inout Frame) {
        guard let row = openChoice, case .field(let index) = focus, let (choices, chosen) = fields[index].choices else {
            return
        }
        let isSeveral = if case .several = fields[index].value { true } else { false }
        let line = lines.firstIndex { line in
            if case .field(index) = line { true } else { false }
        }
        let below = content.minY + (line ?? 0) - first + 1
        let height = min(choices.count + 2, area.height)
        let widest = choices.map { CellText($0.label).width }.max() ?? 0
        let x = content.minX + Self.labelWidth - 2
        let width = min(max(widest + (isSeveral ? 6 : 4), 24), area.maxX - x)
        let rect = Rect(x: x, y: min(below, area.maxY - height), width: width, height: height)
        frame.fill(rect, style: Style(.text, on: .dialog))
        let inside = frame.box(rect, title: [], focused: true, surface: .dialog)
        let top = min(max(row - inside.height / 2, 0), max(choices.count - inside.height, 0))
        for (offset, choice) in choices.dropFirst(top).prefix(inside.height).enumerated() {
            let isSelected = top + offset == row
            let style = Style(.text, on: isSelected ? .selected : .dialog)
            let y = inside.minY + offset
            frame.fill(Rect(x: inside.minX, y: y, width: inside.width, height: 1), style: style)
            if isSelected { frame.put("▌", at: Point(x: inside.minX, y: y), style: Style(.mark, on: .selected)) }
            let sign: CellText = !isSeveral ? "" : chosen.contains(top + offset) ? "✓ " : "· "
            frame.write(
                sign + CellText(choice.label),
                at: Point(x: inside.minX + 1, y: y),
                width: inside.width - 1,
                style: style
            )
        }
        frame.scrollbar(
            on: rect,
            first: top,
            visible: inside.height,
            count: choices.count,
            focused: true,
            surface: .dialog
        )
        frame.cursor = nil
    }
}
