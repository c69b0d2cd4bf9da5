import ITwinsAPI
import Screen

extension ThemePicker {
    func draw(_ row: MenuRow, on canvas: inout Canvas) {
        let choice = choices[row.index]
        // Where there is little room the names come first: two of them differ only at their ends.
        let (originWidth, builtIn) = canvas.isCompact ? (5, "") : (9, "built-in")
        let variant = choice.theme.map { $0.variant == .any ? "any" : $0.variant.rawValue } ?? "✗ broken"
        canvas.frame.columns(
            [
                (choice.name, row.rect.width - originWidth - 13, choice.theme == nil ? .dim : .text),
                (variant, 8, choice.theme == nil ? .error : .dim),
                (choice.origin == .own ? "yours" : builtIn, originWidth, .dim),
            ],
            in: row
        )
    }

    /// What is wrong with the theme under the cursor, or a sample of the one in use.
    func drawFoot(in rect: Rect, on canvas: inout Canvas) {
        let hint = selected?.problem.map { ("✗ \($0)", Role.error) }
        let colorless = "Colours are off (NO_COLOR or the terminal), so all themes look alike."
        if let (text, role) = hint ?? (canvas.browser.terminal.hasColors ? nil : (colorless, .dim)) {
            let lines = CellText.lines(text, width: rect.width).prefix(Self.footHeight)
            let top = lines.count < Self.footHeight ? 1 : 0
            canvas.frame.lines(lines.map { ListCell($0, role) }, in: rect.split(top: top).1, on: .dialog)
            return
        }
        for (pieces, y) in zip(Self.sample, rect.minY + 1..<rect.maxY) {
            var x = rect.minX
            for (text, role, surface) in pieces {
                let width = min(text.width, max(rect.maxX - x, 0))
                canvas.frame.write(text, at: Point(x: x, y: y), width: width, style: Style(role, on: surface))
                x += text.width + 2
            }
        }
    }

    private static let sample: [[(text: CellText, role: Role, surface: Surface)]] = [
        [
            ("✓ ok", .ok, .dialog), ("◐ pending", .pending, .dialog), ("⚠ warn", .warn, .dialog),
            ("✗ error", .error, .dialog),
        ],
        [
            ("text", .text, .dialog), ("dim", .dim, .dialog), ("key", .key, .dialog), ("match", .match, .dialog),
            ("★", .mark, .dialog), ("selected", .text, .selected),
        ],
        [
            ("field", .text, .field), ("typed", .text, .fieldFocused), ("[ Button ]", .text, .button),
            ("[ Focused ]", .text, .buttonFocused),
        ],
    ]
}
