import ITwinsAPI
import Screen

/// The message in the line above the footer, and those that come back after it.
struct Notices: Sendable {
    var toast: Toast? {
        didSet {
            guard let toast, toast != oldValue, toast != said.last else { return }
            said.append(toast)
            if said.count > Self.saidCapacity { said.removeFirst() }
        }
    }
    /// What was said in this run, the newest last.
    private(set) var said: [Toast] = []
    /// Notices that other messages took the place of before they were read, the latest last: each comes back.
    private var unread: [String] = []

    /// The request whose end is being told; nil while there is none.
    var request: RequestID?

    /// More notices are not kept.
    private static let capacity = 8
    /// How many messages of the run are kept.
    private static let saidCapacity = 500

    /// A message in the line above the footer.
    struct Toast: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case success, information, failure }
        var kind: Kind
        var text: String
        var since: Timestamp
        /// Whether it comes from outside, and comes back when another message took its place without a key.
        var isNotice = false
        /// The request that it is about; nil for none.
        var request: RequestID?
        /// When it goes by itself.
        var end: Timestamp { since.adding(seconds: kind == .failure ? 20 : 8) }

        /// What it begins with.
        var sign: String {
            switch kind {
            case .success: "✓ "
            case .information: ""
            case .failure: "✗ "
            }
        }

        var role: Role {
            switch kind {
            case .success: .ok
            case .information: .text
            case .failure: .error
            }
        }
    }

    mutating func show(_ kind: Toast.Kind, _ text: String, at now: Timestamp) {
        toast = Toast(kind: kind, text: text, since: now, request: request)
    }

    /// Tells that some of what was listed could not be read; nothing where all could.
    mutating func noteUnreadable(_ count: Int, of what: String, at now: Timestamp) {
        guard count > 0 else { return }
        show(.failure, "\(count) of the \(what) couldn't be read and \(count == 1 ? "is" : "are") not shown.", at: now)
    }

    /// Shows what comes from outside.
    mutating func showNotice(_ text: String, at now: Timestamp) {
        unread.removeAll { $0 == text }
        toast = Toast(kind: .failure, text: text, since: now, isNotice: true)
    }

    /// Keeps a notice whose time was not over when something else than a key took its place.
    mutating func keepUnread(_ shown: Toast, at now: Timestamp) {
        guard shown.isNotice, shown.text != toast?.text, now < shown.end else { return }
        if toast == nil {
            toast = shown
        } else {
            unread = (unread.filter { $0 != shown.text } + [shown.text]).suffix(Self.capacity)
        }
    }

    /// Removes the message, and shows the notice whose place it took.
    mutating func endToast(at now: Timestamp) {
        toast = unread.popLast().map { Toast(kind: .failure, text: $0, since: now, isNotice: true) }
    }

    /// Lets go of what was said to somebody else.
    mutating func forgetSaid() { said = [] }

    /// What another session begins with: its own messages are none, and notices come back.
    func unreadOnly() -> Notices {
        var notices = self
        notices.toast = nil
        return notices
    }
}
