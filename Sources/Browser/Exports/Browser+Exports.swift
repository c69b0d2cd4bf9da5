import ITwinsAPI

/// What becomes of an export: asked for, watched, fetched, looked through.
extension Browser {
    /// The export under the cursor of the pane that has the focus; nil when it shows none.
    var focusedExport: Export? {
        switch pane {
        case .exports, .exportDetails: return exports.list.selectedElement()
        case .subject where subject.listTab == .exports:
            return connection.routes == .live ? exports.list.selectedElement() : subject.exportList.selectedElement()
        default: return nil
        }
    }

    /// The exports among which the one of an id is: the caller's, or those of the iTwin beside the list.
    private var listedExports: [Export] {
        connection.routes == .live ? exports.list.source.elements : subject.exportList.source.elements
    }

    /// What the service still takes; nil while that is not known. It is a person's: in the document routes the list of one
    /// iTwin does not tell it.
    func exportQuota(at now: Timestamp) -> ExportQuota? {
        guard connection.routes == .live, exports.load.loadedAt != nil else { return nil }
        return ExportQuota(exports.list.source.elements, at: now)
    }

    /// The dialog of a new export as of now.
    func exportForm(of iTwinID: String?, at now: Timestamp) -> ExportForm {
        ExportForm(
            iTwin: iTwinID.map { ($0, name(of: $0)) },
            quota: exportQuota(at: now)?.note(at: now),
            knownIDs: Set(listedExports.map(\.id)),
            openedAt: now,
            scope: iTwins.scope
        )
    }

    /// Shows a new export at once, selected, and watches it.
    mutating func appear(_ export: Export, of iTwinID: String?, at now: Timestamp) {
        if let iTwinID {
            subject.change(exportsOf: iTwinID) { held in
                held.value = [export] + held.value.filter { $0.id != export.id }
                held.polling = ExportPolling()
                held.polling.schedule(isRunning: export.status.isRunning, at: now)
            }
            subject.exportList.setFilter("")
            subject.exportList.select(export.id)
        } else {
            exports.replace([export] + exports.list.source.elements.filter { $0.id != export.id }, at: now)
            exports.list.setFilter("")
            exports.list.select(export.id)
        }
    }

    /// Tells which of the exports that ran have ended.
    mutating func announceEnds(of running: Set<String>, in exports: [Export], at now: Timestamp) -> [Effect] {
        exports.filter { running.contains($0.id) && !$0.status.isRunning }.flatMap { announceEnd(of: $0, at: now) }
    }

    /// Tells that an export has ended, and rings.
    mutating func announceEnd(of export: Export, at now: Timestamp) -> [Effect] {
        if export.status == .completed, export.outputUrl == nil {
            show(.success, "Export complete, nothing matched: \(export.request.summary)", at: now)
        } else if export.status == .completed {
            let hint = focusedExport?.id == export.id ? "  w  downloads it" : place == .exports ? "" : "  4  shows it"
            show(.success, "Export complete: \(export.request.summary).\(hint)", at: now)
        } else {
            show(.failure, "Export ended as \(export.status): \(export.request.summary)", at: now)
        }
        return [.bell]
    }

    /// The next full second of an export that runs, while its time is on the screen.
    func nextExportSecond(at now: Timestamp) -> Timestamp? {
        let layout = layout
        let isBeside = shownTabs.contains(.exports) && layout.rect(of: .subject) != nil
        guard isBeside || layout.rect(of: .exports) != nil else { return nil }
        return listedExports.filter(\.status.isRunning).compactMap(\.createdDateTime).map { created in
            created.adding(seconds: max(now.seconds(since: created).rounded(.down) + 1, 1))
        }.filter { $0 > now }.min()
    }

    /// Asks for the sizes of finished files that are not known yet; the API itself does not tell them.
    mutating func measureExports(at now: Timestamp) -> [Effect] {
        var room = Self.measuredAtOnce - requests.ids { if case .measureExport = $0 { true } else { false } }.count
        return exports.list.source.elements.compactMap { export -> Effect? in
            guard room > 0, let link = export.outputUrl, exports.sizes[export.id] == nil,
                !requests.contains(.measureExport(id: export.id))
            else { return nil }
            room -= 1
            return .measure(requests.begin(.measureExport(id: export.id), at: now).id, link: link)
        }
    }

    /// How many files are asked for their sizes at a time: a service may list any number.
    private static let measuredAtOnce = 4

    /// Takes over how large a file is, and asks for the next ones.
    mutating func measured(_ bytes: Int?, by id: RequestID, at now: Timestamp) -> [Effect] {
        switch requests.end(id)?.purpose {
        case .measureExport(let export)?:
            exports.sizes[export] = .some(bytes)
            return measureExports(at: now)
        case .measureImage(let iTwinID)?:
            subject.change(imageOf: iTwinID) { $0.bytes = bytes }
            updateDeleteDialog()
            return []
        default: return []
        }
    }

    // MARK: Downloads

