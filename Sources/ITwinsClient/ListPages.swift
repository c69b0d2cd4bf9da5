public import ITwinsAPI

extension ITwinsClient {
    /// The pages of a list: a small first one, so that something is there soon, then large ones.
    ///
    /// The list ends at the cap that was asked for or that the service names, whether the service keeps to it or not; its last
    /// page says so then. Following links is guarded (reliability H7): a link must lead to this service and this list, its `$skip` must
    /// grow, and neither empty pages nor pages without end are followed. What was read before such a link is delivered,
    /// then `pagingStopped` is thrown. Pages overlap a little, so that rows that vanish between two of them
    /// make no other be passed over; every element is delivered once.
    ///
    /// - Parameters:
    ///   - list: the operation that gives the list; the size of a page that it asks for does not count.
    ///   - firstPage: the size of the first page, 1 to 1000; at most 100 more are asked for, so that the overlaps take no
    ///     further request.
    ///   - pageSize: the size of the others, 1 to 1000.
    ///   - resumePoint: where to continue a list that was not read to its end; nil for the beginning.
    ///   - isUserInitiated: whether a user asks for just this, as of `perform`; it holds for the first page.
    ///   - progress: is told of waits and further tries of each page's request.
    public func pages(
        of list: ITwinsAPI.Operation,
        firstPage: Int = 100,
        pageSize: Int = 1000,
        from resumePoint: ListPages.ResumePoint? = nil,
        isUserInitiated: Bool = false,
        progress: (@Sendable (RequestProgress) -> Void)? = nil
    ) -> ListPages {
        ListPages(
            client: self,
            list: list,
            firstPage: firstPage,
            pageSize: pageSize,
            resumePoint: resumePoint,
            isUserInitiated: isUserInitiated,
            progress: progress
        )
    }
}

/// The pages of a list, each asked for when the one before was taken.
public struct ListPages: AsyncSequence, Sendable {
    /// A page of the list. Its `next` is the link that continues after it; nil for the last page.
    public typealias Element = Answer
    /// Why the next page could not be had.
    public typealias Failure = RequestError

    fileprivate let client: ITwinsClient
    fileprivate let list: ITwinsAPI.Operation
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
        private let list: ITwinsAPI.Operation
        private let progress: (@Sendable (RequestProgress) -> Void)?
        private var trail: PageTrail
        private var step: Step
        private var isUserInitiated: Bool
        private var hasFailed = false

        /// Where the list continues after the last page that was read; nil at the beginning of the list and at its end.
        public var resumePoint: ResumePoint? {
            guard case .ask(let link, let next?) = step else { return nil }
            return ResumePoint(next: next, link: link, trail: trail.suspended)
        }

        private enum Step {
            /// Asks for the page of a link, after one whose `next` is the other; nil for the first page.
            case ask(String, after: String?)
            case fail(RequestError)
            case end
        }

        fileprivate init(_ pages: ListPages) {
            client = pages.client
            list = pages.list
            progress = pages.progress
            isUserInitiated = pages.isUserInitiated
            if let point = pages.resumePoint {
                trail = point.trail.resumed
                step = .ask(point.link, after: point.next)
            } else {
                trail = PageTrail(pages.list, client, pageSize: pages.pageSize)
                step = .ask(trail.firstLink(size: pages.firstPage), after: nil)
            }
        }

        /// The next page; nil after the last one and after an error.
        ///
        /// - Throws: `RequestError`; the list can be continued from `resumePoint`.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(RequestError) -> Answer? {
            while !hasFailed {
                let (link, end): (String, String?)
                switch step {
                case .end: return nil
                case .fail(let error):
                    step = .end
                    throw error
                case .ask(let asked, let after): (link, end) = (asked, after)
                }
                let isFirst = isUserInitiated
                isUserInitiated = false
                let answer: Answer
                do throws(RequestError) {
                    answer = try await client.perform(
                        .page(of: list, link: link),
                        isUserInitiated: isFirst,
                        progress: progress
                    )
                } catch {
                    hasFailed = true
                    throw error
                }
                step = .end
                let page: Answer?
                switch answer {
                case .iTwins(let read): page = take(read, after: end).map(Answer.iTwins)
                case .repositories(let read): page = take(read, after: end).map(Answer.repositories)
                case .resources(let read): page = take(read, after: end).map(Answer.resources)
                case .exports(let read): page = take(read, after: end).map(Answer.exports)
                default: return nil
                }
                if let page { return page }
            }
            return nil
        }

        /// Takes a page that came, and notes what follows it.
        ///
        /// - Returns: what of it is new; nil when another link has to be asked in place of the one that brought it.
        private mutating func take<Row: Identifiable<String>>(_ page: Page<Row>, after end: String?) -> Page<Row>? {
            var page = page
            do throws(PageTrail.Stop) {
                switch try trail.next(after: &page) {
                case .ask(let link, let next):
                    page.next = next
                    step = .ask(link, after: next)
                case .again(let link):
                    step = .ask(link, after: end ?? link)
                    return nil
                case .cap:
                    page.next = nil
                    page.endsAtCap = true
                case .end: page.next = nil
                }
            } catch {
                step = .fail(client.error(.pagingStopped(error.reason), list.id))
                // A link that is not followed is nothing to go on with later.
                page.next = nil
            }
            return page
        }
    }
}
