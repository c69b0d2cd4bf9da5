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

/// The list of profiles, one of which is switched to.
struct ProfilePicker: Menu {
    private(set) var choices: [ProfileChoice]
    var list: PickList
    /// The name of the profile in use.
    let present: String

    init(_ browser: Browser) {
        choices = browser.profiles
        present = browser.session.connection.profile
        list = PickList(selected: choices.firstIndex { [present] in $0.name == present } ?? 0)
    }

    static let width = 72
    static let footHeight = 4
    var title: CellText { "Profiles" }
    var count: Int { choices.count }

    var hints: [DialogHint] { .picking("move", "switch", "close") }

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

    func pick(_ row: Int) -> Outcome {
        guard let selected, selected.problem == nil else { return .none }
        return .close(then: .change(SwitchProfile(choice: selected)))
    }
}
