import ITwinsAPI
import Screen

/// What went over the wire in this run.
struct RequestsPane: ListPane {
    var list: WritableKeyPath<Session, ItemList<Exchange>> { \.requests.log.list }

    func request(in browser: Browser) -> (any LoadRequest)? { nil }

    func fit(_ rows: Int, in browser: inout Browser) {
        browser.session.requests.log.show()
        browser.session.requests.log.list.fit(rows)
    }

    func heading(width: Int, in browser: Browser) -> [BoxLabel] {
        let list = browser.session.requests.log.list
        let count = list.state.visibleCount.text(of: list.source.count)
        return [BoxLabel(text: "Requests", role: nil), BoxLabel(text: CellText(count), role: .dim)]
    }

    func status(in browser: Browser) -> ListStatus? {
        // It is always as new as can be.
        var status = status(empty: "No requests yet.", notInRoutes: "", in: browser)
        var known = LoadState()
        known.succeed(at: Timestamp(secondsSince1970: 0))
        status.load = LoadStatus(known)
        return status
    }

    func trailing(_ status: ListStatus, in browser: Browser, at now: Timestamp) -> [BoxLabel] { [] }

    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.navigation.here.focus(.requestDetails)
        return []
    }

    func hint(in browser: Browser) -> ListCell? {
        let count = RequestLog.capacity.grouped
        let text: KeyedText = "The last \(count) requests.  \(.cancelOne)  cancels one,  \(.cancelAll)  cancels all"
        return ListCell(CellText(browser.text(text)), .dim)
    }
}

/// What was sent and what came, of the request under the cursor.
struct RequestTextPane: Pane {
    func heading(width: Int, in browser: Browser) -> [BoxLabel] { [BoxLabel(text: "Request", role: nil)] }
    func request(in browser: Browser) -> (any LoadRequest)? { nil }

    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        guard let exchange = browser.session.requests.log.selected else { return [] }
        let time = exchange.seconds.map { "\(Int(($0 * 1000).rounded()).grouped) ms" } ?? "in progress"
        let fields: [(label: String, value: String)] = [
            ("request", "\(exchange.method) \(exchange.target)"), ("host", exchange.host),
            ("operation", exchange.operation?.rawValue ?? ""), ("started", exchange.began.readable), ("duration", time),
            ("tries", String(exchange.tries)), ("status", exchange.status.map(String.init) ?? ""),
            (
                "failed",
                exchange.failure.map { reason in
                    let operation = exchange.operation ?? .getMyITwins
                    return Wording.text(RequestError(reason, operation: operation, host: exchange.host))
                } ?? ""
            ),
            ("correlation", exchange.correlationID ?? ""),
        ]
        return TextLine.fields(fields, width: width) + lines("Sent", exchange.sent, width)
            + lines("Received", exchange.received, width)
    }

    private func lines(_ title: String, _ message: Exchange.Message?, _ width: Int) -> [TextLine] {
        guard let message else { return [] }
        let heading = [
            TextLine(label: "", value: "", role: .dim), TextLine(label: "", value: CellText(title), role: .title),
        ]
        let headers = TextLine.fields(message.headers.map { ($0.name, $0.value) }, width: width)
        guard message.bytes > 0 else { return heading + headers }
        let blank = [TextLine(label: "", value: "", role: .dim)]
        guard let body = message.body else {
            let why =
                message.isDropped
                ? "was dropped: \(RequestLog.bodyCapacity.byteText) of the newest bodies are kept" : "isn't kept"
            return heading + headers + blank
                + TextLine.lines("The body of \(message.bytes.byteText) \(why).", width: width, role: .dim)
        }
        let more = "Only the beginning of \(message.bytes.byteText) is kept."
        return heading + headers + blank + TextLine.code(body, width: width)
            + (message.isCut ? TextLine.lines(more, width: width, role: .dim) : [])
    }
}
