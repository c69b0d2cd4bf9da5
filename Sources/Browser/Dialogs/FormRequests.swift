import ITwinsAPI

/// Does what a form was filled in for.
struct SubmitForm: BrowserRequest {
    let form: FormID
    let operation: Operation

    static func key(of form: FormID) -> RequestKey { RequestKey(Self.self, form.description) }
    var key: RequestKey { Self.key(of: form) }
    var role: RequestRole { .submit }

    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        // The profile may have become read-only while the dialog was open.
        if let refusal = browser.session.connection.refusalToSend {
            browser.layers.change(form) { $0.refused(refusal, at: nil) }
            return []
        }
        browser.layers.change(form) { $0.enter(.sending(key)) }
        return browser.session.send(self, at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard let form = browser.layers[form] else { return [] }
        browser.layers.close(form.id)
        browser.show(.success, "\(form.objectName) \(form.content.verb.done)", at: now)
        return form.content.succeed(answer, form.values, in: &browser, at: now)
    }

    /// Without a word of whether it was done nothing is shown when somebody cancelled it: the form says that it is not known.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if error.reason == .cancelled {
            if !error.outcomeUnknown { browser.layers.change(form) { $0.wasNotSent() } }
            return []
        }
        guard let form = browser.layers[form] else { return [] }
        if form.content.isDone(by: error) == true { return form.wasDone(" already", in: &browser, at: now) }
        let content = error.outcomeUnknown ? form.content : form.content.updated(in: browser)
        let canSignIn = browser.session.connection.canSignIn
        browser.layers.change(form.id) {
            $0.update(content)
            $0.failed(error, canSignIn: canSignIn)
        }
        return []
    }
}

/// Asks whether a form did it, where the answer that tells was lost.
struct CheckForm: BrowserRequest {
    let form: FormID
    let operation: Operation

    var key: RequestKey { RequestKey(Self.self, form.description) }

    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.layers.change(form) { $0.enter(.checking(key)) }
        return browser.session.send(self, at: now)
    }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard let form = browser.layers[form] else { return [] }
        guard let effects = form.content.find(in: answer, form.values, in: &browser, at: now) else {
            browser.layers.change(form.id) { $0.foundNothing() }
            return []
        }
        browser.closeForm(form.id)
        browser.show(.success, "\(form.objectName) was \(form.content.verb.done)", at: now)
        return effects
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard let form = browser.layers[form] else { return [] }
        switch form.content.isDone(by: error) {
        case true?: return form.wasDone("", in: &browser, at: now)
        case false?: browser.layers.change(form.id) { $0.foundNothing() }
        case nil:
            let canSignIn = browser.session.connection.canSignIn
            browser.layers.change(form.id) { $0.failed(error, canSignIn: canSignIn) }
        }
        return []
    }
}

extension Form {
    /// Closes the form because an error told that what it is for was done.
    fileprivate func wasDone(_ when: String, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.closeForm(id)
        browser.show(.success, "\(objectName) was \(content.verb.done)\(when)", at: now)
        return content.succeed(.done, values, in: &browser, at: now)
    }
}

extension Browser {
    /// Closes a form. What was stopped and is not answered yet has nobody to answer any more.
    fileprivate mutating func closeForm(_ id: FormID) {
        if let stopped = session.requests[SubmitForm.key(of: id)] { session.requests.end(stopped.id) }
        layers.close(id)
    }
}

extension RequestError {
    /// True when the service says that the thing itself does not exist (any more), which a wrong route does not tell.
    var saysMissing: Bool {
        guard let error = apiError, error.status == 404 else { return false }
        return [
            "iTwinNotFound", "iTwinRepositoryNotFound", "iTwinRepositoryResourceNotFound", "ImageNotFound",
        ].contains(error.code)
    }
}
