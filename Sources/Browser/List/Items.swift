/// A thing that a list shows as a row.
protocol Listed: Sendable, Identifiable where ID == String {
    associatedtype Row: Sendable = Self
    /// What the list shows of it.
    var row: Row { get }
    /// Whether it is hidden unless inactive iTwins are shown.
    var isInactive: Bool { get }
}

extension Listed {
    var isInactive: Bool { false }
}

extension Listed where Row == Self {
    var row: Self { self }
}

/// A few things that are all kept whole, as favorites, repositories and exports are.
struct Items<Element: Listed>: ListSource {
    let columns: ListColumns<Element.Row>
    private(set) var elements: [Element] = []
    private var rows: [Element.Row] = []
    private var indices: [String: Int] = [:]
    private var searchIndex = SearchIndex()

    init(_ columns: ListColumns<Element.Row>) {
        self.columns = columns
    }

    var count: Int { elements.count }
    subscript(index: Int) -> Element.Row { rows[index] }
    func id(at index: Int) -> String { elements[index].id }
    func index(of id: String) -> Int? { indices[id] }
    func isInactive(at index: Int) -> Bool { elements[index].isInactive }
    var inactiveCount: Int { elements.count(where: \.isInactive) }
    func matches(_ filter: Filter, at index: Int) -> Bool { searchIndex.matches(filter, at: index) }

    /// The thing of an id.
    func element(_ id: String) -> Element? { indices[id].map { elements[$0] } }

    /// The same list of other things; of several with one id the first counts.
    ///
    /// - Parameter row: what the list shows of a thing.
    func with(_ elements: [Element], row: (Element) -> Element.Row = { $0.row }) -> Items {
        var items = Items(columns)
        for element in elements where items.indices[element.id] == nil {
            items.indices[element.id] = items.count
            items.elements.append(element)
            items.rows.append(row(element))
            items.searchIndex.append(columns.searchText(of: items.rows[items.count - 1]))
        }
        return items
    }

    /// The same list with one thing changed; a thing that it does not have is not added.
    func replacing(_ element: Element) -> Items {
        guard indices[element.id] != nil else { return self }
        return with(elements.map { $0.id == element.id ? element : $0 })
    }
}

extension ItemList {
    /// The thing under the cursor; nil in an empty list.
    func selectedElement<Element>() -> Element? where Source == Items<Element> {
        selectedIndex.map { source.elements[$0] }
    }

    /// A list without rows that is sorted alike, with cursor and filter as at the beginning.
    func emptied<Element>() -> ItemList where Source == Items<Element> {
        var list = ItemList(source.with([]))
        list.setSort(sort)
        return list
    }
}
