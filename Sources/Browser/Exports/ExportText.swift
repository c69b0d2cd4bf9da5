import ITwinsAPI
import Screen

extension Export {
    /// What is to be known of it.
    func fields(in browser: Browser) -> [(label: String, value: String)] {
        let exports = browser.session.exports
        let size = exports.sizes[id] ?? nil
        var fields: [(String, String)] = [
            ("what", request.summary), ("state", status.rawValue),
            ("size", size.map { "\($0.byteText) (\($0.grouped) bytes)" } ?? ""),
        ]
        if let (received, total) = browser.session.download(of: id)?.progress {
            let part = total.map { " of \($0.byteText) (\(received.percent(of: $0)))" } ?? ""
            fields.append(("download", browser.text("\(received.byteText)\(part)  \(.cancel)  stops it")))
        } else if let why = exports.downloadFailures[id] {
            fields.append(("download", "✗ \(why)"))
        }
        if let file = exports.files[id] {
            fields.append(("file here", file.path))
            fields.append(("checked", "\(file.rows.grouped) rows, whole"))
            fields.append(("found", file.columns.joined(separator: ", ")))
        }
        if let link = outputUrl {
            fields.append(("link", link))
            fields.append(("", "good for 60 minutes; the file is kept 4 hours"))
        } else if status == .completed {
            fields.append(("file", "none: nothing matched"))
        }
        fields += [
            ("format", request.outputFormat.rawValue),
            ("columns", request.select ?? "the six minimal ones"), ("scope", request.queryScope.rawValue),
            ("requested", createdDateTime?.readable ?? ""), ("started", startedDateTime?.readable ?? ""),
            ("finished", completedDateTime?.readable ?? ""), ("id", id), ("by", createdBy ?? ""),
        ]
        return fields + additional.members.map { ($0.name, $0.value.text) }
    }
}
