import ITwinsAPI

/// Does what the open form was filled in for.
struct SubmitForm: BrowserRequest {
    let operation: Operation

    static let key = RequestKey(SubmitForm.self)
    var key: RequestKey { Self.key }
    var role: RequestRole { .submit }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.submitted(answer, at: now)
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.formFailed(error, isCheck: false, at: now)
    }
}

/// Asks whether the open form did it, where the answer that tells was lost.
struct CheckForm: BrowserRequest {
    let operation: Operation

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.checked(answer, at: now)
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.formFailed(error, isCheck: true, at: now)
    }
}

/// Dialogs that change something on the service: what they ask for, and what their answers bring.
extension Browser {
    mutating func perform(_ outcome: Form.Outcome, of kind: FormKind, at now: Timestamp) -> [Effect] {
        switch outcome {
        case .none: return []
        case .close:
            closeForm()
            return []
        case .submit(.nothing(let text)):
            dialog = nil
            show(.information, text, at: now)
            return []
        case .submit(.download(let download)):
            guard case .download(let exportID) = kind else { return [] }
            return perform(download, of: exportID, at: now)
        case .submit(.operation(let operation)):
            // A dialog that deletes has asked already, and had the label typed.
            if session.connection.confirmsWrites, case .form(let form, let kind) = dialog, !kind.isDelete {
                askBeforeSending(operation, of: form)
                return []
            }
            return sendForm(operation, at: now)
        case .signIn: return beginSignIn(at: now)
        case .check(let operation):
            return requestForForm(CheckForm(operation: operation), at: now)
        case .stop:
            let request = formRequest
            // What is stopped before it was sent is told apart by its answer.
            if let request, !(request.request is SubmitForm) { session.requests.end(request.id) }
            changeForm { $0.stopped() }
            return request.map { [.cancel($0.id)] } ?? []
        }
    }

    /// Sends what a dialog was filled in for.
    mutating func sendForm(_ operation: ITwinsAPI.Operation, at now: Timestamp) -> [Effect] {
        // The profile may have become read-only while the dialog was open.
        if let refusal = refusalToSend {
            changeForm { $0.refused(refusal, at: nil) }
            return []
        }
        return requestForForm(SubmitForm(operation: operation), at: now)
    }

    /// Sends a request that the open form waits for.
    mutating func requestForForm(_ request: any BrowserRequest, at now: Timestamp) -> [Effect] {
        let effects = self.request(request, at: now)
        changeForm { $0.began(isCheck: request is CheckForm) }
        return effects
    }

    /// The request that the open form waits for; nil when it waits for none.
    var formRequest: Requests.InFlight? {
        guard case .form(let form, let kind) = dialog else { return nil }
        switch (form.phase, kind) {
        case (.sending, .download(let exportID)): return download(of: exportID)
        case (.sending, _): return session.requests[SubmitForm.key]
        case (.checking, _): return session.requests[RequestKey(CheckForm.self)]
        default: return nil
        }
    }

    /// Closes the dialog. What was stopped and is not answered yet has nobody to answer any more.
    private mutating func closeForm() {
        if let stopped = session.requests[SubmitForm.key] { session.requests.end(stopped.id) }
        dialog = nil
    }

    mutating func changeForm(_ change: (inout Form) -> Void) {
        guard case .form(var form, let kind) = dialog else { return }
        change(&form)
        dialog = .form(form, kind)
    }

    /// Tells the open dialog what has become known since it was opened, such as the names of the other repositories.
    mutating func updateForm() {
        guard case .form(_, let kind) = dialog else { return }
        switch kind {
        case .repository(let id): changeForm { [content = repositoryForm(of: id)] in $0.update(content) }
        case .editRepository(let iTwinID, let repository):
            changeForm { [content = repositoryForm(of: iTwinID, changing: repository)] in $0.update(content) }
        case .delete(let target):
            guard let content = deleteForm(of: target) else { return }
            changeForm { $0.update(content) }
        case .resource(let path):
            guard let content = resourceForm(of: path) else { return }
            changeForm { $0.update(content) }
        case .iTwin, .editITwin, .export, .image, .download: break
        }
    }

    /// Tells a dialog that deletes what has become known; others keep still while one types.
    mutating func updateDeleteDialog() {
        if case .form(_, .delete) = dialog { updateForm() }
    }

    /// Closes the dialog whose change was made, and shows the change.
    fileprivate mutating func submitted(_ answer: Answer, at now: Timestamp) -> [Effect] {
        guard case .form(let form, let kind) = dialog else { return [] }
        dialog = nil
        let hint = if case .export = kind, focusedExport == nil { "  4  shows it" } else { "" }
        show(.success, "\(form.subject) \(form.verb.done)\(hint)", at: now)
        switch (answer, kind) {
        case (.repository(let repository), .repository(let iTwinID)):
            insertAndSelect(repository, in: iTwinID)
            return reloadRepositories(of: iTwinID, at: now)
        case (.repository(let repository), .editRepository(let iTwinID, _)):
            replace(repository, in: iTwinID)
            return reloadRepositories(of: iTwinID, at: now)
        case (.iTwin(let iTwin, let source), .iTwin): insertAndSelect(iTwin, source: source, at: now)
        case (.iTwin(let iTwin, let source), .editITwin): replace(iTwin, source: source, at: now)
        case (.export(let export), .export(let iTwinID)): insertAndSelect(export, of: iTwinID, at: now)
        case (.resource(let resource), .resource(let path)): insertAndSelect(resource, in: path, at: now)
        case (.image(let image), .image(let id, _)): return imageChanged(of: id, to: image, at: now)
        case (_, .delete(let target)): return remove(target, at: now)
        default: break
        }
        return []
    }

