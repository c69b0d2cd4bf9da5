import ITwinsAPI
import Screen

extension Browser {
    func drawITwins(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        drawList(of: .iTwins, title: iTwinsTitle, in: layout, on: &frame, at: now)
    }

    private var iTwinsTitle: [BoxLabel] {
        let state = session.iTwins.list.state
        let count = session.iTwins.list.source.count
        let status = iTwinsStatus
        var title = [BoxLabel(text: "iTwins", role: nil)]
        if session.iTwins.isPartial(status) {
            if count > 0 {
                let shown = state.filter.isEmpty ? "" : "\(state.visibleCount.grouped) of "
                title.append(BoxLabel(text: CellText("\(shown)\(count.grouped) loaded"), role: .pending))
            }
        } else if status.loadedAt != nil {
            let inactive = state.hiddenInactiveCount
            title.append(BoxLabel(text: CellText(Self.countText(state.visibleCount, of: count - inactive)), role: .dim))
            let isFiltered = !state.filter.isEmpty || state.filterField != nil
            // Where there is little room the sort, the cap and the scope come first.
            let isTight =
                sortOrder(of: .iTwins) != .service || session.iTwins.isCapped(status) || session.iTwins.scope != .member
            let hasRoom = !isTight || layout.rect(of: .iTwins)?.width ?? 0 >= 50
            if inactive > 0, !isFiltered, hasRoom, status.failure == nil {
                title.append(BoxLabel(text: CellText("+\(inactive.grouped) inactive"), role: .dim))
            }
        }
        if session.iTwins.scope != .member {
            let isRoomy = layout.rect(of: .iTwins)?.width ?? 0 >= 60
            let role: Role = status.isLoading ? .pending : .accent
            title.append(BoxLabel(text: isRoomy ? "all of the organization" : "organization", role: role))
        }
        return title
    }

    func iTwinsTrailing(_ status: ListStatus, at now: Timestamp) -> [BoxLabel] {
        if session.iTwins.resumeLink != nil, !status.load.isLoading {
            return [BoxLabel(text: "more is missing", role: .warn)]
        }
        if session.iTwins.isLoadingFirst(status.load), let since = status.load.since, status.count > 0 {
            return [BoxLabel(text: CellText("\(Self.spinner(since: since, at: now)) more to come"), role: .pending)]
        }
        if session.iTwins.isCapped(status.load) {
            let text =
                layout.mode == .full
                ? "capped at \(session.iTwins.list.source.count.grouped)" : "capped  E  exports all"
            return [BoxLabel(text: CellText(text), role: .warn)]
        }
        return status.trailing(at: now)
    }
}
