import ITwinsAPI

/// Something that a user can do outside dialogs: its words, its keys, whether it does something here and now, and what it
/// does. Each is declared once, beside what it is about, and has its row in `CommandTable.swift`: keymap, help, palette,
/// footer and README read that.
public struct Command: Sendable, Hashable, CustomStringConvertible {
    /// The id that configurations use.
    public let id: String
    /// What it does, in a few words that begin in lower case.
    public let title: String
    /// One or two words for the footer.
    public let short: String
    /// The heading under which the help lists it.
    public let section: Section
    /// The keys that run it by default, each a chord in key notation, the first one shown first.
    public let chords: [String]
    /// Whether it leads to something being changed on the service.
    private(set) var changesService = false
    /// Whether the message that is shown stays.
    private(set) var keepsMessage = false
    /// What the footer says where `short` says too little.
    private(set) var label: (@Sendable (Browser) -> String?)?
    private let availability: @Sendable (Browser) -> Availability<Void>
    /// Does it with what it is about here and now.
    private let attempt: @Sendable (inout Browser, Timestamp) -> Availability<[Effect]>

    /// The headings of the help, in order.
    public enum Section: String, CaseIterable, Sendable {
        case move = "Move"
        case lists = "Lists"
        case places = "Places"
        case program = "Program"
    }

    /// A command that is about something.
    ///
    /// - Parameters:
    ///   - target: finds what it is about here and now, or why there is nothing.
    ///   - run: does it, and returns what must be done outside.
    init<Target: Sendable>(
        _ id: String,
        _ title: String,
        _ short: String,
        _ section: Section,
        _ chords: [String],
        changesService: Bool = false,
        target: @escaping @Sendable (Browser) -> Availability<Target>,
        run: @escaping @Sendable (inout Browser, Target, Timestamp) -> [Effect]
    ) {
        (self.id, self.title, self.short, self.section, self.chords) = (id, title, short, section, chords)
        self.changesService = changesService
        availability = { target($0).map { _ in } }
        attempt = { browser, now in target(browser).map { run(&browser, $0, now) } }
    }

    /// A command that is about nothing in particular.
    ///
    /// - Parameter condition: whether it does something here; always by default.
    init(
        _ id: String,
        _ title: String,
        _ short: String,
        _ section: Section,
        _ chords: [String],
        if condition: @escaping @Sendable (Browser) -> Bool = { _ in true },
        run: @escaping @Sendable (inout Browser, Timestamp) -> [Effect]
    ) {
        self.init(id, title, short, section, chords, target: { condition($0) ? .possible(()) : .impossible(nil) }) {
            browser,
            _,
            now in run(&browser, now)
        }
    }

    /// The same with a label of its own in the footer, or one that leaves the message.
    func with(label: (@Sendable (Browser) -> String?)? = nil, keepsMessage: Bool = false) -> Self {
        var command = self
        (command.label, command.keepsMessage) = (label, keepsMessage)
        return command
    }

    /// Whether it does something here and now, or why not.
    func availability(in browser: Browser) -> Availability<Void> {
        if changesService, let why = refusal(in: browser) { return .impossible(why) }
        return availability(browser)
    }

    private func refusal(in browser: Browser) -> String? {
        browser.session.connection.refusal(of: self).map { browser.text($0) }
    }

    /// Does it, and returns what must be done outside; says why where it does nothing.
    func run(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if !keepsMessage, browser.notices.toast?.kind != .failure { browser.notices.endToast(at: now) }
        let refusal = changesService ? refusal(in: browser) : nil
        switch refusal.map(Availability.impossible) ?? attempt(&browser, now) {
        case .possible(let effects): return effects
        case .meaningless: return []
        case .impossible(let why):
            // What there is to fix is read to its end.
            let isToFix = changesService && browser.session.connection.readOnlyCause != nil
            browser.show(isToFix ? .failure : .information, why ?? "“\(title)” isn't available here.", at: now)
            return []
        }
    }

    /// Its id.
    public var description: String { id }

    /// Two commands of one id are the same.
    public static func == (one: Command, other: Command) -> Bool { one.id == other.id }
    /// By the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// Whether something can be done, and with what.
enum Availability<Target: Sendable>: Sendable {
    case possible(Target)
    /// Why not; nil where there is nothing else to say.
    case impossible(String?)
    /// There is nothing that could be meant, and nothing to say.
    case meaningless

    /// The same with what is made of what it can be done with.
    func map<Other>(_ transform: (Target) -> Other) -> Availability<Other> {
        switch self {
        case .possible(let target): .possible(transform(target))
        case .impossible(let why): .impossible(why)
        case .meaningless: .meaningless
        }
    }

    /// What it can be done with; nil where it cannot.
    var target: Target? { if case .possible(let target) = self { target } else { nil } }
}
