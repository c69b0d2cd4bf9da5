import ITwinsAPI
import Screen

/// Profiles: which one is in use, going to another, and what it does not allow.
extension Browser {
    /// Begins a session in the same terminal: nothing of the one before is left, but for a form that is to be kept.
    mutating func begin(_ session: Session, keeping form: Form? = nil) {
        layers.closeAll(but: form)
        let (left, notices, layers) = (left, notices.unreadOnly(), layers)
        self = Browser(session, on: terminal, profiles: profiles)
        (self.left, self.notices, self.layers) = (left, notices, layers)
    }
}

/// Goes to another profile: reading ends, everything is empty, and the dashboard begins anew. A change that was sent
/// already is not taken back.
///
/// All of it happens before the next key, so that no key is meant for one profile and sent to another.
struct SwitchProfile: BrowserChange {
    let choice: ProfileChoice

    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect] {
        let stopped = browser.session.requests.drop { ![.write, .submit].contains($0.role) }
        browser.left[browser.session.connection.profile] = LeftProfile(browser.session)
        browser.begin(Session(connection: choice.connection, after: browser.session))
        if let before = browser.left.removeValue(forKey: choice.name) {
            browser.session.memory = before.memory
            browser.session.exports.filesHere = before.filesHere
            browser.applySorts()
        }
        browser.show(.information, "Profile “\(choice.name)”, \(choice.target)", at: now)
        return stopped + [.switchProfile(choice.name)] + browser.start(at: now)
    }
}

/// What stays of a profile while others are browsed in the same run: what people did here, and nothing that was read.
struct LeftProfile: Sendable {
    let memory: SessionMemory
    let filesHere: ExportsState.FilesHere

    init(_ session: Session) { (memory, filesHere) = (session.memory, session.exports.filesHere) }
}

extension Connection {
    /// Takes what the profile's configuration says by now. What it forbids holds at once; what it allows holds after going to
    /// the profile.
    mutating func restrict(by other: Connection) {
        if other.isReadOnly { (isReadOnly, readOnlyCause) = (true, other.readOnlyCause) }
        confirmsWrites = confirmsWrites || other.confirmsWrites
    }

    /// Why a command that changes something is refused here, before anything is typed; nil where none is.
    func refusal(of command: Command) -> KeyedText? {
        guard isReadOnly else { return nil }
        if let cause = readOnlyCause {
            return "\(readOnly). \(cause) Then select it again with  :\(CommandLine.profileWord)"
        }
        return
            "\(readOnly): “\(command.title)” isn't allowed.  :\(CommandLine.profileWord)  switches to another profile"
    }

    /// Why nothing is sent of what a dialog was filled in for; nil where it is.
    var refusalToSend: String? {
        guard isReadOnly else { return nil }
        return "\(readOnly); nothing was sent" + (readOnlyCause.map { ". \($0)" } ?? "")
    }

    /// What is said first where a change is refused: that the profile in use is read-only, and until when.
    private var readOnly: String {
        "\(label) is read-only\(readOnlyCause == nil ? "" : " until its configuration is fixed")"
    }
}
