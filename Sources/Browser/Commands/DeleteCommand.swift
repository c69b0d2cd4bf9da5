import ITwinsAPI
import Screen

/// Deleting, always after a dialog that says what is lost (contract sections 6.5 and 10.5).
extension Command {
    static let delete = Command(
        "delete",
        "delete…",
        "delete",
        .lists,
        ["d"],
        changesService: true
    ) {
        $0.kind(of: $0.pane).deleteTarget(in: $0)
    } run: { browser, target, now in
        // What the dialog names and is not known is asked for.
        var effects: [Effect] = []
        if case .iTwin(let id) = target {
            let requests: [any LoadRequest] = [LoadRepositories(iTwinID: id), LoadDetails(iTwinID: id)]
            for request in requests {
                effects += request.refresh(olderThan: SubjectPane.maximumAge, in: &browser, at: now)
            }
        }
        if case .repository(let repository, let iTwinID) = target {
            effects += CheckContent.begin(of: repository, in: iTwinID, browser: &browser, at: now)
        }
        guard let form = target.form(in: browser) else { return [] }
        browser.layers.open(form)
        return effects
    }
}

/// What is deleted.
enum DeleteTarget: Sendable, Hashable {
    case iTwin(id: String)
    case repository(Repository, iTwinID: String)
    case resource(Resource, RepositoryPath)
    case image(iTwinID: String)

    /// The iTwin that has the focus.
    static func focusedITwin(in browser: Browser) -> Availability<DeleteTarget> {
        guard let id = browser.focusedITwinID else { return .impossible("There is nothing to delete here.") }
        return browser.session.isSupported(.deleteITwin(id: id))
            ? .possible(.iTwin(id: id)) : .impossible("Deleting is not in the document routes.")
    }

    /// The dialog as of now; nil for what is gone.
    func form(in browser: Browser) -> DeleteForm? {
        var form: DeleteForm? =
            switch self {
            case .iTwin(let id): browser.session.iTwin(id).map { self.form($0, in: browser) }
            case .repository(let repository, let iTwinID): form(repository, of: iTwinID, in: browser)
            case .resource(let resource, let path): form(resource, of: path, in: browser)
            case .image(let id): imageForm(of: id, in: browser)
            }
        if browser.session.connection.confirmsWrites { form?.profile = browser.session.connection.typedLabel }
        return form
    }

    private func form(_ iTwin: ITwin, in browser: Browser) -> DeleteForm {
        let operation = Operation.deleteITwin(id: iTwin.id)
        let what = [iTwin.title, iTwin.number ?? "", iTwin.subClass?.rawValue ?? "", iTwin.status?.rawValue ?? ""]
        return DeleteForm(
            target: .iTwin(id: iTwin.id),
            kind: "iTwin",
            name: iTwin.title,
            consequences: [
                FormInfo(text: what.filter { !$0.isEmpty && $0 != iTwin.id }.joined(separator: "   ")),
                FormInfo(text: "\(iTwin.id)   in \(browser.session.connection.label)", role: .dim, isExtra: true),
                FormInfo(label: "Goes with it", text: whatGoes(with: iTwin.id, in: browser.session)),
                FormInfo(label: "Stays behind", text: whatStays(of: iTwin.id, in: browser)),
            ],
            confirmation: .init(id: iTwin.id, [("number", iTwin.number), ("name", iTwin.displayName)]),
            operation: operation,
            requestLine: browser.session.requestLine(of: operation),
            question: .iTwin(id: iTwin.id)
        )
    }

