import ITwinsAPI

/// The names of iTwins that no list has, as parents and accounts of others often are. Each is asked for once.
struct NameCache: Sendable {
    /// Names by id; nil for one that could not be told.
    private var names: [String: String?] = [:]

    /// How many names are kept; beyond that the cache begins anew.
    private static let capacity = 1000

    /// The name of an iTwin; nil when it is not known.
    subscript(id: String) -> String? { names[id] ?? nil }

    /// Whether there is nothing to ask about an iTwin any more.
    func isSettled(_ id: String) -> Bool { names[id] != nil }

    /// Keeps a name, or with nil that it could not be told.
    mutating func set(_ id: String, _ name: String?) {
        if names.count >= Self.capacity { names = [:] }
        names[id] = .some(name)
    }

    /// Lets go of what could not be told, so that it is asked for again.
    mutating func forgetUnknown() { names = names.filter { $0.value != nil } }
}

extension Browser {
    /// The name of an iTwin that a list has, or that was asked for; nil when neither is so.
    func knownName(of id: String) -> String? { iTwin(id)?.title ?? session.names[id] }

    /// Asks for the names that the header and the details need and no list has. While the list is being read it may
    /// still bring them.
    mutating func loadNames(at now: Timestamp) -> [Effect] {
        guard let id = subjectID, let iTwin = iTwin(id), !session.iTwins.isLoadingFirst(iTwinsStatus) else {
            return []
        }
        var effects: [Effect] = []
        // The account is asked for by what belongs to it: one need not be a member of the account itself.
        let accountID = shownTabs.contains(.details) ? iTwin.iTwinAccountId : nil
        let wishes = [
            iTwin.parentId.map { LoadName(iTwinID: $0, operation: .iTwin(id: $0)) },
            accountID.map { LoadName(iTwinID: $0, operation: .account(iTwinID: id)) },
        ]
        for wish in wishes.compactMap(\.self) where !wish.iTwinID.isEmpty && isSupported(wish.operation) {
            guard knownName(of: wish.iTwinID) == nil, !session.names.isSettled(wish.iTwinID),
                session.requests[wish.key] == nil
            else {
                continue
            }
            effects += request(wish, at: now)
        }
        return effects
    }
}
