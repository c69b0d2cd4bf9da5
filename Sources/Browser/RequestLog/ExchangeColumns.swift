import ITwinsAPI
import Screen

extension ListColumns<Exchange> {
    static let exchanges = ListColumns(
        "requests",
        [
            ListColumn(id: "sign", title: "", width: 1) { exchange, facts in
                ListCell(CellText(exchange.sign(at: facts.now)), exchange.role)
            },
            .moment("began", "When", width: 6, rank: 4) { $0.began },
            .text("method", "Method", width: 6) { $0.method }.with {
                $0.cell = { row, _ in ListCell(CellText(row.method)) }
            },
            .text("path", "Path", width: 16) { $0.target }
                .with { column in
                    column.isFlexible = true
                    column.cell = { row, _ in ListCell(CellText(row.target), row.role == .error ? .error : .text) }
                },
            .text("status", "Status", width: 6, rank: 1) { $0.status.map(String.init) }
                .with { $0.cell = { row, _ in ListCell(CellText(row.outcome), row.role) } },
            .number("ms", "ms", width: 6, rank: 2) { $0.seconds.map { Int(($0 * 1000).rounded()) } },
            .number("bytes", "Bytes", width: 9, rank: 5) { $0.bytes },
            .number("tries", "Attempts", width: 8, rank: 6, roomNeeded: 60) { $0.tries },
            .text("correlation", "Correlation ID", width: 36, rank: 7, roomNeeded: 130) { $0.correlationID },
        ],
        showsSorted: true
    )
}

extension Exchange: Listed {
    /// Whether it is not over.
    var isUnderWay: Bool { seconds == nil }

    /// The sign before the row; that of one under way turns.
    fileprivate func sign(at now: Timestamp) -> String {
        if isUnderWay { return String(Spinner.character(since: began, at: now)) }
        return failure == nil ? "✓" : failure == .cancelled ? "–" : "✗"
    }

    fileprivate var role: Role { isUnderWay ? .pending : failure == nil ? .ok : failure == .cancelled ? .dim : .error }

    /// The status of the answer, or in a word why there is none.
    fileprivate var outcome: String {
        if let status { return String(status) }
        return isUnderWay || failure == nil ? "" : failure == .cancelled ? "cancel" : "none"
    }
}
