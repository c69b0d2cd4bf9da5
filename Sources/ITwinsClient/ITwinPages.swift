public import ITwinsAPI

extension ITwinsClient {
    /// The pages of a list: a small first one, so that something is there soon, then large ones.
    ///
    /// The list ends at the cap that was asked for or that the service names, whether the service keeps to it or not; its last
    /// page says so then. Following links is guarded (reliability H7): a link must lead to this service and this list, its `$skip` must
    /// grow, and neither empty pages nor pages without end are followed. What was read before such a link is delivered,
    /// then `pagingStopped` is thrown. Pages overlap a little, so that rows that vanish between two of them
    /// make no other be passed over; every iTwin is delivered once.
    ///
    /// - Parameters:
    ///   - firstPage: the size of the first page, 1 to 1000; at most 100 more are asked for, so that the overlaps take no
    ///     further request.
    ///   - pageSize: the size of the others, 1 to 1000.
    ///   - place: where the list broke off before, to go on there; nil for the beginning.
    ///   - isUserInitiated: whether a person asks for just this, as of `perform`; it holds for the first page.
    ///   - progress: is told of waits and further tries of each page's request.
    public func pages(
        of query: ITwinQuery,
        firstPage: Int = 100,
        pageSize: Int = 1000,
        from place: ITwinPages.Place? = nil,
        isUserInitiated: Bool = false,
        progress: (@Sendable (RequestProgress) -> Void)? = nil
    ) -> ITwinPages {
        ITwinPages(
            client: self,
            query: query,
            firstPage: firstPage,
            pageSize: pageSize,
            place: place,
            isUserInitiated: isUserInitiated,
            progress: progress
        )
    }
}

/// The pages of a list of iTwins, each asked for when the one before was taken.
public struct ITwinPages: AsyncSequence, Sendable {
    /// A page; its `next` tells the end of it in the list, unless it is the last one.
    public typealias Element = Page<ITwin>
    /// Why the next page could not be had.
    public typealias Failure = RequestError

    fileprivate let client: ITwinsClient
    fileprivate let query: ITwinQuery
    fileprivate let firstPage: Int
    fileprivate let pageSize: Int
    fileprivate let place: Place?
    fileprivate let isUserInitiated: Bool
    fileprivate let progress: (@Sendable (RequestProgress) -> Void)?

    /// Where a list broke off, with what came of it before: rows that vanish until it is gone on with make no other be passed
    /// over either, and none comes twice.
    public struct Place: Sendable {
        /// The `next` of the last page that came.
        public let next: String
        fileprivate let link: String
        fileprivate let trail: PageTrail
    }

    /// Begins at the first page, or where the list broke off.
    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// Goes from page to page.
    public struct Iterator: AsyncIteratorProtocol {
        private let client: ITwinsClient
        private let query: ITwinQuery
        private let progress: (@Sendable (RequestProgress) -> Void)?
        private var trail: PageTrail
        private var step: Step
        private var isUserInitiated: Bool
        /// Where the list broke off, by an error after some of its pages; nil otherwise.
        public private(set) var place: Place?

        private enum Step {
            case begin(ITwinQuery)
            /// Asks for the page of a link, after one whose `next` is the other.
            case goOn(String, next: String)
            case fail(RequestError)
            case end
        }

        fileprivate init(_ pages: ITwinPages) {
            client = pages.client
            query = pages.query
            progress = pages.progress
            isUserInitiated = pages.isUserInitiated
            if let place = pages.place {
                trail = place.trail
                step = .goOn(place.link, next: place.next)
            } else {
                trail = PageTrail(pages.query, client, pageSize: pages.pageSize)
                var first = pages.query
                first.top = trail.firstPage(pages.firstPage)
                step = .begin(first)
            }
        }

        /// The next page; nil after the last one and after an error.
        ///
        /// - Throws: `RequestError`; the list can be gone on with from `place`.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(RequestError) -> Page<ITwin>? {
            while true {
                let operation: ITwinsAPI.Operation
                var before: (link: String, next: String)?
                switch step {
                case .end: return nil
                case .fail(let error):
                    step = .end
                    throw error
                case .begin(let query): operation = .iTwins(query)
                case .goOn(let link, let next):
                    before = (link, next)
                    operation = .iTwinsPage(link: link, maxReturn: query.maxReturn, scope: query.scope)
                }
                step = .end
                let isFirst = isUserInitiated
                isUserInitiated = false
                let answer: Answer
                do throws(RequestError) {
                    answer = try await client.perform(operation, isUserInitiated: isFirst, progress: progress)
                } catch {
                    place = before.map { Place(next: $0.next, link: $0.link, trail: trail) }
                    throw error
                }
                guard case .iTwins(var page) = answer else { return nil }
                do throws(PageTrail.Stop) {
                    switch try trail.next(after: &page) {
                    case .ask(let link, let next):
                        page.next = next
                        step = .goOn(link, next: next)
                    case .again(let link):
                        step = .goOn(link, next: before?.next ?? link)
                        continue
                    case .cap:
                        page.next = nil
                        page.endsAtCap = true
                    case .end: page.next = nil
                    }
                } catch {
                    step = .fail(client.error(.pagingStopped(error.reason), .getMyITwins))
                    // A link that is not followed is nothing to go on with later.
                    page.next = nil
                }
                return page
            }
        }
    }
}
