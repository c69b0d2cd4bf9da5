import ITwinsAPI
import Screen

extension ResourceListPane {
    func heading(width: Int, in browser: Browser) -> [BoxLabel] {
        let pane = browser.session.resources
        var title = [BoxLabel(text: CellText(width >= 60 ? "Resources of \(pane.title)" : "Resources"), role: nil)]
        let count = pane.list.source.count
        if pane.pages.load.loadedAt == nil || pane.pages.resumeLink != nil {
            if count > 0 { title.append(BoxLabel(text: CellText("\(count.grouped) loaded"), role: .pending)) }
        } else if count > 0 {
            title.append(BoxLabel(text: CellText(pane.list.state.visibleCount.text(of: count)), role: .dim))
        }
        return title
    }
}

extension ResourceTextPane {
    func draw(in area: PaneArea, on canvas: inout Canvas) {
        var inside = area.rect
        if !canvas.isCompact {
            inside = canvas.frame.tabbedBox(
                area.rect,
                tabs: ["Resource", "JSON"],
                selected: canvas.browser.session.resources.showsJSON ? 1 : 0,
                trailing: age(in: canvas.browser, at: canvas.now),
                focused: area.isFocused
            )
        }
        canvas.drawText(of: self, in: inside, isFocused: area.isFocused)
    }

    private func age(in browser: Browser, at now: Timestamp) -> [BoxLabel] {
        guard let request = request(in: browser) else { return [] }
        let (load, state) = (browser.loadStatus(of: request), browser.session.resources.list.state)
        let keymap = browser.terminal.keymap
        return ListStatus(load: load, state: state, count: 1, emptyText: "", notInRoutesText: "", keymap: keymap)
            .trailing(at: now)
    }
}
