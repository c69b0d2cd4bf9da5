import ITwinsAPI
import Screen

/// The pane beside a list of iTwins: what the selected one holds. Answers are kept for each iTwin.
struct SidePaneState: Sendable {
    /// What is known of iTwins by id.
    private var iTwins: [String: CachedITwin] = [:]
    /// The iTwin that the list below is about.
    private(set) var iTwinID: String?
    /// The repositories of that iTwin, with cursor and filter.
    var list = ItemList<Repository>(.repositories)
    /// Its exports; of the document routes alone.
    var exportList = ItemList<Export>(.exports)
    /// The JSON in lines, laid out once for all frames.
    private var code: Code?
    /// Since when the cursor rests on this iTwin; nil when what is shown was asked for.
    var movedAt: Timestamp?

    /// How long the cursor must rest before anything is asked for, in seconds.
    static let debounce = 0.15
    /// How old an answer may be before it is asked for again, in seconds.
    static let maximumAge = 30.0
    /// How many iTwins are kept.
    private static let capacity = 200

    /// Whether repositories that somebody wanted to delete have resources.
    var contents: [RepositoryPath: RepositoryContent] = [:]

    /// What is known of an iTwin, as it was loaded last.
    struct CachedITwin: Sendable {
        var repositories = Cached<Repository>()
        var exports = Cached<Export>()
        /// When exports that run are asked about.
        var polling = ExportPolling()
        var details = Detail()
        var image = CachedImage()
    }

    /// A list of an iTwin.
    struct Cached<Element: Sendable>: Sendable {
        var value: [Element] = []
        var load = LoadState()

        /// How many there are; nil while that is not known.
        var count: Int? { load.loadedAt == nil ? nil : value.count }

        mutating func set(_ value: [Element], at now: Timestamp) {
            self.value = value
            load.succeed(at: now)
        }
    }

    /// The image of an iTwin.
    struct CachedImage: Sendable {
        private(set) var image: ITwinImage?
        /// The size of its file in bytes; nil while it is not known, and when it cannot be told.
        var bytes: Int?
        var load = LoadState()

        mutating func set(_ image: ITwinImage, at now: Timestamp) {
            if self.image?.id != image.id { bytes = nil }
            self.image = image
            load.succeed(at: now)
        }
    }

    /// All fields of an iTwin, and the object they came in.
    struct Detail: Sendable {
        var iTwin: ITwin?
        /// That object as text, as much of it as is shown (reliability T7).
        private(set) var document: String?
        var load = LoadState()

        private static let documentLimit = 1_048_576

        mutating func set(_ iTwin: ITwin, source: JSON, at now: Timestamp) {
            self.iTwin = iTwin
            document = source.prettyText(limit: Self.documentLimit)
            load.succeed(at: now)
        }
    }

    /// The JSON of an iTwin in lines of a width.
    private struct Code: Sendable {
        var document: String
        var width: Int
        var lines: [TextLine]
    }

    /// Lays out the JSON of an iTwin in lines of a width, unless that is done.
    mutating func layOut(codeOf id: String, width: Int) {
        guard let document = self[id].details.document, code?.document != document || code?.width != width else {
            return
        }
        code = Code(document: document, width: width, lines: TextLine.code(document, width: width))
    }

    /// The JSON of an iTwin in lines of a width; nil when there is none.
    func codeLines(of id: String, width: Int) -> [TextLine]? {
        guard let document = self[id].details.document else { return nil }
        if let code, code.document == document, code.width == width { return code.lines }
        return TextLine.code(document, width: width)
    }

    /// Shows another iTwin.
    mutating func show(_ id: String?) {
        guard id != iTwinID else { return }
        iTwinID = id
        list = list.emptied
        exportList = exportList.emptied
        showLists(insteadOf: nil)
    }

    /// Shows what is known of the iTwin, where it is something else than before: rows are filtered and sorted anew.
    private mutating func showLists(insteadOf old: CachedITwin?) {
        let known = iTwinID.map { self[$0] } ?? CachedITwin()
        if known.repositories.value != old?.repositories.value ?? [] { list.show(known.repositories.value) }
        if known.exports.value != old?.exports.value ?? [] { exportList.show(known.exports.value) }
    }

    /// What is known of an iTwin; nothing of one that was never asked about.
    subscript(id: String) -> CachedITwin {
        get { iTwins[id] ?? CachedITwin() }
        set {
            if iTwins.count >= Self.capacity, iTwins[id] == nil,
                let victim = iTwins.keys.first(where: { $0 != iTwinID })
            {
                iTwins[victim] = nil
            }
            let old = iTwins.updateValue(newValue, forKey: id)
            if id == iTwinID { showLists(insteadOf: old) }
        }
    }

    /// Forgets all that is known of an iTwin.
    mutating func forget(_ id: String) { iTwins[id] = nil }
}

extension ScheduledTask {
    /// Loads what is shown of the selected iTwin once the cursor rests.
    static let loadSelectedITwin = ScheduledTask { browser, _ in
        browser.session.sidePane.movedAt?.adding(seconds: SidePaneState.debounce)
    } run: { browser, now in
        browser.loadSelectedITwin(olderThan: SidePaneState.maximumAge, at: now)
    }
}

extension Repository: Listed {
    /// The name to show: the display name, else the class.
    var title: String { displayName.flatMap { $0.isEmpty ? nil : $0 } ?? `class`.rawValue }
}
