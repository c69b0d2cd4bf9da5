import ITwinsAPI
import Screen

/// Deleting, always after a dialog that says what is lost (contract sections 6.5 and 10.5).
extension Browser {
    /// What is deleted.
    enum DeleteTarget: Sendable, Hashable {
        case iTwin(id: String)
        case repository(Repository, iTwinID: String)
        case resource(Resource, RepositoryPath)
        case image(iTwinID: String)
    }

    /// What `d` deletes where the focus is, or why it deletes nothing.
    var deleteTarget: (target: DeleteTarget?, why: String) {
        switch pane {
        case .iTwins, .favorites, .recents, .details:
            guard let id = focusedITwinID else { return (nil, "There is nothing to delete here.") }
            return isSupported(.deleteITwin(id: id))
                ? (.iTwin(id: id), "") : (nil, "Deleting is not in the document routes.")
        case .subject where navigation.here.tabs.list == .repositories:
            guard let id = subjectID, let repository = session.subject.list.selectedElement() else {
                return (nil, "There is nothing to delete here.")
            }
            if repository.isAutomatic {
                return (nil, "“\(repository.title)” came by itself and goes with its data: it cannot be deleted.")
            }
            return isSupported(.deleteRepository(iTwinID: id, id: repository.id))
                ? (.repository(repository, iTwinID: id), "") : (nil, "Deleting is not in the document routes.")
        case .resources, .resourceDetails:
            guard let path = place.repositoryPath, let resource = session.resources.list.selectedElement() else {
                return (nil, "There is nothing to delete here.")
            }
            return session.resources.takesResources
                ? (.resource(resource, path), "")
                : (nil, "“\(resource.title)” comes from where the repository leads: it cannot be deleted here.")
        case .globalRepositories, .globalDetails: return (nil, "Global repositories can only be read.")
        case .subject, .exports, .exportDetails:
            return (nil, "An export cannot be deleted: it goes by itself after 4 hours.")
        }
    }

    /// Opens the dialog, and asks for what it has to name and is not known.
    mutating func beginDelete(at now: Timestamp) -> [Effect] {
        guard let target = deleteTarget.target else { return [] }
        var effects: [Effect] = []
        if case .iTwin(let id) = target {
            let requests: [any LoadRequest] = [LoadRepositories(iTwinID: id), LoadDetails(iTwinID: id)]
            for request in requests { effects += load(request, olderThan: SubjectPane.maximumAge, at: now) }
        }
        if case .repository(let repository, let iTwinID) = target {
            effects += checkContent(of: repository, in: iTwinID, at: now)
        }
        guard let form = deleteForm(of: target) else { return [] }
        layers.open(form)
        return effects
    }

    /// The dialog as of now; nil for what is gone.
    func deleteForm(of target: DeleteTarget) -> DeleteForm? {
        var form: DeleteForm? =
            switch target {
            case .iTwin(let id): iTwin(id).map(deleteForm)
            case .repository(let repository, let iTwinID): deleteForm(repository, of: iTwinID)
            case .resource(let resource, let path): deleteForm(resource, of: path)
            case .image(let id): imageDeleteForm(of: id)
            }
        if session.connection.confirmsWrites { form?.profile = session.connection.typedLabel }
        return form
    }

    private func deleteForm(_ iTwin: ITwin) -> DeleteForm {
        let operation = Operation.deleteITwin(id: iTwin.id)
        let what = [iTwin.title, iTwin.number ?? "", iTwin.subClass?.rawValue ?? "", iTwin.status?.rawValue ?? ""]
        return DeleteForm(
            target: .iTwin(id: iTwin.id),
            kind: "iTwin",
            name: iTwin.title,
            consequences: [
                FormInfo(text: what.filter { !$0.isEmpty && $0 != iTwin.id }.joined(separator: "   ")),
                FormInfo(text: "\(iTwin.id)   in \(session.connection.label)", role: .dim, isExtra: true),
                FormInfo(label: "Goes with it", text: whatGoes(with: iTwin.id)),
                FormInfo(label: "Stays behind", text: whatStays(of: iTwin.id)),
            ],
            confirmation: .init(id: iTwin.id, [("number", iTwin.number), ("name", iTwin.displayName)]),
            operation: operation,
            requestLine: requestLine(of: operation),
            question: .iTwin(id: iTwin.id)
        )
    }

