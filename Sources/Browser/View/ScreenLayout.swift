import ITwinsAPI
import Screen

/// How a user divided the screen, in thousandths of a width; nil for what the program thinks best.
public struct Borders: Hashable, Sendable {
    /// The share of the list in the whole width beside one pane.
    public var list: Int?
    /// The same beside two.
    public var listOfThree: Int?
    /// The share of the middle pane of three in what the list leaves.
    public var middle: Int?

    /// Makes borders; where the program thinks best by default.
    public init(list: Int? = nil, listOfThree: Int? = nil, middle: Int? = nil) {
        self.list = list
        self.listOfThree = listOfThree
        self.middle = middle
    }

    /// These borders, and others where these say nothing.
    public func completed(by other: Borders) -> Borders {
        Borders(
            list: list ?? other.list,
            listOfThree: listOfThree ?? other.listOfThree,
            middle: middle ?? other.middle
        )
    }
}

/// Where everything lies on a screen of a size: a pure function of size, place, focus and borders.
struct ScreenLayout: Hashable, Sendable {
    /// The smallest screen that is drawn.
    static let smallest = Size(width: 40, height: 12)
    /// From this width on there are three panes.
    static let threePanesWidth = 160
    /// The narrowest pane that a border is moved to.
    static let narrowest = 24

    /// How much there is room for.
    enum Mode: Hashable, Sendable {
        /// Only a line that says what is needed.
        case tooSmall
        /// One pane at a time, without boxes.
        case compact
        /// Boxes side by side.
        case full
    }

    let mode: Mode
    let header: Rect
    let places: Rect
    let body: Rect
    let message: Rect
    let footer: Rect
    private let place: Place
    private let focus: PaneID
    private let beside: PaneID
    private let borders: Borders

    /// - Parameter beside: what is beside the list where there is room for one pane only.
    init(size: Size, place: Place, focus: PaneID, beside: PaneID, borders: Borders) {
        self.place = place
        self.focus = focus
        self.beside = beside
        self.borders = borders
        let screen = Rect(x: 0, y: 0, width: size.width, height: size.height)
        if size.width < Self.smallest.width || size.height < Self.smallest.height {
            mode = .tooSmall
        } else {
            mode = size.width < 72 || size.height < 16 ? .compact : .full
        }
        let top = mode == .full ? 2 : 1
        header = Rect(x: 0, y: 0, width: size.width, height: 1).intersection(screen)
        places = Rect(x: 0, y: 1, width: size.width, height: mode == .full ? 1 : 0).intersection(screen)
        body = Rect(x: 0, y: top, width: size.width, height: max(size.height - top - 2, 0)).intersection(screen)
        message = Rect(x: 0, y: size.height - 2, width: size.width, height: 1).intersection(screen)
        footer = Rect(x: 0, y: size.height - 1, width: size.width, height: 1).intersection(screen)
    }

    /// The box of a pane, or the whole body where one pane is shown at a time; nil when the pane is not on the screen.
    func rect(of pane: PaneID) -> Rect? {
        switch mode {
        case .tooSmall: return nil
        case .compact: return pane == focus ? body : nil
        case .full: break
        }
        let panes = place.facts.panes
        guard let index = panes.firstIndex(of: pane) else { return nil }
        if place == .dashboard { return quarter(left: index != 1, top: index < 2) }
        if index == 0 { return leftPane }
        guard place.hasITwinTabs else { return rightPane }
        guard hasThreePanes else { return pane == beside ? rightPane : nil }
        return index == 1 ? middlePanes.0 : middlePanes.1
    }

    /// The box of the counts on the dashboard.
    var countsPane: Rect? { mode == .full && place == .dashboard ? quarter(left: false, top: false) : nil }

    /// The list of a place.
    var leftPane: Rect { mode == .full ? body.split(left: leftWidth).0 : body }

    /// What stands beside the list.
    var rightPane: Rect { mode == .full ? body.split(left: leftWidth).1 : body }

    /// Whether lists and texts about the selected iTwin are beside each other.
    var hasThreePanes: Bool { mode == .full && body.width >= Self.threePanesWidth && place.hasITwinTabs }

    /// The tabs among which one chooses in a pane beside the list: those of the pane where there are two, else all.
    func tabs(of pane: PaneID) -> [Tab] {
        guard hasThreePanes else { return Tab.allCases }
        return pane == .details ? Tab.texts : Tab.lists
    }

    /// Where a text is read.
    var textPane: Rect { hasThreePanes ? middlePanes.1 : rightPane }

