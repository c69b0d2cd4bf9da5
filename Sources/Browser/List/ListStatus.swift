import ITwinsAPI
import RowIndex
import Screen

/// What is said where a list has no rows, and in its border where it has: every list answers the same questions alike.
struct ListStatus: Sendable {
    var load: LoadStatus
    var state: ListState
    /// How many rows there are, hidden ones included.
    var count: Int
    /// What is said when there is nothing at all, with the key that helps: it is put in only where that is shown.
    var emptyText: KeyedText
    /// What is said where the routes do not have the operation.
    var notInRoutesText: String
    let keymap: Keymap
    /// Whether what failed for want of a token waits until somebody has signed in.
    var waitsForSignIn = false

    /// The lines of a list without visible rows; empty while there is nothing to say yet.
    func lines(at now: Timestamp, width: Int) -> [ListCell] {
        guard state.visibleCount == 0 else { return [] }
        if count > 0 { return wrapped(nothingVisible, .dim, width) }
        let waited = load.since.map { (since: $0, seconds: now.seconds(since: $0)) }
        let loading = waited.flatMap { waited -> String? in
            guard waited.seconds >= Spinner.delay else { return nil }
            let spinner = Spinner.character(since: waited.since, at: now)
            return keymap.text("\(spinner) loading… \(waited.seconds.secondsText)  \(.cancel)  cancels")
        }
        if let failure = load.failure {
            if failure.reason == .notInDocumentRoutes { return wrapped(notInRoutesText, .dim, width) }
            if waitsForSignIn, failure.isAboutToken {
                let waits = keymap.text("Waiting for sign-in.  \(.signIn)  signs in")
                return wrapped(loading ?? waits, .warn, width)
            }
            if failure.reason == .cancelled {
                return wrapped(loading ?? keymap.text("Cancelled.  \(.refresh)  loads it"), .dim, width)
            }
            return wrapped("✗ \(Wording.text(failure))", .error, width)
                + wrapped(loading ?? keymap.text("\(.refresh)  retries"), .dim, width)
        }
        if load.isLoading { return loading.map { wrapped($0, .dim, width) } ?? [] }
        return load.loadedAt == nil ? [] : wrapped(keymap.text(emptyText), .dim, width)
    }

    /// What is said when rows are there but hidden.
    private var nothingVisible: String {
        guard !state.filter.isEmpty else {
            return count == 1
                ? keymap.text("The only iTwin is inactive.  \(.toggleInactive)  shows it")
                : keymap.text("All \(count.grouped) iTwins are inactive.  \(.toggleInactive)  shows them")
        }
        let isPartial = load.isLoading || load.failure != nil && load.loadedAt == nil
        let scope = isPartial ? " among the \(count.grouped) loaded" : ""
        let inactive =
            state.hiddenInactiveCount > 0 && state.filterField == nil
            ? keymap.text(",  \(.toggleInactive)  includes inactive iTwins") : ""
        return keymap.text("No match for “\(state.filter.text)”\(scope).  \(.cancel)  clears the filter\(inactive)")
    }

    /// What stands at the right of the border: how old the rows are, and why they are not newer.
    func trailing(at now: Timestamp) -> [BoxLabel] {
        var words: [String] = []
        if let loadedAt = load.loadedAt {
            let age = RelativeTime.text(of: loadedAt, at: now)
            words.append(load.failure != nil && age != "now" ? "\(age) old" : age)
        }
        if let failure = load.failure, count > 0 { words.append(Wording.short(failure)) }
        if let since = load.since, now.seconds(since: since) >= Spinner.delay, count > 0 {
            words = ["\(Spinner.character(since: since, at: now)) refreshing"]
        }
        let isWarning = load.failure != nil && count > 0
        return words.isEmpty
            ? [] : [BoxLabel(text: CellText(words.joined(separator: ", ")), role: isWarning ? .warn : .dim)]
    }

    private func wrapped(_ text: String, _ role: Role, _ width: Int) -> [ListCell] {
        CellText.lines(text, width: max(width, 1)).map { ListCell($0, role) }
    }
}

extension ListState {
    /// The filter in the border of a list: what is typed while it is typed, with the place of typing, else what is in force.
    var filterLabels: [BoxLabel] {
        if let filterField { return [BoxLabel(text: "/" + filterField.marked(columns: 24), role: .accent)] }
        return filter.text.isEmpty ? [] : [BoxLabel(text: CellText("/\(filter.text)"), role: .accent)]
    }
}

extension Spinner {
    /// A spinner appears after 200 ms and steps 8 times a second.
    static let delay = 0.2
    private static let step = 0.125

    /// When the one for something that began at a moment appears or turns next.
    static func nextStep(since start: Timestamp, at now: Timestamp) -> Timestamp {
        let passed = now.seconds(since: start)
        if passed < delay { return start.adding(seconds: delay) }
        return start.adding(seconds: delay + (((passed - delay) / step).rounded(.down) + 1) * step)
    }

    /// The character for something that began at a moment.
    static func character(since start: Timestamp, at now: Timestamp) -> Character {
        character(step: Int(max(now.seconds(since: start), 0) / step))
    }
}

extension Double {
    /// Seconds with one decimal below ten: `0.8 s`, `12 s`.
    var secondsText: String {
        let tenths = Int((max(self, 0) * 10).rounded(.down))
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 10) s"
    }
}

extension Int {
    /// How many of how many are shown: `48 of 1,204`, or `1,204`.
    func text(of count: Int) -> String { self == count ? count.grouped : "\(grouped) of \(count.grouped)" }

    /// The number with commas between thousands: `1,204`.
    var grouped: String {
        var digits = String(magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
