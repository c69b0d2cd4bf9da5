import ITwinsAPI

/// All that belongs to one service and the user signed in to it. Another profile, or another user, is a new session:
/// what is in here ends with the one before.
struct Session: Sendable {
    var connection: Connection

    var iTwins = ITwinsState()
    var favorites = FavoritesState()
    var recents = RecentsState()
    var exports = ExportsState()
    var sidePane = SidePaneState()
    var global = GlobalRepositoriesState()
    var resources = ResourcesState()
    var names = NameCache()

    /// What people did here.
    var memory = SessionMemory()
    var requests = Requests()
    var signIn = SignInStatus()

    /// Makes a session in which nothing has been asked for yet.
    ///
    /// - Parameter old: the one before. Its ids of requests go on: an answer to it must find nobody.
    init(connection: Connection, after old: Session? = nil) {
        self.connection = connection
        guard let old else { return }
        requests = old.requests.emptied()
        memory.inheritedSorts = old.memory.inheritedSorts.merging(old.memory.sorts) { $1 }
    }
}

/// What is known, without asking.
extension Session {
    /// An iTwin, as the newest of what was read has it.
    func iTwin(_ id: String) -> ITwin? {
        sidePane[id].details.iTwin ?? iTwins.list.source.element(id)?.iTwin ?? favorites.list.source.element(id)
            ?? recents.list.source.element(id)?.iTwin ?? (names.account?.id == id ? names.account : nil)
    }

    /// The name of an iTwin that a list has, or that was asked for; nil when neither is so.
    func knownName(of id: String) -> String? { iTwin(id)?.title ?? names[id] }

    /// The name to show for an iTwin: its id where no other is known.
    func name(of id: String) -> String { knownName(of: id) ?? id }

    /// True when the routes in use have an operation; what they lack is shown as such and sends nothing.
    func isSupported(_ operation: ITwinsAPI.Operation) -> Bool { operation.exists(in: connection.routes) }

    /// Method and path of what is sent.
    func requestLine(of operation: ITwinsAPI.Operation) -> String {
        operation.request(in: connection.routes).map { "\($0.method.rawValue) \($0.path)" } ?? ""
    }

    /// What a list is sorted by; a column that the list does not have, which another version may have, is none.
    func sortOrder(of list: SortableList) -> ListSort {
        let sorts = [memory.sorts[list.id], memory.inheritedSorts[list.id]]
        let sort = sorts.compactMap(\.self).first { list.column(of: $0) != nil } ?? .service
        return sort.column == .service ? .service : sort
    }
}

/// What people did at a service, and find again when they come back to it.
struct SessionMemory: Sendable {
    /// When iTwins were opened, by id.
    var opened: [String: Timestamp] = [:]
    /// What lists are sorted by, by what they are called; lists that nobody sorted have none.
    var sorts: [String: ListSort] = [:]
    /// What lists are sorted by that nobody sorted here: as those of the session before were.
    var inheritedSorts: [String: ListSort] = [:]

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
    var lastUser: UInt64?
    /// Why there was no token when one was wanted last, though nobody has signed out; nil since then.
    var tokenError: String?
    /// What is sent again once somebody is.
    var waiting: [any BrowserRequest] = []
}
