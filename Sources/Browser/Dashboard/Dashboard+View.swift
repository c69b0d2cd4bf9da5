import ITwinsAPI
import Screen

extension Browser {
    func drawRecents(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        drawList(of: .recents, title: [BoxLabel(text: "Recent", role: nil)], in: layout, on: &frame, at: now)
    }

    func drawFavorites(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let list = session.favorites.list
        let count = list.source.count - session.favorites.removed.count
        // Those that were removed keep their rows and are none any more.
        let removedRows =
            session.favorites.removed.isEmpty
            ? 0 : list.visible.count { session.favorites.removed.contains(list.source.elements[Int($0)].id) }
        let countText = count > 0 ? Self.countText(list.visible.count - removedRows, of: count) : ""
        let title = [BoxLabel(text: "Favorites", role: nil), BoxLabel(text: CellText(countText), role: .dim)]
        drawList(of: .favorites, title: title, in: layout, on: &frame, at: now)
    }

    /// How many iTwins there are of each subclass and status, as bars.
    func drawCounts(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        guard let rect = layout.countsPane else { return }
        let table = session.iTwins.list.source
        let status = iTwinsStatus
        var trailing: [BoxLabel] = []
        if session.iTwins.isLoadingFirst(status), let since = status.since {
            guard now.seconds(since: since) >= Self.spinnerDelay || table.count > 0 else {
                frame.box(rect, title: [BoxLabel(text: "iTwins", role: nil)], focused: false)
                return
            }
            trailing = [BoxLabel(text: "more to come", role: .pending)]
        } else if let failure = status.failure, table.count > 0 {
            trailing = [BoxLabel(text: CellText(Wording.short(failure)), role: .warn)]
        } else if session.iTwins.isCapped(status) {
            trailing = [BoxLabel(text: CellText("capped at \(table.count.grouped)"), role: .warn)]
        } else if status.loadedAt != nil {
            trailing = [BoxLabel(text: "all loaded", role: .dim)]
        }
        let title = [
            BoxLabel(
                text: CellText(
                    table.count == 0
                        ? "iTwins"
                        : "\(table.count.grouped) iTwins\(session.iTwins.isLoadingFirst(status) ? " loaded" : "")"
                ),
                role: nil
            )
        ]
        let inside = frame.box(rect, title: title, trailing: trailing, focused: false).inset(dx: 1, dy: 0)
        guard table.count > 0 else {
            let lines = statusToShow(of: .iTwins)?.lines(at: now, width: inside.width) ?? []
            return frame.lines(lines, in: inside)
        }
        let counts = table.subClassCounts.sorted {
            $0.value == $1.value ? $0.key.rawValue < $1.key.rawValue : $0.value > $1.value
        }
        let room = max(inside.height - 2, 1)
        let most = max(counts.first?.value ?? 1, 1)
        let barWidth = max(inside.width - 12 - 8, 1)
        for (offset, count) in counts.prefix(room).enumerated() {
            let y = inside.minY + offset
            frame.write(
                CellText(count.key.rawValue.isEmpty ? "(none)" : count.key.rawValue),
                at: Point(x: inside.minX, y: y),
                width: 11
            )
            frame.write(
                bar(fraction: Double(count.value) / Double(most), width: barWidth),
                at: Point(x: inside.minX + 12, y: y),
                width: barWidth,
                style: Style(.bar)
            )
            frame.write(CellText(count.value.grouped), at: Point(x: inside.maxX - 7, y: y), width: 7, align: .trailing)
        }
        guard inside.height >= counts.prefix(room).count + 2 else { return }
        let statuses = table.statusCounts.sorted {
            $0.value == $1.value ? $0.key.rawValue < $1.key.rawValue : $0.value > $1.value
        }
        let text = statuses.map { "\($0.key.rawValue) \($0.value.grouped)" }.joined(separator: "   ")
        frame.write(
            CellText(text),
            at: Point(x: inside.minX, y: inside.minY + counts.prefix(room).count + 1),
            width: inside.width,
            style: Style(.dim)
        )
    }
}