    /// Shows whether what may have been done was done.
    fileprivate mutating func checked(_ answer: Answer, at now: Timestamp) -> [Effect] {
        guard case .form(let form, let kind) = dialog else { return [] }
        guard let effects = found(answer, form, kind, at: now) else {
            changeForm { $0.foundNothing() }
            return []
        }
        closeForm()
        show(.success, "\(form.subject) was \(form.verb.done)", at: now)
        return effects
    }

    /// Shows what a check brought; nil when it tells that nothing was done.
    private mutating func found(_ answer: Answer, _ form: Form, _ kind: FormKind, at now: Timestamp) -> [Effect]? {
        switch (answer, kind, form.operation) {
        case (.repositories(let page), .repository(let iTwinID), .createRepository(_, let draft)?):
            session.subject[iTwinID].repositories.set(page.items, at: now)
            guard let found = page.items.first(where: { $0.displayName == draft.displayName && $0.uri == draft.uri })
            else { return nil }
            insertAndSelect(found, in: iTwinID)
        case (.repositories(let page), .editRepository(let iTwinID, _), .updateRepository(_, let id, let changes)?):
            session.subject[iTwinID].repositories.set(page.items, at: now)
            guard let found = page.items.first(where: { $0.id == id }), changes.areMade(in: found) else { return nil }
        case (.iTwins(let page), .iTwin, .createITwin(let draft)?):
            guard let found = page.items.first(where: { draft.matches($0) }) else { return nil }
            insertAndSelect(found, source: found.json(ITwin.Field.row), at: now)
            session.subject[found.id].details = SubjectPane.Detail()
        case (.iTwin(let iTwin, let source), .editITwin, .updateITwin(_, let changes)?):
            replace(iTwin, source: source, at: now)
            guard changes.areMade(in: iTwin) else { return nil }
        case (.exports(let page), .export(let iTwinID), .createExport(_, let draft)?):
            guard let found = (form.content as? ExportForm)?.match(in: page.items, draft) else { return nil }
            insertAndSelect(found, of: iTwinID, at: now)
        case (.resource(let resource), .resource(let path), .createResource?):
            insertAndSelect(resource, in: path, at: now)
        case (.image(let image), .image(let id, let before), _):
            guard image.id != before else { return nil }
            return imageChanged(of: id, to: image, at: now)
        case (.repositories(let page), .delete(let target), .deleteRepository(let iTwinID, let id)?):
            session.subject[iTwinID].repositories.set(page.items, at: now)
            guard !page.items.contains(where: { $0.id == id }) else { return nil }
            return remove(target, at: now)
        default: return nil
        }
        return []
    }

    /// Shows why a dialog's request or its check failed. What is to be deleted and is not there is deleted.
    fileprivate mutating func formFailed(_ error: RequestError, isCheck: Bool, at now: Timestamp) -> [Effect] {
        guard case .form(let form, let kind) = dialog else { return [] }
        if !isCheck, error.reason == .cancelled {
            if !error.outcomeUnknown { changeForm { $0.wasNotSent() } }
            return []
        }
        if case .delete(let target) = kind, error.saysMissing {
            closeForm()
            show(.success, "\(form.subject) was deleted\(isCheck ? "" : " already")", at: now)
            return remove(target, at: now)
        }
        if isCheck, isMissing(error, kind) {
            changeForm { $0.foundNothing() }
            return []
        }
        updateForm()
        changeForm { [canSignIn = session.connection.canSignIn] in
            $0.failed(error, offersSignIn: canSignIn && error.isAboutToken)
        }
        return []
    }

    /// Whether a check tells that what was to be created is not there.
    private func isMissing(_ error: RequestError, _ kind: FormKind) -> Bool {
        switch (kind, error.apiError?.code) {
        case (.resource, "iTwinRepositoryResourceNotFound"), (.image, "ImageNotFound"): true
        default: false
        }
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

extension ITwinDraft {
    /// Whether an iTwin may be what this created: the service compares both without regard to letter case.
    fileprivate func matches(_ iTwin: ITwin) -> Bool {
        guard iTwin.displayName?.lowercased() == displayName.lowercased() else { return false }
        guard let number, !number.isEmpty else { return true }
        return iTwin.number?.lowercased() == number.lowercased()
    }
}

extension ITwinChanges {
    /// Whether an iTwin has all the new values.
    fileprivate func areMade(in iTwin: ITwin) -> Bool {
        Self.fields.allSatisfy { self[$0] == nil || self[$0] == iTwin[$0] }
    }
}

extension RepositoryChanges {
    /// Whether a repository has all the new values.
    fileprivate func areMade(in repository: Repository) -> Bool {
        (displayName == nil || displayName == repository.displayName) && (uri == nil || uri == repository.uri)
            && authentication.isMade(in: repository.authentication) && options.isMade(in: repository.options)
    }
}

extension Change {
    fileprivate func isMade(in value: Value?) -> Bool {
        switch self {
        case .keep: true
        case .clear: value == nil
        case .set(let new): value == new
        }
    }
}
