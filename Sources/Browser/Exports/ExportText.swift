import ITwinsAPI
import Screen

extension Export {
    /// What is to be known of it.
    func fields(in browser: Browser) -> [(label: String, value: String)] {
        let exports = browser.session.exports
        let size = exports.sizes[id] ?? nil
        var fields: [(String, String)] = [
            ("iTwins", request.summary), ("status", status.rawValue),
            ("size", size.map { "\($0.byteText) (\($0.grouped) bytes)" } ?? ""),
        ]
        if let (received, total) = browser.session.download(of: id)?.progress {
            let part = total.map { " of \($0.byteText) (\(received.percent(of: $0)))" } ?? ""
            fields.append(("download", browser.text("\(received.byteText)\(part)  \(.cancel)  cancels it")))
        } else if let why = exports.downloadFailures[id] {
            fields.append(("download", "✗ \(why)"))
        }
        if let file = exports.files[id] {
            fields.append(("saved as", file.path))
            fields.append(("verified", "complete, \(file.rows.grouped) rows"))
            fields.append(("file columns", file.columns.joined(separator: ", ")))
        }
        if let link = outputUrl {
            fields.append(("link", link))
            fields.append(("link valid", "60 min; file kept 4 h"))
        } else if status == .completed {
            fields.append(("file", "none; nothing matched"))
        }
        fields += [
            ("format", request.outputFormat.rawValue),
            ("columns", request.select ?? "default (6 columns)"), ("scope", request.queryScope.rawValue),
            ("requested", createdDateTime?.readable ?? ""), ("started", startedDateTime?.readable ?? ""),
            ("finished", completedDateTime?.readable ?? ""), ("id", id), ("by", createdBy ?? ""),
        ]
        return fields + additional.members.map { ($0.name, $0.value.text) }
    }
}
