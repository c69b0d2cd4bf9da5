import ITwinsAPI
import Screen

/// A list of exports.
protocol ExportListPane: ListPane where Source == Items<Export> {}

extension ExportListPane {
    var sortable: SortableList? { .exports }

    func export(in browser: Browser) -> Export? { browser.session[keyPath: list].selectedElement() }

    func preview(in browser: Browser) -> (title: String, fields: [(label: String, value: String)])? {
        export(in: browser).map { ($0.request.summary, browser.fields(of: $0)) }
    }
}

/// The caller's exports, in a place of their own, on the dashboard, and in the live routes beside an iTwin.
struct MyExportsPane: ExportListPane {
    var list: WritableKeyPath<Session, ItemList<Items<Export>>> { \.exports.list }

    func title(in browser: Browser) -> String { browser.place == .dashboard ? "Exports" : browser.place.facts.title }
    func request(in browser: Browser) -> (any LoadRequest)? { LoadExports() }

    func status(in browser: Browser) -> ListStatus? {
        if browser.place.hasITwinTabs, browser.subjectID == nil { return nil }
        return status(
            empty: "No exports in the last 4 hours.",
            notInRoutes: "In the document routes exports belong to an iTwin: see its Exports tab.",
            in: browser
        )
    }

    func iTwinID(in browser: Browser) -> String? { browser.place.hasITwinTabs ? browser.subjectID : nil }

    func canOpen(in browser: Browser) -> Bool { !browser.place.hasITwinTabs && selectedID(in: browser) != nil }

    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if browser.place == .dashboard { return browser.go(to: .exports, at: now) }
        browser.focus(.exportDetails)
        return []
    }

    func createTarget(in browser: Browser) -> CreateTarget? {
        browser.session.connection.routes == .document || status(in: browser) == nil ? nil : .export(iTwinID: nil)
    }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofExport }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .ofExport }
}

/// What is to be known of the export under the cursor.
struct ExportTextPane: Pane {
    func request(in browser: Browser) -> (any LoadRequest)? { LoadExports() }
    func export(in browser: Browser) -> Export? { browser.session.exports.list.selectedElement() }

    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        export(in: browser).map { TextLine.fields(browser.fields(of: $0), width: width) } ?? []
    }

    func createTarget(in browser: Browser) -> CreateTarget? {
        browser.session.connection.routes == .document ? nil : .export(iTwinID: nil)
    }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofExport }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .ofExport }
}

extension Availability<EditTarget> {
    /// That of an export.
    static var ofExport: Self { .impossible("An export cannot be edited: ask for another one.") }
}

extension Availability<DeleteTarget> {
    /// That of an export.
    static var ofExport: Self { .impossible("An export cannot be deleted: it goes by itself after 4 hours.") }
}
