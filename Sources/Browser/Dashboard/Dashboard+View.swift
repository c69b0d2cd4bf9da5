import ITwinsAPI
import Screen

extension Browser {
    func drawRecents(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let title = [BoxLabel(text: "Recent", role: nil)] + Self.filterLabel(session.recents.list.state)
        guard let inside = listBox(of: .recents, in: layout, title: title, on: &frame, at: now) else { return }
        let columns = [
            Column("", width: 1), Column("", width: 14, isFlexible: true),
            Column("", width: numberWidth(in: inside.width), rank: 2),
            Column("", width: 6, rank: 1, alignment: .trailing, isSearched: false),
        ]
        frame.rows(
            of: session.recents.list,
            in: inside,
            isFocused: pane == .recents,
            columns: columns,
            hasTitles: false
        ) {
            index,
            column in
            let iTwin = session.recents.list.source.elements[index]
            switch column {
            case 3:
                let age = session.memory.opened[iTwin.id].map { Age.text(of: $0, at: now) } ?? ""
                return ListCell(CellText(age), .dim)
            default: return iTwinCell(iTwin, column)
            }
        }
    }

    func drawFavorites(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let state = session.favorites.list.state
        let list = session.favorites.list
        let count = list.source.count - session.favorites.removed.count
        // Those that were removed keep their rows and are none any more.
        let removedRows =
            session.favorites.removed.isEmpty
            ? 0 : list.visible.count { session.favorites.removed.contains(list.source.elements[Int($0)].id) }
        let title =
            [
                BoxLabel(text: "Favorites", role: nil),
                BoxLabel(
                    text: CellText(count > 0 ? Self.countText(state.visibleCount - removedRows, of: count) : ""),
                    role: .dim
                ),
            ] + Self.filterLabel(state)
        guard let inside = listBox(of: .favorites, in: layout, title: title, on: &frame, at: now) else { return }
        let columns = [
            Column("", width: 1), Column("Name", width: 14, isFlexible: true),
            Column("Number", width: numberWidth(in: inside.width), rank: 2),
            Column("Class", width: 11, rank: 3),
            Column("Modified", width: 8, rank: 4, alignment: .trailing, isShown: showsModified, isSearched: false),
        ]
        let hasTitles = layout.mode == .full && place == .favorites
        frame.rows(
            of: session.favorites.list,
            in: inside,
            isFocused: pane == .favorites,
            columns: columns,
            hasTitles: hasTitles
        ) {
            index,
            column in
            let iTwin = session.favorites.list.source.elements[index]
            switch column {
            case 3: return ListCell(CellText(iTwin.subClass?.rawValue ?? ""), .dim)
            case 4: return ListCell(CellText(iTwin.lastModifiedDateTime.map { Age.text(of: $0, at: now) } ?? ""), .dim)
            default: return iTwinCell(iTwin, column)
            }
        }
    }

    /// Whether the favorites have room for when they were changed.
    private var showsModified: Bool {
        place == .favorites && layout.rect(of: .favorites).map { layout.inside($0).width >= 60 } ?? false
    }

    /// When the favorites on the screen were changed, where the column with the ages is on it.
    var modifiedFavoriteMoments: [Timestamp?] {
        guard showsModified else { return [] }
        return session.favorites.list.window.map {
            session.favorites.list.source.elements[Int(session.favorites.list.visible[$0])].lastModifiedDateTime
        }
    }

    /// The width of the column of numbers in a box of a width, whatever the numbers are.
    private func numberWidth(in width: Int) -> Int { width >= 50 ? 10 : 8 }

    private func iTwinCell(_ iTwin: ITwin, _ column: Int) -> ListCell {
        switch column {
        case 0: ListCell(session.favorites.contains(iTwin.id) ? "★" : "", .accent)
        case 1: ListCell(name: iTwin.title, iTwin.status == .inactive ? .dim : .text)
        default: ListCell(CellText(iTwin.number ?? ""), .dim)
        }
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
