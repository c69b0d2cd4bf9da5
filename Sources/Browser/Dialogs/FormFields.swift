import Screen

/// The fields of a form as they are filled in.
struct FormFields: Sendable {
    /// Those that apply, in order.
    private(set) var list: [Field] = []
    private(set) var values: FormValues
    /// All fields ever shown, so that nothing typed is lost when a choice takes a field away.
    private var known: [String: Field] = [:]
    /// What was chosen among the choices of a field, so that going back to a class brings back its subclass.
    private var chosen: [Choices: Int] = [:]

    private struct Choices: Hashable {
        var id: String
        var choices: [Field.Choice]
    }

    init(_ content: any FormContent) {
        values = content.presets
        arrange(by: content)
    }

    /// Makes the fields anew for what is chosen now; values and what was said of them stay.
    mutating func arrange(by content: any FormContent) {
        for field in list { known[field.id] = field }
        // A choice may bring in fields whose defaults bring in others: one more round settles the deepest form here.
        for _ in 0..<2 {
            list = content.fields(values).map { template in
                guard var field = known[template.id] else {
                    return template.beginning(with: content.presets.known(template.id))
                }
                switch (template.value, field.value) {
                case (.choice(let choices, let preset), .choice(let old, let selected)) where choices != old:
                    let kept = selected.flatMap { index in choices.firstIndex { $0.value == old[index].value } }
                    let before = chosen[Choices(id: template.id, choices: choices)]
                    field = template
                    field.value = .choice(choices, selected: kept ?? before ?? preset)
                    return field
                default: return field
                }
            }
            for field in list { values[field.id] = field.string }
        }
        for field in list { known[field.id] = field }
    }

    /// Fills in a field; what was said of it goes.
    mutating func set(_ value: Field.Value, at index: Int) {
        if case .choice(let choices, let selected?) = value {
            chosen[Choices(id: list[index].id, choices: choices)] = selected
        }
        list[index].value = value
        list[index].refusal = nil
        values[list[index].id] = list[index].string
    }

    /// Moves the cursor in a line.
    mutating func setLine(_ line: TextField, at index: Int) { list[index].value = .text(line) }

    /// Lets a field say its own problem.
    mutating func settle(at index: Int) { list[index].isSettled = true }

    mutating func settleAll() {
        for index in list.indices { list[index].isSettled = true }
    }

    /// Says at a field what the service said of it; with nil nothing more.
    mutating func refuse(_ text: String?, at index: Int) { list[index].refusal = text }
}
