import ITwinsAPI
import Screen

/// A dialog of fields and buttons.
struct Form: Sendable {
    private(set) var content: any FormContent
    private(set) var fields: [Field]
    private(set) var values: FormValues
    private(set) var focus: Focus = .field(0)
    private(set) var phase: Phase = .editing
    /// What has no field and stands above the buttons.
    private(set) var problem: String?
    /// That another user is signed in than the one who filled it in; nil once something was sent since then.
    private(set) var userNote: String?
    /// The open list of a choice: the row under the cursor.
    private(set) var openChoice: Int?
    /// Whether the last request failed because nobody is signed in.
    private var offersSignIn = false
    /// When the last key changed the focused field; nil when its problem is shown already.
    private(set) var changedAt: Timestamp?
    /// Whether a problem may be shown on leaving a field: something was typed, or creating was tried.
    private var hasChanges = false
    /// Whether anything was typed or chosen, which is asked about before it is thrown away.
    private var isTouched = false
    /// All fields ever shown, so that nothing typed is lost when a choice takes a field away.
    private var known: [String: Field] = [:]
    /// What was chosen among the choices of a field, so that going back to a class brings back its subclass.
    private var chosen: [Choices: Int] = [:]
    /// Where the cursor was when Esc asked whether to close.
    private var focusBeforeClose: Focus = .field(0)

    private struct Choices: Hashable {
        var id: String
        var choices: [Field.Choice]
    }

    /// What has the cursor.
    enum Focus: Sendable, Hashable {
        case field(Int)
        case button(Int)
    }

    /// What the form is doing. Of the request that it waits for, the requests in flight tell everything.
    enum Phase: Sendable, Hashable {
        case editing
        /// It waits for the request that does it.
        case sending
        /// The answer was lost; it may have been done.
        case unknown
        /// It waits for the request that asks whether it was done.
        case checking
        /// Something was typed and Esc was pressed.
        case confirmingClose
    }

    /// A button under the fields.
    enum Button: Sendable, Hashable {
        case submit, cancel, check, tryAgain, discard, keep, signIn

        /// What stands on it; that of `submit` is the content's.
        var label: String {
            switch self {
            case .submit: ""
            case .cancel: "Cancel"
            case .check: "Check"
            case .tryAgain: "Try again"
            case .discard: "Discard"
            case .keep: "Keep editing"
            case .signIn: "Sign in"
            }
        }
    }

    /// What a key asks of the browser.
    enum Outcome: Sendable, Hashable {
        case none
        case close
        case submit(FormRequest)
        case check(ITwinsAPI.Operation)
        case stop
        case signIn
    }

    /// How long typing must rest before a field's own problem is shown, in seconds.
    static let pause = 0.7

    init(_ content: any FormContent) {
        self.content = content
        values = content.presets
        fields = []
        rebuild()
    }

    var title: String { content.title }
    var subject: String { content.subject(values) }
    var verb: (button: String, doing: String, done: String) { content.verb }
    var facts: [FormFact] { content.facts }
    var note: FormNote? { content.note }

    /// Shows what has become known since the form was opened; what was typed stays.
    mutating func update(_ content: any FormContent) {
        self.content = content
        rebuild()
    }

    /// What does it, as filled in now; nil when it is no operation that does.
    var operation: ITwinsAPI.Operation? {
        guard case .operation(let operation)? = content.request(values) else { return nil }
        return operation
    }

    /// The buttons of the present phase.
    var buttons: [Button] {
        switch phase {
        case .editing, .sending: signInButton + [.submit, .cancel]
        case .unknown, .checking: signInButton + [.check, .tryAgain, .cancel]
        case .confirmingClose: [.discard, .keep]
        }
    }

    private var signInButton: [Button] { offersSignIn ? [.signIn] : [] }

    /// Whether it waits for a request.
    var isWaiting: Bool { phase == .sending || phase == .checking }

    /// What is said under a field; nil when nothing is.
    func message(under field: Field) -> String? {
        field.refusal ?? (field.isSettled ? content.problem(with: field.id, values) : nil)
    }

