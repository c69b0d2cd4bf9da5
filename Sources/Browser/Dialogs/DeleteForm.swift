import ITwinsAPI
import Screen

/// The question before something is deleted: what goes, what stays, what is sent, and that there is no undo.
struct DeleteForm: FormContent {
    let target: DeleteTarget
    let loss: Loss
    /// The label of the profile, which has to be typed as well; nil where it need not be.
    let profile: String?
    /// What deletes it.
    let operation: ITwinsAPI.Operation
    /// The method and path that are sent.
    let requestLine: String
    /// The question whose answer tells whether it is gone.
    let question: ITwinsAPI.Operation

    /// What is deleted, and what becomes of what belongs to it.
    struct Loss: Sendable {
        /// What it is: `iTwin`, `repository`.
        let kind: String
        let name: String
        /// What it is, and where; nil for what the title tells.
        var what: String?
        var location: String?
        let goes: String
        let stays: String
        /// What must be typed before; nil where a button does.
        var confirmation: Confirmation?
    }

    /// A text that is typed to show that one means it.
    struct Confirmation: Sendable, Hashable {
        /// What the text is: `number`, `name`, `id`.
        let noun: String
        let text: String

        /// The first of some texts that every keyboard types; the beginning of the id where none is.
        init(id: String, _ texts: [(noun: String, text: String?)]) {
            for (noun, text) in texts {
                guard let text = text?.trimmingBlanks, text != id, (1...Self.longest).contains(text.utf8.count),
                    text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
                else { continue }
                (self.noun, self.text) = (noun, text)
                return
            }
            (noun, text) = ("id", String(id.prefix(Self.idLength)))
        }

        private static let longest = 60
        private static let idLength = 8

        /// What is to be typed: `the number`, `the ID's first 8 characters`.
        var wish: String { noun == "id" ? "the ID's first \(text.count) characters" : "the \(noun)" }
    }

    private var isImage: Bool { if case .image = target { true } else { false } }
    var title: String { isImage ? "Remove the image of “\(loss.name)”" : "Delete “\(loss.name)”" }
    var verb: FormVerb { FormVerb(button: "Delete", doing: "Deleting", done: "deleted") }
    var asksBeforeClosing: Bool { false }
    var isDelete: Bool { true }

    var info: [FormInfo] {
        [loss.what.map { FormInfo(text: $0) }, loss.location.map { FormInfo(text: $0, role: .dim, isExtra: true) }]
            .compactMap(\.self) + [
                FormInfo(label: isImage ? "Deletes" : "Also deleted", text: loss.goes),
                FormInfo(label: "Not deleted", text: loss.stays),
                FormInfo(label: "Request", text: requestLine, role: .dim, isExtra: true),
                FormInfo(text: "This can't be undone." + wish, role: .warn),
            ]
    }

    /// What has to be typed; empty when nothing has.
    private var wish: String {
        let wishes = [loss.confirmation.map { "\($0.wish) \($0.text)" }, profile.map { "the profile label \($0)" }]
        let words = wishes.compactMap(\.self)
        return words.isEmpty ? "" : " Type \(words.joined(separator: " and ")) to confirm."
    }

    func objectName(_ values: FormValues) -> String { "\(loss.kind) “\(loss.name)”" }

    func fields(_ values: FormValues) -> [Field] {
        (loss.confirmation == nil ? [] : [.text("confirmation", "Confirm")])
            + (profile == nil ? [] : [.text("profile", "Profile")])
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        if id == "profile" {
            return profile == nil || values.trimmed(id) == profile
                ? nil : "Type the profile label \(profile ?? "") to delete it"
        }
        guard let confirmation = loss.confirmation, values.trimmed(id) != confirmation.text else { return nil }
        return "Type \(confirmation.wish) \(confirmation.text) to delete it"
    }

    func updated(in browser: Browser) -> DeleteForm { target.form(in: browser) ?? self }
    func request(_ values: FormValues, of form: FormID) -> FormRequest? { .submit(operation, of: form) }

    func succeed(_ answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        target.remove(in: &browser, at: now)
    }

    /// What is to be deleted and is not there is deleted.
    func isDone(by error: RequestError) -> Bool? { error.saysMissing ? true : nil }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? { question }
    func notDone(_ values: FormValues) -> String { "It still exists." }

    func find(in answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]? {
        guard case .repository(let repository, let iTwinID) = target, case .repositories(let page) = answer else {
            return nil
        }
        browser.session.sidePane[iTwinID].repositories.set(page.items, at: now)
        return page.items.contains { $0.id == repository.id } ? nil : target.remove(in: &browser, at: now)
    }
}
