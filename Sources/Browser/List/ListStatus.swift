import ITwinsAPI
import Screen

/// What is said where a list has no rows, and in its border where it has: every list answers the same questions alike.
struct ListStatus: Sendable {
    var load: LoadStatus
    var state: ListState
    /// How many rows there are, hidden ones included.
    var count: Int
    /// What is said when there is nothing at all, with the key that helps.
    var emptyText: String
    /// What is said where the routes do not have the operation.
    var notInRoutesText: String
    /// The key that signs in, while what failed waits for that; nil while nothing does.
    var signInKey: String?

    /// The lines of a list without visible rows; empty while there is nothing to say yet.
    func lines(at now: Timestamp, width: Int) -> [ListCell] {
        guard state.visibleCount == 0 else { return [] }
        if count > 0 { return wrapped(nothingVisible, .dim, width) }
        let waited = load.since.map { (since: $0, seconds: now.seconds(since: $0)) }
        let loading = waited.flatMap { waited -> String? in
            guard waited.seconds >= Browser.spinnerDelay else { return nil }
            return
                "\(Browser.spinner(since: waited.since, at: now)) loading… \(Browser.seconds(waited.seconds))  esc  cancels"
        }
        if let failure = load.failure {
            if failure.reason == .notInDocumentRoutes { return wrapped(notInRoutesText, .dim, width) }
            if let signInKey, failure.isAboutToken {
                return wrapped(loading ?? "Waits until you are signed in.  \(signInKey)  signs in", .warn, width)
            }
            if failure.reason == .cancelled { return wrapped(loading ?? "Stopped.  r  reads it", .dim, width) }
            return wrapped("✗ \(Wording.text(failure))", .error, width)
                + wrapped(loading ?? "r  tries again", .dim, width)
        }
        if load.isLoading { return loading.map { wrapped($0, .dim, width) } ?? [] }
        return load.loadedAt == nil ? [] : wrapped(emptyText, .dim, width)
    }

    /// What is said when rows are there but hidden.
    private var nothingVisible: String {
        guard !state.filter.isEmpty else {
            return count == 1
                ? "The only one is inactive.  i  shows it" : "All \(count.grouped) are inactive.  i  shows them"
        }
        let isPartial = load.isLoading || load.failure != nil && load.loadedAt == nil
        let scope = isPartial ? " among the \(count.grouped) loaded" : ""
        let inactive =
            state.hiddenInactiveCount > 0 && state.filterField == nil ? ",  i  looks at the inactive ones too" : ""
        return "No match for “\(state.filter.text)”\(scope).  esc  clears the filter\(inactive)"
    }

    /// What stands at the right of the border: how old the rows are, and why they are not newer.
    func trailing(at now: Timestamp) -> [BoxLabel] {
        var words: [String] = []
        if let loadedAt = load.loadedAt {
            let age = Age.text(of: loadedAt, at: now)
            words.append(load.failure != nil && age != "now" ? "\(age) old" : age)
        }
        if let failure = load.failure, count > 0 { words.append(Wording.short(failure)) }
        if let since = load.since, now.seconds(since: since) >= Browser.spinnerDelay, count > 0 {
            words = ["\(Browser.spinner(since: since, at: now)) refreshing"]
        }
        let isTrouble = load.failure != nil && count > 0
        return words.isEmpty
            ? [] : [BoxLabel(text: CellText(words.joined(separator: ", ")), role: isTrouble ? .warn : .dim)]
    }

    private func wrapped(_ text: String, _ role: Role, _ width: Int) -> [ListCell] {
        CellText.lines(text, width: max(width, 1)).map { ListCell($0, role) }
    }
}

extension Browser {
    /// What is to be said of a pane.
    func status(of pane: PaneID) -> ListStatus? { kind(of: pane).status(in: self) }

    /// What stands at the right of the border of a pane: how old its rows are, what is missing, why they are not newer.
    func trailing(of pane: PaneID, at now: Timestamp) -> [BoxLabel] {
        guard let status = status(of: pane) else { return [] }
        let labels = kind(of: pane).trailing(status, in: self, at: now)
        return sorted(labels, of: pane)
    }

    /// The spinner's character for something that began at a moment.
    static func spinner(since start: Timestamp, at now: Timestamp) -> Character {
        Spinner.character(step: Int(max(now.seconds(since: start), 0) / spinnerStep))
    }

    /// Seconds with one decimal below ten: `0.8 s`, `12 s`.
    static func seconds(_ value: Double) -> String {
        let tenths = Int((max(value, 0) * 10).rounded(.down))
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 10) s"
    }

    /// The filter in the title of a list: what is typed while it is typed, with the place of typing, else what is in
    /// force.
    static func filterLabel(_ state: ListState) -> [BoxLabel] {
        if let field = state.filterField { return [BoxLabel(text: "/" + field.marked(columns: 24), role: .accent)] }
        return state.filter.text.isEmpty ? [] : [BoxLabel(text: CellText("/\(state.filter.text)"), role: .accent)]
    }

    /// How many rows of how many are shown: `48 of 1,204`, or `1,204`.
    static func countText(_ shown: Int, of count: Int) -> String {
        shown == count ? count.grouped : "\(shown.grouped) of \(count.grouped)"
    }
}

extension Browser {
    /// What is to be said of the list of a pane, with the key that signs in while that is what it waits for.
    func statusToShow(of pane: PaneID) -> ListStatus? {
        var status = status(of: pane)
        if session.signIn.state.isSignedOut { status?.signInKey = terminal.keymap.labels(of: .signIn).first }
        return status
    }

    /// Draws the box of a list and, while there are no rows to show, what is said instead.
    ///
    /// - Returns: where the rows belong; nil when there are none, or when the pane is not on the screen.
    func listBox(
        of listPane: PaneID,
        in layout: ScreenLayout,
        title: [BoxLabel],
        on frame: inout Frame,
        at now: Timestamp
    ) -> Rect? {
        guard let rect = layout.rect(of: listPane), let status = statusToShow(of: listPane) else { return nil }
        let trailing = trailing(of: listPane, at: now)
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
