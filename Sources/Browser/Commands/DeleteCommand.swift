import ITwinsAPI
import Screen

/// Deleting, always after a dialog that says what is lost (contract sections 6.5 and 10.5).
extension Command {
    static let delete = Command(
        "delete",
        "Delete…",
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
                effects += request.refresh(olderThan: SidePaneState.maximumAge, in: &browser, at: now)
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
            ? .possible(.iTwin(id: id)) : .impossible("The document routes don't support deleting.")
    }

    /// What deletes it, and the question whose answer tells whether it is gone; nil for what cannot be deleted.
    private var operations: (delete: ITwinsAPI.Operation, check: ITwinsAPI.Operation)? {
        switch self {
        case .iTwin(let id): (.deleteITwin(id: id), .iTwin(id: id))
        case .image(let id): (.deleteImage(iTwinID: id), .image(iTwinID: id))
        case .repository(let one, let id): (.deleteRepository(iTwinID: id, id: one.id), .repositories(iTwinID: id))
        case .resource(let resource, let path):
            path.iTwinID.map {
                (.deleteResource(iTwinID: $0, repositoryID: path.id, id: resource.id), .resource(path, id: resource.id))
            }
        }
    }

    /// The dialog as of now; nil for what is gone.
    func form(in browser: Browser) -> DeleteForm? {
        guard let operations, let loss = loss(in: browser) else { return nil }
        let connection = browser.session.connection
        return DeleteForm(
            target: self,
            loss: loss,
            profile: connection.confirmsWrites ? connection.typedLabel : nil,
            operation: operations.delete,
            requestLine: browser.session.requestLine(of: operations.delete),
            question: operations.check
        )
    }

    private func loss(in browser: Browser) -> DeleteForm.Loss? {
        switch self {
        case .iTwin(let id): browser.session.iTwin(id).map { loss(of: $0, in: browser) }
        case .repository(let repository, let iTwinID): loss(of: repository, of: iTwinID, in: browser.session)
        case .resource(let resource, _):
            DeleteForm.Loss(
                kind: "Resource",
                name: resource.title,
                what: [resource.title, resource.type ?? ""].filter { !$0.isEmpty }.joined(separator: "   "),
                location: "\(resource.id)   Repository: \(browser.session.resources.title)",
                goes: "nothing else",
                stays: "the layer in the map service"
            )
        case .image(let id): imageLoss(of: id, in: browser.session)
        }
    }

    private func loss(of iTwin: ITwin, in browser: Browser) -> DeleteForm.Loss {
        let what = [iTwin.title, iTwin.number ?? "", iTwin.subClass?.rawValue ?? "", iTwin.status?.rawValue ?? ""]
        return DeleteForm.Loss(
            kind: "iTwin",
            name: iTwin.title,
            what: what.filter { !$0.isEmpty && $0 != iTwin.id }.joined(separator: "   "),
            location: "\(iTwin.id)   Environment: \(browser.session.connection.label)",
            goes: whatGoes(with: iTwin.id, in: browser.session),
            stays: whatStays(of: iTwin.id, in: browser),
            confirmation: .init(id: iTwin.id, [("number", iTwin.number), ("name", iTwin.displayName)])
        )
    }

    private func loss(of repository: Repository, of iTwinID: String, in session: Session) -> DeleteForm.Loss {
        let content = session.sidePane.contents[RepositoryPath(iTwinID: iTwinID, id: repository.id)]
        let goes =
            switch content {
            case nil: "looking for resources…"
            case .failed(let error)?: "resources unknown: \(Wording.text(error))"
            case .found(true)?: "its resources"
            case .found(false)?: "nothing else; it has no resources"
            }
        return DeleteForm.Loss(
            kind: "Repository",
            name: repository.title,
            what: "\(repository.title)   \(repository.classText)",
            location: "\(repository.id)   iTwin: \(session.name(of: iTwinID))",
            goes: goes,
            stays: "the data at its URI",
            confirmation: content == .found(false) ? nil : .init(id: repository.id, [("name", repository.displayName)])
        )
    }

    /// An image is taken away.
    private func imageLoss(of id: String, in session: Session) -> DeleteForm.Loss {
        let cached = session.sidePane[id].image
        let what = [cached.image?.largeImageName ?? session.iTwin(id)?.imageName, cached.bytes?.byteText]
        let known = what.compactMap(\.self).joined(separator: ", ")
        let goes = known.isEmpty ? "the image" : known
        return DeleteForm.Loss(kind: "Image of", name: session.name(of: id), goes: goes, stays: "the iTwin")
    }

    /// What is lost with an iTwin, as far as it is known by now.
    private func whatGoes(with id: String, in session: Session) -> String {
        let repositories = session.sidePane[id].repositories
        let detail = session.sidePane[id].details
        if repositories.load.loadedAt == nil || detail.load.loadedAt == nil {
            let failure = repositories.load.failure ?? detail.load.failure
            return failure.map { "unknown: \(Wording.text($0))" } ?? "loading…"
        }
        let count = repositories.value.count { !$0.isAutomatic }
        var parts =
            count == 0 ? [] : [count == 1 ? "1 repository you added" : "\(count.grouped) repositories you added"]
        if detail.iTwin?.imageName != nil { parts.append("its image") }
        return parts.isEmpty ? "no added repositories, no image" : parts.joined(separator: ", ")
    }

    /// What lies below an iTwin, counted among those that are loaded.
    private func whatStays(of id: String, in browser: Browser) -> String {
        let table = browser.session.iTwins.list.source
        let count = table.childCount(of: id)
        let among =
            browser.session.iTwins.pages.isComplete(browser.iTwinsStatus)
                && !browser.session.iTwins.pages.isCapped(browser.iTwinsStatus)
            ? "" : " (of \(table.count.grouped) loaded)"
        return switch count {
        case 0: "no child iTwins\(among)"
        case 1: "1 child iTwin\(among); its parent ID becomes invalid"
        default: "\(count.grouped) child iTwins\(among); their parent ID becomes invalid"
        }
    }
}

extension DeleteTarget {
    /// Removes what was deleted, everywhere and at once.
    func remove(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        switch self {
        case .iTwin(let id): return Self.remove(iTwin: id, in: &browser)
        case .image(let id): return LoadImage.changed(of: id, to: nil, in: &browser, at: now)
        case .resource(let resource, let path):
            browser.session.sidePane.contents[path] = nil
            if browser.session.resources.path == path { browser.session.resources.forget(resource.id) }
            return []
        case .repository(let repository, let iTwinID):
            browser.session.sidePane[iTwinID].repositories.value.removeAll { $0.id == repository.id }
            return browser.session.send(LoadRepositories(iTwinID: iTwinID), at: now)
        }
    }

    private static func remove(iTwin id: String, in browser: inout Browser) -> [Effect] {
        browser.session.iTwins.pages.remove(id)
        browser.session.favorites.removeRow(id)
        let recents = browser.session.recents.iTwins.filter { $0.id != id }
        browser.session.recents.replace(recents, opened: browser.session.memory.opened)
        browser.session.sidePane.forget(id)
        browser.navigation.history.forget(id)
        if browser.navigation.here.iTwinID == id { browser.navigation.here.iTwinID = nil }
        // What was beside the list was about it.
        if browser.pane.isSidePane { browser.navigation.here.focus(browser.panes[0]) }
        let wasOpened = browser.session.memory.opened.removeValue(forKey: id) != nil
        return wasOpened ? [.save(browser.remembered)] : []
    }
}
