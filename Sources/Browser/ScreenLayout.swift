import Screen

/// Where everything lies on a screen of a size: a pure function of size, place and focus.
struct ScreenLayout: Hashable, Sendable {
    /// The smallest screen that is drawn.
    static let smallest = Size(width: 40, height: 12)

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
    private let focus: Pane

    init(size: Size, place: Place, focus: Pane) {
        self.place = place
        self.focus = focus
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
    func rect(of pane: Pane) -> Rect? {
        switch mode {
        case .tooSmall: return nil
        case .compact: return pane == focus ? body : nil
        case .full: break
        }
        switch (place, pane) {
        case (.dashboard, .recents): return quarter(left: true, top: true)
        case (.dashboard, .favorites): return quarter(left: false, top: true)
        case (.dashboard, .exports): return quarter(left: true, top: false)
        case (.iTwins, .iTwins), (.favorites, .favorites), (.exports, .exports): return leftPane
        case (.iTwins, .subject), (.favorites, .subject), (.exports, .exportDetails): return rightPane
        default: return nil
        }
    }

    /// The box of the counts on the dashboard.
    var countsPane: Rect? { mode == .full && place == .dashboard ? quarter(left: false, top: false) : nil }

    /// The list of a place.
    var leftPane: Rect { mode == .full ? body.split(left: leftWidth).0 : body }

    /// What stands beside the list.
    var rightPane: Rect { mode == .full ? body.split(left: leftWidth).1 : body }

    /// What is inside a pane's box; the pane itself where there are no boxes.
    func inside(_ rect: Rect) -> Rect { mode == .full ? rect.inset(by: 1) : rect }

    /// The rows of the list of a pane, without its column titles and what stands below it; nil when it is not on the
    /// screen.
    func rows(of pane: Pane) -> Int? {
        guard let rect = rect(of: pane) else { return nil }
        let height = inside(rect).height
        guard mode == .full, place != .dashboard else { return max(height, 1) }
        return max(height - 1 - (pane == .subject ? previewHeight : 0), 1)
    }

    /// The lines below the repositories that tell more of the selected one.
    var previewHeight: Int {
        let height = inside(rightPane).height
        return mode == .full && height >= 12 ? min(8, height / 3 + 1) : 0
    }

    private var leftWidth: Int { min(max(body.width * 44 / 100, 34), 90) }

    private func quarter(left: Bool, top: Bool) -> Rect {
        let (upper, lower) = body.split(top: (body.height + 1) / 2)
        let half = top ? upper : lower
        let (first, second) = half.split(left: body.width / 2)
        return left ? first : second
    }
}

extension Browser {
    var layout: ScreenLayout { ScreenLayout(size: size, place: place, focus: pane) }

    /// Tells every list that is on the screen how many of its rows are; the others keep where they were.
    mutating func fitLists() {
        let layout = layout
        if let rows = layout.rows(of: .iTwins) { iTwins.list.fit(rows) }
        if let rows = layout.rows(of: .favorites) { favorites.list.fit(rows) }
        if let rows = layout.rows(of: .recents) { recents.list.fit(rows) }
        if let rows = layout.rows(of: .exports) { exports.list.fit(rows) }
        if let rows = layout.rows(of: .subject) {
            if subject.tab == .exports { exports.list.fit(rows) }
            subject.list.fit(rows)
            subject.exportList.fit(rows)
        }
        let inside = layout.inside(layout.rightPane)
        let width = max(inside.width - 2, 1)
        if subject.tab == .json, let id = subjectID { subject.layOut(codeOf: id, width: width) }
        if subject.scroll > 0 {
            let lines = textLines(width: width).count
            subject.scroll = min(subject.scroll, max(lines - inside.height, 0))
        }
    }
}
