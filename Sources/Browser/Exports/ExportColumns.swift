import ITwinsAPI
import Screen

extension ListColumns<Export> {
    static let exports = ListColumns(
        "exports",
        [
            ListColumn(id: "sign", title: "", width: 1) { export, facts in
                ListCell(CellText(export.sign(at: facts.now)), export.role)
            },
            .text("content", "iTwins", width: 10) { $0.request.summary }
                .with { column in
                    column.isFlexible = true
                    column.cell = { export, _ in ListCell(CellText(export.request.summary)) }
                },
            .text("format", "Format", width: 8, rank: 3) { $0.request.outputFormat.rawValue },
            .text("state", "Status", width: 13, rank: 1) { $0.stateWord }
                .with { column in
                    column.alignment = .trailing
                    column.marksMatches = false
                    column.cell = { export, facts in export.stateCell(facts) }
                },
            .moment("ended", "When", width: 6, rank: 2) { $0.completedDateTime ?? $0.createdDateTime },
        ]
    )
}

extension Export: Listed {
    /// Its state in a few words, with how long it runs, how large its file is or how much of it is here.
    fileprivate func stateCell(_ facts: ListFacts) -> ListCell {
        if let (received, total) = facts.requests[RequestKey(DownloadExport.self, id)]?.progress {
            return ListCell(CellText("↓ \(total.map { received.percent(of: $0) } ?? received.byteText)"), .pending)
        }
        if status.isRunning {
            let seconds = createdDateTime.map { Int(max(facts.now.seconds(since: $0), 0)) }
            return ListCell(CellText("\(stateWord) \(seconds.map(ClockText.text) ?? "")"), role)
        }
        guard status == .completed else { return ListCell(CellText(stateWord), role) }
        if let file = facts.exports.files[id] { return ListCell(CellText("\(file.bytes.byteText) saved"), .ok) }
        let size = outputUrl == nil ? nil : facts.exports.sizes[id] ?? nil
        return ListCell(CellText(size?.byteText ?? stateWord), role)
    }

    /// The sign before a row; the state stands in words beside it. That of one that runs turns with its seconds.
    fileprivate func sign(at now: Timestamp) -> String {
        switch status {
        case .queued, .inProgress:
            String(Spinner.character(step: createdDateTime.map { Int(max(now.seconds(since: $0), 0)) } ?? 0))
        case .completed: "✓"
        case .failed: "✗"
        default: "?"
        }
    }

    /// The role of its state.
    fileprivate var role: Role {
        switch status {
        case .queued, .inProgress: .pending
        case .completed: .ok
        case .failed: .error
        default: .warn
        }
    }

    /// Its state in a word.
    fileprivate var stateWord: String {
        switch status {
        case .queued: "queued"
        case .inProgress: "running"
        case .completed: outputUrl == nil ? "empty" : "completed"
        case .failed: "failed"
        default: status.rawValue
        }
    }
}

extension Int {
    /// What part of a whole it is: `42%`.
    func percent(of whole: Int) -> String {
        whole > 0 ? "\(Swift.min(Int(Double(self) / Double(whole) * 100), 100))%" : "100%"
    }
}
