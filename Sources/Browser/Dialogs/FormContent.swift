import ITwinsAPI

/// What a dialog asks for: which fields there are for what was chosen, what is wrong with them, what they make.
protocol FormContent: Sendable {
    /// The dialog's title.
    var title: String { get }
    /// What the button says, and what it says while that is being done.
    var verb: (button: String, doing: String) { get }
    /// Something to know before it is tried, said above the buttons; nil for nothing.
    var note: FormNote? { get }
    /// What is made, for messages: `Repository “Flood maps”`.
    func subject(_ values: FormValues) -> String
    /// The fields that apply, in order. Values are taken over from fields of the same id.
    func fields(_ values: FormValues) -> [Field]
    /// What is wrong with a field by the contract's rules; nil when nothing is.
    func problem(with id: String, _ values: FormValues) -> String?
    /// What creates or fetches it; nil when a field has a problem.
    func request(_ values: FormValues) -> FormRequest?
    /// The question whose answer tells whether it was created after all; nil when trying again does no harm.
    func check(_ values: FormValues) -> ITwinsAPI.Operation?
    /// The field that a problem of the service belongs to and what is said there; nil for none.
    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> (field: String, text: String)?
}

extension FormContent {
    var verb: (button: String, doing: String) { ("Create", "Creating") }
    var note: FormNote? { nil }
}

/// What a dialog asks the browser to do.
enum FormRequest: Sendable, Hashable {
    case operation(ITwinsAPI.Operation)
    case download(Download)
}

/// A line above the buttons of a dialog.
struct FormNote: Sendable, Hashable {
    var text: String
    /// Whether it says that the service will refuse.
    var isWarning: Bool
}

/// The values of a form's fields by id; fields that do not apply keep theirs.
struct FormValues: Sendable, Hashable {
    private var values: [String: String] = [:]

    /// A value as typed; empty when there is none.
    subscript(_ id: String) -> String {
        get { values[id] ?? "" }
        set { values[id] = newValue }
    }

    /// A value without blanks around it; nil when nothing is left.
    func trimmed(_ id: String) -> String? {
        let text = self[id].trimmingBlanks
        return text.isEmpty ? nil : text
    }
}
