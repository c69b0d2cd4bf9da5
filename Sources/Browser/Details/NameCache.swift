import ITwinsAPI

/// The names of iTwins that no list has, as parents and accounts of others often are. Each is asked for once.
struct NameCache: Sendable {
    /// The account that new iTwins go to; nil while it is not known.
    var account: ITwin?
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
