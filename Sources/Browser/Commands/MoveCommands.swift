import ITwinsAPI
import Screen

/// Moving: in lists and texts, between panes and tabs.
extension Command {
    static let moveDown = Command("move.down", "Down", "move", .move, ["j", "down"]) { browser, _ in move(&browser, 1) }
    static let moveUp = Command("move.up", "Up", "move", .move, ["k", "up"]) { browser, _ in move(&browser, -1) }
    static let moveFirst = Command("move.first", "First row", "first", .move, ["g g", "home"]) { browser, _ in
        tell(&browser, .first) { _ in 0 }
    }
    static let moveLast = Command("move.last", "Last row", "last", .move, ["G", "end"]) { browser, _ in
        tell(&browser, .last) { _ in .max / 2 }
    }
    static let moveHalfPageDown = page("move.halfPageDown", "Half a page down", "half page", "ctrl-d", 1, half: true)
    static let moveHalfPageUp = page("move.halfPageUp", "Half a page up", "half page", "ctrl-u", -1, half: true)
    static let movePageDown = page("move.pageDown", "Page down", "page", "pgdn", 1)
    static let movePageUp = page("move.pageUp", "Page up", "page", "pgup", -1)

    static let nextPane = pane("pane.next", "Next pane", "tab", 1)
    static let previousPane = pane("pane.previous", "Previous pane", "shift-tab", -1)
    static let nextTab = tab("tab.next", "Next tab", "]", 1)
    static let previousTab = tab("tab.previous", "Previous tab", "[", -1)
    static let moveBorderLeft = border("border.left", "Narrow the left pane", "<", -2)
    static let moveBorderRight = border("border.right", "Widen the left pane", ">", 2)

    private static func move(_ browser: inout Browser, _ rows: Int) -> [Effect] {
        tell(&browser, .move(rows)) { max($0 + rows, 0) }
    }

    /// Gives a command to the list that has the focus, or scrolls the text.
    private static func tell(_ browser: inout Browser, _ command: ListCommand, scroll: (Int) -> Int) -> [Effect] {
        browser.navigation.leavePending()
        if browser.focusedList == nil { browser.navigation.here.scroll = scroll(browser.navigation.here.scroll) }
        browser.tellList(command)
        return []
    }

    private static func page(
        _ id: String,
        _ title: String,
        _ short: String,
        _ chord: String,
        _ direction: Int,
        half: Bool = false
    ) -> Command {
        Command(id, title, short, .move, [chord]) { browser, _ in
            let height = max(browser.layout.textPane.height - 2, 1)
            let lines = max(half ? height / 2 : height - 1, 1)
            return tell(&browser, .page(direction, half: half)) { max($0 + direction * lines, 0) }
        }
    }

    private static func pane(_ id: String, _ title: String, _ chord: String, _ step: Int) -> Command {
        Command(id, title, "pane", .move, [chord]) {
            $0.panes.count > 1 ? Availability.possible(()) : .meaningless
        } run: { browser, _, _ in
            let panes = browser.panes
            guard let index = panes.firstIndex(of: browser.pane) else { return [] }
            browser.tellList(.endFilter)
            browser.navigation.here.focus(panes[(index + step + panes.count) % panes.count])
            return []
        }
    }

    private static func tab(_ id: String, _ title: String, _ chord: String, _ step: Int) -> Command {
        Command(id, title, "tab", .move, [chord]) {
            $0.place.hasITwinTabs || $0.place.repositoryPath != nil
        } run: { browser, now in
            if browser.place.repositoryPath != nil {
                browser.session.resources.showsJSON.toggle()
                return []
            }
            let tabs = browser.layout.tabs(of: browser.pane)
            let wasBeside = browser.pane.isSidePane
            let shown = browser.shownTabs
            let index = tabs.firstIndex { shown.contains($0) } ?? 0
            browser.navigation.here.select(tabs[(index + step + tabs.count) % tabs.count])
            if wasBeside { browser.navigation.here.focus(browser.navigation.here.tabs.pane) }
            return browser.loadSelectedITwin(olderThan: SidePaneState.maximumAge, at: now)
        }
    }

    /// Moves the border of the pane that has the focus, which is remembered.
    private static func border(_ id: String, _ title: String, _ chord: String, _ columns: Int) -> Command {
        Command(id, title, "border", .move, [chord]) {
            $0.layout.mode == .full && $0.place != .dashboard
        } run: { browser, _ in
            guard let borders = browser.layout.moving(borderOf: browser.pane, by: columns) else { return [] }
            browser.terminal.borders = borders
            return [.save(browser.remembered)]
        }
    }
}
