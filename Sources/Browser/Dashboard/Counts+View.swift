import ITwinsAPI
import Screen

/// The counts of the dashboard.
extension Canvas {
    /// Draws how many iTwins there are of each subclass and status, as bars.
    mutating func drawCounts() {
        guard let rect = layout.countsPane else { return }
        let (iTwins, status) = (browser.session.iTwins.pages, browser.iTwinsStatus)
        let count = iTwins.list.source.count
        let isSilent = status.since.map { now.seconds(since: $0) < Spinner.delay } ?? false
        guard !iTwins.isLoadingFirst(status) || !isSilent || count > 0 else {
            frame.box(rect, title: [BoxLabel(text: "iTwins", role: nil)], focused: false)
            return
        }
        let loaded = iTwins.isLoadingFirst(status) ? " loaded" : ""
        let title = BoxLabel(text: CellText(count == 0 ? "iTwins" : "\(count.grouped) iTwins\(loaded)"), role: nil)
        let trailing = countsNote.map { [$0] } ?? []
        let inside = frame.box(rect, title: [title], trailing: trailing, focused: false).inset(dx: 1, dy: 0)
        guard count > 0 else {
            let status = AllITwinsPane().status(in: browser)
            return frame.lines(status.map { lines($0, width: inside.width) } ?? [], in: inside)
        }
        drawCounts(iTwins.list.source.counts, in: inside)
    }

    /// How complete the counts are.
    private var countsNote: BoxLabel? {
        let (iTwins, status) = (browser.session.iTwins.pages, browser.iTwinsStatus)
        let count = iTwins.list.source.count
        if iTwins.isLoadingFirst(status) { return BoxLabel(text: "loading more", role: .pending) }
        if let failure = status.failure, count > 0 {
            return BoxLabel(text: CellText(Wording.short(failure)), role: .warn)
        }
        if iTwins.isCapped(status) { return BoxLabel(text: CellText("limited to \(count.grouped)"), role: .warn) }
        return status.loadedAt == nil ? nil : BoxLabel(text: "all loaded", role: .dim)
    }

    private mutating func drawCounts(_ counted: ITwinCounts, in inside: Rect) {
        let counts = Self.sorted(counted.subClasses).prefix(max(inside.height - 2, 1))
        let most = max(counts.first?.count ?? 1, 1)
        for (offset, (name, count)) in counts.enumerated() {
            let row = Rect(x: inside.minX, y: inside.minY + offset, width: inside.width, height: 1)
            let (label, rest) = row.split(left: 12)
            let (bars, number) = rest.split(left: max(rest.width - 8, 1))
            frame.write(CellText(name.isEmpty ? "(none)" : name), in: label.split(left: 11).0)
            frame.write(bar(fraction: Double(count) / Double(most), width: bars.width), in: bars, .bar)
            frame.write(CellText(count.grouped), in: number.split(left: 1).1, align: .trailing)
        }
        guard inside.height >= counts.count + 2 else { return }
        let statuses = Self.sorted(counted.statuses).map { "\($0.name) \($0.count.grouped)" }
        let below = inside.split(top: counts.count + 1).1
        frame.write(CellText(statuses.joined(separator: "   ")), in: below, .dim)
    }

    /// The most frequent first.
    private static func sorted(_ counts: [some RawRepresentable<String> & Hashable: Int]) -> [(
        name: String, count: Int
    )] {
        counts.map { (name: $0.key.rawValue, count: $0.value) }
            .sorted { $0.count == $1.count ? $0.name < $1.name : $0.count > $1.count }
    }
}
