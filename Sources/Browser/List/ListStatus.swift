import ITwinsAPI
import Screen

/// What is said where a list has no rows, and in its border where it has: every list answers the same questions alike.
struct ListStatus: Sendable {
    var load: LoadState
    var state: ListState
    /// How many rows there are, hidden ones included.
    var count: Int
    /// What is said when there is nothing at all, with the key that helps.
    var emptyText: String
    /// What is said where the routes do not have the operation.
    var notInRoutesText: String

    /// The lines of a list without visible rows; empty while there is nothing to say yet.
    func lines(at now: Timestamp, width: Int) -> [ListCell] {
        guard state.visibleCount == 0 else { return [] }
        if count > 0 {
            if !state.filter.isEmpty {
                return wrapped(
                    "No match for “\(state.filter.text)” in \(count.grouped).  esc  clears the filter",
                    .dim,
                    width
                )
            }
            return wrapped(
                count == 1
                    ? "The only one is inactive.  i  shows it" : "All \(count.grouped) are inactive.  i  shows them",
                .dim,
                width
            )
        }
        let waited = load.since.map { (since: $0, seconds: now.seconds(since: $0)) }
        let loading = waited.flatMap { waited -> String? in
            guard waited.seconds >= Browser.spinnerDelay else { return nil }
            return
                "\(Browser.spinner(since: waited.since, at: now)) loading… \(Browser.seconds(waited.seconds))  esc  cancels"
        }
        if let failure = load.failure {
            if failure.reason == .notInDocumentRoutes { return wrapped(notInRoutesText, .dim, width) }
            return wrapped("✗ \(Wording.text(failure))", .error, width)
                + wrapped(loading ?? "r  tries again", .dim, width)
        }
        if load.isLoading { return loading.map { wrapped($0, .dim, width) } ?? [] }
        return load.loadedAt == nil ? [] : wrapped(emptyText, .dim, width)
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
    /// The spinner's character for something that began at a moment.
    static func spinner(since start: Timestamp, at now: Timestamp) -> Character {
        Spinner.character(step: Int(max(now.seconds(since: start), 0) / spinnerStep))
    }

    /// Seconds with one decimal below ten: `0.8 s`, `12 s`.
    static func seconds(_ value: Double) -> String {
        let tenths = Int((max(value, 0) * 10).rounded(.down))
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 10) s"
    }

    /// The filter in the title of a list: what is typed while it is typed, else what is in force.
    static func filterLabel(_ state: ListState) -> [BoxLabel] {
        if let field = state.filterField { return [BoxLabel(text: CellText("/\(field.text)▏"), role: .accent)] }
        return state.filter.text.isEmpty ? [] : [BoxLabel(text: CellText("/\(state.filter.text)"), role: .accent)]
    }

    /// How many rows of how many are shown: `48 of 1,204`, or `1,204`.
    static func countText(_ state: ListState, of count: Int) -> String {
        state.visibleCount == count ? count.grouped : "\(state.visibleCount.grouped) of \(count.grouped)"
    }
}
