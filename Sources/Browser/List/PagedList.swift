import ITwinsAPI
import Screen

/// A list that is loaded page by page: what has come of it, and how it goes on.
struct PagedList<Element: Listed>: Sendable {
    var list: ItemList<Element>
    var load = LoadState()
    /// While a populated list is refreshed the new rows gather here, so that nothing blanks.
    private var incoming: Items<Element>?
    /// Where the list goes on after a page that failed.
    private(set) var resumeLink: String?
    /// Where it goes on after the page that came last, so that a failure can go on there.
    private var nextLink: String?
    /// Elements that could not be read.
    private(set) var unreadable = 0
    /// The cap over all pages that the service named.
    private var maxReturn: Int?
    /// Whether the list ends where it does because of the cap alone.
    private var endsAtCap = false
    /// The same of the page that came last.
    private var lastEndsAtCap = false
    /// Ids that were deleted here: a page that was on its way must not bring them back.
    private var deleted: Set<String> = []

    init(_ columns: ListColumns<Element.Row>) { list = ItemList(columns) }

    /// A list of which nothing has come, sorted alike.
    var emptied: Self {
        var emptied = Self(list.source.columns)
        emptied.list = list.emptied
        return emptied
    }

    // MARK: How it stands

    /// Whether rows are shown while newer ones gather.
    var isRefreshed: Bool { incoming != nil }

    /// How old the list may be before it is read again by itself, in seconds; many pages are not read whenever a window is
    /// looked at. Less than nothing is a wish to read it now, which stays.
    func maximumAge(_ seconds: Double) -> Double {
        seconds >= 0 && list.source.count > 2000 ? max(seconds, SidePaneState.maximumAge) : seconds
    }

    /// True when every page has come.
    func isComplete(_ status: LoadStatus) -> Bool {
        status.loadedAt != nil && status.failure == nil && resumeLink == nil && !isLoadingFirst(status)
    }

    /// True while the list is read for the first time, so that its rows are only some.
    func isLoadingFirst(_ status: LoadStatus) -> Bool { status.isLoading && incoming == nil }

    /// True when the list ends at the cap, so that there may be more than is shown.
    func isCapped(_ status: LoadStatus) -> Bool {
        isComplete(status) && (endsAtCap || maxReturn.map { list.source.count >= $0 } ?? false)
    }

    /// True when there are more rows than these, or may be: they are being read, or reading them broke off.
    func isPartial(_ status: LoadStatus) -> Bool {
        isLoadingFirst(status) || resumeLink != nil || status.failure != nil && status.loadedAt == nil
    }

    /// Why there are no more rows although the service has them; nil when that is not so.
    func ending(_ status: LoadStatus) -> RequestError? {
        guard !status.isLoading, list.source.count > 0, let failure = status.failure else { return nil }
        guard case .pagingStopped = failure.reason else { return isPartial(status) ? failure : nil }
        return failure
    }

    // MARK: Pages

    /// Where a new request goes on: after the last page that came, where a first load was left, else where one failed; nil for
    /// the beginning.
    var startLink: String? { incoming == nil && list.source.count > 0 ? nextLink ?? resumeLink : resumeLink }

    /// Begins anew, or where a page failed.
    mutating func begin(from link: String?) {
        incoming = link == nil && list.source.count > 0 ? Items(list.source.columns) : nil
        nextLink = link
        // What is read from the beginning was asked for after what was deleted before.
        if link == nil { (unreadable, deleted) = (0, []) }
    }

    /// Takes a page.
    mutating func received(_ page: ReadPage<Element>) {
        unreadable += page.unreadable
        maxReturn = page.maxReturn ?? maxReturn
        nextLink = page.next
        lastEndsAtCap = page.endsAtCap
        var rows = page.rows
        if !deleted.isEmpty { rows.removeAll(where: deleted.contains) }
        if let unknown = incoming?.unknown(of: rows) {
            incoming?.append(unknown)
        } else {
            list.append(rows)
        }
    }

    /// Shows what a refresh gathered.
    mutating func finish() {
        endsAtCap = lastEndsAtCap
        if let incoming { list.show(incoming) }
        (incoming, nextLink, resumeLink) = (nil, nil, nil)
    }

    /// Keeps what is there after a failure: a refresh is forgotten, a first load can go on.
    mutating func abort() {
        if incoming == nil { resumeLink = list.source.count > 0 ? nextLink : nil }
        (incoming, nextLink) = (nil, nil)
    }

    // MARK: Changes made here

    /// Adds a row before all others.
    mutating func insert(_ element: Element) {
        deleted.remove(element.id)
        list.insert(element)
        incoming?.insert(element)
    }

    /// Adds a row after all others, in place of one of the same ID.
    mutating func append(_ element: Element) {
        deleted.remove(element.id)
        list.show(list.source.elements.filter { $0.id != element.id } + [element])
        incoming?.remove(element.id)
        incoming?.append(RowPage([element], of: list.source.columns))
    }

    /// Gives a row other values.
    mutating func update(_ element: Element) {
        list.update(element)
        incoming?.replace(element)
    }

    /// Takes a row out that was deleted.
    mutating func remove(_ id: String) {
        deleted.insert(id)
        list.remove(id)
        incoming?.remove(id)
    }
}

/// A pane with a list that is loaded page by page.
protocol PagedListPane: ListPane {
    /// Where the session has the list with its pages.
    var pages: WritableKeyPath<Session, PagedList<Element>> { get }
    /// What the border says of a list that ends at the cap.
    func cappedText(in browser: Browser) -> KeyedText
}

extension PagedListPane {
    func trailing(_ status: ListStatus, in browser: Browser, at now: Timestamp) -> [BoxLabel] {
        let pages = browser.session[keyPath: pages]
        if pages.resumeLink != nil, !status.load.isLoading { return [BoxLabel(text: "incomplete", role: .warn)] }
        if pages.isLoadingFirst(status.load), let since = status.load.since, status.count > 0 {
            let spinner = Spinner.character(since: since, at: now)
            return [BoxLabel(text: CellText("\(spinner) loading more"), role: .pending)]
        }
        if pages.isCapped(status.load) {
            return [BoxLabel(text: CellText(browser.text(cappedText(in: browser))), role: .warn)]
        }
        return status.trailing(at: now)
    }

    func isPartial(in browser: Browser) -> Bool {
        let pages = browser.session[keyPath: pages]
        return pages.list.source.count > 0 && pages.isPartial(browser.loadStatus(of: request(in: browser)))
    }

    func hint(in browser: Browser) -> ListCell? { endingHint(in: browser) }

    /// Why rows are missing, and the key that helps; nil while none are.
    func endingHint(in browser: Browser) -> ListCell? {
        let pages = browser.session[keyPath: pages]
        guard let ending = pages.ending(browser.loadStatus(of: request(in: browser))) else { return nil }
        let why = Wording.text(ending)
        let text: KeyedText =
            pages.resumeLink != nil
            ? "The list is incomplete. \(why)  \(.refresh)  loads the rest" : "\(why)  \(.refresh)  reloads it"
        return ListCell(CellText(browser.text(text)), .warn)
    }
}
