import Foundation
import ITwinsAPI

/// Decides which link of a page is followed (reliability H7): one that leads to this list, whose `$skip` grows, and
/// that is neither without end nor follows empty pages.
struct PageTrail {
    private let client: ITwinsClient
    private let pageSize: Int
    private let maxReturn: Int
    /// The path of the list, and the address of all of it.
    private let path: String
    private let address: String
    private let parameters: [Substring]
    private var visited: Set<String> = []
    /// Where the first page begins.
    private let skip: Int
    /// How many rows came, those that could not be read among them.
    private var received = 0
    /// How many pages were delivered.
    private var pages = 0
    private var overlap = PageOverlap()
    private var largestPage = 1
    private var emptyPages = 0

    /// Why the list ends before the service says so.
    struct Stop: Error {
        let reason: String
    }

    /// - Parameter list: the operation that gives the list.
    init(_ list: ITwinsAPI.Operation, _ client: ITwinsClient, pageSize: Int) {
        self.client = client
        self.pageSize = pageSize
        let request = list.request(in: client.configuration.routes)
        maxReturn = max(1, request?.maxReturn ?? list.id.declaration.defaultMaxReturn ?? Rules.maxReturns.upperBound)
        path = request?.path ?? ""
        address = client.url(path: path, query: request?.query ?? "")
        parameters = PageLink.parts(of: address).query.filter { !["$top", "$skip"].contains(PageLink.name(of: $0)) }
        skip = PageLink(address)?.skip ?? 0
    }

    /// The trail as a place to resume at keeps it.
    var suspended: Self {
        var trail = self
        trail.overlap = overlap.suspended
        return trail
    }

    /// The trail that goes on from such a place.
    var resumed: Self {
        var trail = self
        trail.overlap = overlap.resumed
        return trail
    }

    /// The link to the first page. It is as large as wished, and what the overlaps with the pages behind it cost, so that they
    /// take no request more. The service gives ten large pages at the most (contract section 12).
    func firstLink(size wished: Int) -> String {
        let large = maxReturn > wished ? min(10, (maxReturn - wished - 1) / max(1, pageSize) + 1) : 0
        let size = min(Rules.pageSizes.upperBound, wished + large * PageOverlap.count(ofPage: pageSize))
        return completed(address, size: size)
    }

    /// What follows a page.
    enum Step: Equatable {
        /// The first link, which may begin a little before the second. The second is where the page ends; both have the size of
        /// the large pages and everything that was asked for.
        case ask(String, next: String)
        /// This link in place of the one that brought the page, which is not delivered.
        case again(String)
        /// Nothing: the list is complete.
        case end
        /// Nothing: as many came as were asked for, or as the service gives; it has more.
        case cap
    }

    /// Takes a page, and decides what follows it.
    ///
    /// - Parameter page: its cap is bounded to what was asked for, as nobody is given more.
    mutating func next<Element: Identifiable<String>>(after page: inout Page<Element>) throws(Stop) -> Step {
        let cap = min(page.maxReturn.flatMap { $0 > 0 ? $0 : nil } ?? maxReturn, maxReturn)
        if page.maxReturn != nil { page.maxReturn = cap }
        let count = page.items.count + page.unreadable
        if let further = overlap.further(after: page) { return .again(further) }
        overlap.reduce(&page)
        pages += 1
        received += page.items.count + page.unreadable
        largestPage = max(largestPage, count)
        emptyPages = count == 0 ? emptyPages + 1 : 0
        guard let written = page.next else { return .end }
        guard received < cap else { return .cap }
        guard let next = client.ownLink(written, to: path).map({ completed($0, size: pageSize) }) else {
            throw Stop(reason: "the next page is on another server or route")
        }
        // A page from further back may name what was asked for before.
        guard visited.insert(next).inserted || overlap.isOverlapping else {
            throw Stop(reason: "the pages form a loop")
        }
        let asked = overlap.asked ?? skip
        guard let link = PageLink(next), link.skip > asked else { throw Stop(reason: "the next page doesn't advance") }
        guard emptyPages < Self.emptyPagesAllowed else { throw Stop(reason: "the pages are empty") }
        // The service may send smaller pages than asked for (contract section 2.4), so that the size seen counts.
        let size = min(pageSize, largestPage)
        let limit = (cap / max(1, size - PageOverlap.count(ofPage: size))).addingReportingOverflow(10)
        guard limit.overflow || pages < limit.partialValue else {
            throw Stop(reason: "there are more than \(limit.partialValue) pages")
        }
        return .ask(overlap.follow(link, afterRows: count, from: asked), next: next)
    }

    private static let emptyPagesAllowed = 2

    /// The link with a size of its page, and with what was asked for where the service left it out; the rest
    /// as it was written.
    private func completed(_ link: String, size: Int) -> String {
        let (location, query) = PageLink.parts(of: link)
        var present: Set<String> = []
        var written: [String] = []
        for parameter in query {
            let name = PageLink.name(of: parameter)
            present.insert(name)
            if name != "$top" { written.append(String(parameter)) }
        }
        written += parameters.filter { !present.contains(PageLink.name(of: $0)) }.map(String.init)
        written.append("$top=\(size)")
        return "\(location)?\(written.joined(separator: "&"))"
    }
}
