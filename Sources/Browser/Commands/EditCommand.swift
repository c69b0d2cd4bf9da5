import ITwinsAPI

/// Changing iTwins and repositories from the dialogs that create them (contract sections 6.4 and 10.4).
extension Command {
    static let edit = Command("edit", "Edit iTwin or repository", "edit", .lists, ["e"], changesService: true) {
        $0.kind(of: $0.pane).editTarget(in: $0)
    } run: { browser, target, now in
        switch target {
        case .repository(let repository, let iTwinID):
            browser.layers.open(RepositoryForm(of: iTwinID, changing: repository, in: browser))
            return []
        case .iTwin(let id):
            // The dialog opens with what the service has: it is read first when that is not known or old.
            let detail = browser.session.sidePane[id].details
            if let iTwin = detail.iTwin, let loadedAt = detail.load.loadedAt,
                now.seconds(since: loadedAt) <= SidePaneState.maximumAge
            {
                EditTarget.openForm(of: iTwin, in: &browser)
                return []
            }
            let name = browser.session.name(of: id)
            let text = browser.text("Loading “\(name)” to edit it.  \(.cancel)  cancels")
            browser.show(.information, text, at: now)
            return browser.session.send(LoadForEditing(iTwinID: id), at: now)
        }
    }
}

/// What is changed.
enum EditTarget: Sendable, Hashable {
    case iTwin(id: String)
    case repository(Repository, iTwinID: String)

    /// The iTwin that has the focus.
    static func focusedITwin(in browser: Browser) -> Availability<EditTarget> {
        guard let id = browser.focusedITwinID else { return .impossible("There is nothing to edit here.") }
        guard browser.session.isSupported(.updateITwin(id: id, ITwinChanges())) else {
            return .impossible("The document routes don't support editing.")
        }
        return .possible(.iTwin(id: id))
    }

    fileprivate static func openForm(of iTwin: ITwin, in browser: inout Browser) {
        let parentName = iTwin.parentId.map { browser.session.knownName(of: $0) ?? $0 }
        browser.layers.open(ITwinForm(purpose: .edit(iTwin, parentName: parentName)))
    }

    /// Opens the dialog once the iTwin is read, unless somebody has gone on meanwhile.
    static func open(_ iTwin: ITwin, source: JSON, in browser: inout Browser, at now: Timestamp) {
        browser.session.sidePane[iTwin.id].details.set(iTwin, source: source, at: now)
        guard browser.layers.isEmpty, !browser.isTypingFilter,
            browser.kind(of: browser.pane).editTarget(in: browser).target == .iTwin(id: iTwin.id)
        else { return }
        browser.notices.endToast(at: now)
        openForm(of: iTwin, in: &browser)
    }
}
