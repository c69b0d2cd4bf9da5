import ITwinsAPI
import Screen

extension Browser {
    func drawExports(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let title =
            [BoxLabel(text: place == .exports ? "My exports" : "Exports", role: nil)]
            + Self.filterLabel(session.exports.list.state)
        let inside = listBox(of: .exports, in: layout, title: title, on: &frame, at: now)
        if let line = layout.exportNote, let quota = exportQuota(at: now) {
            frame.write(
                CellText(quota.text(at: now)),
                at: Point(x: line.minX, y: line.minY),
                width: line.width,
                style: Style(quota.isUsedUp ? .warn : .dim)
            )
        }
        guard let inside else { return }
        let hasTitles = layout.mode == .full && place == .exports
        drawExportRows(
            session.exports.list,
            in: inside,
            isFocused: pane == .exports,
            hasTitles: hasTitles,
            on: &frame,
            at: now
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
            Column("", width: 1), Column("What", width: 10, isFlexible: true), Column("Format", width: 8, rank: 3),
            Column("State", width: 13, rank: 1, alignment: .trailing, isSearched: false),
            Column("When", width: 6, rank: 2, alignment: .trailing, isSearched: false),
        ]
        frame.rows(of: list, in: rect, isFocused: isFocused, columns: columns, hasTitles: hasTitles) { index, column in
            let export = list.source.elements[index]
            switch column {
            case 0: return ListCell(CellText(export.sign(at: now)), export.role)
            case 1: return ListCell(CellText(export.request.summary))
            case 2: return ListCell(CellText(export.request.outputFormat.rawValue), .dim)
            case 3: return stateCell(of: export, at: now)
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
        drawText(in: inside, on: &frame, at: now)
    }

    /// What is to be known of the selected export, line by line.
    func exportLines(width: Int) -> [TextLine] {
        guard let index = session.exports.list.selectedIndex else { return [] }
        return TextLine.fields(fields(of: session.exports.list.source.elements[index]), width: width)
    }

    /// What is to be known of an export.
    func fields(of export: Export) -> [(label: String, value: String)] {
        let size = session.exports.sizes[export.id] ?? nil
        var fields: [(String, String)] = [
            ("what", export.request.summary), ("state", export.status.rawValue),
            ("size", size.map { "\($0.byteText) (\($0.grouped) bytes)" } ?? ""),
        ]
        if let (received, total) = download(of: export.id)?.progress {
            let part = total.map { " of \($0.byteText) (\(Self.percent(received, of: $0)))" } ?? ""
            fields.append(("download", "\(received.byteText)\(part)  esc  stops it"))
        } else if let why = session.exports.downloadFailures[export.id] {
            fields.append(("download", "✗ \(why)"))
        }
        if let file = session.exports.files[export.id] {
            fields.append(("file here", file.path))
            fields.append(("checked", "\(file.rows.grouped) rows, whole"))
            fields.append(("found", file.columns.joined(separator: ", ")))
        }
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

extension Browser {
    /// The state of an export in a few words, with how long it runs, how large its file is or how much of it is here.
    private func stateCell(of export: Export, at now: Timestamp) -> ListCell {
        if let (received, total) = download(of: export.id)?.progress {
            let text = total.map { Self.percent(received, of: $0) } ?? received.byteText
            return ListCell(CellText("↓ \(text)"), .pending)
        }
        if export.status.isRunning {
            let seconds = export.createdDateTime.map { Int(max(now.seconds(since: $0), 0)) }
            return ListCell(CellText("\(export.stateWord) \(seconds.map(Self.clock) ?? "")"), export.role)
        }
        guard export.status == .completed else { return ListCell(CellText(export.stateWord), export.role) }
        if let file = session.exports.files[export.id] {
            return ListCell(CellText("\(file.bytes.byteText) saved"), .ok)
        }
        let size = export.outputUrl == nil ? nil : session.exports.sizes[export.id] ?? nil
        return ListCell(CellText(size?.byteText ?? export.stateWord), export.role)
    }

    /// `0:14`, `12:05`, `1:02:03`.
    private static func clock(_ seconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = seconds / 60
        return minutes < 60
            ? "\(minutes):\(two(seconds % 60))" : "\(minutes / 60):\(two(minutes % 60)):\(two(seconds % 60))"
    }

    private static func percent(_ part: Int, of whole: Int) -> String {
        whole > 0 ? "\(min(Int(Double(part) / Double(whole) * 100), 100))%" : "100%"
    }
}

extension Export {
    /// The sign before a row; the state stands in words beside it. That of one that runs turns with its seconds.
    func sign(at now: Timestamp) -> String {
        switch status {
        case .queued, .inProgress:
            String(Spinner.character(step: createdDateTime.map { Int(max(now.seconds(since: $0), 0)) } ?? 0))
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

    /// Its state in a word.
    var stateWord: String {
        switch status {
        case .queued: "queued"
        case .inProgress: "running"
        case .completed: outputUrl == nil ? "empty" : "completed"
        case .failed: "failed"
        default: status.rawValue
        }
    }
}
