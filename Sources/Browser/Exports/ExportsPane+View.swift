import ITwinsAPI
import Screen

extension Browser {
    func drawExports(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let title = [BoxLabel(text: place == .exports ? "My exports" : "Exports", role: nil)]
        drawList(of: .exports, title: title, in: layout, on: &frame, at: now)
        if let line = layout.exportNote, let quota = exportQuota(at: now) {
            frame.write(
                CellText(quota.text(at: now)),
                at: Point(x: line.minX, y: line.minY),
                width: line.width,
                style: Style(quota.isUsedUp ? .warn : .dim)
            )
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

    /// What is to be known of an export.
    func fields(of export: Export) -> [(label: String, value: String)] {
        let size = session.exports.sizes[export.id] ?? nil
        var fields: [(String, String)] = [
            ("what", export.request.summary), ("state", export.status.rawValue),
            ("size", size.map { "\($0.byteText) (\($0.grouped) bytes)" } ?? ""),
        ]
        if let (received, total) = download(of: export.id)?.progress {
            let part = total.map { " of \($0.byteText) (\(received.percent(of: $0)))" } ?? ""
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
