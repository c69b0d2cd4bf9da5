import ITwinsAPI

/// Changing iTwins and repositories from the dialogs that create them (contract sections 6.4 and 10.4).
extension Browser {
    /// What `e` changes where the focus is.
    enum EditTarget: Sendable, Hashable {
        case iTwin(id: String)
        case repository(Repository, iTwinID: String)
        /// Nothing, and why.
        case none(String)
    }

    var editTarget: EditTarget {
        switch pane {
        case .iTwins, .favorites, .recents, .details:
            guard let id = focusedITwinID else { return .none("There is nothing to edit here.") }
            guard isSupported(.updateITwin(id: id, ITwinChanges())) else {
                return .none("Editing is not in the document routes.")
            }
            return .iTwin(id: id)
        case .subject where navigation.here.tabs.list == .repositories:
            guard let id = subjectID, let repository = session.subject.list.selectedElement() else {
                return .none("There is nothing to edit here.")
            }
            if repository.isAutomatic {
                return .none("“\(repository.title)” came by itself: such ones cannot be edited.")
            }
            guard isSupported(.updateRepository(iTwinID: id, id: repository.id, RepositoryChanges())) else {
                return .none("Editing is not in the document routes.")
            }
            return .repository(repository, iTwinID: id)
        case .resources, .resourceDetails: return .none("A resource cannot be edited: delete it and add it anew.")
        case .globalRepositories, .globalDetails: return .none("Global repositories can only be read.")
        case .subject, .exports, .exportDetails: return .none("An export cannot be edited: ask for another one.")
        }
    }

    /// Opens the dialog with what the service has; an iTwin is read first when that is not known or old.
    mutating func beginEdit(at now: Timestamp) -> [Effect] {
        switch editTarget {
        case .none: return []
        case .repository(let repository, let iTwinID):
            layers.open(repositoryForm(of: iTwinID, changing: repository))
            return []
        case .iTwin(let id):
            let detail = session.subject[id].details
            if let iTwin = detail.iTwin, let loadedAt = detail.load.loadedAt,
                now.seconds(since: loadedAt) <= SubjectPane.maximumAge
            {
                openEditor(of: iTwin)
                return []
            }
            show(.information, "Reading all of “\(name(of: id))” before it is edited.  esc  stops that", at: now)
            return request(LoadForEditing(iTwinID: id), at: now)
        }
    }

    /// Opens the dialog once the iTwin is read, unless somebody has gone on meanwhile.
    mutating func editable(_ iTwin: ITwin, source: JSON, at now: Timestamp) {
        session.subject[iTwin.id].details.set(iTwin, source: source, at: now)
        guard layers.isEmpty, !isTypingFilter, editTarget == .iTwin(id: iTwin.id) else { return }
        notices.endToast(at: now)
        openEditor(of: iTwin)
    }

    private mutating func openEditor(of iTwin: ITwin) {
        let parentName = iTwin.parentId.map { knownName(of: $0) ?? $0 }
        layers.open(ITwinForm(purpose: .edit(iTwin, parentName: parentName)))
    }

    /// Shows the new values of an iTwin wherever it is; every cursor stays where it is.
    mutating func replace(_ iTwin: ITwin, source: JSON, at now: Timestamp) {
        let wasActive = self.iTwin(iTwin.id)?.status != .inactive
        session.iTwins.list.change { $0.replace(iTwin) }
        session.iTwins.incoming?.replace(iTwin)
        session.favorites.list.replace(session.favorites.list.source.replacing(iTwin))
        session.recents.replace(
            session.recents.list.source.replacing(iTwin).elements,
            opened: session.memory.opened
        )
        if session.account?.id == iTwin.id { session.account = iTwin }
        session.subject[iTwin.id].details.set(iTwin, source: source, at: now)
        if wasActive, iTwin.status == .inactive, !session.iTwins.list.showsInactive {
            show(.success, "iTwin “\(iTwin.title)” changed. It is inactive now:  i  shows it", at: now)
        }
    }

    /// Shows the new values of a repository.
    mutating func replace(_ repository: Repository, in iTwinID: String) {
        session.subject[iTwinID].repositories.value = session.subject[iTwinID].repositories.value.map {
            $0.id == repository.id ? repository : $0
        }
        if session.resources.path == RepositoryPath(iTwinID: iTwinID, id: repository.id) {
            session.resources.repository = repository
        }
    }
}
