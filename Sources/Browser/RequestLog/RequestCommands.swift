import ITwinsAPI
import Screen

/// Looking at what goes over the wire, and stopping it.
extension Command {
    /// While a message is about a request, the cursor goes to that.
    static let requests = Command("place.requests", "Requests", "requests", .places, ["5"]) {
        browser,
        now in
        browser.notices.toast?.request.map { ShowRequest(request: $0).apply(to: &browser, at: now) }
            ?? browser.go(to: .requests, at: now)
    }

    /// Stops the request under the cursor; a change asks first.
    static let cancelOne = Command("request.cancel", "Cancel selected request", "cancel", .lists, ["x"]) {
        browser in
        guard browser.place == .requests, let exchange = browser.session.requests.log.list.selectedElement else {
            return Availability<[Requests.InFlight]>.impossible(nil)
        }
        let found = browser.session.requests.all { _ in true }.filter { exchange.isMade(for: $0.id) }
        guard exchange.isUnderWay else { return .impossible("This request has already finished.") }
        return found.isEmpty
            ? .impossible("This request can't be cancelled from here.") : .possible(found)
    } run: { browser, requests, now in
        stop(requests, in: &browser, at: now)
    }

    /// Stops all requests; changes among them ask first.
    static let cancelAll = Command("request.cancelAll", "Cancel all requests", "cancel all", .lists, ["X"]) { browser in
        guard browser.place == .requests else { return Availability<[Requests.InFlight]>.impossible(nil) }
        let found = browser.session.requests.all { _ in true }
        return found.isEmpty ? .impossible("No requests are in progress.") : .possible(found)
    } run: { browser, requests, now in
        stop(requests, in: &browser, at: now)
    }

    private static func stop(_ requests: [Requests.InFlight], in browser: inout Browser, at now: Timestamp) -> [Effect]
    {
        let change = StopRequests(ids: requests.map(\.id))
        let writes = requests.filter { $0.request.operation.id.declaration.method != .get }
        guard !writes.isEmpty else { return change.apply(to: &browser, at: now) }
        let lines = writes.map { (text: browser.session.requestLine(of: $0.request.operation), role: Role.dim) }
        let isOne = writes.count == 1
        let (changes, results, them) = isOne ? ("change", "result", "it") : ("changes", "results", "them")
        let text = "The service may already have made the \(changes). You won't see the \(results)."
        browser.layers.push(
            Confirmation(
                title: [BoxLabel(text: isOne ? "Cancel a change" : "Cancel \(writes.count) changes", role: nil)],
                texts: [(text, .text)] + lines,
                yes: ("cancel \(them)", "cancels \(them)"),
                no: "keeps waiting",
                then: .change(change)
            )
        )
        return []
    }
}

/// Stops requests that are in flight still.
private struct StopRequests: BrowserChange {
    let ids: [RequestID]

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        // They may have ended while somebody was asked.
        let found = ids.compactMap { browser.session.requests[$0] }
        guard !found.isEmpty else { return [] }
        let effects = found.flatMap { $0.cancel(in: &browser, at: now) }
        browser.show(
            .information,
            found.count == 1 ? "Request cancelled" : "\(found.count.grouped) requests cancelled",
            at: now
        )
        return effects
    }
}

/// Goes to what went over the wire for a request.
struct ShowRequest: BrowserChange {
    let request: RequestID

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        let effects = browser.go(to: .requests, at: now)
        guard let exchange = browser.session.requests.log.exchange(of: request) else { return effects }
        browser.session.requests.log.show()
        if !browser.session.requests.log.list.select(exchange.id) {
            browser.session.requests.log.list.setFilter("")
            browser.session.requests.log.list.select(exchange.id)
        }
        return effects
    }
}
