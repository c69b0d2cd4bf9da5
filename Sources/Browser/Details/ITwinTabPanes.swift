import ITwinsAPI
import Screen

/// The repositories of the selected iTwin.
struct RepositoriesPane: ListPane, TabPane {
    var list: WritableKeyPath<Session, ItemList<Repository>> { \.sidePane.list }

    func request(in browser: Browser) -> (any LoadRequest)? {
        browser.selectedITwinID.map { LoadRepositories(iTwinID: $0) }
    }

    func status(in browser: Browser) -> ListStatus? {
        guard browser.selectedITwinID != nil else { return nil }
        return status(
            empty: "No repositories yet.  \(.create)  adds one.",
            notInRoutes: "Not available in the document routes.",
            in: browser
        )
    }

    func iTwinID(in browser: Browser) -> String? { browser.selectedITwinID }

    func tabTitle(in browser: Browser) -> TabTitle {
        let cached = browser.selectedITwinID.map { browser.session.sidePane[$0].repositories }
        return TabTitle("Repositories", medium: "Repos", count: cached?.count)
    }

    func drawBelow(in rect: Rect, on canvas: inout Canvas) {
        guard let repository = canvas.browser.session.sidePane.list.selectedElement else { return }
        let fields = repository.fields(revealed: canvas.browser.navigation.revealsSecrets)
        canvas.drawPreview(repository.title, fields, in: rect)
    }

    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard let repository = browser.session.sidePane.list.selectedElement, let id = browser.selectedITwinID else {
            return []
        }
        return OpenRepository(path: RepositoryPath(iTwinID: id, id: repository.id)).apply(to: &browser, at: now)
    }

    func createTarget(in browser: Browser) -> CreateTarget? { browser.selectedITwinID.map { .repository(iTwinID: $0) } }

    func editTarget(in browser: Browser) -> Availability<EditTarget> {
        guard let id = browser.selectedITwinID, let repository = browser.session.sidePane.list.selectedElement else {
            return .impossible("There is nothing to edit here.")
        }
        if repository.isAutomatic {
            return .impossible("“\(repository.title)” was added automatically and can't be edited.")
        }
        let operation = Operation.updateRepository(iTwinID: id, id: repository.id, RepositoryChanges())
        return browser.session.isSupported(operation)
            ? .possible(.repository(repository, iTwinID: id))
            : .impossible("The document routes don't support editing.")
    }

    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> {
        guard let id = browser.selectedITwinID, let repository = browser.session.sidePane.list.selectedElement else {
            return .impossible("There is nothing to delete here.")
        }
        if repository.isAutomatic {
            return .impossible("“\(repository.title)” was added automatically and can't be deleted.")
        }
        return browser.session.isSupported(.deleteRepository(iTwinID: id, id: repository.id))
            ? .possible(.repository(repository, iTwinID: id))
            : .impossible("The document routes don't support deleting.")
    }
}

/// The exports of the selected iTwin, which the document routes alone have.
struct ITwinExportsPane: ExportListPane, TabPane {
    var list: WritableKeyPath<Session, ItemList<Export>> { \.sidePane.exportList }

    func request(in browser: Browser) -> (any LoadRequest)? {
        browser.selectedITwinID.map { LoadITwinExports(iTwinID: $0) }
    }

    func status(in browser: Browser) -> ListStatus? {
        guard browser.selectedITwinID != nil else { return nil }
        return status(empty: "No exports of this iTwin in the last 4 hours.", notInRoutes: "", in: browser)
    }

    func tabTitle(in browser: Browser) -> TabTitle {
        TabTitle("Exports", count: browser.selectedITwinID.flatMap { browser.session.sidePane[$0].exports.count })
    }

    func iTwinID(in browser: Browser) -> String? { browser.selectedITwinID }
    func canOpen(in browser: Browser) -> Bool { false }

    func createTarget(in browser: Browser) -> CreateTarget? { browser.selectedITwinID.map { .export(iTwinID: $0) } }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofExport }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .ofExport }
}

/// The details of the selected iTwin, or its JSON.
struct ITwinTextPane: TabPane {
    let isJSON: Bool

    func tabTitle(in browser: Browser) -> TabTitle { TabTitle(isJSON ? "JSON" : "Details") }

    func request(in browser: Browser) -> (any LoadRequest)? { browser.selectedITwinID.map { LoadDetails(iTwinID: $0) } }

    func status(in browser: Browser) -> ListStatus? {
        guard let id = browser.selectedITwinID else { return nil }
        // A text is never an empty list once there is anything to show: the details begin with what the list knows.
        let isKnown =
            browser.session.sidePane[id].details.iTwin != nil
            || (browser.session.connection.routes == .document || !isJSON || browser.session.knowsOnlyRow(of: id))
                && browser.session.iTwin(id) != nil
        var state = browser.session.sidePane.list.state
        state.visibleCount = isKnown ? 1 : 0
        return ListStatus(
            load: browser.loadStatus(of: request(in: browser)),
            state: state,
            count: isKnown ? 1 : 0,
            emptyText: "",
            notInRoutesText: "Not available in the document routes.",
            keymap: browser.terminal.keymap
        )
    }

    func moments(in area: Rect, of browser: Browser, at now: Timestamp) -> [Timestamp?] {
        guard showsDetails(in: browser), let iTwin = browser.selectedITwinID.flatMap(browser.session.iTwin) else {
            return []
        }
        return [iTwin.createdDateTime, iTwin.lastModifiedDateTime]
    }

    /// The zone itself is not looked up: this is asked for after every key.
    func showsClock(in browser: Browser) -> Bool {
        showsDetails(in: browser)
            && browser.selectedITwinID.flatMap { browser.session.iTwin($0)?.ianaTimeZone }?.isEmpty == false
    }

    private func showsDetails(in browser: Browser) -> Bool { !isJSON && browser.layout.rect(of: .details) != nil }

    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        guard let id = browser.selectedITwinID else { return [] }
        return isJSON
            ? codeLines(id, width: width, in: browser) : detailLines(id, width: width, in: browser, at: now)
    }

    /// The JSON of an iTwin; what the list knows of it where there is no more.
    private func codeLines(_ id: String, width: Int, in browser: Browser) -> [TextLine] {
        if let lines = browser.session.sidePane.codeLines(of: id, width: width) { return lines }
        let isLive = browser.session.connection.routes == .live
        guard !isLive || browser.session.knowsOnlyRow(of: id) else { return [] }
        let note: KeyedText =
            isLive ? Self.rowNote : "Only its list fields; the document routes can't load a single iTwin."
        return TextLine.lines(browser.text(note), width: width, role: .dim)
            + TextLine.code(browser.session.iTwin(id)?.json(ITwinRow.fields).prettyText ?? "", width: width)
    }

    func iTwinID(in browser: Browser) -> String? { browser.selectedITwinID }

    func editTarget(in browser: Browser) -> Availability<EditTarget> { EditTarget.focusedITwin(in: browser) }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { DeleteTarget.focusedITwin(in: browser) }
}

extension Session {
    /// True for an iTwin of the organization's list whose details the service does not tell: to members alone it does.
    func knowsOnlyRow(of id: String) -> Bool {
        let detail = sidePane[id].details
        return iTwins.loadedScope != .member && detail.load.failure?.apiError?.status == 404
            && detail.iTwin == nil
            && iTwin(id) != nil
    }
}
