import ITwinsAPI
import Screen

/// What is entered into a form: its fields, and what may be said of them.
struct FormFields: Sendable {
    /// Those that apply, in order.
    private(set) var list: [Field] = []
    private(set) var values: FormValues
    /// All fields ever shown, so that nothing typed is lost when a choice takes a field away.
    private var known: [String: Field] = [:]
    /// What was chosen among the choices of a field, so that going back to a class brings back its subclass.
    private var chosen: [Offer: [Int]] = [:]
    /// Whether anything was typed or chosen, which is asked about before it is thrown away.
    private(set) var isTouched = false
    /// Whether the problems of all fields were shown.
    private var isSettled = false
    /// When the last key changed the focused field; nil when its problem is shown already.
    private var changedAt: Timestamp?

    private struct Offer: Hashable {
        var id: String
        var choices: [Field.Choice]
    }

    /// How long typing must rest before a field's own problem is shown, in seconds.
    private static let pause = 0.7

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
                guard let field = known[template.id] else {
                    return template.beginning(with: content.presets.known(template.id))
                }
                guard var new = template.choices, let old = field.choices, new.isOne, new.all != old.all else {
                    return field
                }
                let kept = old.chosen.first.flatMap { row in new.all.firstIndex { $0.value == old.all[row].value } }
                new.chosen = kept.map { [$0] } ?? chosen[Offer(id: template.id, choices: new.all)] ?? new.chosen
                var arranged = template
                arranged.value = .choices(new)
                return arranged
            }
            for field in list { values[field.id] = field.string }
        }
        for field in list { known[field.id] = field }
    }

    /// Fills in a field; what was said of it goes.
    mutating func set(_ value: Field.Value, at index: Int, at now: Timestamp) {
        list[index].value = value
        list[index].refusal = nil
        values[list[index].id] = list[index].string
        if let choices = list[index].choices, choices.isOne {
            chosen[Offer(id: list[index].id, choices: choices.all)] = choices.chosen
        }
        isTouched = true
        changedAt = now
    }

    /// Moves the cursor in a line.
    mutating func setLine(_ line: TextField, at index: Int) { list[index].value = .text(line) }

    // MARK: What is said of them

    /// When typing has rested, and the problem of the focused field is due to be shown.
    var settlesAt: Timestamp? { changedAt?.adding(seconds: Self.pause) }

    /// Lets a field that was left say its own problem, once anything was typed.
    mutating func settle(at index: Int?) {
        changedAt = nil
        if let index, isTouched || isSettled { list[index].isSettled = true }
    }

    /// Lets all fields say their own problems.
    mutating func settleAll() {
        (isSettled, changedAt) = (true, nil)
        for index in list.indices { list[index].isSettled = true }
    }

    /// The field at which something is wrong by its own rules.
    func firstProblem(by content: any FormContent) -> Int? {
        list.firstIndex { content.problem(with: $0.id, values) != nil }
    }

    /// Says at a field what the service said of it.
    ///
    /// - Returns: false when there is no such field.
    mutating func refuse(_ text: String, at id: String?) -> Bool {
        guard let index = list.firstIndex(where: { $0.id == id }) else { return false }
        list[index].refusal = text
        return true
    }

    mutating func forgetRefusals() {
        for index in list.indices { list[index].refusal = nil }
    }
}
