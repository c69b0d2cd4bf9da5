import ITwinsAPI

/// All that belongs to one service and the person signed in to it. Another profile, or another person, is a new session:
/// what is in here ends with the one before.
struct Session: Sendable {
    var connection: Connection

    var iTwins = ITwinsPane()
    var favorites = FavoritesPane()
    var recents = RecentsPane()
    var exports = ExportsPane()
    var subject = SubjectPane()
    var global = GlobalPane()
    var resources = ResourcesPane()
    /// Whether repositories that somebody wanted to delete have resources.
    var contents: [RepositoryPath: RepositoryContent] = [:]
    /// The account that new iTwins go to; nil while it is not known.
    var account: ITwin?
    var names = NameCache()

    /// What people did here.
    var memory = SessionMemory()
    var requests = Requests()
    /// What went over the wire in this run, to whatever service.
    var log = RequestLog()
    var reach = Reachability()
    var signIn = SignInStatus()

    /// Makes a session in which nothing has been asked for yet.
    ///
    /// - Parameter old: the one before. Its ids of requests go on: an answer to it must find nobody.
    init(connection: Connection, after old: Session? = nil) {
        self.connection = connection
        guard let old else { return }
        requests = old.requests.emptied()
        log = old.log
        memory.inheritedSorts = old.memory.inheritedSorts.merging(old.memory.sorts) { $1 }
    }
}

/// What people did at a service, and find again when they come back to it.
struct SessionMemory: Sendable {
    /// When iTwins were opened, by id.
    var opened: [String: Timestamp] = [:]
    /// What lists are sorted by; lists that nobody sorted have none.
    var sorts: [SortableList: ListSort] = [:]
    /// What lists are sorted by that nobody sorted here: as those of the session before were.
    var inheritedSorts: [SortableList: ListSort] = [:]

    /// Notes that an iTwin was opened; beyond the capacity the one that was not for the longest time is forgotten.
    mutating func noteOpened(_ id: String, at now: Timestamp) {
        opened[id] = now
        guard opened.count > Remembered.capacity, let oldest = opened.min(by: { $0.value < $1.value }) else { return }
        opened[oldest.key] = nil
    }
}

/// Whether somebody is signed in, and what waits for that.
struct SignInStatus: Sendable {
    var state = SignInState.unknown
    /// The number of who was signed in last; nil before anybody was.
    var lastPerson: UInt64?
    /// Why there was no token when one was wanted last, though nobody has signed out; nil since then.
    var tokenTrouble: String?
    /// What is sent again once somebody is.
    var waiting: [any BrowserRequest] = []
}
