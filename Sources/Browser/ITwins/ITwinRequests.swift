import ITwinsAPI

/// The list of all iTwins, page by page.
struct LoadITwins: LoadRequest {
    let query: ITwinQuery
    /// Where it goes on; nil for its beginning.
    var link: String?

    var operation: Operation { .iTwins(query) }
    var load: WritableKeyPath<Browser, LoadState> { \.iTwins.load }

    func effect(_ id: RequestID) -> Effect { .load(id, query, from: link) }

    func maximumAge(_ seconds: Double, in browser: Browser) -> Double { browser.iTwins.maximumAge(seconds) }

    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.requestITwins(from: browser.iTwins.resumeLink, at: now)
    }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.iTwins.finish()
        browser.settleAwaited(at: now)
        browser.noteUnreadable(browser.iTwins.unreadable, of: "iTwins", at: now)
        return browser.subject.movedAt == nil ? browser.loadNames(at: now) : []
    }

    /// Only administrators of an organization see all of its iTwins: others go back to their own.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        let isRefused = browser.iTwins.scope != .member && error.apiError?.status == 403
        browser.iTwins.abort()
        guard isRefused else {
            browser.iTwins.load.fail(error)
            return []
        }
        let why = "Only an administrator sees all of the organization; these are yours. \(Wording.text(error))"
        browser.show(.failure, why, at: now)
        let rowsAreMine = browser.iTwins.loadedScope == .member && browser.iTwins.list.source.count > 0
        browser.iTwins.scope = .member
        return rowsAreMine ? [] : browser.requestITwins(at: now)
    }
}

extension Browser {
    /// The request for the list of all iTwins: inactive ones too, with the fields that rows, filter and bars need.
    var loadITwins: LoadITwins {
        var query = ITwinQuery()
        query.includeInactive = true
        query.select = ITwin.Field.row
        query.maxReturn = connection.maxReturn
        query.scope = iTwins.scope == .member ? nil : iTwins.scope
        return LoadITwins(query: query)
    }

    /// How the list of all iTwins stands.
    var iTwinsStatus: LoadStatus { loadStatus(of: loadITwins) }

    /// Loads the list of all iTwins anew, or from the link of a page on.
    mutating func requestITwins(from link: String? = nil, at now: Timestamp) -> [Effect] {
        iTwins.begin(from: link)
        var load = loadITwins
        load.link = link
        return request(load, at: now)
    }

    mutating func received(_ page: Page<ITwin>, of id: RequestID, at now: Timestamp) -> [Effect] {
        guard requests[id]?.request is LoadITwins else { return [] }
        iTwins.received(page)
        settleAwaited(at: now)
        return reach.answered() ? refreshVisible(olderThan: SubjectPane.maximumAge, at: now) : []
    }
}

/// The account that new iTwins go to.
struct LoadAccount: BrowserRequest {
    var operation: Operation { .primaryAccount }
    var waitsForSignIn: Bool { true }

    /// It hardly changes: one in flight need not be replaced.
    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard browser.isSupported(operation), browser.requests[key] == nil else { return [] }
        return browser.request(self, at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if case .iTwin(let iTwin, _) = answer { browser.account = iTwin }
        return []
    }
}
