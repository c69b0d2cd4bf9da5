import ITwinsAPI
import Screen

extension Browser {
    func drawITwins(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let status = ListStatus(
            load: iTwins.load,
            state: iTwins.list.state,
            count: iTwins.list.source.count,
            emptyText: "No iTwins yet.  n  creates one.",
            notInRoutesText: "Not in the document routes."
        )
        let inside = listBox(
            of: .iTwins,
            in: layout,
            title: iTwinsTitle(status),
            trailing: iTwinsTrailing(status, at: now),
            status: status,
            on: &frame,
            at: now
        )
        guard let inside else { return }
        let isFocused = pane == .iTwins
        let table = iTwins.list.source
        let showsStatus = iTwins.list.showsInactive
        let columns = [
            Column("", width: 1), Column("Name", width: 12, isFlexible: true), Column("Number", width: 10, rank: 2),
            Column("Class", width: 11, rank: 3),
            Column("Status", width: 8, rank: 4, isShown: showsStatus, isSearched: false),
            Column("Type", width: 12, rank: 5),
        ]
        frame.rows(of: iTwins.list, in: inside, isFocused: isFocused, columns: columns, hasTitles: layout.mode == .full)
        { index, column in
            let row = table[index]
            let role: Role = row.status == .inactive ? .dim : .text
            switch column {
            case 0: return ListCell(favorites.contains(row.id) ? "★" : "", .accent)
            case 1: return ListCell(name: row.displayName, role)
            case 2: return ListCell(CellText(row.number), .dim)
            case 3: return ListCell(CellText(row.subClass.rawValue), role)
            case 4: return ListCell(CellText(row.status.rawValue), row.status == .active ? .dim : .warn)
            default: return ListCell(CellText(row.type ?? ""), .dim)
            }
        }
        if layout.mode == .full, let rect = layout.rect(of: .iTwins) {
            frame.scrollbar(
                on: rect,
                first: iTwins.list.top,
                visible: iTwins.list.height,
                count: iTwins.list.visible.count,
                focused: isFocused
            )
        }
    }

    private func iTwinsTitle(_ status: ListStatus) -> [BoxLabel] {
        var title = [BoxLabel(text: "iTwins", role: nil)]
        if iTwins.isLoadingFirst || iTwins.resumeLink != nil {
            if status.count > 0 {
                let shown = status.state.filter.isEmpty ? "" : "\(status.state.visibleCount.grouped) of "
                title.append(BoxLabel(text: CellText("\(shown)\(status.count.grouped) loaded"), role: .pending))
            }
        } else if iTwins.load.loadedAt != nil {
            let inactive = iTwins.list.showsInactive ? 0 : iTwins.list.source.statusCounts[.inactive] ?? 0
            title.append(
                BoxLabel(text: CellText(Self.countText(status.state, of: status.count - inactive)), role: .dim)
            )
            let isFiltered = !status.state.filter.isEmpty || status.state.filterField != nil
            if inactive > 0, !isFiltered, iTwins.load.failure == nil {
                title.append(BoxLabel(text: CellText("+\(inactive.grouped) inactive"), role: .dim))
            }
        }
        return title + Self.filterLabel(status.state)
    }

    private func iTwinsTrailing(_ status: ListStatus, at now: Timestamp) -> [BoxLabel] {
        if iTwins.resumeLink != nil, !iTwins.load.isLoading {
            return [BoxLabel(text: "more is missing", role: .warn)]
        }
        if iTwins.isLoadingFirst, let since = iTwins.load.since, status.count > 0 {
            return [BoxLabel(text: CellText("\(Self.spinner(since: since, at: now)) more to come"), role: .pending)]
        }
        if iTwins.isCapped {
            return [BoxLabel(text: CellText("capped at \(iTwins.list.source.count.grouped)"), role: .warn)]
        }
        return status.trailing(at: now)
    }

    /// Draws the box of a list and, while there are no rows to show, what is said instead.
    ///
    /// - Parameter trailing: what stands at the right of the title; nil for the age of the list.
    /// - Returns: where the rows belong; nil when there are none, or when the pane is not on the screen.
    func listBox(
        of listPane: Pane,
        in layout: ScreenLayout,
        title: [BoxLabel],
        trailing: [BoxLabel]? = nil,
        status: ListStatus,
        on frame: inout Frame,
        at now: Timestamp
    ) -> Rect? {
        guard let rect = layout.rect(of: listPane) else { return nil }
        let trailing = trailing ?? status.trailing(at: now)
        let inside = box(layout, rect, title: title, trailing: trailing, isFocused: pane == listPane, on: &frame)
        let lines = status.lines(at: now, width: inside.width - 2)
        guard !lines.isEmpty else { return inside }
        frame.lines(lines, in: inside.inset(dx: 1, dy: 0))
        return nil
    }

    /// Draws a pane's box, or nothing where there are no boxes, and returns what is inside.
    func box(
        _ layout: ScreenLayout,
        _ rect: Rect,
        title: [BoxLabel],
        trailing: [BoxLabel],
        isFocused: Bool,
        on frame: inout Frame
    ) -> Rect {
        guard layout.mode == .full else { return rect }
        return frame.box(rect, title: title, trailing: trailing, focused: isFocused)
    }
}
