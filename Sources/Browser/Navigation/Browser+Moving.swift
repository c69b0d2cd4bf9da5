import ITwinsAPI
import Screen

/// Moving: in lists and texts, between panes and tabs.
extension Browser {
    /// A key in the list lets go of an iTwin that is beside it without being in it.
    mutating func leaveAwaited() {
        if pane == place.firstPane { navigation.here.iTwinID = nil }
    }

    mutating func move(by rows: Int) -> [Effect] {
        leaveAwaited()
        if focusedList == nil { navigation.here.scroll = max(navigation.here.scroll + rows, 0) }
        tellList(.move(rows))
        return []
    }

    mutating func move(toFirst isFirst: Bool) -> [Effect] {
        leaveAwaited()
        if focusedList == nil { navigation.here.scroll = isFirst ? 0 : Int.max / 2 }
        tellList(isFirst ? .first : .last)
        return []
    }

    mutating func movePage(_ direction: Int, half: Bool) -> [Effect] {
        leaveAwaited()
        if focusedList == nil {
            let height = max(layout.textPane.height - 2, 1)
            navigation.here.scroll = max(navigation.here.scroll + direction * max(half ? height / 2 : height - 1, 1), 0)
        }
        tellList(.page(direction, half: half))
        return []
    }

    mutating func focusPane(step: Int) -> [Effect] {
        guard let index = panes.firstIndex(of: pane) else { return [] }
        tellList(.endFilter)
        focus(panes[(index + step + panes.count) % panes.count])
        return []
    }

    /// Shows the next tab, or with a step of -1 the one before, of the pane beside the list.
    mutating func selectTab(step: Int, at now: Timestamp) -> [Effect] {
        guard isAvailable(.nextTab) else { return [] }
        if place.repositoryPath != nil {
            session.resources.showsJSON.toggle()
            return []
        }
        let tabs = layout.tabs(of: pane)
        let wasBeside = pane.isBesideITwins
        let index = tabs.firstIndex { shownTabs.contains($0) } ?? 0
        navigation.here.select(tabs[(index + step + tabs.count) % tabs.count])
        if wasBeside { focus(navigation.here.tabs.pane) }
        return loadSubject(olderThan: SubjectPane.maximumAge, at: now)
    }

    /// Moves the border of the pane that has the focus, which is remembered.
    mutating func moveBorder(by columns: Int) -> [Effect] {
        guard let borders = layout.moving(borderOf: pane, by: columns) else { return [] }
        terminal.borders = borders
        return [.save(remembered)]
    }

    /// What the text that is read is of; another one is read from its beginning.
    struct TextSubject: Hashable {
        let place: Place
        let isJSON: Bool
        let id: String?
    }

    var textSubject: TextSubject {
        let isResource = place.repositoryPath != nil
        return TextSubject(
            place: place,
            isJSON: isResource ? session.resources.showsJSON : navigation.here.tabs.text == .json,
            id: place.hasITwinTabs ? subjectID : kind(of: place.firstPane).selectedID(in: self)
        )
    }
}
