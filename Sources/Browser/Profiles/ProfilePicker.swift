import ITwinsAPI
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
struct ProfilePicker: Layer {
    private(set) var choices: [ProfileChoice]
    private(set) var list: PickList
    /// The name of the profile in use.
    let present: String

    init(_ browser: Browser) {
        choices = browser.profiles
        present = browser.session.connection.profile
        list = PickList(selected: choices.firstIndex { [present] in $0.name == present } ?? 0)
    }

    var hints: [KeyHint] { [KeyHint("↓↑", "move", 2), KeyHint("enter", "switch", 0), KeyHint("esc", "close", 1)] }

    /// The profile under the cursor; nil when there is none.
    var selected: ProfileChoice? { list.selected.flatMap { choices.indices.contains($0) ? choices[$0] : nil } }

    /// Learns the profiles as they were read again; the cursor stays on its profile.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        guard case .profiles = event else { return [] }
        let name = selected?.name ?? present
        choices = browser.profiles
        list.select(choices.firstIndex { $0.name == name } ?? 0)
        return []
    }

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        if key.isCancel || key == Key(.character("q")) { return .close }
        if key == Key(.enter) {
            guard let selected, selected.problem == nil else { return .none }
            return .close(then: .change(SwitchProfile(choice: selected)))
        }
        _ = list.handle(key, count: choices.count)
        return .none
    }
}
