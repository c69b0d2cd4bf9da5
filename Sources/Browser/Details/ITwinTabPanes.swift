import ITwinsAPI
import Screen

/// The repositories of the selected iTwin.
struct RepositoriesPane: ListPane {
    var list: WritableKeyPath<Session, ItemList<Items<Repository>>> { \.subject.list }
    var sortable: SortableList? { .repositories }

    func request(in browser: Browser) -> (any LoadRequest)? {
        browser.subjectID.map { LoadRepositories(iTwinID: $0) }
    }

    func status(in browser: Browser) -> ListStatus? {
        guard browser.subjectID != nil else { return nil }
        return status(
            empty: "Nothing here yet.  n  adds a repository.",
            notInRoutes: "Not in the document routes.",
            in: browser
        )
    }

    func iTwinID(in browser: Browser) -> String? { browser.subjectID }

    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard let repository = browser.session.subject.list.selectedElement(), let id = browser.subjectID else {
            return []
        }
        return browser.openRepository(repository, iTwinID: id, at: now)
    }
}

/// The exports of the selected iTwin, which the document routes alone have.
struct ITwinExportsPane: ListPane {
    var list: WritableKeyPath<Session, ItemList<Items<Export>>> { \.subject.exportList }
    var sortable: SortableList? { .exports }

    func request(in browser: Browser) -> (any LoadRequest)? {
        browser.subjectID.map { LoadITwinExports(iTwinID: $0) }
    }

    func status(in browser: Browser) -> ListStatus? {
        guard browser.subjectID != nil else { return nil }
        return status(empty: "No exports of this iTwin in the last 4 hours.", notInRoutes: "", in: browser)
    }

    func iTwinID(in browser: Browser) -> String? { browser.subjectID }
    func export(in browser: Browser) -> Export? { browser.session.subject.exportList.selectedElement() }
    func canOpen(in browser: Browser) -> Bool { false }
}

/// The details of the selected iTwin, or its JSON.
struct ITwinTextPane: Pane {
    let isJSON: Bool

    func request(in browser: Browser) -> (any LoadRequest)? { browser.subjectID.map { LoadDetails(iTwinID: $0) } }

    func status(in browser: Browser) -> ListStatus? {
        guard let id = browser.subjectID else { return nil }
        // A text is never an empty list once there is anything to show: the details begin with what the list knows.
        let isKnown =
            browser.session.subject[id].details.iTwin != nil
            || (browser.session.connection.routes == .document || !isJSON || browser.knowsOnlyRow(of: id))
                && browser.iTwin(id) != nil
        var state = browser.session.subject.list.state
        state.visibleCount = isKnown ? 1 : 0
        return ListStatus(
            load: browser.loadStatus(of: request(in: browser)),
            state: state,
            count: isKnown ? 1 : 0,
            emptyText: "",
            notInRoutesText: "Not in the document routes."
        )
    }

    func moments(in area: Rect, of browser: Browser, at now: Timestamp) -> [Timestamp?] {
        isJSON ? [] : browser.detailMoments
    }

    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        guard let id = browser.subjectID else { return [] }
        return isJSON ? browser.codeLines(id, width: width) : browser.detailLines(id, width: width, at: now)
    }

    func iTwinID(in browser: Browser) -> String? { browser.subjectID }
}
