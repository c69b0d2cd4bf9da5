import ITwinsAPI
import Screen

extension ThemePicker {
    /// Draws the list over the screen, with a sample of what hangs on colours below it.
    func draw(on canvas: inout Canvas) {
        let isCompact = canvas.isCompact
        let rect = canvas.dialogRect(width: 56, height: max(choices.count, 1) + Self.sampleHeight + 2)
        let foot = below(width: rect.width - 4, hasColors: canvas.browser.terminal.hasColors)
        let inside = canvas.frame.dialog(rect, title: "Themes")
        let (list, bottom) = inside.split(bottom: min(Self.sampleHeight, inside.height - 1))
        let sample = bottom.inset(dx: 1, dy: 0)
        if choices.isEmpty {
            canvas.frame.write("reading the themes…", in: list.inset(dx: 1, dy: 0), .dim, on: .dialog)
        }
        canvas.frame.menu(self.list, count: choices.count, in: list, of: rect) { frame, index, row, surface in
            draw(choices[index], surface, isCompact: isCompact, in: row, on: &frame)
        }
        for (offset, pieces) in foot.enumerated() {
            var x = sample.minX
            for piece in pieces {
                let point = Point(x: x, y: sample.minY + (foot.count < Self.sampleHeight ? 1 : 0) + offset)
                let room = max(sample.maxX - x, 0)
                canvas.frame.write(piece.text, at: point, width: min(piece.text.width, room), style: piece.style)
                x += piece.text.width + 2
            }
        }
    }

    private func draw(
        _ choice: ThemeChoice,
        _ surface: Surface,
        isCompact: Bool,
        in row: Rect,
        on frame: inout Frame
    ) {
        // Where there is little room the names come first: two of them differ only at their ends.
        let origin: CellText = choice.origin == .own ? "yours" : isCompact ? "" : "built-in"
        let originWidth = isCompact ? 5 : 9
        let variant = choice.theme.map { CellText($0.variant == .any ? "any" : $0.variant.rawValue) } ?? "✗ broken"
        let columns = [
            (
                CellText(choice.name), row.width - originWidth - 13,
                Style(choice.theme == nil ? .dim : .text, on: surface)
            ),
            (variant, 8, Style(choice.theme == nil ? .error : .dim, on: surface)),
            (origin, originWidth, Style(.dim, on: surface)),
        ]
        var x = row.minX + 2
        for (text, width, style) in columns {
            frame.write(text, at: Point(x: x, y: row.minY), width: width, style: style)
            x += width + 1
        }
    }

    /// The lines below the list, always as many, so that the dialog does not jump; the first is blank where there is room.
    private static let sampleHeight = 4

    private typealias Piece = (text: CellText, style: Style)

    /// What stands below the list: what is wrong with the theme under the cursor, or a sample of the one in use.
    private func below(width: Int, hasColors: Bool) -> [[Piece]] {
        if let problem = selected?.problem {
            let lines = CellText.lines("✗ \(problem)", width: width)
            return lines.prefix(Self.sampleHeight).map { [($0, Style(.error, on: .dialog))] }
        }
        guard hasColors else {
            let text = "There are no colours here (NO_COLOR, or the terminal has none): all themes look alike."
            return CellText.lines(text, width: width).map { [($0, Style(.dim, on: .dialog))] }
        }
        func piece(_ text: CellText, _ role: Role, _ surface: Surface = .dialog) -> Piece {
            (text, Style(role, on: surface))
        }
        return [
            [
                piece("✓ ok", .ok), piece("◐ pending", .pending), piece("⚠ warn", .warn), piece("✗ error", .error),
            ],
            [
                piece("text", .text), piece("dim", .dim), piece("key", .key), piece("match", .match),
                piece("★", .mark), piece("selected", .text, .selected),
            ],
            [
                piece("field", .text, .field), piece("typed", .text, .fieldFocused),
                piece("[ Button ]", .text, .button), piece("[ Focused ]", .text, .buttonFocused),
            ],
        ]
    }
}
