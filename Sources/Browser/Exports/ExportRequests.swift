import ITwinsAPI

/// The caller's exports.
struct LoadExports: LoadRequest {
    var operation: Operation { .exports(iTwinID: nil) }
    var load: WritableKeyPath<Session, LoadState> { \.exports.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .exports(let page) = answer else { return [] }
        let running = Set(browser.session.exports.running.map(\.id))
        browser.session.exports.replace(page.items, at: now)
        browser.noteUnreadable(page.unreadable, of: "exports", at: now)
        return browser.announceEnds(of: running, in: page.items, at: now) + browser.measureExports(at: now)
    }
}

/// The exports of an iTwin; of the document routes alone.
struct LoadITwinExports: LoadRequest {
    let iTwinID: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var scope: RequestScope? { .iTwin(iTwinID) }
    var operation: Operation { .exports(iTwinID: iTwinID) }
    var load: WritableKeyPath<Session, LoadState> { \.subject[iTwinID].exports.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .exports(let page) = answer else { return [] }
        let running = browser.session.subject[iTwinID].exports.value.filter(\.status.isRunning).map(\.id)
        browser.session.subject[iTwinID].exports.value = page.items
        schedulePoll(in: &browser, at: now)
        browser.noteUnreadable(page.unreadable, of: "exports", at: now)
        return browser.announceEnds(of: Set(running), in: page.items, at: now)
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.subject[iTwinID].exports.load.fail(error)
        schedulePoll(in: &browser, at: now, isCancelled: error.reason == .cancelled)
        return []
    }

    /// Sets when the exports are read again. After a person cancelled that, the time is twice as long at once.
    private func schedulePoll(in browser: inout Browser, at now: Timestamp, isCancelled: Bool = false) {
        let isRunning = browser.session.subject[iTwinID].exports.value.contains(where: \.status.isRunning)
        if isCancelled { browser.session.subject[iTwinID].polling.later() }
        browser.session.subject[iTwinID].polling.schedule(isRunning: isRunning, at: now)
        if !isCancelled { browser.session.subject[iTwinID].polling.later() }
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
        return (hasEnded ? browser.announceEnd(of: export, at: now) : []) + browser.measureExports(at: now)
    }

    /// The next time is set already; one that is gone is not asked about for ever.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        error.apiError?.status == 404 ? browser.request(LoadExports(), at: now) : []
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
        return browser.measureExports(at: now)
    }

    /// The questions to ask now: about finished files whose sizes are not known, as many as there is room for.
    fileprivate static func due(in browser: Browser) -> [MeasureExport] {
        let room = max(atOnce - browser.session.requests.count(of: Self.self), 0)
        let unknown = browser.session.exports.list.source.elements.lazy.compactMap { export -> MeasureExport? in
            guard let link = export.outputUrl, browser.session.exports.sizes[export.id] == nil else { return nil }
            let question = MeasureExport(exportID: export.id, link: link)
            return browser.session.requests[question.key] == nil ? question : nil
        }
        return Array(unknown.prefix(room))
    }
}

extension Browser {
    /// Asks for the sizes of finished files that are not known yet.
    mutating func measureExports(at now: Timestamp) -> [Effect] {
        MeasureExport.due(in: self).flatMap { request($0, at: now) }
    }

    /// Asks how the exports that run stand, unless that is being asked already.
    mutating func pollExports(at now: Timestamp) -> [Effect] {
        guard let due = nextPoll, due <= now else { return [] }
        session.exports.polled(at: now)
        // The service runs one at a time for a person; a longer list must not become as many requests.
        return session.exports.running.prefix(Rules.exportsPerHour).map { PollExport(exportID: $0.id) }
            .filter { isSupported($0.operation) }.flatMap { request($0, at: now) }
    }

    /// When the exports that run are asked about next; nil when none runs, and while it is being asked.
    var nextPoll: Timestamp? { session.requests.count(of: PollExport.self) > 0 ? nil : session.exports.polling.at }
}
