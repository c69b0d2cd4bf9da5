import ITwinsAPI

/// A list of exports: the caller's in the live routes, an iTwin's in the document routes.
struct ExportsState: Sendable {
    var list = ItemList<Export>(.exports)
    var load = LoadState()
    /// The sizes of files in bytes, by export, as far as they were asked for; nil for one that cannot be told.
    var sizes: [String: Int?] = [:]
    /// The files that are here, by export.
    var files: [String: ExportFile] = [:]
    /// Why the last download did not come, in words, by export.
    var downloadFailures: [String: String] = [:]
    /// The downloads that somebody stopped last and that have not ended yet: a file may have been put in its place by then.
    private var stoppedDownloads: [(id: RequestID, exportID: String)] = []
    /// Where some of a file is, as typed, by export.
    var unfinishedPaths: [String: String] = [:]
    /// The folder that a file went to last, with its slash; empty for the working folder.
    var downloadFolder = ""
    /// When the jobs that run are asked about.
    private(set) var polling = ExportPolling()

    /// What is known of files on this machine.
    struct FilesHere: Sendable {
        var files: [String: ExportFile]
        var unfinishedPaths: [String: String]
        var downloadFolder: String
    }

    var filesHere: FilesHere {
        get { FilesHere(files: files, unfinishedPaths: unfinishedPaths, downloadFolder: downloadFolder) }
        set {
            (files, unfinishedPaths, downloadFolder) = (
                newValue.files, newValue.unfinishedPaths, newValue.downloadFolder
            )
        }
    }

    /// How many stopped downloads are kept.
    private static let stoppedCapacity = 8

    /// Notes that somebody stopped the download of an export; beyond the capacity the one stopped first is forgotten.
    mutating func stoppedDownload(_ id: RequestID, of exportID: String) {
        stoppedDownloads = stoppedDownloads.suffix(Self.stoppedCapacity - 1) + [(id, exportID)]
    }

    /// Forgets a stopped download, which has ended.
    ///
    /// - Returns: its export; nil when it was not stopped, or too long ago.
    mutating func endStoppedDownload(_ id: RequestID) -> String? {
        guard let index = stoppedDownloads.firstIndex(where: { $0.id == id }) else { return nil }
        return stoppedDownloads.remove(at: index).exportID
    }

    /// Lets go of what could not be told, so that it is asked for again.
    mutating func forgetUnknownSizes() { sizes = sizes.filter { $0.value != nil } }

    var running: [Export] { list.source.elements.filter(\.status.isRunning) }

    mutating func replace(_ exports: [Export], at now: Timestamp) {
        list.show(exports)
        polling = ExportPolling(isRunning: !running.isEmpty, at: now)
    }

    /// Shows how a job stands.
    ///
    /// - Returns: true when it ended with this.
    mutating func update(_ export: Export, at now: Timestamp) -> Bool {
        guard let old = list.source.element(export.id) else { return false }
        list.show(list.source.elements.map { $0.id == export.id ? export : $0 })
        polling.schedule(isRunning: !running.isEmpty, at: now)
        return old.status.isRunning && !export.status.isRunning
    }

    /// Notes that the jobs are being asked about; the next time is later.
    mutating func polled(at now: Timestamp) {
        polling.later()
        polling.schedule(isRunning: !running.isEmpty, at: now)
    }
}

/// When jobs that run are asked about: after 2 s, then twice as late each time, up to 30 s (contract section 8.2).
struct ExportPolling: Sendable, Hashable {
    /// The next time; nil while nothing runs.
    private(set) var at: Timestamp?
    private var delay = 2.0

    private static let longestDelay = 30.0

    init() {}

    init(isRunning: Bool, at now: Timestamp) { schedule(isRunning: isRunning, at: now) }

    mutating func schedule(isRunning: Bool, at now: Timestamp) {
        at = isRunning ? now.adding(seconds: delay) : nil
    }

    mutating func later() { delay = min(delay * 2, Self.longestDelay) }
}

extension Int {
    /// A number of bytes for a user: `310 B`, `2 kB`, `1.2 MB`.
    var byteText: String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(self)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return unit < 2 || value >= 10
            ? "\(Int(value.rounded())) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

extension ExportRequest {
    /// What it holds, in words: `Project, Asset`, with `inactive too` where those are in it.
    var summary: String {
        let subClasses = subClass.map { $0.split(separator: ",").joined(separator: ", ") } ?? ""
        let what = subClasses.isEmpty ? "All iTwins" : subClasses
        return (includeInactive ? "\(what), including inactive" : what) + (filter.map { " where \($0)" } ?? "")
    }
}