    /// When the problem of the focused field is due to be shown.
    var deadline: Timestamp? {
        guard case .field = focus else { return nil }
        return changedAt?.adding(seconds: Self.pause)
    }

    /// Shows the problem of the focused field once typing has rested.
    mutating func settle(at now: Timestamp) {
        guard let deadline, deadline <= now else { return }
        leaveField()
    }

    // MARK: Keys

    /// Takes a key.
    mutating func handle(_ key: Key, at now: Timestamp) -> Outcome {
        if let chosen = openChoice {
            handleOpenChoice(key, row: chosen, at: now)
            return .none
        }
        if key == Key(.character("s"), .control) { return submit() }
        switch (key.code, focus) {
        case (.escape, _): return leave()
        case (.character("c"), _) where key.modifiers == .control: return leave()
        case _ where isWaiting && key.code != .enter: break
        case (.tab, _): move(by: key.modifiers.contains(.shift) ? -1 : 1)
        case (.down, _): move(by: 1)
        case (.up, _): move(by: -1)
        case (.enter, .button(let index)): return press(buttons[index])
        case (.character(" "), .button(let index)): return press(buttons[index])
        case (.left, .button): move(by: -1)
        case (.right, .button): move(by: 1)
        case (.enter, .field(let index)):
            if index == fields.count - 1 { return submit() }
            move(by: 1)
        case (_, .field(let index)) where phase == .editing: edit(index, key, at: now)
        default: break
        }
        return .none
    }

    /// Takes pasted text into the focused line.
    mutating func paste(_ text: String, at now: Timestamp) {
        guard case .field(let index) = focus, phase == .editing, case .text(var line) = fields[index].value else {
            return
        }
        line.insert(text)
        change(index, .text(line), at: now)
    }

    private mutating func edit(_ index: Int, _ key: Key, at now: Timestamp) {
        switch fields[index].value {
        case .text(var line):
            let before = line.text
            guard line.handle(key) else { return }
            if line.text == before {
                fields[index].value = .text(line)
            } else {
                change(index, .text(line), at: now)
            }
        case .choice(let choices, let selected):
            let step =
                switch key.code {
                case .left: -1
                case .right: 1
                default: 0
                }
            if step != 0, !choices.isEmpty {
                let next = selected.map { min(max($0 + step, 0), choices.count - 1) } ?? 0
                choose(index, next, at: now)
            } else if key.code == .character(" ") {
                openChoice = selected ?? 0
            } else if case .character(let typed) = key.code, key.modifiers.isEmpty,
                let row = Self.row(of: typed, in: choices, after: selected)
            {
                choose(index, row, at: now)
            }
        case .several(let choices, let chosen, _):
            if key.code == .character(" "), !choices.isEmpty { openChoice = chosen.min() ?? 0 }
        }
    }

    private mutating func handleOpenChoice(_ key: Key, row: Int, at now: Timestamp) {
        guard case .field(let index) = focus, let choices = fields[index].choices?.all, !choices.isEmpty else {
            openChoice = nil
            return
        }
        switch key.code {
        case .character(" "):
            toggle(index, row, at: now)
            if case .choice = fields[index].value { openChoice = nil }
        case .character("c") where key.modifiers == .control: openChoice = nil
        case .character where !key.modifiers.isEmpty: break
        case .down, .character("j"): openChoice = min(row + 1, choices.count - 1)
        case .up, .character("k"): openChoice = max(row - 1, 0)
        case .home: openChoice = 0
        case .end: openChoice = choices.count - 1
        case .enter, .tab:
            openChoice = nil
            if case .choice = fields[index].value { choose(index, row, at: now) }
        case .escape, .left: openChoice = nil
        case .character(let typed): openChoice = Self.row(of: typed, in: choices, after: row) ?? row
        default: break
        }
    }

    /// The next choice that begins with a letter.
    private static func row(of letter: Character, in choices: [Field.Choice], after row: Int?) -> Int? {
        let order = choices.indices.map { ($0 + (row ?? -1) + 1) % choices.count }
        return order.first { choices[$0].label.lowercased().hasPrefix(letter.lowercased()) }
    }

