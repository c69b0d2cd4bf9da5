/// A list as the service sent it: what could be read, how much could not, and where it goes on.
public struct Page<Element: Hashable & Sendable>: Hashable, Sendable {
    /// The elements that could be read, in their order.
    public var items: [Element]
    /// How many elements could not be read (reliability H10).
    public var unreadable: Int
    /// The absolute link of the next page; nil on the last one.
    public var next: String?
    /// The cap over all pages that was in force (`X-Max-Return`); nil when the service names none.
    public var maxReturn: Int?
    /// Whether this is the last page because of the cap: the service has more.
    public var endsAtCap = false

    /// Makes a page.
    public init(_ items: [Element], unreadable: Int = 0, next: String? = nil, maxReturn: Int? = nil) {
        self.items = items
        self.unreadable = unreadable
        self.next = next
        self.maxReturn = maxReturn
    }

    /// The same page with other elements.
    public func with<Other>(_ items: [Other]) -> Page<Other> {
        var page = Page<Other>(items, unreadable: unreadable, next: next, maxReturn: maxReturn)
        page.endsAtCap = endsAtCap
        return page
    }
}
