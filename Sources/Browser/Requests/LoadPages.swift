public import ITwinsAPI

/// A request that fills a list page by page: what it declares is all that a list costs which comes in pages. The links between
/// them are followed where requests are performed; what comes here are pages, and an end.
protocol LoadPages: LoadRequest {
    associatedtype Element: Listed
    /// Where the session has the list.
    var pages: WritableKeyPath<Session, PagedList<Element>> { get }
    /// From where it is read, and how it is sorted then.
    var reading: ListReading { get set }
    static var columns: ListColumns<Element.Row> { get }
    /// What elements are called, for a message.
    static var noun: String { get }

    /// The page that an answer brings; nil for another answer.
    static func page(of answer: Answer) -> Page<Element>?
    /// Does what follows a page that came.
    func pageCame(in browser: inout Browser, at now: Timestamp)
    /// Does what follows the last page, and returns what follows.
    func finished(in browser: inout Browser, at now: Timestamp) -> [Effect]
}

/// From where a list is read, and for what its pages are prepared.
struct ListReading: Hashable, Sendable {
    /// The link of the page that it goes on with; nil for its beginning.
    var link: String?
    /// The column by which the rows are sorted.
    var sort = ColumnID.service
}

extension LoadPages {
    func pageCame(in browser: inout Browser, at now: Timestamp) {}
    func finished(in browser: inout Browser, at now: Timestamp) -> [Effect] { [] }

    func maximumAge(_ seconds: Double, in browser: Browser) -> Double {
        browser.session[keyPath: pages].maximumAge(seconds)
    }

    func effect(_ id: RequestID) -> Effect { .load(id, PagedOperation(self), from: reading.link) }

    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] { resume(in: &browser, at: now) }

    /// Reads the list from where it broke off or was left, else from its beginning.
    func resume(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        // One in flight is begun anew by who asks for it again.
        let link =
            browser.session.requests[key] == nil
            ? browser.session[keyPath: pages].startLink : browser.session[keyPath: pages].resumeLink
        return read(from: link, in: &browser, at: now)
    }

    /// Reads the list from its beginning, or from the link of a page on.
    func read(from link: String?, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session[keyPath: pages].begin(from: link)
        var request = self
        request.reading = ListReading(link: link, sort: browser.session[keyPath: pages].list.sort.column)
        return browser.session.send(request, at: now)
    }

    func received(_ page: PreparedPage, in browser: inout Browser, at now: Timestamp) {
        guard let page = page.content as? ReadPage<Element> else { return }
        browser.session[keyPath: pages].received(page)
        pageCame(in: &browser, at: now)
    }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session[keyPath: pages].finish()
        let effects = finished(in: &browser, at: now)
        browser.notices.noteUnreadable(browser.session[keyPath: pages].unreadable, of: Self.noun, at: now)
        return effects
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session[keyPath: pages].abort()
        browser.session[keyPath: load].fail(error)
        return []
    }
}

/// A list that is to be loaded page by page, and what is made of its pages where they are read.
public struct PagedOperation: Hashable, Sendable {
    /// The operation that gives the list.
    public let operation: ITwinsAPI.Operation
    private let sort: ColumnID
    /// One for each kind of list.
    private let read: @Sendable (Answer, ColumnID) -> PreparedPage?

    init<Request: LoadPages>(_ request: Request) {
        (operation, sort) = (request.operation, request.reading.sort)
        read = { answer, sort in
            Request.page(of: answer).map { PreparedPage(content: ReadPage($0, of: Request.columns, sort: sort)) }
        }
    }

    /// Makes of a page what filter and sort need of its rows. That takes a while: it is not for the UI thread.
    ///
    /// - Returns: nil for an answer that is no page of this list.
    public func prepared(_ answer: Answer) -> PreparedPage? { read(answer, sort) }

    /// True for lists of one operation that are sorted by one column.
    public static func == (left: Self, right: Self) -> Bool {
        left.operation == right.operation && left.sort == right.sort
    }

    /// Hashes what equal ones have in common.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(operation)
        hasher.combine(sort)
    }
}

/// A page of a list with what filter and sort need of its rows.
public struct PreparedPage: Sendable {
    /// A `ReadPage` of whatever the list is of.
    let content: any Sendable
}

/// The rows of a page, and what the page says of the list.
struct ReadPage<Element: Listed>: Sendable {
    let rows: RowPage<Element>
    let unreadable: Int
    let next: String?
    let maxReturn: Int?
    let endsAtCap: Bool

    init(_ page: Page<Element>, of columns: ListColumns<Element.Row>, sort: ColumnID) {
        rows = RowPage(page.items, of: columns, sort: sort)
        (unreadable, next, maxReturn, endsAtCap) = (page.unreadable, page.next, page.maxReturn, page.endsAtCap)
    }
}
