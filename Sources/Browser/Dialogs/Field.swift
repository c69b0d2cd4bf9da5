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
        isIndented: Bool = false
    ) -> Field {
        Field(
            id: id,
            label: label,
            isIndented: isIndented,
            placeholder: placeholder,
            isSecret: isSecret,
            value: .text(TextField())
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

    /// The text as typed, or the value chosen; empty when there is none.
    var string: String {
        switch value {
        case .text(let field): return field.text
        case .choice(let choices, let selected): return selected.map { choices[$0].value } ?? ""
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
