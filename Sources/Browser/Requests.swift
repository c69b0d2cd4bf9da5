import ITwinsAPI

/// What was asked for and not answered yet.
struct Requests: Sendable {
    private var nextNumber = 1
    private var inFlight: [RequestID: InFlight] = [:]

    struct InFlight: Sendable, Hashable {
        var purpose: Purpose
        var since: Timestamp
        /// What it waits for before it is sent again; nil while it is under way.
        var wait: Wait?
    }

    /// The time until a request is sent again (reliability H4 and H5).
    struct Wait: Sendable, Hashable {
        var until: Timestamp
        var reason: RequestError.Reason
    }

    /// What an answer is for. A new request of the same purpose takes the place of the old one.
    enum Purpose: Sendable, Hashable {
        case iTwins
        case favorites
        case recents
        case exports
        case account
        case repositories(iTwinID: String)
        case iTwinExports(iTwinID: String)
        case details(iTwinID: String)
        case image(iTwinID: String)
        case measureImage(iTwinID: String)
        case globalRepositories
        case resources(RepositoryPath)
        case resource(RepositoryPath, id: String)
        case graphics(RepositoryPath, id: String)
        /// Whether a repository that is to be deleted has resources.
        case content(RepositoryPath)
        case name(iTwinID: String)
        case setFavorite(iTwinID: String)
        case addRecent(iTwinID: String)
        case pollExport(id: String)
        case measureExport(id: String)
        case download(exportID: String)
        /// All of an iTwin, to be edited then.
        case edit(iTwinID: String)
        /// What the open dialog does.
        case submit
        /// Whether the open dialog did it.
        case check
        case probe
    }

    var count: Int { inFlight.count }
    var oldest: Timestamp? { inFlight.values.map(\.since).min() }

    /// Notes a new request, and says which older one of the same purpose it replaces.
    mutating func begin(_ purpose: Purpose, at now: Timestamp) -> (id: RequestID, replaced: RequestID?) {
        let id = RequestID(number: nextNumber)
        nextNumber += 1
        let replaced = self.id(of: purpose)
        if let replaced { inFlight[replaced] = nil }
        inFlight[id] = InFlight(purpose: purpose, since: now)
        return (id, replaced)
    }

    /// No requests, but ids that go on.
    func emptied() -> Requests {
        var requests = self
        requests.inFlight = [:]
        return requests
    }

    /// Notes what a request waits for; nil when it is under way again.
    mutating func wait(_ id: RequestID, for wait: Wait?) { inFlight[id]?.wait = wait }

    /// The wait that ends first; nil while no request waits.
    var nextWait: Wait? { inFlight.values.compactMap(\.wait).min { $0.until < $1.until } }

    /// Takes a request that ended; nil when nobody waits for it any more.
    mutating func end(_ id: RequestID) -> InFlight? {
        inFlight.removeValue(forKey: id)
    }

    /// What a request is for, while it is in flight.
    func purpose(of id: RequestID) -> Purpose? { inFlight[id]?.purpose }

    /// The request of a purpose.
    func id(of purpose: Purpose) -> RequestID? { inFlight.first { $0.value.purpose == purpose }?.key }

    /// The requests that a condition holds for, in the order they began.
    func ids(where condition: (Purpose) -> Bool) -> [RequestID] {
        inFlight.filter { condition($0.value.purpose) }.keys.sorted { $0.number < $1.number }
    }

    /// True while a request of a purpose is in flight.
    func contains(_ purpose: Purpose) -> Bool { id(of: purpose) != nil }

    /// The newest request that a condition holds for; nil when there is none.
    func newest(where condition: (Purpose) -> Bool) -> RequestID? { ids(where: condition).last }
}

/// Whether the service can be reached, as the last requests told (reliability H15).
struct Reachability: Sendable, Hashable {
    private var failures = 0
    private var probes = 0
    /// True once the service has answered anything.
    private(set) var isKnown = false
    /// When to look again whether the service answers; nil while it does.
    private(set) var probeAt: Timestamp?

    /// True after two failures to connect in a row.
    var isOffline: Bool { failures >= 2 }

    /// - Returns: true when the service is back after it was offline.
    mutating func answered() -> Bool {
        let wasOffline = isOffline
        failures = 0
        probes = 0
        isKnown = true
        probeAt = nil
        return wasOffline
    }

    /// Notes that the service could not be reached. Looking again comes ever later, however many requests failed
    /// together.
    mutating func failed(at now: Timestamp) {
        failures += 1
        guard probeAt == nil else { return }
        // One failure may be a chance: a second look tells soon.
        probeAt = now.adding(seconds: isOffline ? min(60, 2 * Double(1 << min(probes, 5))) : 1)
    }

    /// Notes that it is looked again.
    mutating func probing() {
        probes += 1
        probeAt = nil
    }
}
