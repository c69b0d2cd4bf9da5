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
    ///   - link: the `next` of a page that came before, to go on after it; nil for the beginning.
    ///   - isUserInitiated: whether a person asks for just this, as of `perform`; it holds for the first page.
    ///   - progress: is told of waits and further tries of each page's request.
    public func pages(
        of query: ITwinQuery,
        firstPage: Int = 100,
        pageSize: Int = 1000,
        from link: String? = nil,
        isUserInitiated: Bool = false,
        progress: (@Sendable (RequestProgress) -> Void)? = nil
    ) -> ITwinPages {
        ITwinPages(
            client: self,
            query: query,
            firstPage: firstPage,
            pageSize: pageSize,
            link: link,
            isUserInitiated: isUserInitiated,
            progress: progress
        )
    }
}

/// The pages of a list of iTwins, each asked for when the one before was taken.
public struct ITwinPages: AsyncSequence, Sendable {
    /// A page; its `next` is what to go on with when this is the last page that came.
    public typealias Element = Page<ITwin>
    /// Why the next page could not be had.
    public typealias Failure = RequestError

    fileprivate let client: ITwinsClient
    fileprivate let query: ITwinQuery
    fileprivate let firstPage: Int
    fileprivate let pageSize: Int
    fileprivate let link: String?
    fileprivate let isUserInitiated: Bool
    fileprivate let progress: (@Sendable (RequestProgress) -> Void)?

    /// Begins at the first page, or at the link.
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

        private enum Step {
            case ask(ITwinsAPI.Operation)
            case fail(RequestError)
            case end
        }

        fileprivate init(_ pages: ITwinPages) {
            client = pages.client
            query = pages.query
            progress = pages.progress
            isUserInitiated = pages.isUserInitiated
            trail = PageTrail(pages.query, client, pageSize: pages.pageSize, from: pages.link)
            var first = pages.query
            first.top = trail.firstPage(pages.firstPage)
            step = .ask(pages.link.map(Self.page(of: query)) ?? .iTwins(first))
        }

        private static func page(of query: ITwinQuery) -> (String) -> ITwinsAPI.Operation {
            { .iTwinsPage(link: $0, maxReturn: query.maxReturn, scope: query.scope) }
        }

        /// The next page; nil after the last one and after an error.
        ///
        /// - Throws: `RequestError`; the list can be gone on with from the `next` of the last page that came.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(RequestError) -> Page<ITwin>? {
            while true {
                let current = step
                step = .end
                switch current {
                case .end: return nil
                case .fail(let error): throw error
                case .ask(let operation):
                    let isFirst = isUserInitiated
                    isUserInitiated = false
                    let answer = try await client.perform(operation, isUserInitiated: isFirst, progress: progress)
                    guard case .iTwins(var page) = answer else { return nil }
                    do throws(PageTrail.Stop) {
                        switch try trail.next(after: &page) {
                        case .ask(let link, let next):
                            page.next = next
                            step = .ask(Self.page(of: query)(link))
                        case .again(let link):
                            step = .ask(Self.page(of: query)(link))
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
}