    /// Takes one of several in or out; of a choice of one it is chosen.
    private mutating func toggle(_ index: Int, _ row: Int, at now: Timestamp) {
        guard case .several(let choices, var chosen, let none) = fields[index].value else {
            return choose(index, row, at: now)
        }
        if let position = chosen.firstIndex(of: row) { chosen.remove(at: position) } else { chosen.append(row) }
        change(index, .several(choices, chosen: chosen, none: none), at: now)
        leaveField()
    }

    private mutating func choose(_ index: Int, _ row: Int, at now: Timestamp) {
        guard case .choice(let choices, let selected) = fields[index].value, selected != row else { return }
        chosen[Choices(id: fields[index].id, choices: choices)] = row
        change(index, .choice(choices, selected: row), at: now)
        leaveField()
    }

    private mutating func change(_ index: Int, _ value: Field.Value, at now: Timestamp) {
        fields[index].value = value
        fields[index].refusal = nil
        problem = nil
        hasChanges = true
        isTouched = true
        changedAt = now
        values[fields[index].id] = fields[index].string
        let id = fields[index].id
        rebuild()
        if let place = fields.firstIndex(where: { $0.id == id }) { focus = .field(place) }
    }

    private mutating func move(by step: Int) {
        leaveField()
        if phase == .confirmingClose || phase == .unknown {
            if case .button(let index) = focus { focus = .button((index + step + buttons.count) % buttons.count) }
            return
        }
        let stops = fields.count + buttons.count
        let place =
            switch focus {
            case .field(let index): index
            case .button(let index): fields.count + index
            }
        let next = (place + step + stops) % stops
        focus = next < fields.count ? .field(next) : .button(next - fields.count)
        if case .field(let index) = focus, case .text(var line) = fields[index].value {
            line.moveToEnd()
            fields[index].value = .text(line)
        }
    }

    /// Lets the focused field say its problem.
    private mutating func leaveField() {
        changedAt = nil
        guard case .field(let index) = focus, !fields[index].isSettled else { return }
        fields[index].isSettled = hasChanges
        known[fields[index].id] = fields[index]
    }

