import ITwinsAPI

/// The requests in flight, one of each key, and what the ended ones told.
struct Requests: Sendable {
    /// Whether the service can be reached.
    var reach = Reachability()
    /// What went over the wire in this run, to whatever service.
    var log = RequestLog()
    private var nextNumber = 1
    private var inFlight: [RequestKey: InFlight] = [:]

    /// A request that is not answered yet.
    struct InFlight: Sendable {
        let id: RequestID
        let request: any BrowserRequest
        /// When it was sent.
        let since: Timestamp
        /// What it waits for before it is sent again; nil while it is under way.
        fileprivate(set) var wait: Wait?
        /// How many bytes of a file were sent or have come, and of how many when that is known.
        fileprivate(set) var progress: (bytes: Int, total: Int?) = (0, nil)
    }

    /// The time until a request is sent again (reliability H4 and H5).
    struct Wait: Sendable, Hashable {
        var until: Timestamp
        var reason: RequestError.Reason
    }

    var count: Int { inFlight.count }
    var oldest: Timestamp? { inFlight.values.map(\.since).min() }
    /// The wait that ends first; nil while no request waits.
    var nextWait: Wait? { inFlight.values.compactMap(\.wait).min { $0.until < $1.until } }

    /// The request of a key; nil when none is in flight.
    subscript(key: RequestKey) -> InFlight? { inFlight[key] }

    /// The request of an id; nil when nobody waits for it any more.
    subscript(id: RequestID) -> InFlight? { inFlight.values.first { $0.id == id } }

    /// The requests that a condition holds for, in the order they began.
    func all(where condition: (any BrowserRequest) -> Bool) -> [InFlight] {
        inFlight.values.filter { condition($0.request) }.sorted { $0.id.number < $1.id.number }
    }

    /// How many requests of a kind are in flight.
    func count<Kind: BrowserRequest>(of kind: Kind.Type) -> Int { inFlight.values.count { $0.request is Kind } }

    /// Notes a new request, and returns the older one of the same key that it replaces.
    mutating func begin(_ request: any BrowserRequest, at now: Timestamp) -> (id: RequestID, replaced: RequestID?) {
        let id = RequestID(number: nextNumber)
        nextNumber += 1
        let replaced = inFlight.updateValue(InFlight(id: id, request: request, since: now), forKey: request.key)
        return (id, replaced?.id)
    }

    /// Removes a request that ended; nil when nobody waits for it any more.
    @discardableResult
    mutating func end(_ id: RequestID) -> (any BrowserRequest)? {
        guard let request = self[id]?.request else { return nil }
        inFlight[request.key] = nil
        return request
    }

    /// Notes what a request waits for; nil when it is under way again.
    mutating func wait(_ id: RequestID, for wait: Wait?) {
        if let key = self[id]?.request.key { inFlight[key]?.wait = wait }
    }

    /// Notes how far a request is.
    mutating func progressed(_ id: RequestID, _ bytes: Int, of total: Int?) {
        if let key = self[id]?.request.key { inFlight[key]?.progress = (bytes, total) }
    }

    /// Those of a new session: none, but ids and the log go on.
    func emptied() -> Requests {
        var requests = Requests()
        (requests.nextNumber, requests.log) = (nextNumber, log)
        return requests
    }
}