    /// Asks where the file of the export under the cursor goes, or says why it has none.
    mutating func beginDownload(at now: Timestamp) -> [Effect] {
        guard let export = focusedExport else { return [] }
        guard export.outputUrl != nil else {
            let why: String =
                switch export.status {
                case .completed: "This export is empty: nothing matched."
                case .failed: "This export failed; there is no file."
                default: "This export is not finished yet."
                }
            show(.information, why, at: now)
            return []
        }
        guard !requests.contains(.download(exportID: export.id)) else {
            show(.information, "It is being downloaded.  esc  stops it", at: now)
            return []
        }
        dialog = .form(Form(downloadForm(of: export)), .download(exportID: export.id))
        // A link is good for 60 minutes from when it was read (contract section 8.2).
        guard connection.routes == .live else { return loadSubject(olderThan: Self.linkFreshness, at: now) }
        return exports.load.isStale(after: Self.linkFreshness, at: now) ? loadExports(at: now) : []
    }

    /// How old a link may be before it is read anew, in seconds.
    private static let linkFreshness = 600.0

    private func downloadForm(of export: Export, offersReplacing: Bool = false) -> DownloadForm {
        DownloadForm(
            export: export,
            size: exports.sizes[export.id] ?? nil,
            path: exports.unfinishedPaths[export.id] ?? exports.downloadFolder + export.fileName,
            isBegun: exports.unfinishedPaths[export.id] != nil,
            offersReplacing: offersReplacing
        )
    }

    /// Begins to fetch; the dialog stays until something has come, for the name may be taken.
    mutating func perform(_ download: Download, of exportID: String, at now: Timestamp) -> [Effect] {
        var download = download
        download.link = listedExports.first { $0.id == exportID }?.outputUrl ?? download.link
        let (id, replaced) = requests.begin(.download(exportID: exportID), at: now)
        exports.downloads[exportID] = .running(to: download.path, received: 0, of: nil)
        changeForm { $0.began(id, at: now) }
        return (replaced.map { [Effect.cancel($0)] } ?? []) + [.download(id, download)]
    }

    /// Takes over how much of a file is here.
    mutating func progressed(_ id: RequestID, received: Int, of total: Int?, at now: Timestamp) {
        if requests.purpose(of: id) == .submit { return changeForm { $0.progressed(received, of: total) } }
        guard case .download(let exportID)? = requests.purpose(of: id),
            case .running(let path, _, _)? = exports.downloads[exportID]
        else { return }
        exports.downloads[exportID] = .running(to: path, received: received, of: total)
        exports.unfinishedPaths[exportID] = path
        exports.downloadFolder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        closeDownloadDialog(id)
    }

    /// Takes over what became of a download: told, or in the dialog where it has not begun.
    mutating func downloaded(_ result: Result<ExportFile, DownloadFailure>, by id: RequestID, at now: Timestamp)
        -> [Effect]
    {
        let stopped = exports.stoppedDownloads.removeValue(forKey: id)
        let exportID: String
        switch (requests.end(id)?.purpose, result) {
        case (.download(let running)?, _): exportID = running
        // It was in its place before it could be stopped.
        case (nil, .success):
            guard let stopped else { return [] }
            exportID = stopped
        default: return []
        }
        let export = listedExports.first { $0.id == exportID }
        switch result {
        case .success(let file):
            exports.files[exportID] = file
            // After one that was stopped too late the next one may run already.
            if !requests.contains(.download(exportID: exportID)) {
                exports.downloads[exportID] = nil
                exports.unfinishedPaths[exportID] = nil
            }
            closeDownloadDialog(id)
            if let wrong = export?.request.columnsMissing(in: file.columns) {
                show(.failure, "\(file.path) is whole, but has no column \(wrong.joined(separator: ", ")).", at: now)
            } else {
                let rows = "\(file.rows.grouped) row\(file.rows == 1 ? "" : "s")"
                show(.success, "\(rows), \(file.columns.count) columns, whole: \(file.path)", at: now)
            }
            return [.bell]
        case .failure(let failure):
            if case .request(let error) = failure, error.isOffline { reach.failed(at: now) }
            // What came is of no use: the next try begins anew.
            if case .damaged = failure { exports.unfinishedPaths[exportID] = nil }
            guard case .form(let form, .download(exportID)) = dialog, form.inFlight?.id == id else {
                let hint = if case .request = failure { "  w  goes on" } else { "" }
                exports.downloads[exportID] = .failed(Wording.text(failure))
                show(.failure, "Not downloaded. \(Wording.text(failure))\(hint)", at: now)
                return [.bell]
            }
            exports.downloads[exportID] = nil
            if case .exists = failure, let export {
                changeForm { [content = downloadForm(of: export, offersReplacing: true)] in $0.update(content) }
            }
            let isAtFile = if case .request = failure { false } else { true }
            changeForm { $0.refused(Wording.text(failure), at: isAtFile ? "path" : nil) }
            return []
        }
    }

    private mutating func closeDownloadDialog(_ id: RequestID) {
        if case .form(let form, .download) = dialog, form.inFlight?.id == id { dialog = nil }
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
