import ITwinsAPI

/// Creating iTwins, repositories and exports from a dialog.
extension Browser {
    /// What is created, and where.
    enum CreateTarget: Sendable, Hashable {
        case iTwin
        case repository(iTwinID: String)
        case resource(RepositoryPath)
        /// Of an iTwin in the document routes, of everything in the live ones.
        case export(iTwinID: String?)

        /// What the footer calls it.
        var label: String {
            switch self {
            case .iTwin: "new iTwin"
            case .repository: "new repository"
            case .resource: "new resource"
            case .export: "new export"
            }
        }
    }

    /// What `n` creates where the focus is; nil where it creates nothing.
    var createTarget: CreateTarget? {
        switch pane {
        case .iTwins, .recents, .favorites: return .iTwin
        case .subject:
            guard let id = subjectID else { return nil }
            guard navigation.here.tabs.list == .exports else { return .repository(iTwinID: id) }
            return .export(iTwinID: session.connection.routes == .document ? id : nil)
        case .exports, .exportDetails: return session.connection.routes == .document ? nil : .export(iTwinID: nil)
        case .resources, .resourceDetails:
            guard session.resources.takesResources else { return nil }
            return place.repositoryPath.map { .resource($0) }
        case .details, .globalRepositories, .globalDetails: return nil
        }
    }

    /// What an export is made of from anywhere: everything of the caller, in the document routes the iTwin that has the
    /// focus; nil where there is none.
    var exportTarget: CreateTarget? {
        guard session.connection.routes == .document else { return .export(iTwinID: nil) }
        return focusedITwinID.map { .export(iTwinID: $0) }
    }

    mutating func beginExport(at now: Timestamp) -> [Effect] {
        guard case .export(let id)? = exportTarget else { return [] }
        layers.open(exportForm(of: id, at: now))
        return id == nil ? load(loadRequest(of: .exports), olderThan: SubjectPane.maximumAge, at: now) : []
    }

    mutating func beginCreate(at now: Timestamp) -> [Effect] {
        switch createTarget {
        case .iTwin?:
            let selected = focusedITwinID.flatMap { $0 == session.account?.id ? nil : (id: $0, name: name(of: $0)) }
            layers.open(ITwinForm(purpose: .create(below: selected, accountName: session.account?.title)))
        case .repository(let id)?: layers.open(repositoryForm(of: id))
        case .resource(let path)?:
            if let form = resourceForm(of: path) { layers.open(form) }
        case .export(let id)?: layers.open(exportForm(of: id, at: now))
        case nil: break
        }
        return []
    }

    /// The dialog of a repository of an iTwin, with what is known of the others by now.
    func repositoryForm(of id: String, changing existing: Repository? = nil) -> RepositoryForm {
        let siblings = session.subject[id].repositories.value.filter { $0.id != existing?.id }
        return RepositoryForm(
            iTwinID: id,
            iTwinName: name(of: id),
            siblingNames: siblings.compactMap(\.displayName),
            existing: existing
        )
    }

    /// The dialog of a new resource, with what is known of the others by now.
    func resourceForm(of path: RepositoryPath) -> ResourceForm? {
        let pane = session.resources
        guard pane.path == path, let iTwinID = path.iTwinID else { return nil }
        return ResourceForm(
            path: path,
            iTwinID: iTwinID,
            repositoryName: pane.title,
            known: pane.list.source.elements
        )
    }

    /// Shows a repository that is new, selected.
    mutating func insertAndSelect(_ repository: Repository, in iTwinID: String) {
        let others = session.subject[iTwinID].repositories.value.filter { $0.id != repository.id }
        session.subject[iTwinID].repositories.value = others + [repository]
        guard session.subject.iTwinID == iTwinID, !session.subject.list.select(repository.id) else { return }
        session.subject.list.setFilter("")
        session.subject.list.select(repository.id)
    }

    /// Shows an iTwin that is new, selected.
    mutating func insertAndSelect(_ iTwin: ITwin, source: JSON, at now: Timestamp) {
        session.iTwins.list.change { $0.insert(iTwin) }
        session.iTwins.incoming?.append([iTwin])
        session.subject[iTwin.id].details.set(iTwin, source: source, at: now)
        if place != .iTwins { navigation.history.leave(location) }
        var location = Location(.iTwins, iTwinID: iTwin.id)
        location.takeTabs(of: navigation.here)
        enter(location, at: now)
    }
}
