import ITwinsAPI

/// Creating iTwins, repositories, resources and exports from a dialog.
extension Command {
    static let create = Command(
        "create",
        "New iTwin, repository, resource or export",
        "new",
        .lists,
        ["n"],
        changesService: true
    ) { browser in
        browser.kind(of: browser.pane).createTarget(in: browser).map(Availability.possible) ?? .impossible(nil)
    } run: { browser, target, now in
        if let form = target.form(in: browser, at: now) { browser.layers.open(form) }
        return []
    }.with(label: { browser in
        browser.layout.mode == .full ? browser.kind(of: browser.pane).createTarget(in: browser)?.label : nil
    })

    /// From anywhere: of everything of the caller, in the document routes of the iTwin that has the focus.
    static let export = Command(
        "export.create",
        "Export iTwins to a file",
        "export",
        .lists,
        ["E"],
        changesService: true
    ) { browser in
        guard browser.session.connection.routes == .document else {
            return Availability.possible(CreateTarget.export(iTwinID: nil))
        }
        return browser.focusedITwinID.map { .possible(.export(iTwinID: $0)) }
            ?? .impossible("In the document routes exports belong to an iTwin. Select one first.")
    } run: { browser, target, now in
        if let form = target.form(in: browser, at: now) { browser.layers.open(form) }
        guard browser.session.connection.routes == .live else { return [] }
        return LoadExports().refresh(olderThan: SidePaneState.maximumAge, in: &browser, at: now)
    }
}

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

    /// The dialog that asks for it; nil for what cannot be created.
    func form(in browser: Browser, at now: Timestamp) -> (any FormContent)? {
        switch self {
        case .iTwin:
            let account = browser.session.names.account
            let parent = browser.focusedITwinID.flatMap {
                $0 == account?.id ? nil : (id: $0, name: browser.session.name(of: $0))
            }
            return ITwinForm(purpose: .create(below: parent, accountName: account?.title))
        case .repository(let id): return RepositoryForm(of: id, in: browser)
        case .resource(let path): return ResourceForm(of: path, in: browser)
        case .export(let id): return ExportForm(of: id, in: browser, at: now)
        }
    }
}
