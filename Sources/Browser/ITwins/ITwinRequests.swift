import ITwinsAPI

/// The list of all iTwins.
struct LoadITwins: LoadPages {
    let query: ITwinQuery
    var reading = ListReading()

    static var columns: ListColumns<ITwinRow> { .iTwins }
    static var noun: String { "iTwins" }
    var operation: Operation { .iTwins(query) }
    var load: WritableKeyPath<Session, LoadState> { \.iTwins.pages.load }
    var pages: WritableKeyPath<Session, PagedList<ITwinRow>> { \.iTwins.pages }

    static func page(of answer: Answer) -> Page<ITwinRow>? {
        guard case .iTwins(let page) = answer else { return nil }
        // Texts of few values are kept once.
        var texts: Set<String> = []
        return page.with(page.items.map { ITwinRow($0) { texts.insert($0).memberAfterInsert } })
    }

    func pageCame(in browser: inout Browser, at now: Timestamp) {
        if !browser.session.iTwins.pages.isRefreshed {
            browser.session.iTwins.loadedScope = browser.session.iTwins.scope
        }
        browser.selectPending(at: now)
    }

    func finished(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.iTwins.loadedScope = browser.session.iTwins.scope
        browser.selectPending(at: now)
        return browser.session.sidePane.movedAt == nil ? LoadName.startMissing(in: &browser, at: now) : []
    }

    /// Only administrators of an organization see all of its iTwins: others go back to their own.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        let isRefused = browser.session.iTwins.scope != .member && error.apiError?.status == 403
        // The rows are still those of before.
        if browser.session.iTwins.pages.isRefreshed {
            browser.session.iTwins.scope = browser.session.iTwins.loadedScope
        }
        browser.session.iTwins.pages.abort()
        guard isRefused else {
            browser.session.iTwins.pages.load.fail(error)
            return []
        }
        let why = "Only administrators see all iTwins in the organization; these are yours. \(Wording.text(error))"
        browser.show(.failure, why, at: now)
        let rowsAreMine = browser.session.iTwins.loadedScope == .member && browser.session.iTwins.list.source.count > 0
        browser.session.iTwins.scope = .member
        return rowsAreMine ? [] : LoadITwins(in: browser).read(from: nil, in: &browser, at: now)
    }
}

extension LoadITwins {
    /// The request for the list of all iTwins: inactive ones too, with the fields that rows, filter and bars need.
    init(in browser: borrowing Browser) {
        var query = ITwinQuery()
        query.includeInactive = true
        query.select = ITwinRow.fields
        query.maxReturn = browser.session.connection.maxReturn
        let scope = browser.session.iTwins.scope
        query.scope = scope == .member ? nil : scope
        self.init(query: query)
    }
}

extension Browser {
    /// How the list of all iTwins stands.
    var iTwinsStatus: LoadStatus { loadStatus(of: LoadITwins(in: self)) }
}

/// The account that new iTwins go to.
struct LoadAccount: BrowserRequest {
    var operation: Operation { .primaryAccount }
    var waitsForSignIn: Bool { true }

    /// It hardly changes: one in flight need not be replaced.
    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard browser.session.isSupported(operation), browser.session.requests[key] == nil else { return [] }
        return browser.session.send(self, at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if case .iTwin(let iTwin, _) = answer { browser.session.names.account = iTwin }
        return []
    }
}
