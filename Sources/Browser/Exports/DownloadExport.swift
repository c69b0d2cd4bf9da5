import ITwinsAPI

/// Fetches the file of an export.
struct DownloadExport: BrowserRequest {
    /// The form that waits until something has come, for the name may be taken.
    let form: FormID
    let exportID: String
    var download: Download

    var key: RequestKey { RequestKey(Self.self, exportID) }
    var operation: Operation { .export(id: exportID) }

    func effect(_ id: RequestID) -> Effect { .download(id, download) }

    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        var newest = self
        newest.download.link = browser.session.listedExports.source.element(exportID)?.outputUrl ?? download.link
        browser.session.exports.downloadFailures[exportID] = nil
        browser.layers.change(form) { $0.enter(.sending(key)) }
        return browser.session.send(newest, at: now)
    }

    /// Somebody cancelled it; every other end is told by `.downloaded`.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        let text = browser.text("Download cancelled.  \(.download)  resumes it")
        browser.show(.information, text, at: now)
        return []
    }

    func progressed(_ request: Requests.InFlight, in browser: inout Browser) {
        let path = download.path
        browser.session.exports.unfinishedPaths[exportID] = path
        browser.session.exports.downloadFolder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        browser.layers.close(form)
    }
}

extension Command {
    /// Asks where the file of the export under the cursor goes, or says why it has none.
    static let download = Command("export.download", "Download export file", "download", .lists, ["w"]) {
        $0.focusedExport.map(Availability.possible) ?? .impossible(nil)
    } run: { browser, export, now in
        if let why = whyNot(of: export, in: browser) {
            browser.show(.information, why, at: now)
            return []
        }
        browser.layers.open(DownloadForm(of: export, in: browser.session))
        // A link is good for 60 minutes from when it was read (contract section 8.2).
        return browser.session.connection.routes == .live
            ? LoadExports().refresh(olderThan: maximumLinkAge, in: &browser, at: now)
            : browser.loadSelectedITwin(olderThan: maximumLinkAge, at: now)
    }

    private static func whyNot(of export: Export, in browser: Browser) -> String? {
        if export.outputUrl != nil {
            return browser.session.download(of: export.id) == nil
                ? nil : browser.text("The download is in progress.  \(.cancel)  cancels it")
        }
        return switch export.status {
        case .completed: "This export is empty; nothing matched."
        case .failed: "This export failed; there is no file."
        default: "This export hasn't finished yet."
        }
    }

    /// How old a link may be before it is read anew, in seconds.
    private static let maximumLinkAge = 600.0
}

extension DownloadForm {
    /// The dialog of the file of an export.
    fileprivate init(of export: Export, offersReplacing: Bool = false, in session: Session) {
        let exports = session.exports
        self.init(
            export: export,
            size: exports.sizes[export.id] ?? nil,
            path: exports.unfinishedPaths[export.id] ?? exports.downloadFolder + export.fileName,
            isBegun: exports.unfinishedPaths[export.id] != nil,
            offersReplacing: offersReplacing
        )
    }
}

extension Session {
    /// The download of an export's file that is in flight.
    func download(of exportID: String) -> Requests.InFlight? { requests[RequestKey(DownloadExport.self, exportID)] }
}

/// Shows what became of a download: in the line of messages, or in the dialog where it has not begun.
struct EndDownload: BrowserChange {
    let id: RequestID
    let result: Result<ExportFile, DownloadFailure>

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        let stopped = browser.session.exports.endStoppedDownload(id)
        let running = browser.session.requests.end(id) as? DownloadExport
        let form = running.flatMap { browser.layers[$0.form]?.id }
        // One that was stopped may have been in its place before it could be.
        let wasInPlace = if case .success = result { stopped } else { String?.none }
        guard let exportID = running?.exportID ?? wasInPlace else { return [] }
        let export = browser.session.listedExports.source.element(exportID)
        switch result {
        case .success(let file):
            if let form { browser.layers.close(form) }
            show(file, of: export, exportID, in: &browser, at: now)
            return [.bell]
        case .failure(let failure):
            if case .request(let error) = failure, error.isOffline { browser.session.requests.reach.failed(at: now) }
            // What came is of no use: the next try begins anew.
            if case .damaged = failure { browser.session.exports.unfinishedPaths[exportID] = nil }
            guard let form else {
                let hint = if case .request = failure { browser.text("  \(.download)  resumes it") } else { "" }
                browser.session.exports.downloadFailures[exportID] = Wording.text(failure)
                browser.show(.failure, "Download failed. \(Wording.text(failure))\(hint)", at: now)
                return [.bell]
            }
            if case .exists = failure, let export {
                let content = DownloadForm(of: export, offersReplacing: true, in: browser.session)
                browser.layers.change(form) { $0.update(content) }
            }
            let isAtFile = if case .request = failure { false } else { true }
            browser.layers.change(form) { $0.refused(Wording.text(failure), at: isAtFile ? "path" : nil) }
            return []
        }
    }

    private func show(
        _ file: ExportFile,
        of export: Export?,
        _ exportID: String,
        in browser: inout Browser,
        at now: Timestamp
    ) {
        browser.session.exports.files[exportID] = file
        // After one that was stopped too late the next one may run already.
        if browser.session.download(of: exportID) == nil { browser.session.exports.unfinishedPaths[exportID] = nil }
        if let wrong = export?.request.columnsMissing(in: file.columns) {
            let columns = wrong.count == 1 ? "column" : "columns"
            let text = "\(file.path) is complete but lacks the \(columns) \(wrong.joined(separator: ", "))."
            return browser.show(.failure, text, at: now)
        }
        let rows = "\(file.rows.grouped) row\(file.rows == 1 ? "" : "s")"
        let columns = "\(file.columns.count) column\(file.columns.count == 1 ? "" : "s")"
        browser.show(.success, "Saved to \(file.path) and verified: \(rows), \(columns)", at: now)
    }
}

extension ExportRequest {
    /// The columns that were asked for and are not in a file, letter case aside; nil when all are.
    fileprivate func columnsMissing(in columns: [String]) -> [String]? {
        let found = Set(columns.map { $0.lowercased() })
        let wanted =
            select?.split(separator: ",").map { String($0).trimmingBlanks } ?? ITwin.Field.minimal.map(\.rawValue)
        let missing = wanted.filter { !found.contains($0.lowercased()) }
        return missing.isEmpty ? nil : missing
    }
}
