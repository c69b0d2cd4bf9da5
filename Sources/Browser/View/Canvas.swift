import ITwinsAPI
import Screen

/// What is drawn on, and what is drawn: the browser at a moment, and where everything lies.
struct Canvas {
    let browser: Browser
    let layout: ScreenLayout
    let now: Timestamp
    var frame: Frame

    init(_ browser: Browser, at now: Timestamp) {
        self.browser = browser
        self.now = now
        layout = browser.layout
        frame = Frame(size: browser.terminal.size)
    }

    /// Whether there is one pane at a time, without boxes.
    var isCompact: Bool { layout.mode == .compact }

    /// Where a dialog of a size lies: in the middle, or all over a small screen.
    func dialogRect(width: Int, height: Int) -> Rect {
        let area = frame.dialogArea
        return isCompact ? area : area.centered(Size(width: width, height: min(height, area.height - 2)))
    }
}

extension Frame {
    /// Writes text into the first row of an area.
    mutating func write(
        _ text: CellText,
        in rect: Rect,
        _ role: Role = .text,
        on surface: Surface = .base,
        align: Alignment = .leading
    ) {
        let start = Point(x: rect.minX, y: rect.minY)
        write(text, at: start, width: rect.width, style: Style(role, on: surface), align: align)
    }

    /// Writes text into the last columns of the first row of an area, as many as it needs.
    mutating func write(_ text: CellText, endOf rect: Rect, _ role: Role = .text, on surface: Surface = .base) {
        let start = Point(x: rect.maxX - text.width, y: rect.minY)
        write(text, at: start, width: text.width, style: Style(role, on: surface))
    }

    /// Draws lines of text below each other and stops at the end of the area.
    mutating func lines(_ lines: some Sequence<ListCell>, in rect: Rect, on surface: Surface = .base) {
        for (line, y) in zip(lines, rect.minY..<rect.maxY) {
            write(line.text, in: Rect(x: rect.minX, y: y, width: rect.width, height: 1), line.role, on: surface)
        }
    }
}
