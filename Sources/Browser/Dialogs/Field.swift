import Screen

/// One line of a form that takes a value.
struct Field: Sendable, Hashable {
    /// What the service calls it in `target`, and the form's own name for it: `displayName`, `authentication.key`.
    let id: String
    /// What stands before it.
    let label: String
    /// Fields that depend on the one above are indented.
    let isIndented: Bool
    /// What stands in an empty field.
    let placeholder: String
    /// Whether what is typed is shown as dots.
    let isSecret: Bool
    var value: Value
    /// What the service said about it; goes away when the field is changed.
    var refusal: String?
    /// Whether its own problem may be shown: after a pause or on leaving it, never while the first letters are typed.
    var isSettled = false

    enum Value: Sendable, Hashable {
        /// A line of text.
        case text(TextField)
        /// One of several; nil while none is chosen.
        case choice([Choice], selected: Int?)
        /// Any of several, in the order in which they were chosen; `none` is shown while nothing is.
        case several([Choice], chosen: [Int], none: String)
    }

    /// One of the values a field can take.
    struct Choice: Sendable, Hashable {
        /// The value itself.
        let value: String
        /// What is shown for it.
        let label: String

        init(_ value: String, label: String? = nil) {
            self.value = value
            self.label = label ?? value
        }
    }

    /// A line of text.
    static func text(
        _ id: String,
        _ label: String,
        placeholder: String = "",
        isSecret: Bool = false,
        isIndented: Bool = false,
        preset: String = ""
    ) -> Field {
        Field(
            id: id,
            label: label,
            isIndented: isIndented,
            placeholder: placeholder,
            isSecret: isSecret,
            value: .text(TextField(preset))
        )
    }

    /// One of several; the first one is chosen unless nothing is.
    static func choice(_ id: String, _ label: String, _ choices: [Choice], selected: Int? = 0, placeholder: String = "")
        -> Field
    {
        Field(
            id: id,
            label: label,
            isIndented: false,
            placeholder: placeholder,
            isSecret: false,
            value: .choice(choices, selected: choices.isEmpty ? nil : selected)
        )
    }

    /// Any of several.
    static func several(_ id: String, _ label: String, _ choices: [Choice], chosen: [Int] = [], none: String) -> Field {
        Field(
            id: id,
            label: label,
            isIndented: false,
            placeholder: "",
            isSecret: false,
            value: .several(choices, chosen: chosen, none: none)
        )
    }

    /// The text as typed, or the value chosen, of several with commas between them; empty when there is none.
    var string: String {
        switch value {
        case .text(let field): field.text
        case .choice(let choices, let selected): selected.map { choices[$0].value } ?? ""
        case .several(let choices, let chosen, _): chosen.map { choices[$0].value }.joined(separator: ",")
        }
    }

    /// The field with a value to begin with; a choice that does not have the value stays as it is.
    func beginning(with text: String?) -> Field {
        guard let text else { return self }
        var field = self
        switch value {
        case .text: field.value = .text(TextField(text))
        case .choice(let choices, let selected):
            field.value = .choice(choices, selected: choices.firstIndex { $0.value == text } ?? selected)
        case .several: break
        }
        return field
    }

    /// What it can be, and which of that it is; nil for a line of text.
    var choices: (all: [Choice], chosen: [Int])? {
        switch value {
        case .text: nil
        case .choice(let choices, let selected): (choices, selected.map { [$0] } ?? [])
        case .several(let choices, let chosen, _): (choices, chosen)
        }
    }
}

extension String {
    /// The text without white space around it.
    var trimmingBlanks: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
