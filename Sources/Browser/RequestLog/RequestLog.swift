import ITwinsAPI

/// What went over the wire in this run, bounded: the oldest exchanges go first, and bodies before them.
struct RequestLog: Sendable {
    /// By age, the oldest first.
    private(set) var exchanges: [Exchange] = []
    /// The newest first, as far as `show` has seen them.
    var list = ItemList<Exchange>(.exchanges)
    /// Whether the list has everything.
    private var isListCurrent = true
    /// Those up to this one are of somebody else.
    private var forgotten = 0
    /// The sizes of the bodies that are kept, in bytes.
    private var bodyBytes = 0

    /// How many exchanges are kept.
    static let capacity = 1000
    /// How much is kept of the bodies of all together, in bytes.
    static let bodyCapacity = 8_388_608

    /// Notes an exchange that began, went on or ended.
    mutating func note(_ exchange: Exchange) {
        guard exchange.number > forgotten else { return }
        isListCurrent = false
        if let index = index(of: exchange.number) {
            bodyBytes += exchange.bodyBytes - exchanges[index].bodyBytes
            exchanges[index] = exchange
        } else {
            // They may come in another order than that in which they began.
            let index = (exchanges.lastIndex { $0.number < exchange.number } ?? -1) + 1
            exchanges.insert(exchange, at: index)
            bodyBytes += exchange.bodyBytes
        }
        while exchanges.count > Self.capacity { bodyBytes -= exchanges.removeFirst().bodyBytes }
        var oldest = 0
        while bodyBytes > Self.bodyCapacity, oldest < exchanges.count {
            bodyBytes -= exchanges[oldest].bodyBytes
            exchanges[oldest].dropBodies()
            oldest += 1
        }
    }

    /// Brings the list up to date. Only when it is looked at: while a long list is read there are hundreds of exchanges.
    mutating func show() {
        guard !isListCurrent else { return }
        isListCurrent = true
        list.show(exchanges.reversed())
    }

    /// Lets go of everything, also of what is under way: it is somebody else's.
    mutating func forget() {
        let (last, emptied) = (exchanges.last?.number ?? forgotten, list.emptied)
        self = RequestLog()
        (forgotten, list) = (last, emptied)
    }

    /// What the cursor is on, as it is by now.
    var selected: Exchange? { list.selectedElement.flatMap { index(of: $0.number) }.map { exchanges[$0] } }

    /// The newest exchange that was made for a request; nil when none is kept. The fetching of its token is not meant.
    func exchange(of id: RequestID) -> Exchange? { exchanges.last { $0.isMade(for: id) && $0.operation != nil } }

    private func index(of number: Int) -> Int? { exchanges.lastIndex { $0.number == number } }
}

extension Exchange {
    /// Whether it belongs to a request of the browser.
    func isMade(for id: RequestID) -> Bool { request == id.description }

    /// How much of its bodies is kept, in bytes.
    fileprivate var bodyBytes: Int { (sent?.body?.utf8.count ?? 0) + (received?.body?.utf8.count ?? 0) }
}
