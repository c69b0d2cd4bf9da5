import ITwinsAPI
import Screen

/// Where a pane is drawn.
struct PaneArea {
    let id: PaneID
    let rect: Rect
    let isFocused: Bool
}

extension Canvas {
    /// Draws what is on the screen of the present place.
    mutating func drawPlace() {
        let facts = browser.place.facts
        for id in facts.panes {
            guard let rect = layout.rect(of: id) else { continue }
            let area = PaneArea(id: id, rect: rect, isFocused: id == browser.pane)
            browser.kind(of: id).draw(in: area, on: &self)
        }
        facts.drawRest?(&self)
    }

    /// Draws a pane's box, or nothing where there are no boxes, and returns what is inside.
    mutating func box(of pane: some Pane, _ status: ListStatus?, in area: PaneArea) -> Rect {
        guard !isCompact else { return area.rect }
        let filter = pane.asList?.state(in: browser).filterLabels ?? []
        let trailing = pane.labels(status, in: browser, at: now)
        if area.id.isSidePane { return tabbedBox(in: area, trailing: trailing + filter) }
        let title = pane.heading(width: area.rect.width, in: browser) + filter
        return frame.box(area.rect, title: title, trailing: trailing, focused: area.isFocused)
    }

    /// Draws a text from the line it is scrolled to.
    mutating func drawText(of pane: some Pane, in rect: Rect, isFocused: Bool) {
        let inside = rect.inset(dx: 1, dy: 0)
        let lines = pane.lines(width: inside.width, in: browser, at: now)
        let first = min(browser.navigation.here.scroll, max(lines.count - inside.height, 0))
        draw(lines.dropFirst(first), in: inside)
        guard !isCompact else { return }
        let (box, shown) = (rect.inset(by: -1), inside.height)
        frame.scrollbar(on: box, first: first, visible: shown, count: lines.count, focused: isFocused)
    }

    /// Draws more of what the cursor is on.
    mutating func drawPreview(_ title: String, _ fields: [(label: String, value: String)], in rect: Rect) {
        guard rect.height > 1 else { return }
        frame.write(CellText(title), in: rect, .title)
        draw(TextLine.fields(fields, width: rect.width)[...], in: rect.split(top: 1).1)
    }

    private mutating func draw(_ lines: ArraySlice<TextLine>, in rect: Rect) {
        for (line, y) in zip(lines, rect.minY..<rect.maxY) {
            let labelWidth = line.label.width
            let row = Rect(x: rect.minX, y: y, width: rect.width, height: 1)
            let (label, value) = row.split(left: labelWidth > 0 ? labelWidth + 2 : 0)
            frame.write(line.label, in: label.split(left: labelWidth).0, .dim)
            frame.write(line.value, in: value, line.role)
        }
    }

    /// What is said of a pane instead of its rows, with how to sign in while that is what it waits for.
    func lines(_ status: ListStatus, width: Int) -> [ListCell] {
        var status = status
        status.waitsForSignIn = browser.session.signIn.state.isSignedOut
        return status.lines(at: now, width: width)
    }
}

extension Pane {
    /// Draws a text, or what is said while there is none.
    func draw(in area: PaneArea, on canvas: inout Canvas) {
        let status = status(in: canvas.browser)
        let inside = canvas.box(of: self, status, in: area)
        let lines = status?.lines(at: canvas.now, width: inside.width - 2) ?? []
        if lines.isEmpty {
            canvas.drawText(of: self, in: inside, isFocused: area.isFocused)
        } else {
            canvas.frame.lines(lines, in: inside.inset(dx: 1, dy: 0))
        }
    }

    /// What stands at the right of its border: how old its rows are, what is missing, why they are not newer. What they are
    /// sorted by is behind how old they are, for there it stays longest, but before what is wrong.
    func labels(_ status: ListStatus?, in browser: Browser, at now: Timestamp) -> [BoxLabel] {
        let labels = status.map { trailing($0, in: browser, at: now) } ?? []
        guard let list = asList, let label = list.sortLabel(in: browser) else { return labels }
        let sort = BoxLabel(text: CellText(label + (list.isPartial(in: browser) ? " so far" : "")), role: .dim)
        return labels.last?.role ?? .dim == .dim ? labels + [sort] : [sort] + labels
    }
}

extension ListPane {
    /// What its border says of the order of its list; nil for that of the service.
    func sortLabel(in browser: Browser) -> String? {
        let sortable = sortable(in: browser)
        let sort = browser.session.sortOrder(of: sortable)
        return sort == .service ? nil : sortable.column(of: sort)?.label(isDescending: sort.isDescending)
    }

    /// Draws the rows in their box, or what is said while there are none to show, and below them what belongs there.
    func draw(in area: PaneArea, on canvas: inout Canvas) {
        let status = status(in: canvas.browser)
        let inside = canvas.box(of: self, status, in: area)
        guard let status else { return }
        let width = inside.width - 2
        let lines =
            area.id.isSidePane ? status.lines(at: canvas.now, width: width) : canvas.lines(status, width: width)
        let (rows, below) = inside.split(bottom: canvas.layout.heightBelowRows(of: area.id))
        if lines.isEmpty {
            let list = canvas.browser.session[keyPath: list]
            list.draw(in: rows, isFocused: area.isFocused, on: &canvas)
        } else {
            canvas.frame.lines(lines, in: inside.inset(dx: 1, dy: 0))
        }
        drawBelow(in: below.inset(dx: 1, dy: 0), on: &canvas)
    }
}
