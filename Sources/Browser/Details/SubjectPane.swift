import ITwinsAPI
import Screen

/// The pane beside a list of iTwins: what the selected one holds. Answers are kept for each iTwin.
struct SubjectPane: Sendable {
    /// The list that is shown, and the text.
    private(set) var listTab: Tab = .repositories
    private(set) var textTab: Tab = .details
    /// Whether the text is shown where there is room for one of them only.
    private(set) var showsText = false
    /// What is known of iTwins by id.
    private(set) var repositories: [String: Held<[Repository]>] = [:]
    private(set) var exports: [String: Held<[Export]>] = [:]
    private(set) var details: [String: Detail] = [:]
    private(set) var images: [String: HeldImage] = [:]
    /// The iTwin that the list below is about.
    private(set) var iTwinID: String?
    /// The repositories of that iTwin, with cursor and filter.
    var list = ItemList(Items<Repository>(searchText: { $0.rowText }, sortValue: { $0.sortValue(in: $1) }))
    /// Its exports; of the document routes alone.
    var exportList = ItemList(Items<Export>(searchText: { $0.rowText }, sortValue: { $0.sortValue(in: $1) }))
    /// The JSON in lines, laid out once for all frames.
    private var code: Code?
    /// The first line shown of a text that is longer than the pane.
    var scroll = 0
    /// Since when the cursor rests on this iTwin; nil when what is shown was asked for.
    var movedAt: Timestamp?

    /// How long the cursor must rest before anything is asked for, in seconds.
    static let rest = 0.15
    /// How old an answer may be before it is asked for again, in seconds.
    static let freshness = 30.0
    /// How many iTwins are kept.
    private static let capacity = 200

    /// A list of an iTwin and how it stands with the service.
    struct Held<Value: Sendable>: Sendable {
        var value: Value
        var load = LoadState()
        /// When exports that run are asked about.
        var polling = ExportPolling()
    }

    /// The image of an iTwin.
    struct HeldImage: Sendable {
        var image: ITwinImage?
        /// The size of its file in bytes; nil while it is not known, and when it cannot be told.
        var bytes: Int?
        var load = LoadState()
    }

    /// All fields of an iTwin and the object they came in.
    struct Detail: Sendable {
        var iTwin: ITwin?
        var source: JSON? {
            didSet { document = source?.prettyText(limit: Self.documentLimit) }
        }
        /// That object as text, as much of it as is shown (reliability T7).
        private(set) var document: String?
        var load = LoadState()

        private static let documentLimit = 1_048_576
    }

    /// The JSON of an iTwin in lines of a width.
    private struct Code: Sendable {
        var document: String
        var width: Int
        var lines: [TextLine]
    }

    /// The tab that is shown where there is room for one only.
    var tab: Tab { showsText ? textTab : listTab }

    /// Shows a tab.
    mutating func select(_ tab: Tab) {
        showsText = Tab.texts.contains(tab)
        if showsText { textTab = tab } else { listTab = tab }
    }

    /// Takes over which of both has the focus.
    mutating func noteFocus(_ pane: Pane) {
        if pane == .subject { showsText = false }
        if pane == .details { showsText = true }
    }

    /// Lays out the JSON of an iTwin in lines of a width, unless that is done.
    mutating func layOut(codeOf id: String, width: Int) {
        guard let document = details[id]?.document, code?.document != document || code?.width != width else { return }
        code = Code(document: document, width: width, lines: TextLine.code(document, width: width))
    }

    /// The JSON of an iTwin in lines of a width; nil when there is none.
    func codeLines(of id: String, width: Int) -> [TextLine]? {
        guard let document = details[id]?.document else { return nil }
        if let code, code.document == document, code.width == width { return code.lines }
        return TextLine.code(document, width: width)
    }

    /// Shows another iTwin, or another state of the same one.
    mutating func show(_ id: String?) {
        let isNew = id != iTwinID
        iTwinID = id
        if isNew {
            scroll = 0
            list = list.emptied()
            exportList = exportList.emptied()
        }
        guard let id else { return }
        if let held = repositories[id] { list.replace(list.source.with(held.value)) }
        if let held = exports[id] { exportList.replace(exportList.source.with(held.value)) }
    }

    mutating func change(repositoriesOf id: String, _ change: (inout Held<[Repository]>) -> Void) {
        Self.makeRoom(in: &repositories, for: id, keeping: iTwinID)
        change(&repositories[id, default: Held(value: [])])
        if id == iTwinID { show(id) }
    }

    mutating func change(exportsOf id: String, _ change: (inout Held<[Export]>) -> Void) {
        Self.makeRoom(in: &exports, for: id, keeping: iTwinID)
        change(&exports[id, default: Held(value: [])])
        if id == iTwinID { show(id) }
    }

    mutating func change(detailsOf id: String, _ change: (inout Detail) -> Void) {
        Self.makeRoom(in: &details, for: id, keeping: iTwinID)
        change(&details[id, default: Detail()])
    }

    mutating func change(imageOf id: String, _ change: (inout HeldImage) -> Void) {
        Self.makeRoom(in: &images, for: id, keeping: iTwinID)
        change(&images[id, default: HeldImage()])
    }

    /// Lets go of all that is known of an iTwin.
    mutating func forget(_ id: String) {
        repositories[id] = nil
        exports[id] = nil
        details[id] = nil
        images[id] = nil
    }

    /// How the present tab stands with the service; nil for an iTwin nothing is known of.
    func load(of tab: Tab, for id: String) -> LoadState? {
        switch tab {
        case .repositories: repositories[id]?.load
        case .exports: exports[id]?.load
        case .details, .json: details[id]?.load
        }
    }

    private static func makeRoom<Value>(in held: inout [String: Value], for id: String, keeping shown: String?) {
        guard held.count >= capacity, held[id] == nil, let victim = held.keys.first(where: { $0 != shown }) else {
            return
        }
        held[victim] = nil
    }
}

extension Repository {
    /// What the filter looks at: what the row shows.
    var rowText: String { "\(title)\u{0}\(classText)" }

    /// What it is sorted by in a list.
    func sortValue(in column: SortColumn) -> SortValue {
        switch column {
        case .name: .text(title)
        case .class: .text(classText)
        default: .missing
        }
    }

    /// The name to show: the display name, else the class.
    var title: String { displayName.flatMap { $0.isEmpty ? nil : $0 } ?? `class`.rawValue }
}
