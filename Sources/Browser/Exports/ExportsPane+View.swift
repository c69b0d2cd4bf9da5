import ITwinsAPI
import Screen

extension Browser {
    func drawExports(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let title =
            [BoxLabel(text: place == .exports ? "My exports" : "Exports", role: nil)]
            + Self.filterLabel(exports.list.state)
        guard let inside = listBox(of: .exports, in: layout, title: title, on: &frame, at: now) else { return }
        let hasTitles = layout.mode == .full && place == .exports
        drawExportRows(exports.list, in: inside, isFocused: pane == .exports, hasTitles: hasTitles, on: &frame, at: now)
    }

    func exportsStatus(of pane: ExportsPane) -> ListStatus {
        ListStatus(
            load: pane.load,
            state: pane.list.state,
            count: pane.list.source.count,
            emptyText: "No exports in the last 4 hours.",
            notInRoutesText: "In the document routes exports belong to an iTwin: see its Exports tab."
        )
    }

    func drawExportRows(
        _ list: ItemList<Items<Export>>,
        in rect: Rect,
        isFocused: Bool,
        hasTitles: Bool,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        let columns = [
            Column("", width: 1), Column("What", width: 12, isFlexible: true), Column("Format", width: 8, rank: 3),
            Column("State", width: 12, rank: 1),
            Column("When", width: 6, rank: 2, alignment: .trailing, isSearched: false),
        ]
        frame.rows(of: list, in: rect, isFocused: isFocused, columns: columns, hasTitles: hasTitles) { index, column in
            let export = list.source.elements[index]
            switch column {
            case 0: return ListCell(CellText(export.sign), export.role)
            case 1: return ListCell(CellText(export.summary))
            case 2: return ListCell(CellText(export.request.outputFormat.rawValue), .dim)
            case 3: return ListCell(CellText(export.stateText(size: exports.sizes[export.id] ?? nil)), export.role)
            default:
                let moment = export.completedDateTime ?? export.createdDateTime
                return ListCell(CellText(moment.map { Age.text(of: $0, at: now) } ?? ""), .dim)
            }
        }
    }

    func drawExportDetails(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        guard let rect = layout.rect(of: .exportDetails) else { return }
        let isFocused = pane == .exportDetails
        let inside = box(
            layout,
            rect,
            title: [BoxLabel(text: "Export", role: nil)],
            trailing: [],
            isFocused: isFocused,
            on: &frame
        )
        drawText(in: inside, on: &frame)
    }

    /// What is to be known of the selected export, line by line.
    func exportLines(width: Int) -> [TextLine] {
        guard let index = exports.list.selectedIndex else { return [] }
        return TextLine.fields(fields(of: exports.list.source.elements[index]), width: width)
    }

    /// What is to be known of an export.
    func fields(of export: Export) -> [(label: String, value: String)] {
        let size = exports.sizes[export.id] ?? nil
        var fields: [(String, String)] = [
            ("what", export.summary), ("state", export.status.rawValue),
            ("size", size.map { "\($0.byteText) (\($0.grouped) bytes)" } ?? ""),
        ]
        if let link = export.outputUrl {
            fields.append(("link", link))
            fields.append(("", "good for 60 minutes; the file is kept 4 hours"))
        } else if export.status == .completed {
            fields.append(("file", "none: nothing matched"))
        }
        fields += [
            ("format", export.request.outputFormat.rawValue),
            ("columns", export.request.select ?? "the six minimal ones"), ("scope", export.request.queryScope.rawValue),
            ("asked for", export.createdDateTime?.readable ?? ""), ("begun", export.startedDateTime?.readable ?? ""),
            ("ended", export.completedDateTime?.readable ?? ""), ("id", export.id), ("by", export.createdBy ?? ""),
        ]
        return fields + export.additional.members.map { ($0.name, $0.value.text) }
    }
}

extension Export {
    /// The sign before a row; the state stands in words beside it.
    var sign: String {
        switch status {
        case .queued, .inProgress: "◐"
        case .completed: "✓"
        case .failed: "✗"
        default: "?"
        }
    }

    /// The role of its state.
    var role: Role {
        switch status {
        case .queued, .inProgress: .pending
        case .completed: .ok
        case .failed: .error
        default: .warn
        }
    }

    /// Its state in a few words, with the size of the file where the service tells it.
    func stateText(size: Int?) -> String {
        switch status {
        case .queued: "queued"
        case .inProgress: "running"
        case .completed: outputUrl == nil ? "empty" : size?.byteText ?? "completed"
        case .failed: "failed"
        default: status.rawValue
        }
    }
}
