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
    ///   - resumePoint: where to continue a list that was not read to its end; nil for the beginning.
    ///   - isUserInitiated: whether a person asks for just this, as of `perform`; it holds for the first page.
    ///   - progress: is told of waits and further tries of each page's request.
    public func pages(
        of query: ITwinQuery,
        firstPage: Int = 100,
        pageSize: Int = 1000,
        from resumePoint: ITwinPages.ResumePoint? = nil,
        isUserInitiated: Bool = false,
        progress: (@Sendable (RequestProgress) -> Void)? = nil
    ) -> ITwinPages {
        ITwinPages(
            client: self,
            query: query,
            firstPage: firstPage,
            pageSize: pageSize,
            resumePoint: resumePoint,
            isUserInitiated: isUserInitiated,
            progress: progress
        )
    }
}

/// The pages of a list of iTwins, each asked for when the one before was taken.
public struct ITwinPages: AsyncSequence, Sendable {
    /// A page of the list. Its `next` is the link that continues after it; nil for the last page.
    public typealias Element = Page<ITwin>
    /// Why the next page could not be had.
    public typealias Failure = RequestError

    fileprivate let client: ITwinsClient
    fileprivate let query: ITwinQuery
    fileprivate let firstPage: Int
    fileprivate let pageSize: Int
    fileprivate let resumePoint: ResumePoint?
    fileprivate let isUserInitiated: Bool
    fileprivate let progress: (@Sendable (RequestProgress) -> Void)?

    /// Where a list that was not read to its end continues, with what was read of it.
    ///
    /// Continuing from here skips no row and repeats none, even if rows were deleted in the meantime.
    public struct ResumePoint: Sendable {
        /// The `next` of the last page that was read.
        public let next: String
        fileprivate let link: String
        fileprivate let trail: PageTrail
    }

    /// Begins at the first page, or at the resume point.
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
        private var hasFailed = false

        /// Where the list continues after the last page that was read; nil at the beginning of the list and at its end.
        public var resumePoint: ResumePoint? {
            guard case .goOn(let link, let next) = step else { return nil }
            return ResumePoint(next: next, link: link, trail: trail.suspended)
        }

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
            if let point = pages.resumePoint {
                trail = point.trail.resumed
                step = .goOn(point.link, next: point.next)
            } else {
                trail = PageTrail(pages.query, client, pageSize: pages.pageSize)
                var first = pages.query
                first.top = trail.firstPage(pages.firstPage)
                step = .begin(first)
            }
        }

        /// The next page; nil after the last one and after an error.
        ///
        /// - Throws: `RequestError`; the list can be continued from `resumePoint`.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(RequestError) -> Page<ITwin>? {
            while !hasFailed {
                let operation: ITwinsAPI.Operation
                var end: String?
                switch step {
                case .end: return nil
                case .fail(let error):
                    step = .end
                    throw error
                case .begin(let query): operation = .iTwins(query)
                case .goOn(let link, let next):
                    end = next
                    operation = .iTwinsPage(link: link, maxReturn: query.maxReturn, scope: query.scope)
                }
                let isFirst = isUserInitiated
                isUserInitiated = false
                let answer: Answer
                do throws(RequestError) {
                    answer = try await client.perform(operation, isUserInitiated: isFirst, progress: progress)
                } catch {
                    hasFailed = true
                    throw error
                }
                step = .end
                guard case .iTwins(var page) = answer else { return nil }
                do throws(PageTrail.Stop) {
                    switch try trail.next(after: &page) {
                    case .ask(let link, let next):
                        page.next = next
                        step = .goOn(link, next: next)
                    case .again(let link):
                        step = .goOn(link, next: end ?? link)
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
            return nil
        }
    }
}
