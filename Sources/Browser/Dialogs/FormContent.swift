import ITwinsAPI
import Screen

/// What a form asks for: which fields there are for what was chosen, what is wrong with them, which request they make, and
/// what its answer changes.
protocol FormContent: Sendable {
    /// The dialog's title.
    var title: String { get }
    /// What is done, in words.
    var verb: FormVerb { get }
    /// What is to be known before the fields, and cannot be changed.
    var info: [FormInfo] { get }
    /// The values to begin with; fields that are not in it begin as they say themselves.
    var presets: FormValues { get }
    /// Whether what was typed is worth a question before it is thrown away.
    var asksBeforeClosing: Bool { get }
    /// Something to know before it is tried, said above the buttons; nil for nothing.
    var hint: FormInfo? { get }
    /// Whether something is deleted.
    var isDelete: Bool { get }
    /// Whether it stays when another user signs in.
    var isKeptForAnotherUser: Bool { get }
    /// What is made, for messages: `Repository “Flood maps”`.
    func objectName(_ values: FormValues) -> String
    /// The fields that apply, in order. Values are taken over from fields of the same id.
    func fields(_ values: FormValues) -> [Field]
    /// What is wrong with a field by the contract's rules; nil when nothing is.
    func problem(with id: String, _ values: FormValues) -> String?
    /// The same with what is known by now.
    func updated(in browser: Browser) -> Self

    /// What creates, changes or fetches it; nil when a field has a problem.
    func request(_ values: FormValues, of form: FormID) -> FormRequest?
    /// Shows what was done, and returns what follows.
    func succeed(_ answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]
    /// The field that a problem of the service belongs to and what is said there, nil for none; by default the field that
    /// the service names.
    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> FieldRefusal?
    /// The field that a failure without an answer of the service belongs to; nil for none.
    func field(of error: RequestError) -> String?
    /// Whether an error tells that it is done, or the error of a check that it is not; nil when it tells neither.
    func isDone(by error: RequestError) -> Bool?

    /// The question whose answer tells whether it was done after all; nil when trying again does no harm.
    func check(_ values: FormValues) -> ITwinsAPI.Operation?
    /// Shows what that answer tells, and returns what follows; nil when it tells that nothing was done.
    func find(in answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]?
    /// What is said when that answer tells that it was not done.
    func notDone(_ values: FormValues) -> String
}

extension FormContent {
    var verb: FormVerb { .create }
    var info: [FormInfo] { [] }
    var presets: FormValues { FormValues() }
    var asksBeforeClosing: Bool { true }
    var hint: FormInfo? { nil }
    var isDelete: Bool { false }
    var isKeptForAnotherUser: Bool { false }
    func updated(in browser: Browser) -> Self { self }
    func succeed(_: Answer, _: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect] { [] }
    func check(_ values: FormValues) -> ITwinsAPI.Operation? { nil }
    func find(in _: Answer, _: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]? { nil }
    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> FieldRefusal? {
        let target = detail.target?.lowercased()
        return fields(values).first { $0.id.lowercased() == target }.map { ($0.id, detail.message) }
    }
    func field(of error: RequestError) -> String? { nil }
    func isDone(by error: RequestError) -> Bool? { nil }
    func notDone(_ values: FormValues) -> String { "\(objectName(values)) doesn't exist." }
}

/// What the service refused at a field.
typealias FieldRefusal = (field: String, text: String)

/// What a form does: what its button says, what that says meanwhile, and what is said when it was done.
struct FormVerb: Sendable {
    let button, doing, done: String

    static let create = FormVerb(button: "Create", doing: "Creating", done: "created")
    static let save = FormVerb(button: "Save", doing: "Saving", done: "changed")
}

/// What a form asks for that makes something new, or changes something that there is.
protocol EditContent: FormContent {
    /// The title of what is changed; nil for something new.
    var editedTitle: String? { get }
}

extension EditContent {
    var verb: FormVerb { editedTitle == nil ? .create : .save }

    func notDone(_ values: FormValues) -> String {
        editedTitle.map { "“\($0)” is unchanged." } ?? "\(objectName(values)) doesn't exist."
    }

    /// Whether a field has the value that it began with.
    func isUntouched(_ id: String, _ values: FormValues) -> Bool { presets[id] == values[id] }
}

/// What a form is filled in for.
enum FormRequest: Sendable {
    case send(any BrowserRequest)
    /// Nothing: what was filled in changes nothing of what has a title.
    case nothing(of: String)

    /// What changes something on the service.
    static func submit(_ operation: ITwinsAPI.Operation, of form: FormID) -> FormRequest {
        .send(SubmitForm(form: form, operation: operation))
    }
}

/// Something that a dialog says before its fields or above its buttons.
struct FormInfo: Sendable, Hashable {
    /// What stands before it; empty for a line of its own.
    var label = ""
    var text: String
    var role: Role = .text
    /// Whether it is left out where there is little room.
    var isExtra = false
}

/// The values of a form's fields by id; fields that do not apply keep theirs.
struct FormValues: Sendable, Hashable {
    private var values: [String: String]

    init(_ values: [String: String] = [:]) { self.values = values }

    /// A value; nil where there never was one.
    func known(_ id: String) -> String? { values[id] }

    /// A value as typed; empty when there is none.
    subscript(_ id: String) -> String {
        get { values[id] ?? "" }
        set { values[id] = newValue }
    }

    /// What is wrong with a field for the path of a file; nil when nothing is.
    func problem(inPath id: String) -> String? {
        guard let path = trimmed(id) else { return "A file is required" }
        if path.hasSuffix("/") { return "This is a folder. Add a file name" }
        return CellText.hiddenCharacters(in: path).map { "The path contains invisible characters (\($0)). Remove them" }
    }

    /// The ids of all fields that have or had a value.
    var names: Dictionary<String, String>.Keys { values.keys }

    /// A value without blanks around it; nil when nothing is left.
    func trimmed(_ id: String) -> String? {
        let text = self[id].trimmingBlanks
        return text.isEmpty ? nil : text
    }
}