    /// Makes the fields anew for what is chosen now; values and what was said of them stay.
    private mutating func rebuild() {
        for field in fields { known[field.id] = field }
        // A choice may bring in fields whose defaults bring in others: one more round settles the deepest form here.
        for _ in 0..<2 {
            fields = content.fields(values).map { template in
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
            for field in fields { values[field.id] = field.string }
        }
        for field in fields { known[field.id] = field }
        guard case .field(let index) = focus else { return }
        // Without a field the button that does no harm has the cursor.
        focus = fields.isEmpty ? .button(1) : .field(min(index, fields.count - 1))
    }

    // MARK: Sending

    private mutating func press(_ button: Button) -> Outcome {
        switch button {
        case .submit: return submit()
        case .tryAgain:
            guard phase == .unknown else { return .none }
            phase = .editing
            return submit()
        case .cancel: return leave(afterUnknown: .confirmingClose)
        case .discard: return .close
        case .keep:
            keepEditing()
            return .none
        case .signIn: return .signIn
        case .check:
            guard !isWaiting, let check = content.check(values) else { return .none }
            return .check(check)
        }
    }

    /// Esc and the button to cancel: stops a request, else closes; what was typed is not thrown away unasked.
    private mutating func leave(afterUnknown next: Phase = .editing) -> Outcome {
        switch phase {
        case .sending, .checking: return .stop
        case .confirmingClose: keepEditing()
        case .unknown where next == .editing:
            phase = .editing
            focus = fields.isEmpty ? .button(1) : .field(0)
            problem = nil
        case .editing where !isTouched: return .close
        case .editing where !content.asksBeforeClosing, .unknown where !content.asksBeforeClosing: return .close
        case .editing, .unknown:
            focusBeforeClose = phase == .unknown ? .field(0) : focus
            phase = .confirmingClose
            focus = .button(1)
        }
        return .none
    }

    private mutating func keepEditing() {
        phase = .editing
        focus = focusBeforeClose
        problem = nil
    }

    private mutating func submit() -> Outcome {
        guard phase == .editing else { return .none }
        hasChanges = true
        problem = nil
        changedAt = nil
        for index in fields.indices { fields[index].isSettled = true }
        if let wrong = fields.firstIndex(where: { content.problem(with: $0.id, values) != nil }) {
            focus = .field(wrong)
            return .none
        }
        for index in fields.indices { fields[index].refusal = nil }
        guard let request = content.request(values) else { return .none }
        return .submit(request)
    }

    /// Shows that another user is signed in now, and for whom it is sent therefore. A check for the one before has ended.
    ///
    /// - Parameter who: nil when it is not known who, and so whether it is another one at all.
    mutating func changedUser(to who: String?) {
        userNote =
            who.map { "\($0), a different user, is signed in now. What you send is sent as \($0)." }
            ?? "A different user may be signed in now. Check before you send this."
        guard phase == .checking else { return }
        phase = .unknown
        focus = .button(0)
    }

    /// Notes that the request is on its way, or the question whether it was done.
    mutating func began(isCheck: Bool) {
        offersSignIn = false
        if !isCheck { userNote = nil }
        focus = .button(0)
        phase = isCheck ? .checking : .sending
    }

    /// Shows that the request was cancelled: nobody knows whether the service had it done, where that matters.
    mutating func stopped() {
        guard content.check(values) == nil else { return becomeUnknown() }
        phase = .editing
        focus = .button(0)
    }

    /// Shows that what was cancelled had not been sent yet.
    mutating func wasNotSent() {
        guard phase == .unknown || phase == .editing else { return }
        phase = .editing
        focus = .button(0)
        problem = "Stopped before it was sent: nothing was done."
    }

    /// Shows that it was not done, with what is said under a field or, without one, above the buttons.
    mutating func refused(_ text: String, at field: String?) {
        phase = .editing
        focus = .button(0)
        guard let field, let index = fields.firstIndex(where: { $0.id == field }) else {
            problem = text
            return
        }
        fields[index].refusal = text
        known[field] = fields[index]
        focus = .field(index)
    }

    /// Shows that the check found it not done.
    mutating func foundNothing() {
        phase = .unknown
        focus = .button(1)
        problem = content.notDone(values)
    }

    /// Shows that somebody has signed in: what was filled in can be sent now.
    mutating func signedIn() {
        guard offersSignIn else { return }
        (offersSignIn, problem, focus) = (false, nil, .button(0))
    }

    /// Shows why it was not done: at the field the service names, else above the buttons.
    ///
    /// - Parameter offersSignIn: whether signing in may help.
    mutating func failed(_ error: RequestError, offersSignIn: Bool = false) {
        self.offersSignIn = offersSignIn
        if phase == .checking {
            phase = .unknown
            focus = .button(0)
            problem = Wording.text(error)
            return
        }
        if error.outcomeUnknown {
            becomeUnknown()
            return
        }
        phase = .editing
        focus = .button(0)
        guard let refused = error.apiError else {
            return self.refused(Wording.text(error), at: content.field(of: error))
        }
        var general: [String] = []
        let details =
            refused.details.isEmpty ? [APIError.Detail(code: refused.code, message: refused.message)] : refused.details
        for detail in details {
            if let refusal = content.refusal(detail, of: refused, values),
                let index = fields.firstIndex(where: { $0.id == refusal.field })
            {
                fields[index].refusal = refusal.text
            } else {
                general.append(detail.message)
            }
        }
        // What stands at a field is not said twice.
        if general.count == details.count {
            problem = Wording.text(error)
        } else if !general.isEmpty {
            problem = general.joined(separator: " ")
        }
        if let wrong = fields.firstIndex(where: { $0.refusal != nil }) { focus = .field(wrong) }
    }

    private mutating func becomeUnknown() {
        phase = .unknown
        focus = .button(0)
        problem = nil
    }
}
