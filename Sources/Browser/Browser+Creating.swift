import ITwinsAPI

/// Creating iTwins, repositories and exports from a dialog.
extension Browser {
    /// What `n` creates where the focus is; nil where it creates nothing.
    var createKind: FormKind? {
        switch pane {
        case .iTwins, .recents, .favorites: return .iTwin
        case .subject:
            guard let id = subjectID else { return nil }
            guard subject.listTab == .exports else { return .repository(iTwinID: id) }
            return .export(iTwinID: connection.routes == .document ? id : nil)
        case .exports, .exportDetails: return connection.routes == .document ? nil : .export(iTwinID: nil)
        case .details: return nil
        }
    }

    mutating func beginCreate(at now: Timestamp) -> [Effect] {
        guard let kind = createKind else {
            show(.information, "There is nothing to create here.", at: now)
            return []
        }
        switch kind {
        case .iTwin:
            let selected = focusedITwinID.flatMap { $0 == account?.id ? nil : (id: $0, name: name(of: $0)) }
            dialog = .form(Form(ITwinForm(selected: selected, accountName: account?.title)), kind)
        case .repository(let id): dialog = .form(Form(repositoryForm(of: id)), kind)
        case .export(let id): dialog = .form(Form(exportForm(of: id, at: now)), kind)
        case .download: break
        }
        return []
    }

    private func repositoryForm(of id: String) -> RepositoryForm {
        let siblings = subject.repositories[id]?.value.compactMap(\.displayName) ?? []
        return RepositoryForm(iTwinID: id, iTwinName: name(of: id), siblingNames: siblings)
    }

    /// Tells the open dialog which repositories are known by now: a conflict is at the name when one has it.
    mutating func updateForm() {
        guard case .form(_, .repository(let id)) = dialog else { return }
        changeForm { [content = repositoryForm(of: id)] in $0.update(content) }
    }

    mutating func perform(_ outcome: Form.Outcome, of kind: FormKind, at now: Timestamp) -> [Effect] {
        switch outcome {
        case .none: return []
        case .close:
            dialog = nil
            return []
        case .submit(.download(let download)):
            guard case .download(let exportID) = kind else { return [] }
            return perform(download, of: exportID, at: now)
        case .submit(.operation(let operation)):
            let (id, effects) = ask(.create, operation, at: now)
            changeForm { $0.began(id, at: now) }
            return effects
        case .check(let operation):
            let (id, effects) = ask(.checkCreated, operation, at: now)
            changeForm { $0.beganCheck(id, at: now) }
            return effects
        case .stop(let id):
            if case .download(let exportID)? = requests.end(id)?.purpose { exports.downloads[exportID] = nil }
            changeForm { $0.stopped() }
            return [.cancel(id)]
        }
    }

    mutating func changeForm(_ change: (inout Form) -> Void) {
        guard case .form(var form, let kind) = dialog else { return }
        change(&form)
        dialog = .form(form, kind)
    }

    /// Takes over what was created: it appears selected, and the dialog goes.
    mutating func created(_ answer: Answer, at now: Timestamp) -> [Effect] {
        guard case .form(let form, let kind) = dialog else { return [] }
        dialog = nil
        let isExport = if case .export = kind { true } else { false }
        show(.success, "\(form.subject) \(isExport ? "asked for" : "created")", at: now)
        switch (answer, kind) {
        case (.repository(let repository), .repository(let iTwinID)):
            appear(repository, in: iTwinID)
            let (id, effects) = ask(.repositories(iTwinID: iTwinID), .repositories(iTwinID: iTwinID), at: now)
            subject.change(repositoriesOf: iTwinID) { $0.load.begin(id, at: now) }
            return effects
        case (.iTwin(let iTwin, let source), .iTwin):
            appear(iTwin, source: source, at: now)
            return []
        case (.export(let export), .export(let iTwinID)):
            appear(export, of: iTwinID, at: now)
            return []
        default: return []
        }
    }

    private mutating func appear(_ repository: Repository, in iTwinID: String) {
        subject.change(repositoriesOf: iTwinID) { held in
            held.value.removeAll { $0.id == repository.id }
            held.value.append(repository)
        }
        guard subject.iTwinID == iTwinID, !subject.list.select(repository.id) else { return }
        subject.list.setFilter("")
        subject.list.select(repository.id)
    }

    private mutating func appear(_ iTwin: ITwin, source: JSON, at now: Timestamp) {
        iTwins.list.change { $0.insert(iTwin) }
        iTwins.incoming?.append([iTwin])
        subject.change(detailsOf: iTwin.id) {
            $0.iTwin = iTwin
            $0.source = source
            $0.load.succeed(at: now)
        }
        if place != .iTwins { history.leave(location) }
        enter(Location(place: .iTwins, pane: .iTwins, iTwinID: iTwin.id), at: now)
    }

    /// Takes over whether what may have been created is there.
    mutating func checked(_ answer: Answer, at now: Timestamp) -> [Effect] {
        guard case .form(let form, let kind) = dialog else { return [] }
        switch (answer, kind) {
        case (.repositories(let page), .repository(let iTwinID)):
            guard case .createRepository(_, let draft) = form.operation,
                let found = page.items.first(where: { $0.displayName == draft.displayName && $0.uri == draft.uri })
            else { break }
            dialog = nil
            subject.change(repositoriesOf: iTwinID) {
                $0.value = page.items
                $0.load.succeed(at: now)
            }
            appear(found, in: iTwinID)
            show(.success, "\(form.subject) was created", at: now)
            return []
        case (.iTwins(let page), .iTwin):
            guard case .createITwin(let draft) = form.operation,
                let found = page.items.first(where: { draft.matches($0) })
            else { break }
            dialog = nil
            appear(found, source: found.json(ITwin.Field.row), at: now)
            subject.change(detailsOf: found.id) { $0 = SubjectPane.Detail() }
            show(.success, "\(form.subject) was created", at: now)
            return []
        case (.exports(let page), .export(let iTwinID)):
            guard case .createExport(_, let draft) = form.operation,
                let found = (form.content as? ExportForm)?.match(in: page.items, draft)
            else { break }
            dialog = nil
            appear(found, of: iTwinID, at: now)
            show(.success, "\(form.subject) was asked for", at: now)
            return []
        default: break
        }
        changeForm { $0.foundNothing() }
        return []
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