    private func form(_ repository: Repository, of iTwinID: String, in browser: Browser) -> DeleteForm {
        let operation = Operation.deleteRepository(iTwinID: iTwinID, id: repository.id)
        let content = browser.session.subject.contents[RepositoryPath(iTwinID: iTwinID, id: repository.id)]
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
                FormInfo(text: "\(repository.id)   in \(browser.session.name(of: iTwinID))", role: .dim, isExtra: true),
                FormInfo(label: "Goes with it", text: goes),
                FormInfo(label: "Stays behind", text: "the data itself, where the URI leads"),
            ],
            confirmation: content == .found(false)
                ? nil : .init(id: repository.id, [("name", repository.displayName)]),
            operation: operation,
            requestLine: browser.session.requestLine(of: operation),
            question: .repositories(iTwinID: iTwinID)
        )
    }

    private func form(_ resource: Resource, of path: RepositoryPath, in browser: Browser) -> DeleteForm? {
        guard let iTwinID = path.iTwinID else { return nil }
        let operation = Operation.deleteResource(iTwinID: iTwinID, repositoryID: path.id, id: resource.id)
        return DeleteForm(
            target: .resource(resource, path),
            kind: "Resource",
            name: resource.title,
            consequences: [
                FormInfo(text: [resource.title, resource.type ?? ""].filter { !$0.isEmpty }.joined(separator: "   ")),
                FormInfo(text: "\(resource.id)   in \(browser.session.resources.title)", role: .dim, isExtra: true),
                FormInfo(label: "Goes with it", text: "its entry here"),
                FormInfo(label: "Stays behind", text: "the layer itself, where the repository leads"),
            ],
            confirmation: nil,
            operation: operation,
            requestLine: browser.session.requestLine(of: operation),
            question: .resource(path, id: resource.id)
        )
    }

    /// What is lost with an iTwin, as far as it is known by now.
    private func whatGoes(with id: String, in session: Session) -> String {
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
    private func whatStays(of id: String, in browser: Browser) -> String {
        let table = browser.session.iTwins.list.source
        let count = table.childCount(of: id)
        let among =
            browser.session.iTwins.pages.isComplete(browser.session.iTwinsStatus)
                && !browser.session.iTwins.pages.isCapped(browser.session.iTwinsStatus)
            ? "" : " (of \(table.count.grouped) loaded)"
        return switch count {
        case 0: "no iTwin lies below it\(among)"
        case 1: "1 iTwin below it keeps its parent id\(among)"
        default: "\(count.grouped) iTwins below it keep their parent id\(among)"
        }
    }

    /// The question before an image is taken away.
    private func imageForm(of id: String, in browser: Browser) -> DeleteForm {
        let operation = Operation.deleteImage(iTwinID: id)
        let cached = browser.session.subject[id].image
        let what = [cached.image?.largeImageName ?? browser.session.iTwin(id)?.imageName, cached.bytes?.byteText]
            .compactMap(
                \.self
            )
        return DeleteForm(
            target: .image(iTwinID: id),
            kind: "Image of",
            name: browser.session.name(of: id),
            heading: "Remove the image of “\(browser.session.name(of: id))”",
            consequences: [
                FormInfo(label: "Goes", text: what.isEmpty ? "the image" : what.joined(separator: ", ")),
                FormInfo(label: "Stays behind", text: "the iTwin"),
            ],
            confirmation: nil,
            operation: operation,
            requestLine: browser.session.requestLine(of: operation),
            question: .image(iTwinID: id)
        )
    }
}

extension DeleteTarget {
    /// Removes what was deleted, everywhere and at once.
    func remove(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        switch self {
        case .iTwin(let id): return Self.remove(iTwin: id, in: &browser)
        case .image(let id): return LoadImage.changed(of: id, to: nil, in: &browser, at: now)
        case .resource(let resource, let path):
            browser.session.subject.contents[path] = nil
            if browser.session.resources.path == path { browser.session.resources.forget(resource.id) }
            return []
        case .repository(let repository, let iTwinID):
            browser.session.subject[iTwinID].repositories.value.removeAll { $0.id == repository.id }
            return browser.session.send(LoadRepositories(iTwinID: iTwinID), at: now)
        }
    }

    private static func remove(iTwin id: String, in browser: inout Browser) -> [Effect] {
        browser.session.iTwins.pages.remove(id)
        browser.session.favorites.removeRow(id)
        let recents = browser.session.recents.iTwins.filter { $0.id != id }
        browser.session.recents.replace(recents, opened: browser.session.memory.opened)
        browser.session.subject.forget(id)
        browser.navigation.history.forget(id)
        if browser.navigation.here.iTwinID == id { browser.navigation.here.iTwinID = nil }
        // What was beside the list was about it.
        if browser.pane.isBesideITwins { browser.navigation.here.focus(browser.panes[0]) }
        let wasOpened = browser.session.memory.opened.removeValue(forKey: id) != nil
        return wasOpened ? [.save(browser.remembered)] : []
    }
}