    private var middlePanes: (Rect, Rect) {
        let room = rightPane.width
        let share = borders.middle.map { Self.width($0, of: room) } ?? room / 2
        return rightPane.split(left: min(max(share, Self.narrowest), room - Self.narrowest))
    }

    /// The borders after the one at the right of a pane was moved by columns; nil where it cannot be moved further, or is
    /// none. The pane at the right edge moves the border at its left.
    func moving(borderOf pane: PaneID, by columns: Int) -> Borders? {
        guard mode == .full, place != .dashboard else { return nil }
        var moved = borders
        if hasThreePanes, pane != place.firstPane {
            moved.middle = Self.share(middlePanes.0.width + columns, of: rightPane.width)
        } else {
            let share = Self.share(leftWidth + columns, of: body.width)
            if hasThreePanes { moved.listOfThree = share } else { moved.list = share }
        }
        let after = ScreenLayout(size: size, place: place, focus: focus, beside: beside, borders: moved)
        let isChanged = after.leftWidth != leftWidth || after.middlePanes.0 != middlePanes.0
        return isChanged ? moved : nil
    }

    private var size: Size { Size(width: header.width, height: footer.maxY) }

    private static func share(_ width: Int, of all: Int) -> Int { (width * 1000 + all / 2) / max(all, 1) }
    private static func width(_ share: Int, of all: Int) -> Int { (all * share + 500) / 1000 }

    /// What is inside a pane's box; the pane itself where there are no boxes.
    func inside(_ rect: Rect) -> Rect { mode == .full ? rect.inset(by: 1) : rect }

    /// The rows of the list of a pane, without its column titles and what stands below it; nil when it is not on the
    /// screen.
    func rows(of pane: PaneID) -> Int? {
        guard let rect = rect(of: pane) else { return nil }
        let height = inside(rect).height - heightBelowRows(of: pane)
        return max(hasColumnTitles ? height - 1 : height, 1)
    }

    var isDashboard: Bool { place == .dashboard }

    /// Whether lists have a line of column titles.
    var hasColumnTitles: Bool { mode == .full && !isDashboard }

    /// How much of the room of a list is below its rows: for more of the selected one, or for the quota of exports.
    func heightBelowRows(of pane: PaneID) -> Int {
        if pane == .sideList { return previewHeight }
        return pane == .exports && exportNote != nil ? 1 : 0
    }

    /// The line below the exports that tells what the service still takes; nil where there is no room.
    var exportNote: Rect? {
        guard mode == .full, let rect = rect(of: .exports).map(inside), rect.height >= 4 else { return nil }
        return rect.split(bottom: 1).1.inset(dx: 1, dy: 0)
    }

    /// The lines below the repositories that tell more of the selected one.
    var previewHeight: Int {
        let height = inside(rightPane).height
        return mode == .full && height >= 12 ? min(8, height / 3 + 1) : 0
    }

    private var leftWidth: Int {
        let most = body.width - Self.narrowest * (hasThreePanes ? 2 : 1)
        guard let share = hasThreePanes ? borders.listOfThree : borders.list else {
            return min(max(body.width * (hasThreePanes ? 40 : 44) / 100, 34), 90)
        }
        return min(max(Self.width(share, of: body.width), Self.narrowest), most)
    }

    private func quarter(left: Bool, top: Bool) -> Rect {
        let (upper, lower) = body.split(top: (body.height + 1) / 2)
        let half = top ? upper : lower
        let (first, second) = half.split(left: body.width / 2)
        return left ? first : second
    }
}

extension Browser {
    var layout: ScreenLayout {
        ScreenLayout(
            size: terminal.size,
            place: place,
            focus: pane,
            beside: navigation.here.tabs.pane,
            borders: terminal.borders
        )
    }

    /// Tells every list that is on the screen how many of its rows are; the others keep where they were.
    mutating func fitLists() {
        let layout = layout
        for pane in place.facts.panes {
            if let rows = layout.rows(of: pane) { kind(of: pane).asList?.fit(rows, in: &self) }
        }
        let inside = layout.inside(layout.textPane)
        let width = max(inside.width - 2, 1)
        if shownTabs.contains(.json), let id = selectedITwinID { session.sidePane.layOut(codeOf: id, width: width) }
    }

    /// Keeps a text from being scrolled beyond its end.
    mutating func fitText(at now: Timestamp) {
        guard navigation.here.scroll > 0, let text = place.facts.panes.last else { return }
        let inside = layout.inside(layout.textPane)
        let lines = kind(of: text).lines(width: max(inside.width - 2, 1), in: self, at: now)
        navigation.here.scroll = min(navigation.here.scroll, max(lines.count - inside.height, 0))
    }
}
