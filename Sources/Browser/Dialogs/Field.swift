import ITwinsAPI
import Screen

/// One line of a form that takes a value.
struct Field: Sendable, Hashable {
    /// What the service calls it in `target`, and the form's own name for it: `displayName`, `authentication.key`.
    let id: String
    /// What stands before it.
    let label: String
    /// Fields that depend on the one above are indented.
    var isIndented = false
    /// What stands in an empty field.
    var placeholder = ""
    /// Whether what is typed is shown as dots.
    var isSecret = false
    var value: Value
    /// What the service said about it; goes away when the field is changed.
    var refusal: String?
    /// Whether its own problem may be shown: after a pause or on leaving it, never while the first letters are typed.
    var isSettled = false

    enum Value: Sendable, Hashable {
        case text(TextField)
        case choices(Choices)
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
        var field = Field(id: id, label: label, placeholder: placeholder, value: .text(TextField(preset)))
        (field.isSecret, field.isIndented) = (isSecret, isIndented)
        return field
    }

    /// One of several; the first one is chosen unless nothing is.
    static func choice(_ id: String, _ label: String, _ choices: [Choice], selected: Int? = 0) -> Field {
        let chosen = choices.isEmpty ? [] : selected.map { [$0] } ?? []
        return Field(id: id, label: label, value: .choices(Choices(all: choices, chosen: chosen, isOne: true)))
    }

    /// One of several values that are shown as they are.
    static func choice(_ id: String, _ label: String, _ values: [some OpenText], selected: Int? = 0) -> Field {
        choice(id, label, values.map { Choice($0.rawValue) }, selected: selected)
    }

    /// Any of several; `none` is shown while nothing is chosen.
    static func several(_ id: String, _ label: String, _ choices: [Choice], chosen: [Int] = [], none: String) -> Field {
        let value = Value.choices(Choices(all: choices, chosen: chosen, isOne: false))
        return Field(id: id, label: label, placeholder: none, value: value)
    }

    /// The text as typed, or the value chosen, of several with commas between them; empty when there is none.
    var string: String {
        switch value {
        case .text(let line): line.text
        case .choices(let choices): choices.chosen.map { choices.all[$0].value }.joined(separator: ",")
        }
    }

    /// What it can be, and which of that it is; nil for a line of text.
    var choices: Choices? { if case .choices(let choices) = value { choices } else { nil } }

    /// The field with a value to begin with; a choice that does not have the value stays as it is.
    func beginning(with text: String?) -> Field {
        guard let text else { return self }
        var field = self
        switch value {
        case .text: field.value = .text(TextField(text))
        case .choices(var choices):
            if choices.isOne, let row = choices.all.firstIndex(where: { $0.value == text }) { choices.chosen = [row] }
            field.value = .choices(choices)
        }
        return field
    }
}

/// What a field can be, and which of that it is.
struct Choices: Sendable, Hashable {
    let all: [Field.Choice]
    /// In the order in which they were chosen.
    var chosen: [Int]
    /// Whether one is chosen at the most.
    let isOne: Bool

    /// Chooses one; of several it takes one in or out.
    mutating func pick(_ row: Int) {
        if isOne {
            chosen = [row]
        } else if let position = chosen.firstIndex(of: row) {
            chosen.remove(at: position)
        } else {
            chosen.append(row)
        }
    }

    /// Goes to the one before or after the one that is chosen; to the first while none is.
    mutating func step(by step: Int) {
        guard isOne, !all.isEmpty else { return }
        chosen = [chosen.first.map { min(max($0 + step, 0), all.count - 1) } ?? 0]
    }

    /// The next one after a row that begins with the letter that is typed; nil when none does.
    func row(typed key: Key, after row: Int?) -> Int? {
        guard case .character(let letter) = key.code, key.modifiers.isEmpty else { return nil }
        let order = all.indices.map { ($0 + (row ?? -1) + 1) % all.count }
        return order.first { all[$0].label.lowercased().hasPrefix(letter.lowercased()) }
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
