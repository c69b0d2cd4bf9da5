import ITwinsAPI

/// Lets a page begin a little before the one before it ends, and tells what of it is new (reliability row 41).
///
/// Pages are counted in rows: when some vanish between two of them, others move up to where nobody looks any more. A page that
/// shows nothing of what came is asked for again from further back.
struct PageOverlap {
    /// The ids of everything that came, page by page: what places to resume at share.
    private var pages: [[String]] = []
    /// The same as a set, which is not kept where the list only could be resumed.
    private var came: Set<String> = []
    /// How many rows came that could not be read, and have no id therefore.
    private var unreadable = 0
    /// Where the page that is asked for would begin without the overlap; nil for the first page.
    private var link: PageLink?
    /// How many rows before that it is asked for.
    private var back = 0

    private static let furthest = 1000

    /// How many rows of a page the next one has too: never more than a little of it.
    static func count(ofPage rows: Int) -> Int { min(10, rows / 10) }

    /// The same without the set, for where a list could be resumed: several are kept, each of 100,000 ids.
    var suspended: Self {
        var overlap = self
        overlap.came = []
        return overlap
    }

    /// The same with the set again.
    var resumed: Self {
        var overlap = self
        overlap.came = Set(pages.joined())
        return overlap
    }

    /// The link to ask in place of the one that brought a page, as rows may lie between it and what came; nil when the
    /// two join, or nothing can be done.
    mutating func further<Element: Identifiable<String>>(after page: Page<Element>) -> String? {
        guard back > 0, let link, back < min(link.skip, Self.furthest), !joins(page) else { return nil }
        back = min(back * 10, link.skip, Self.furthest)
        return link.going(back: back)
    }

    private func joins<Element: Identifiable<String>>(_ page: Page<Element>) -> Bool {
        // Rows that cannot be read do not tell whether they are known.
        page.items.isEmpty ? page.unreadable > 0 : page.items.contains { came.contains($0.id) }
    }

    /// Takes out of a page what came before.
    mutating func reduce<Element: Identifiable<String>>(_ page: inout Page<Element>) {
        let count = page.items.count
        page.items.removeAll { !came.insert($0.id).inserted }
        pages.append(page.items.map(\.id))
        // The overlap has as many rows as were gone back: those of them that are not known by their ids.
        let known = count - page.items.count
        page.unreadable -= min(page.unreadable, unreadable, max(0, back - known))
        unreadable += page.unreadable
    }

    /// What to ask after a page.
    ///
    /// - Parameters:
    ///   - next: the link that the page names.
    ///   - count: how many rows it had.
    ///   - asked: the number of the row that it was asked for from.
    mutating func follow(_ next: PageLink, afterRows count: Int, from asked: Int) -> String {
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
