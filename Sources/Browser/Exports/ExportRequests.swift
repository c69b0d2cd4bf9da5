import ITwinsAPI

/// The caller's exports.
struct LoadExports: LoadRequest {
    var operation: Operation { .exports(iTwinID: nil) }
    var load: WritableKeyPath<Session, LoadState> { \.exports.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .exports(let page) = answer else { return [] }
        let running = Set(browser.session.exports.running.map(\.id))
        browser.session.exports.replace(page.items, at: now)
        browser.notices.noteUnreadable(page.unreadable, of: "exports", at: now)
        return Export.announceEnds(of: running, as: page.items, in: &browser, at: now)
            + MeasureExport.startDue(in: &browser, at: now)
    }
}

/// The exports of an iTwin; of the document routes alone.
struct LoadITwinExports: ITwinPartRequest {
    let iTwinID: String

    static var part: Part { \.exports.load }
    var operation: Operation { .exports(iTwinID: iTwinID) }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .exports(let page) = answer else { return [] }
        let running = browser.session.sidePane[iTwinID].exports.value.filter(\.status.isRunning).map(\.id)
        browser.session.sidePane[iTwinID].exports.value = page.items
        schedulePoll(in: &browser, at: now)
        browser.notices.noteUnreadable(page.unreadable, of: "exports", at: now)
        return Export.announceEnds(of: Set(running), as: page.items, in: &browser, at: now)
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.sidePane[iTwinID].exports.load.fail(error)
        schedulePoll(in: &browser, at: now, isCancelled: error.reason == .cancelled)
        return []
    }

    /// Sets when the exports are read again. After a user cancelled that, the time is twice as long at once.
    private func schedulePoll(in browser: inout Browser, at now: Timestamp, isCancelled: Bool = false) {
        let isRunning = browser.session.sidePane[iTwinID].exports.value.contains(where: \.status.isRunning)
        if isCancelled { browser.session.sidePane[iTwinID].polling.later() }
        browser.session.sidePane[iTwinID].polling.schedule(isRunning: isRunning, at: now)
        if !isCancelled { browser.session.sidePane[iTwinID].polling.later() }
    }
}

/// How an export that runs stands.
struct PollExport: BrowserRequest {
    let exportID: String

    var key: RequestKey { RequestKey(Self.self, exportID) }
    var operation: Operation { .export(id: exportID) }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .export(let export) = answer else { return [] }
        let hasEnded = browser.session.exports.update(export, at: now)
        return (hasEnded ? export.announceEnd(in: &browser, at: now) : [])
            + MeasureExport.startDue(in: &browser, at: now)
    }

    /// The next time is set already; one that is gone is not asked about for ever.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        error.apiError?.status == 404 ? browser.session.send(LoadExports(), at: now) : []
    }
}

/// How large the file of an export is.
struct MeasureExport: BrowserRequest {
    let exportID: String
    let link: String

    var key: RequestKey { RequestKey(Self.self, exportID) }
    var operation: Operation { .export(id: exportID) }

    /// How many files are asked about at a time: a service may list any number.
    private static let atOnce = 4

    func effect(_ id: RequestID) -> Effect { .measure(id, link: link) }

    func measured(_ bytes: Int?, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.exports.sizes[exportID] = .some(bytes)
        return MeasureExport.startDue(in: &browser, at: now)
    }

    /// Asks for the sizes of finished files that are not known yet.
    fileprivate static func startDue(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        due(in: browser).flatMap { browser.session.send($0, at: now) }
    }

    /// The questions to ask now: about finished files whose sizes are not known, as many as there is room for.
    private static func due(in browser: Browser) -> [MeasureExport] {
        let room = max(atOnce - browser.session.requests.count(of: Self.self), 0)
        let unknown = browser.session.exports.list.source.elements.lazy.compactMap { export -> MeasureExport? in
            guard let link = export.outputUrl, browser.session.exports.sizes[export.id] == nil else { return nil }
            let question = MeasureExport(exportID: export.id, link: link)
            return browser.session.requests[question.key] == nil ? question : nil
        }
        return Array(unknown.prefix(room))
    }
}

extension ScheduledTask {
    /// Asks how the caller's exports that run stand.
    static let pollExports = ScheduledTask { browser, _ in
        // Not while that is being asked.
        let session = browser.session
        return session.requests.count(of: PollExport.self) > 0 ? nil : session.exports.polling.at
    } run: { browser, now in
        browser.session.exports.polled(at: now)
        // The service runs one at a time for a user; a longer list must not become as many requests.
        let polls = browser.session.exports.running.prefix(Rules.exportsPerHour).map { PollExport(exportID: $0.id) }
        return polls.filter { browser.session.isSupported($0.operation) }.flatMap { browser.session.send($0, at: now) }
    }

    /// Reads the exports beside the list again while one runs: the document routes cannot ask about one alone.
    static let loadRunningExports = ScheduledTask { browser, _ in
        guard browser.session.connection.routes == .document, browser.shownTabs.contains(.exports),
            let id = browser.selectedITwinID, browser.session.requests[LoadITwinExports(iTwinID: id).key] == nil
        else { return nil }
        return browser.session.sidePane[id].polling.at
    } run: { browser, now in
        browser.loadSelectedITwin(olderThan: -1, at: now)
    }

    /// The next full second of an export that runs, while its time is on the screen.
    static let exportSeconds = ScheduledTask { browser, now in
        let layout = browser.layout
        let isBeside = browser.shownTabs.contains(.exports) && layout.rect(of: .sideList) != nil
        guard isBeside || layout.rect(of: .exports) != nil else { return nil }
        let running = browser.session.listedExports.source.elements.filter(\.status.isRunning)
        return running.compactMap(\.createdDateTime).map { created in
            created.adding(seconds: max(now.seconds(since: created).rounded(.down) + 1, 1))
        }.filter { $0 > now }.min()
    }

    static let exportQuota = ScheduledTask { browser, now in
        guard browser.layout.exportNote != nil else { return nil }
        return browser.session.exportQuota(at: now)?.nextChange(at: now)
    }
}