    private func deleteForm(_ repository: Repository, of iTwinID: String) -> DeleteForm {
        let operation = Operation.deleteRepository(iTwinID: iTwinID, id: repository.id)
        let content = session.contents[RepositoryPath(iTwinID: iTwinID, id: repository.id)]
        let goes =
            switch content {
            case nil: "its entry here; looking for resources…"
            case .failed(let error)?: "its entry here; whether there are resources is not known: \(Wording.text(error))"
            case .found(true)?: "its entry here, and the resources in it"
            case .found(false)?: "its entry here; it has no resources"
            }
        return DeleteForm(
            target: .repository(repository, iTwinID: iTwinID),
            kind: "Repository",
            name: repository.title,
            consequences: [
                FormInfo(text: "\(repository.title)   \(repository.classText)"),
                FormInfo(text: "\(repository.id)   in \(name(of: iTwinID))", role: .dim, isExtra: true),
                FormInfo(label: "Goes with it", text: goes),
                FormInfo(label: "Stays behind", text: "the data itself, where the URI leads"),
            ],
            confirmation: content == .found(false)
                ? nil : .init(id: repository.id, [("name", repository.displayName)]),
            operation: operation,
            requestLine: requestLine(of: operation),
            question: .repositories(iTwinID: iTwinID)
        )
    }

    private func deleteForm(_ resource: Resource, of path: RepositoryPath) -> DeleteForm? {
        guard let iTwinID = path.iTwinID else { return nil }
        let operation = Operation.deleteResource(iTwinID: iTwinID, repositoryID: path.id, id: resource.id)
        return DeleteForm(
            target: .resource(resource, path),
            kind: "Resource",
            name: resource.title,
            consequences: [
                FormInfo(text: [resource.title, resource.type ?? ""].filter { !$0.isEmpty }.joined(separator: "   ")),
                FormInfo(text: "\(resource.id)   in \(session.resources.title)", role: .dim, isExtra: true),
                FormInfo(label: "Goes with it", text: "its entry here"),
                FormInfo(label: "Stays behind", text: "the layer itself, where the repository leads"),
            ],
            confirmation: nil,
            operation: operation,
            requestLine: requestLine(of: operation),
            question: .resource(path, id: resource.id)
        )
    }

    /// Asks whether a repository has resources, where it can have some.
    private mutating func checkContent(of repository: Repository, in iTwinID: String, at now: Timestamp) -> [Effect] {
        let check = CheckContent(path: RepositoryPath(iTwinID: iTwinID, id: repository.id))
        guard repository.class == .geographicInformationSystem, isSupported(check.operation) else {
            session.contents[check.path] = .found(false)
            return []
        }
        session.contents[check.path] = nil
        return request(check, at: now)
    }

    /// What is lost with an iTwin, as far as it is known by now.
    private func whatGoes(with id: String) -> String {
        let repositories = session.subject[id].repositories
        let detail = session.subject[id].details
        if repositories.load.loadedAt == nil || detail.load.loadedAt == nil {
            let failure = repositories.load.failure ?? detail.load.failure
            return failure.map { "not known: \(Wording.text($0))" } ?? "looking…"
        }
        let count = repositories.value.count { !$0.isAutomatic }
        var parts =
            count == 0 ? [] : [count == 1 ? "1 repository you added" : "\(count.grouped) repositories you added"]
        if detail.iTwin?.imageName != nil { parts.append("its image") }
        return parts.isEmpty ? "no repository you added, no image" : parts.joined(separator: ", ")
    }

    /// What lies below an iTwin, counted among those that are loaded.
    private func whatStays(of id: String) -> String {
        let table = session.iTwins.list.source
        let count = table.childCount(of: id)
        let among =
            session.iTwins.isComplete(iTwinsStatus) && !session.iTwins.isCapped(iTwinsStatus)
            ? "" : " (of \(table.count.grouped) loaded)"
        return switch count {
        case 0: "no iTwin lies below it\(among)"
        case 1: "1 iTwin below it keeps its parent id\(among)"
        default: "\(count.grouped) iTwins below it keep their parent id\(among)"
        }
    }

    /// Method and path of what is sent.
    func requestLine(of operation: ITwinsAPI.Operation) -> String {
        operation.request(in: session.connection.routes).map { "\($0.method.rawValue) \($0.path)" } ?? ""
    }

    /// Removes what was deleted, everywhere and at once.
    mutating func remove(_ target: DeleteTarget, at now: Timestamp) -> [Effect] {
        switch target {
        case .iTwin(let id): return remove(iTwin: id)
        case .image(let id): return imageChanged(of: id, to: nil, at: now)
        case .resource(let resource, let path):
            session.contents[path] = nil
            if session.resources.path == path { session.resources.forget(resource.id) }
            return []
        case .repository(let repository, let iTwinID):
            session.subject[iTwinID].repositories.value.removeAll { $0.id == repository.id }
            return reloadRepositories(of: iTwinID, at: now)
        }
    }

    private mutating func remove(iTwin id: String) -> [Effect] {
        session.iTwins.remove(id)
        session.favorites.removeRow(id)
        let recents = session.recents.list.source.elements.filter { $0.id != id }
        session.recents.replace(recents, opened: session.memory.opened)
        session.subject.forget(id)
        navigation.history.forget(id)
        if navigation.here.iTwinID == id { navigation.here.iTwinID = nil }
        // What was beside the list was about it.
        if pane.isBesideITwins { focus(panes[0]) }
        return session.memory.opened.removeValue(forKey: id) == nil ? [] : [.save(remembered)]
    }
}
