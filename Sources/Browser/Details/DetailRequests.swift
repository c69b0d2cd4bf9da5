import ITwinsAPI

/// All fields of an iTwin.
struct LoadDetails: ITwinPartRequest {
    let iTwinID: String

    static var part: Part { \.details.load }
    var operation: Operation { .iTwin(id: iTwinID) }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .iTwin(let iTwin, let source) = answer else { return [] }
        browser.session.sidePane[iTwinID].details.set(iTwin, source: source, at: now)
        return LoadName.startMissing(in: &browser, at: now) + LoadImage.refresh(in: &browser, at: now)
    }
}

/// All fields of an iTwin, to be edited then.
struct LoadForEditing: BrowserRequest {
    let iTwinID: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var role: RequestRole { .load }
    var operation: Operation { .iTwin(id: iTwinID) }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if case .iTwin(let iTwin, let source) = answer { EditTarget.open(iTwin, source: source, in: &browser, at: now) }
        return []
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard error.reason != .cancelled else { return [] }
        let name = browser.session.name(of: iTwinID)
        browser.show(.failure, "“\(name)” can't be edited because it wasn't loaded. \(Wording.text(error))", at: now)
        return []
    }
}

/// The name of an iTwin that no list has.
struct LoadName: BrowserRequest {
    let iTwinID: String
    /// What tells it: the account of an iTwin is asked for by what belongs to it.
    let operation: Operation

    var key: RequestKey { RequestKey(Self.self, iTwinID) }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if case .iTwin(let iTwin, _) = answer { browser.session.names.set(iTwinID, iTwin.title) }
        return []
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.names.set(iTwinID, nil)
        return []
    }

    /// Asks for the names that the header and the details need and no list has. While the list is being read it may
    /// still bring them.
    static func startMissing(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        // Two may be the same: the parent is often the account.
        missing(in: browser).flatMap { wish in
            browser.session.requests[wish.key] == nil ? browser.session.send(wish, at: now) : []
        }
    }

    private static func missing(in browser: Browser) -> [LoadName] {
        let session = browser.session
        guard let id = browser.selectedITwinID, let iTwin = session.iTwin(id),
            !session.iTwins.pages.isLoadingFirst(browser.iTwinsStatus)
        else { return [] }
        // The account is asked for by what belongs to it: one need not be a member of the account itself.
        let accountID = browser.shownTabs.contains(.details) ? iTwin.iTwinAccountId : nil
        let wishes = [
            iTwin.parentId.map { LoadName(iTwinID: $0, operation: .iTwin(id: $0)) },
            accountID.map { LoadName(iTwinID: $0, operation: .account(iTwinID: id)) },
        ]
        return wishes.compactMap(\.self).filter {
            !$0.iTwinID.isEmpty && session.isSupported($0.operation) && session.knownName(of: $0.iTwinID) == nil
                && !session.names.isSettled($0.iTwinID)
        }
    }
}
