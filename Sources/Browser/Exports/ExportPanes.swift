import ITwinsAPI
import Screen

/// A list of exports.
protocol ExportListPane: ListPane where Element == Export {}

extension ExportListPane {

    func export(in browser: Browser) -> Export? { browser.session[keyPath: list].selectedElement }

    func drawBelow(in rect: Rect, on canvas: inout Canvas) {
        if rect.height == 1, let quota = canvas.browser.session.exportQuota(at: canvas.now) {
            canvas.frame.write(
                CellText(quota.text(at: canvas.now, width: rect.width)),
                in: rect,
                quota.isUsedUp ? .warn : .dim
            )
        } else if let export = export(in: canvas.browser) {
            canvas.drawPreview(export.request.summary, export.fields(in: canvas.browser), in: rect)
        }
    }
}

/// The caller's exports, in a place of their own, on the dashboard, and in the live routes beside an iTwin.
struct MyExportsPane: ExportListPane, TabPane {
    var list: WritableKeyPath<Session, ItemList<Export>> { \.exports.list }

    func title(in browser: Browser) -> String { browser.place == .dashboard ? "Exports" : browser.place.facts.title }
    func heading(width: Int, in browser: Browser) -> [BoxLabel] {
        [BoxLabel(text: browser.place == .exports ? "My exports" : "Exports", role: nil)]
    }
    func tabTitle(in browser: Browser) -> TabTitle {
        let exports = browser.session.exports
        let count = exports.load.loadedAt == nil ? nil : exports.list.source.count
        return TabTitle("My exports", short: "Exports", count: count)
    }
    func request(in browser: Browser) -> (any LoadRequest)? { LoadExports() }

    func status(in browser: Browser) -> ListStatus? {
        if browser.place.hasITwinTabs, browser.selectedITwinID == nil { return nil }
        return status(
            empty: "No exports in the last 4 hours.",
            notInRoutes: "In the document routes exports belong to an iTwin; see its Exports tab.",
            in: browser
        )
    }

    func iTwinID(in browser: Browser) -> String? { browser.place.hasITwinTabs ? browser.selectedITwinID : nil }

    func canOpen(in browser: Browser) -> Bool { !browser.place.hasITwinTabs && selectedID(in: browser) != nil }

    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if browser.place == .dashboard { return browser.go(to: .exports, at: now) }
        browser.navigation.here.focus(.exportDetails)
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
    func heading(width: Int, in browser: Browser) -> [BoxLabel] { [BoxLabel(text: "Export", role: nil)] }
    func request(in browser: Browser) -> (any LoadRequest)? { LoadExports() }
    func export(in browser: Browser) -> Export? { browser.session.exports.list.selectedElement }

    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        export(in: browser).map { TextLine.fields($0.fields(in: browser), width: width) } ?? []
    }

    func createTarget(in browser: Browser) -> CreateTarget? {
        browser.session.connection.routes == .document ? nil : .export(iTwinID: nil)
    }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofExport }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .ofExport }
}

extension Availability<EditTarget> {
    /// That of an export.
    static var ofExport: Self { .impossible("Exports can't be edited. Create a new one.") }
}

extension Availability<DeleteTarget> {
    /// That of an export.
    static var ofExport: Self { .impossible("Exports can't be deleted; they expire after 4 hours.") }
}
