import ITwinsAPI

/// All fields of an iTwin.
struct LoadDetails: LoadRequest {
    let iTwinID: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var scope: RequestScope? { .iTwin(iTwinID) }
    var operation: Operation { .iTwin(id: iTwinID) }
    var load: WritableKeyPath<Session, LoadState> { \.subject[iTwinID].details.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .iTwin(let iTwin, let source) = answer else { return [] }
        browser.session.subject[iTwinID].details.set(iTwin, source: source, at: now)
        return browser.loadNames(at: now) + browser.loadImage(at: now)
    }
}

extension Browser {
    /// Reads all fields of an iTwin again after something of it was changed.
    mutating func reloadDetails(of iTwinID: String, at now: Timestamp) -> [Effect] {
        request(LoadDetails(iTwinID: iTwinID), at: now)
    }
}

/// All fields of an iTwin, to be edited then.
struct LoadForEditing: BrowserRequest {
    let iTwinID: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var role: RequestRole { .load }
    var operation: Operation { .iTwin(id: iTwinID) }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if case .iTwin(let iTwin, let source) = answer { browser.editable(iTwin, source: source, at: now) }
        return []
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard error.reason != .cancelled else { return [] }
        let name = browser.name(of: iTwinID)
        browser.show(.failure, "“\(name)” was not read, so it cannot be edited. \(Wording.text(error))", at: now)
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
}
