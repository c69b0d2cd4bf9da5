import ITwinsAPI

/// Lets a page begin a little before the one before it ends (reliability row 41).
///
/// Pages are counted in rows: when some vanish between two of them, others move up to where nobody looks any more. A page that
/// shows nothing of the one before is asked for again from further back.
struct PageOverlap {
    /// The ids of the page before.
    private var before: Set<String> = []
    /// What is asked for, as the service named it.
    private var link: PageLink?
    /// How many rows before that the page is asked for.
    private var back = 0

    private static let longest = 1000

    /// How many rows of a page the next one has too: never more than a little of it.
    static func count(ofPage rows: Int) -> Int { min(10, rows / 10) }

    /// The iTwins of a page that the page before did not have.
    func new(in page: Page<ITwin>) -> [ITwin] {
        back == 0 ? page.items : page.items.filter { !before.contains($0.id) }
    }

    /// The link to ask in place of the one that brought a page, as rows may lie between it and the page before; nil when the
    /// two join, or nothing can be done.
    mutating func further(after page: Page<ITwin>) -> String? {
        guard back > 0, !page.items.isEmpty, let link, back < min(link.skip, Self.longest),
            new(in: page).count == page.items.count
        else { return nil }
        back = min(back * 10, link.skip, Self.longest)
        return link.going(back: back)
    }

    /// What to ask after a page.
    ///
    /// - Parameters:
    ///   - next: the link that the page names.
    ///   - asked: the number of the row that the page was asked for from.
    mutating func follow(_ next: PageLink, after page: Page<ITwin>, from asked: Int) -> String {
        let count = page.items.count + page.unreadable
        before = Set(page.items.map(\.id))
        link = next
        // Only where the numbers are those of rows.
        back = next.skip.subtractingReportingOverflow(count).partialValue == asked ? Self.count(ofPage: count) : 0
        return next.going(back: back)
    }

    /// Whether the page that is asked for begins before the one before it ends.
    var isOverlapping: Bool { back > 0 }

    /// The number of the row that is asked for now; nil for the first page.
    var asked: Int? { link.map { $0.skip - back } }
}
