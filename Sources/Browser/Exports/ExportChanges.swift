import ITwinsAPI

/// What becomes of an export: asked for, watched, looked through.
extension Session {
    /// The exports beside a list of iTwins: the caller's, or in the document routes those of the selected iTwin.
    var listedExports: ItemList<Export> { connection.routes == .live ? exports.list : sidePane.exportList }

    /// What the service still takes; nil while that is not known. It is a user's: in the document routes the list of one
    /// iTwin does not tell it.
    func exportQuota(at now: Timestamp) -> ExportQuota? {
        guard connection.routes == .live, exports.load.loadedAt != nil else { return nil }
        return ExportQuota(exports.list.source.elements, at: now)
    }

    /// Shows a new export at once, selected, and watches it.
    mutating func insertAndSelect(_ export: Export, of iTwinID: String?, at now: Timestamp) {
        if let iTwinID {
            sidePane[iTwinID].exports.value = [export] + sidePane[iTwinID].exports.value.filter { $0.id != export.id }
            sidePane[iTwinID].polling = ExportPolling(isRunning: export.status.isRunning, at: now)
            sidePane.exportList.setFilter("")
            sidePane.exportList.select(export.id)
        } else {
            exports.replace([export] + exports.list.source.elements.filter { $0.id != export.id }, at: now)
            exports.list.setFilter("")
            exports.list.select(export.id)
        }
    }
}

extension Export {
    /// Tells which of the exports that ran have ended.
    static func announceEnds(
        of running: Set<String>,
        as exports: [Export],
        in browser: inout Browser,
        at now: Timestamp
    ) -> [Effect] {
        exports.filter { running.contains($0.id) && !$0.status.isRunning }.flatMap {
            $0.announceEnd(in: &browser, at: now)
        }
    }

    /// Tells that it has ended, and rings.
    func announceEnd(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if status == .completed, outputUrl == nil {
            browser.show(.success, "Export finished, nothing matched: \(request.summary)", at: now)
        } else if status == .completed {
            let isFocused = browser.focusedExport?.id == id
            let hint: KeyedText =
                isFocused
                ? "  \(.download)  downloads it" : browser.place == .exports ? "" : "  \(.exports)  shows it"
            browser.show(.success, "Export finished: \(request.summary).\(browser.text(hint))", at: now)
        } else {
            let ending = status == .failed ? "failed" : "finished with status \(status)"
            browser.show(.failure, "Export \(ending): \(request.summary)", at: now)
        }
        return [.bell]
    }
}
