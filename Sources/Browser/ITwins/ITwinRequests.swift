import ITwinsAPI

/// The list of all iTwins, page by page.
struct LoadITwins: LoadRequest {
    let query: ITwinQuery
    /// Where it goes on; nil for its beginning.
    var link: String?

    var operation: Operation { .iTwins(query) }
    var load: WritableKeyPath<Session, LoadState> { \.iTwins.load }

    func effect(_ id: RequestID) -> Effect { .load(id, query, from: link) }

    func maximumAge(_ seconds: Double, in browser: Browser) -> Double { browser.session.iTwins.maximumAge(seconds) }

    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.requestITwins(from: browser.session.iTwins.resumeLink, at: now)
    }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.iTwins.finish()
        browser.selectPending(at: now)
        browser.notices.noteUnreadable(browser.session.iTwins.unreadable, of: "iTwins", at: now)
        return browser.session.subject.movedAt == nil ? LoadName.startMissing(in: &browser, at: now) : []
    }

    /// Only administrators of an organization see all of its iTwins: others go back to their own.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        let isRefused = browser.session.iTwins.scope != .member && error.apiError?.status == 403
        browser.session.iTwins.abort()
        guard isRefused else {
            browser.session.iTwins.load.fail(error)
            return []
        }
        let why = "Only an administrator sees all of the organization; these are yours. \(Wording.text(error))"
        browser.show(.failure, why, at: now)
        let rowsAreMine = browser.session.iTwins.loadedScope == .member && browser.session.iTwins.list.source.count > 0
        browser.session.iTwins.scope = .member
        return rowsAreMine ? [] : browser.requestITwins(at: now)
    }
}

extension LoadITwins {
    /// The request for the list of all iTwins: inactive ones too, with the fields that rows, filter and bars need.
    init(in session: Session) {
        var query = ITwinQuery()
        query.includeInactive = true
        query.select = ITwinRow.fields
        query.maxReturn = session.connection.maxReturn
        query.scope = session.iTwins.scope == .member ? nil : session.iTwins.scope
        self.init(query: query)
    }
}

extension Session {
    /// How the list of all iTwins stands.
    var iTwinsStatus: LoadStatus { loadStatus(of: LoadITwins(in: self)) }
}

extension Browser {
    /// Loads the list of all iTwins anew, or from the link of a page on.
    mutating func requestITwins(from link: String? = nil, at now: Timestamp) -> [Effect] {
        session.iTwins.begin(from: link)
        var load = LoadITwins(in: session)
        load.link = link
        return session.send(load, at: now)
    }

    mutating func received(_ page: Page<ITwin>, of id: RequestID, at now: Timestamp) -> [Effect] {
        guard session.requests[id]?.request is LoadITwins else { return [] }
        session.iTwins.received(page)
        selectPending(at: now)
        return session.requests.reach.answered() ? refreshVisible(olderThan: SubjectPane.maximumAge, at: now) : []
    }
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
