import ITwinsAPI
import Screen

/// Global repositories, and what is in a repository.
extension Browser {
    func drawGlobal(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let title = [BoxLabel(text: "Global repositories", role: nil)]
        drawList(of: .globalRepositories, title: title, in: layout, on: &frame, at: now)
        drawTextBox(
            of: .globalDetails,
            title: [BoxLabel(text: "Repository", role: nil)],
            in: layout,
            on: &frame,
            at: now
        )
    }

    func drawResources(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let pane = session.resources
        drawList(of: .resources, title: resourcesTitle(pane), in: layout, on: &frame, at: now)
        guard layout.mode == .full, let rect = layout.rect(of: .resourceDetails) else {
            return drawTextBox(of: .resourceDetails, title: [], in: layout, on: &frame, at: now)
        }
        let inside = frame.tabbedBox(
            rect,
            tabs: ["Resource", "JSON"],
            selected: pane.showsJSON ? 1 : 0,
            trailing: resourceTrailing(at: now),
            focused: self.pane == .resourceDetails
        )
        drawText(in: inside, on: &frame, at: now)
    }

    private func drawTextBox(
        of textPane: PaneID,
        title: [BoxLabel],
        in layout: ScreenLayout,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        guard let rect = layout.rect(of: textPane) else { return }
        let inside = box(layout, rect, title: title, trailing: [], isFocused: pane == textPane, on: &frame)
        drawText(in: inside, on: &frame, at: now)
    }

    private func resourcesTitle(_ pane: ResourcesPane) -> [BoxLabel] {
        let isRoomy = layout.rect(of: .resources)?.width ?? 0 >= 60
        var title = [BoxLabel(text: CellText(isRoomy ? "Resources of \(pane.title)" : "Resources"), role: nil)]
        let count = pane.list.source.count
        if pane.load.loadedAt == nil || pane.canResume {
            if count > 0 { title.append(BoxLabel(text: CellText("\(count.grouped) loaded"), role: .pending)) }
        } else if count > 0 {
            title.append(BoxLabel(text: CellText(Self.countText(pane.list.state.visibleCount, of: count)), role: .dim))
        }
        return title
    }

    /// What stands at the right of the border of the list of resources.
    func resourcesTrailing(_ status: ListStatus, at now: Timestamp) -> [BoxLabel] {
        let pane = session.resources
        if pane.canResume, !status.load.isLoading { return [BoxLabel(text: "more is missing", role: .warn)] }
        if pane.isCut, pane.load.failure == nil { return [BoxLabel(text: "there are more", role: .warn)] }
        return status.trailing(at: now)
    }

    private func resourceTrailing(at now: Timestamp) -> [BoxLabel] {
        guard resourceID != nil else { return [] }
        let load = loadStatus(of: loadRequest(of: .resourceDetails))
        let state = session.global.list.state
        return ListStatus(load: load, state: state, count: 1, emptyText: "", notInRoutesText: "").trailing(at: now)
    }
}
