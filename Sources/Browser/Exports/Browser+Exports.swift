import ITwinsAPI

/// What becomes of an export: asked for, watched, fetched, looked through.
extension Browser {
    /// The exports beside a list of iTwins: the caller's, or in the document routes those of the selected iTwin.
    var listedExports: ItemList<Items<Export>> {
        session.connection.routes == .live ? session.exports.list : session.subject.exportList
    }

    /// What the service still takes; nil while that is not known. It is a person's: in the document routes the list of one
    /// iTwin does not tell it.
    func exportQuota(at now: Timestamp) -> ExportQuota? {
        guard session.connection.routes == .live, session.exports.load.loadedAt != nil else { return nil }
        return ExportQuota(session.exports.list.source.elements, at: now)
    }

    /// The dialog of a new export as of now.
    func exportForm(of iTwinID: String?, at now: Timestamp) -> ExportForm {
        ExportForm(
            iTwin: iTwinID.map { ($0, name(of: $0)) },
            quota: exportQuota(at: now)?.hint(at: now),
            knownIDs: Set(listedExports.source.elements.map(\.id)),
            openedAt: now,
            scope: session.iTwins.scope
        )
    }

    /// Shows a new export at once, selected, and watches it.
    mutating func insertAndSelect(_ export: Export, of iTwinID: String?, at now: Timestamp) {
        if let iTwinID {
            session.subject[iTwinID].exports.value =
                [export] + session.subject[iTwinID].exports.value.filter { $0.id != export.id }
            session.subject[iTwinID].polling = ExportPolling(isRunning: export.status.isRunning, at: now)
            session.subject.exportList.setFilter("")
            session.subject.exportList.select(export.id)
        } else {
            session.exports.replace(
                [export] + session.exports.list.source.elements.filter { $0.id != export.id },
                at: now
            )
            session.exports.list.setFilter("")
            session.exports.list.select(export.id)
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
        return listedExports.source.elements.filter(\.status.isRunning).compactMap(\.createdDateTime).map { created in
            created.adding(seconds: max(now.seconds(since: created).rounded(.down) + 1, 1))
        }.filter { $0 > now }.min()
    }
}
