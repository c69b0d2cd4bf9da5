import ITwinsAPI
import RowIndex
import Screen

extension AllITwinsPane {
    func heading(width: Int, in browser: Browser) -> [BoxLabel] {
        let (iTwins, status) = (browser.session.iTwins.pages, browser.iTwinsStatus)
        let scope = browser.session.iTwins.scope
        let (state, count) = (iTwins.list.state, iTwins.list.source.count)
        var title = [BoxLabel(text: "iTwins", role: nil)]
        if iTwins.isPartial(status) {
            if count > 0 {
                let shown = state.filter.isEmpty ? "" : "\(state.visibleCount.grouped) of "
                title.append(BoxLabel(text: CellText("\(shown)\(count.grouped) loaded"), role: .pending))
            }
        } else if status.loadedAt != nil {
            let inactive = state.hiddenInactiveCount
            title.append(BoxLabel(text: CellText(state.visibleCount.text(of: count - inactive)), role: .dim))
            let isFiltered = !state.filter.isEmpty || state.filterField != nil
            // Where there is little room the sort, the cap and the scope come first.
            let isTight = sortLabel(in: browser) != nil || iTwins.isCapped(status) || scope != .member
            if inactive > 0, !isFiltered, !isTight || width >= 50, status.failure == nil {
                title.append(BoxLabel(text: CellText("+\(inactive.grouped) inactive"), role: .dim))
            }
        }
        if scope != .member {
            let role: Role = status.isLoading ? .pending : .accent
            title.append(BoxLabel(text: width >= 60 ? "all in the organization" : "organization", role: role))
        }
        return title
    }

    func cappedText(in browser: Browser) -> KeyedText {
        let count = browser.session.iTwins.list.source.count
        return browser.layout.mode == .full ? "limited to \(count.grouped)" : "limited  \(.export)  exports all"
    }

    func positionNote(in browser: Browser) -> CellText? {
        browser.session.iTwins.scope == .member ? nil : "organization"
    }
}

extension FavoriteITwinsPane {
    func heading(width: Int, in browser: Browser) -> [BoxLabel] {
        let (list, removed) = (browser.session.favorites.list, browser.session.favorites.removed)
        let count = list.source.count - removed.count
        // Those that were removed keep their rows and are none any more.
        let removedRows =
            removed.isEmpty ? 0 : list.visible.count { removed.contains(list.source.elements[Int($0)].id) }
        let countText = count > 0 ? (list.visible.count - removedRows).text(of: count) : ""
        return [BoxLabel(text: "Favorites", role: nil), BoxLabel(text: CellText(countText), role: .dim)]
    }
}
