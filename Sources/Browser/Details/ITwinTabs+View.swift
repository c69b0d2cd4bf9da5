import ITwinsAPI
import Screen

/// A pane that is a tab beside a list of iTwins.
protocol TabPane: Pane {
    func tabTitle(in browser: Browser) -> TabTitle
}

/// What a tab is called.
struct TabTitle {
    let long: String
    let medium: String
    let short: String
    /// How many rows it has; nil for a text, and while that is not known.
    let count: Int?

    init(_ long: String, medium: String? = nil, short: String? = nil, count: Int? = nil) {
        self.long = long
        self.medium = medium ?? long
        self.short = short ?? self.medium
        self.count = count
    }

    /// The texts from the longest to the shortest.
    fileprivate var texts: [CellText] {
        func numbered(_ title: String) -> CellText { CellText(count.map { "\(title) \($0.grouped)" } ?? title) }
        return [numbered(long), numbered(medium), CellText(medium), CellText(short)]
    }
}

extension Canvas {
    /// Draws the box of a pane beside a list of iTwins, and returns what is inside.
    mutating func tabbedBox(in area: PaneArea, trailing: [BoxLabel]) -> Rect {
        let shown = browser.navigation.here.tabs
        let present = area.id == .sideList ? shown.list : shown.text
        let (tabs, selected) = titles(of: layout.tabs(of: area.id), present, width: area.rect.width, trailing)
        return frame.tabbedBox(area.rect, tabs: tabs, selected: selected, trailing: trailing, focused: area.isFocused)
    }

    /// The titles of the tabs and which is the present one: in full, else with short words, else without numbers, so that
    /// every tab is seen; else that one alone. An age and the sort may be missing for them, what is wrong and the filter may
    /// not.
    private func titles(of tabs: [Tab], _ present: Tab, width: Int, _ trailing: [BoxLabel]) -> ([CellText], Int) {
        let titles = tabs.map { browser.kind(of: $0).tabTitle(in: browser).texts }
        func fitting(_ needed: Int) -> [CellText]? {
            titles[0].indices.lazy.map { step in titles.map { $0[step] } }
                .first { $0.reduce(3) { $0 + $1.width + 3 } + needed <= width }
        }
        let pane = browser.kind(of: present)
        let needed = trailing.filter { $0.role != .dim }.reduce(0) { $0 + $1.text.width + 2 }
        let sort = pane.asList?.sortLabel(in: browser).map { CellText($0).width + 2 } ?? 0
        guard let texts = fitting(needed + sort) ?? fitting(needed) else {
            return ([CellText(pane.tabTitle(in: browser).long)], 0)
        }
        return (texts, tabs.firstIndex(of: present) ?? 0)
    }
}
