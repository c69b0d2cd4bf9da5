import Screen

/// A profile to choose, as the configuration says it.
public struct ProfileChoice: Hashable, Sendable {
    /// What the browser knows once it is chosen.
    public var connection: Connection
    /// Where it goes, in a few words: a host, or what the local service is.
    public var target: String
    /// Why it cannot be chosen and what helps; nil when it can.
    public var problem: String?

    /// The name by which it is chosen.
    public var name: String { connection.profile }

    /// Makes a choice.
    public init(connection: Connection, target: String, problem: String? = nil) {
        self.connection = connection
        self.target = target
        self.problem = problem
    }
}

/// The list of profiles: Enter switches to the one under the cursor.
struct ProfilePicker: Sendable {
    private(set) var choices: [ProfileChoice]
    private(set) var cursor = 0
    /// The name of the profile in use.
    let present: String

    /// What a key asks of the browser.
    enum Outcome: Sendable, Hashable {
        case none
        case close
        case choose(ProfileChoice)
    }

    init(_ choices: [ProfileChoice], present: String) {
        self.choices = choices
        self.present = present
        cursor = choices.firstIndex { $0.name == present } ?? 0
    }

    /// The profile under the cursor; nil when there is none.
    var selected: ProfileChoice? { choices.indices.contains(cursor) ? choices[cursor] : nil }

    /// Sets the profiles as they were read again; the cursor stays on its profile.
    mutating func set(_ choices: [ProfileChoice]) {
        let name = selected?.name ?? present
        self.choices = choices
        cursor = choices.firstIndex { $0.name == name } ?? 0
    }

    mutating func handle(_ key: Key) -> Outcome {
        switch (key.code, key.modifiers) {
        case (.escape, _), (.character("c"), .control), (.character("q"), []): return .close
        case (.down, []), (.tab, []), (.character("j"), []): move(to: cursor + 1)
        case (.up, []), (.tab, .shift), (.character("k"), []): move(to: cursor - 1)
        case (.home, []), (.character("g"), []): move(to: 0)
        case (.end, []), (.character("G"), _): move(to: choices.count - 1)
        case (.enter, []): return selected.map { $0.problem == nil ? .choose($0) : .none } ?? .none
        default: break
        }
        return .none
    }

    private mutating func move(to index: Int) {
        cursor = min(max(index, 0), max(choices.count - 1, 0))
    }
}
