import Foundation
public import ITwinsAPI

extension ITwinsClient {
    /// The pages of a list: a small first one, so that something is there soon, then large ones.
    ///
    /// Following links is guarded (reliability H7): a link must lead to this service and this list, its `$skip` must grow, and neither
    /// empty pages nor pages without end are followed. What was read before such a link is delivered.
    ///
    /// - Parameters:
    ///   - firstPage: the size of the first page, 1 to 1000.
    ///   - pageSize: the size of the others, 1 to 1000.
    ///   - link: the link of the page to go on with; nil for the beginning.
    public func pages(of query: ITwinQuery, firstPage: Int = 100, pageSize: Int = 1000, from link: String? = nil) -> ITwinPages {
        ITwinPages(client: self, query: query, firstPage: firstPage, pageSize: pageSize, link: link)
    }
}

/// The pages of a list of iTwins, each asked for when the one before was taken.
public struct ITwinPages: AsyncSequence, Sendable {
    /// A page with the link of the next one.
    public typealias Element = Page<ITwin>
    /// Why the next page could not be had.
    public typealias Failure = RequestError

    let client: ITwinsClient
    let query: ITwinQuery
    let firstPage: Int
    let pageSize: Int
    let link: String?

    /// Begins at the first page.
    public func makeAsyncIterator() -> Iterator {
        Iterator(client: client, query: query, firstPage: firstPage, pageSize: pageSize, link: link)
    }

    /// Goes from page to page.
    public struct Iterator: AsyncIteratorProtocol {
        private let client: ITwinsClient
        private let query: ITwinQuery
        private let pageSize: Int
        private var step: Step
        private var visited: Set<String> = []
        private var skip = -1
        private var pages = 0
        private var emptyPages = 0

        private enum Step {
            case first(size: Int)
            case link(String)
            case failure(RequestError)
            case end
        }

        init(client: ITwinsClient, query: ITwinQuery, firstPage: Int, pageSize: Int, link: String?) {
            self.client = client
            self.query = query
            self.pageSize = pageSize
            step = link.map(Step.link) ?? .first(size: firstPage)
        }

        /// The next page; nil after the last one.
        ///
        /// - Throws: `RequestError`; the sequence can be begun again with the link of the last page that came.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(RequestError) -> Page<ITwin>? {
            let operation: ITwinsAPI.Operation
            switch step {
            case .end: return nil
            case .failure(let error):
                step = .end
                throw error
            case .first(let size):
                var query = query
                query.top = size
                operation = .iTwins(query)
            case .link(let link):
                visited.insert(link)
                operation = .iTwinsPage(link: link, maxReturn: query.maxReturn)
            }
            let answer = try await client.perform(operation)
            guard case .iTwins(var page) = answer else { return nil }
            page.next = page.next.map(enlarged)
            pages += 1
            emptyPages = page.items.isEmpty ? emptyPages + 1 : 0
            step = following(page)
            // A link that is not followed is nothing to go on with later.
            if case .failure = step { page.next = nil }
            return page
        }

        private mutating func following(_ page: Page<ITwin>) -> Step {
            guard let next = page.next else { return .end }
            func stopped(_ reason: String) -> Step { .failure(client.error(.pagingStopped(reason), .getMyITwins)) }
            guard client.isOwn(next) else { return stopped("the next page lies on another server or route") }
            guard !visited.contains(next) else { return stopped("the pages go in a circle") }
            guard let nextSkip = Self.parameter("$skip", of: next).flatMap({ Int($0) }), nextSkip > skip, nextSkip > 0 else {
                return stopped("the next page does not go on")
            }
            guard emptyPages < 2 else { return stopped("the pages are empty") }
            let limit = (page.maxReturn ?? query.maxReturn ?? Rules.defaultMaxReturn) / 100 + 10
            guard pages < limit else { return stopped("there are more than \(limit) pages") }
            skip = nextSkip
            return .link(next)
        }

        /// The link with the size of the large pages; everything else of it stays as the service wrote it.
        private func enlarged(_ link: String) -> String {
            guard let mark = link.firstIndex(of: "?") else { return link }
            let parameters = link[link.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false).map { parameter in
                let name = parameter.prefix { $0 != "=" }
                return name == "$top" || name.lowercased() == "%24top" ? "\(name)=\(pageSize)" : String(parameter)
            }
            return link[...mark] + parameters.joined(separator: "&")
        }

        private static func parameter(_ name: String, of link: String) -> String? {
            URLComponents(string: link)?.queryItems?.first { $0.name == name }?.value
        }
    }
}
