import ITwinsAPI
import Screen

/// The line above the keys: what is typed, what is told, else something to know.
extension Canvas {
    mutating func drawMessage() {
        let line = layout.message.inset(dx: 1, dy: 0)
        // What is being typed comes before what is told.
        if let toast = browser.notices.toast, browser.pendingKeys.isEmpty, !isCompact || !browser.isTypingFilter {
            draw(toast, in: line)
        } else if let hint = messageHint(width: line.width) {
            frame.write(hint.text, in: line, hint.role)
        } else if isCompact {
            drawPosition(in: line)
        }
    }

    private mutating func draw(_ toast: Notices.Toast, in rect: Rect) {
        let age = CellText(RelativeTime.text(of: toast.since, at: now))
        // What went wrong is read to its end, over the lines above where one does not do.
        let width = rect.width - age.width - 1
        let text = toast.sign + toast.text + requestHint(toast)
        let lines = toast.kind == .failure ? CellText.lines(text, width: width) : [CellText(text)]
        let shown = lines.prefix(isCompact ? 2 : 4)
        let top = rect.minY - shown.count + 1
        frame.fill(Rect(x: 0, y: top, width: frame.size.width, height: shown.count - 1))
        frame.lines(
            shown.map { ListCell($0, toast.role) },
            in: Rect(x: rect.minX, y: top, width: width, height: shown.count)
        )
        frame.write(age, endOf: rect, .dim)
    }

    /// The key that leads to what went over the wire for the request that failed.
    private func requestHint(_ toast: Notices.Toast) -> String {
        guard toast.kind == .failure, let request = toast.request,
            browser.session.requests.log.exchange(of: request) != nil
        else { return "" }
        return browser.text("  \(.requests)  shows the request")
    }

    private func messageHint(width: Int) -> ListCell? {
        guard !isCompact else {
            return browser.pendingKeys.isEmpty && !browser.isTypingFilter
                ? signInBand(width: width) : nil
        }
        if let keys = pendingKeys { return keys }
        if let band = signInBand(width: width) { return band }
        let session = browser.session
        if let wait = session.requests.nextWait {
            let rest = now.wholeSeconds(until: wait.until)
            let text = browser.text("\(reason(of: wait)) Retrying in \(rest) s.  \(.cancel)  cancels")
            return ListCell(CellText(text), .warn)
        }
        let hint = browser.kind(of: browser.place.firstPane).hint(in: browser)
        if let hint, hint.role == .warn { return hint }
        guard session.requests.reach.isOffline else { return hint }
        return ListCell(
            CellText(browser.text("Offline: showing the last loaded data.  \(.refresh)  retries")),
            .warn
        )
    }

    private var pendingKeys: ListCell? {
        let keys = browser.pendingKeys
        return keys.isEmpty ? nil : ListCell(CellText(keys.map(\.label).joined(separator: " ") + " …"), .accent)
    }

    /// Why a request waits, without the service's own words: they would push the rest from the line.
    private func reason(of wait: Requests.Wait) -> String {
        if case .refused(let error) = wait.reason { return "The service returned status \(error.status)." }
        let host = browser.session.connection.host
        return Wording.text(RequestError(wait.reason, operation: .getMyITwins, host: host))
    }

    /// Draws where one is in the only pane of a small screen, its filter, and at the right what its border would say.
    private mutating func drawPosition(in rect: Rect) {
        let (right, left) = (borderWords, pendingKeys ?? position)
        frame.write(right.text, endOf: rect, right.role)
        frame.write(left.text, in: rect.split(left: rect.width - right.text.width - 2).0, left.role)
    }

    private var borderWords: ListCell {
        if let wait = browser.session.requests.nextWait {
            return ListCell(CellText("retry in \(now.wholeSeconds(until: wait.until)) s"), .warn)
        }
        let pane = browser.kind(of: browser.pane)
        let labels = pane.status(in: browser).map { pane.labels($0, in: browser, at: now) } ?? []
        let words = labels.map(\.text).reduce(CellText("")) { $0.isEmpty ? $1 : $0 + "  " + $1 }
        return ListCell(words, labels.last?.role ?? .dim)
    }

    private var position: ListCell {
        let pane = browser.kind(of: browser.pane)
        var words: [CellText] = []
        if browser.pane.isSidePane {
            words.append(CellText(browser.kind(of: browser.navigation.here.tabs.shown).tabTitle(in: browser).long))
        }
        if let list = pane.asList {
            let state = list.state(in: browser)
            let count = state.visibleCount
            words.append(CellText(count == 0 ? "0" : "\((state.cursor + 1).grouped) of \(count.grouped)"))
            if let note = list.positionNote(in: browser) { words.append(note) }
            words += state.filterLabels.map(\.text)
        }
        return ListCell(words.reduce(CellText("")) { $0.isEmpty ? $1 : $0 + "  " + $1 }, .dim)
    }
}

extension Timestamp {
    /// The seconds to a later moment that have begun; none when it has passed.
    func wholeSeconds(until moment: Timestamp) -> Int { max(0, Int(moment.seconds(since: self).rounded(.up))) }
}
