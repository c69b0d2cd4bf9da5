import ITwinsAPI
import Screen

/// Profiles: which one is in use, going to another, and what it does not allow.
extension Browser {
    mutating func openProfiles() -> [Effect] {
        dialog = .profiles(ProfilePicker(profiles, present: session.connection.profile))
        return [.listProfiles]
    }

    /// Takes the profiles as they were read again. What is forbidden for the profile in use now holds at once; what is allowed
    /// now holds after going to it.
    mutating func received(_ choices: [ProfileChoice]) {
        profiles = choices
        if let now = choices.first(where: { $0.name == session.connection.profile })?.connection {
            if now.isReadOnly {
                (session.connection.isReadOnly, session.connection.readOnlyCause) = (true, now.readOnlyCause)
            }
            session.connection.confirmsWrites = session.connection.confirmsWrites || now.confirmsWrites
        }
        switch dialog {
        case .profiles(var picker):
            picker.set(choices)
            dialog = .profiles(picker)
        case .command(var line):
            line.set(choices)
            dialog = .command(line)
        default: break
        }
    }

    mutating func handle(_ key: Key, in picker: ProfilePicker, at now: Timestamp) -> [Effect] {
        var picker = picker
        let outcome = picker.handle(key)
        dialog = .profiles(picker)
        switch outcome {
        case .none: return []
        case .close:
            dialog = nil
            return []
        case .choose(let choice): return switchTo(choice, at: now)
        }
    }

    /// Goes to another profile: reading ends, everything is empty, and the dashboard begins anew. A change that was sent
    /// already is not taken back.
    ///
    /// All of it happens before the next key, so that no key is meant for one profile and sent to another.
    mutating func switchTo(_ choice: ProfileChoice, at now: Timestamp) -> [Effect] {
        let stopped = drop { ![.write, .submit].contains($0.role) }
        left[session.connection.profile] = LeftProfile(session)
        begin(Session(connection: choice.connection, after: session))
        comeBack()
        show(.information, "Profile “\(session.connection.profile)”, \(choice.target)", at: now)
        return stopped + [.switchProfile(session.connection.profile)] + start(at: now)
    }

    /// Begins a session in the same terminal: nothing of the one before is left.
    mutating func begin(_ session: Session) {
        let (left, notices) = (left, notices.unreadOnly())
        self = Browser(session, on: terminal, profiles: profiles)
        (self.left, self.notices) = (left, notices)
    }

    /// Takes up what was left in this profile.
    private mutating func comeBack() {
        guard let before = left.removeValue(forKey: session.connection.profile) else { return }
        session.memory = before.memory
        session.exports.filesHere = before.filesHere
        applySorts()
    }

    /// Why an action that changes something is refused here, before anything is typed; nil where it is not.
    func refusal(of action: ActionID) -> String? {
        guard session.connection.isReadOnly, action.changesService else { return nil }
        if let cause = session.connection.readOnlyCause {
            return "\(readOnly). \(cause) Then choose it again with  :profile"
        }
        let title = Action.all.first { $0.id == action }?.title ?? action.rawValue
        return "\(readOnly): “\(title)” is refused.  :profile  goes to another profile"
    }

    /// What is said first where a change is refused: that the profile in use is read-only, and until when.
    private var readOnly: String {
        let end = session.connection.readOnlyCause == nil ? "" : " until its configuration is fixed"
        return "\(session.connection.label) is read-only\(end)"
    }

    /// Why nothing is sent of what a dialog was filled in for; nil where it is.
    var refusalToSend: String? {
        guard session.connection.isReadOnly else { return nil }
        return "\(readOnly): nothing was sent" + (session.connection.readOnlyCause.map { ". \($0)" } ?? "")
    }

    /// Draws the label of the profile at a place, and says how wide it is.
    @discardableResult
    func drawLabel(at point: Point, room: Int, on frame: inout Frame) -> Int {
        let label = CellText(session.connection.label)
        let width = min(label.width, max(room, 0))
        frame.write(label, at: point, width: width, style: Style(session.connection.role))
        return width
    }
}

/// What stays of a profile while others are browsed in the same run: what people did here, and nothing that was read.
struct LeftProfile: Sendable {
    let memory: SessionMemory
    let filesHere: ExportsPane.FilesHere

    init(_ session: Session) { (memory, filesHere) = (session.memory, session.exports.filesHere) }
}

extension ActionID {
    /// Whether it leads to something being changed on the service.
    var changesService: Bool {
        switch self {
        case .create, .edit, .delete, .uploadImage, .removeImage, .export, .toggleFavorite: true
        default: false
        }
    }
}
