import ITwinsAPI
import Screen

extension Browser {
    func drawITwins(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        guard let inside = listBox(of: .iTwins, in: layout, title: iTwinsTitle, on: &frame, at: now) else { return }
        let isFocused = pane == .iTwins
        let table = session.iTwins.list.source
        let columns = iTwinColumns(width: inside.width)
        let isNarrow = inside.width < Self.roomyList
        frame.rows(
            of: session.iTwins.list,
            in: inside,
            isFocused: isFocused,
            columns: columns,
            hasTitles: layout.mode == .full
        ) { index, column in
            let row = table[index]
            let role: Role = row.status == .inactive ? .dim : .text
            switch column {
            case 0: return ListCell(session.favorites.contains(row.id) ? "★" : "", .accent)
            case 1: return ListCell(name: row.title, role)
            case 2: return ListCell(CellText(row.number), .dim)
            case 3: return ListCell(CellText(isNarrow ? row.subClass.shortText : row.subClass.rawValue), role)
            case 4: return ListCell(CellText(row.status.rawValue), row.status == .active ? .dim : .warn)
            case 5: return ListCell(CellText(row.type ?? ""), .dim)
            default: return ListCell(CellText(row.modified.map { Age.text(of: $0, at: now) } ?? ""), .dim)
            }
        }
        if layout.mode == .full, let rect = layout.rect(of: .iTwins) {
            frame.scrollbar(
                on: rect,
                first: session.iTwins.list.top,
                visible: session.iTwins.list.height,
                count: session.iTwins.list.visible.count,
                focused: isFocused
            )
        }
    }

    /// The columns of the list of iTwins inside a box of a width; they keep their order, and the last to come go first.
    private func iTwinColumns(width: Int) -> [Column] {
        let isWide = width >= Self.roomyList
        let sort = sortOrder(of: .iTwins).column
        // What the rows are sorted by is seen before the others, or their order seems to be none.
        func rank(_ column: SortColumn, _ rank: Int) -> Int { column == sort ? 1 : rank }
        return [
            Column("", width: 1), Column("Name", width: 16, isFlexible: true),
            Column("Number", width: isWide ? 10 : 8, rank: rank(.number, 2)),
            Column("Class", width: isWide ? 11 : 9, rank: rank(.class, 3)),
            Column(
                "Status",
                width: 8,
                rank: rank(.status, 4),
                isShown: session.iTwins.list.showsInactive || sort == .status,
                isSearched: false
            ),
            Column("Type", width: 12, rank: rank(.type, 6), isShown: width >= 80 || sort == .type),
            Column(
                "Modified",
                width: 8,
                rank: rank(.modified, 5),
                alignment: .trailing,
                isShown: width >= 60 || sort == .modified,
                isSearched: false
            ),
        ]
    }

    /// From this width on numbers and classes are shown whole.
    private static let roomyList = 50

    /// When the iTwins on the screen were changed, where the column with the ages is on it.
    var modifiedMoments: [Timestamp?] {
        guard let rect = layout.rect(of: .iTwins) else { return [] }
        let width = layout.inside(rect).width
        guard Column.widths(iTwinColumns(width: width), in: width - 2).last ?? 0 > 0 else { return [] }
        return session.iTwins.list.window.map {
            session.iTwins.list.source[Int(session.iTwins.list.visible[$0])].modified
        }
    }

    private var iTwinsTitle: [BoxLabel] {
        let state = session.iTwins.list.state
        let count = session.iTwins.list.source.count
        let status = iTwinsStatus
        var title = [BoxLabel(text: "iTwins", role: nil)]
        if session.iTwins.isPartial(status) {
            if count > 0 {
                let shown = state.filter.isEmpty ? "" : "\(state.visibleCount.grouped) of "
                title.append(BoxLabel(text: CellText("\(shown)\(count.grouped) loaded"), role: .pending))
            }
        } else if status.loadedAt != nil {
            let inactive = state.hiddenInactiveCount
            title.append(BoxLabel(text: CellText(Self.countText(state.visibleCount, of: count - inactive)), role: .dim))
            let isFiltered = !state.filter.isEmpty || state.filterField != nil
            // Where there is little room the sort, the cap and the scope come first.
            let isTight =
                sortOrder(of: .iTwins) != .service || session.iTwins.isCapped(status) || session.iTwins.scope != .member
            let hasRoom = !isTight || layout.rect(of: .iTwins)?.width ?? 0 >= 50
            if inactive > 0, !isFiltered, hasRoom, status.failure == nil {
                title.append(BoxLabel(text: CellText("+\(inactive.grouped) inactive"), role: .dim))
            }
        }
        if session.iTwins.scope != .member {
            let isRoomy = layout.rect(of: .iTwins)?.width ?? 0 >= 60
            let role: Role = status.isLoading ? .pending : .accent
            title.append(BoxLabel(text: isRoomy ? "all of the organization" : "organization", role: role))
        }
        return title + Self.filterLabel(state)
    }

    func iTwinsTrailing(_ status: ListStatus, at now: Timestamp) -> [BoxLabel] {
        if session.iTwins.resumeLink != nil, !status.load.isLoading {
            return [BoxLabel(text: "more is missing", role: .warn)]
        }
        if session.iTwins.isLoadingFirst(status.load), let since = status.load.since, status.count > 0 {
            return [BoxLabel(text: CellText("\(Self.spinner(since: since, at: now)) more to come"), role: .pending)]
        }
        if session.iTwins.isCapped(status.load) {
            let text =
                layout.mode == .full
                ? "capped at \(session.iTwins.list.source.count.grouped)" : "capped  E  exports all"
            return [BoxLabel(text: CellText(text), role: .warn)]
        }
        return status.trailing(at: now)
    }
}

extension ITwinSubClass {
    /// Its name in a narrow column.
    fileprivate var shortText: String { self == .workPackage ? "Package" : rawValue }
}
