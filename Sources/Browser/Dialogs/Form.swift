import ITwinsAPI
import Screen

/// A dialog of fields and buttons.
struct Form: Layer {
    let id: FormID
    private(set) var content: any FormContent
    private var entries: FormFields
    var focus: Focus = .field(0)
    var phase: Phase = .editing
    /// What has no field and stands above the buttons.
    var problem: String?
    /// That another user is signed in than the one who filled it in; nil once something was sent since then.
    var userNote: String?
    /// The open list of a choice; nil while none is open.
    private(set) var openList: PickList?
    /// Whether the last request failed because nobody is signed in.
    var offersSignIn = false
    /// When the last key changed the focused field; nil when its problem is shown already.
    private var changedAt: Timestamp?
    /// Whether a problem may be shown on leaving a field: something was typed, or creating was tried.
    private var hasChanges = false
    /// Whether anything was typed or chosen, which is asked about before it is thrown away.
    private var isTouched = false

    /// What has the cursor.
    enum Focus: Sendable, Hashable {
        case field(Int)
        case button(Int)
    }

    /// What the form is doing. Of the request that it waits for, the requests in flight tell everything.
    enum Phase: Sendable, Hashable {
        case editing
        /// It waits for the request that does it.
        case sending(RequestKey)
        /// The answer was lost; it may have been done.
        case unknown
        /// It waits for the request that asks whether it was done.
        case checking(RequestKey)
        /// Something was typed and Esc was pressed; where the cursor was then.
        case confirmingClose(from: Focus)
    }

    /// How long typing must rest before a field's own problem is shown, in seconds.
    private static let pause = 0.7

    init(_ content: any FormContent, id: FormID) {
        self.id = id
        self.content = content
        entries = FormFields(content)
        limitFocus()
    }

    var title: String { content.title }
    var subject: String { content.subject(values) }
    var verb: (button: String, doing: String, done: String) { content.verb }
    var fields: [Field] { entries.list }
    var values: FormValues { entries.values }

    /// The request that it waits for; nil while it waits for none.
    var request: RequestKey? {
        switch phase {
        case .sending(let key), .checking(let key): key
        case .editing, .unknown, .confirmingClose: nil
        }
    }

    /// What is said under a field; nil when nothing is.
    func message(under field: Field) -> String? {
        field.refusal ?? (field.isSettled ? content.problem(with: field.id, values) : nil)
    }

    // MARK: What happens outside

    /// Shows what has become known since the form was opened; what was typed stays.
    mutating func update(_ content: any FormContent) {
        self.content = content
        entries.arrange(by: content)
        limitFocus()
    }

    /// One that deletes says what has become known; others keep still while one types.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        switch event {
        case .deadline:
            // Typing has rested.
            if let moment = nextChange(at: now), moment <= now { leaveField() }
        case .answered, .measured: if content.isDelete { update(content.updated(in: browser)) }
        default: break
        }
        return []
    }

    /// When the problem of the focused field is due to be shown.
    func nextChange(at now: Timestamp) -> Timestamp? {
        guard case .field = focus else { return nil }
        return changedAt?.adding(seconds: Self.pause)
    }

    /// Says at a field what the service said of it.
    ///
    /// - Returns: false when there is no such field.
    mutating func refuse(_ text: String, at field: String?) -> Bool {
        guard let field, let index = fields.firstIndex(where: { $0.id == field }) else { return false }
        entries.refuse(text, at: index)
        return true
    }

    // MARK: Keys

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        if let openList {
            handle(key, in: openList, at: now)
            return .none
        }
        if key == Key(.character("s"), .control) { return submit(browser) }
        if key.isCancel { return leave() }
        switch (key.code, focus) {
        case _ where request != nil && key.code != .enter: break
        case (.tab, _): move(by: key.modifiers.contains(.shift) ? -1 : 1)
        case (.down, _): move(by: 1)
        case (.up, _): move(by: -1)
        case (.enter, .button(let index)), (.character(" "), .button(let index)): return press(buttons[index], browser)
        case (.left, .button): move(by: -1)
        case (.right, .button): move(by: 1)
        case (.enter, .field(let index)):
            if index == fields.count - 1 { return submit(browser) }
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
            if line.text == before { entries.setLine(line, at: index) } else { change(index, .text(line), at: now) }
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
                openList = PickList(selected: selected ?? 0)
            } else if let row = Self.row(of: key, in: choices, after: selected) {
                choose(index, row, at: now)
            }
        case .several(let choices, let chosen, _):
            if key.code == .character(" "), !choices.isEmpty { openList = PickList(selected: chosen.min() ?? 0) }
        }
    }

    private mutating func handle(_ key: Key, in list: PickList, at now: Timestamp) {
        guard case .field(let index) = focus, let choices = fields[index].choices?.all, !choices.isEmpty,
            let row = list.selected
        else { return openList = nil }
        let isOneOf = if case .choice = fields[index].value { true } else { false }
        switch key.code {
        case .character(" "):
            toggle(index, row, at: now)
            if isOneOf { openList = nil }
        case .enter, .tab:
            openList = nil
            if isOneOf { choose(index, row, at: now) }
        case _ where key.isCancel || key.code == .left: openList = nil
        default:
            var list = list
            if !list.handle(key, count: choices.count, keys: .letters) {
                list.select(Self.row(of: key, in: choices, after: row) ?? row)
            }
            openList = list
        }
    }

    /// The next choice that begins with the letter that is typed; nil when none does.
    private static func row(of key: Key, in choices: [Field.Choice], after row: Int?) -> Int? {
        guard case .character(let letter) = key.code, key.modifiers.isEmpty else { return nil }
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
        change(index, .choice(choices, selected: row), at: now)
        leaveField()
    }

    private mutating func change(_ index: Int, _ value: Field.Value, at now: Timestamp) {
        let id = fields[index].id
        entries.set(value, at: index)
        entries.arrange(by: content)
        problem = nil
        hasChanges = true
        isTouched = true
        changedAt = now
        if let place = fields.firstIndex(where: { $0.id == id }) { focus = .field(place) }
        limitFocus()
    }

    private mutating func move(by step: Int) {
        leaveField()
        switch phase {
        case .confirmingClose, .unknown:
            if case .button(let index) = focus { focus = .button((index + step + buttons.count) % buttons.count) }
            return
        case .editing, .sending, .checking: break
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
            entries.setLine(line, at: index)
        }
    }

    /// Lets the focused field say its problem.
    private mutating func leaveField() {
        changedAt = nil
        if case .field(let index) = focus, hasChanges { entries.settle(at: index) }
    }

    /// Keeps the cursor on a field that is there. Without a field the button that does no harm has it.
    private mutating func limitFocus() {
        guard case .field(let index) = focus else { return }
        focus = fields.isEmpty ? .button(1) : .field(min(index, fields.count - 1))
    }

    // MARK: Sending and leaving

    private mutating func press(_ button: FormButton, _ browser: Browser) -> Outcome {
        switch button {
        case .submit: return submit(browser)
        case .tryAgain:
            guard phase == .unknown else { return .none }
            phase = .editing
            return submit(browser)
        case .cancel: return leave(isByButton: true)
        case .discard: return close()
        case .keep:
            keepEditing()
            return .none
        case .signIn: return .then(.run(.signIn))
        case .check:
            guard request == nil, let check = content.check(values) else { return .none }
            return .then(.send(CheckForm(form: id, operation: check)))
        }
    }

    /// Asks for what it was filled in for, once nothing is wrong with that.
    private mutating func submit(_ browser: Browser) -> Outcome {
        guard phase == .editing else { return .none }
        update(content.updated(in: browser))
        (hasChanges, problem, changedAt) = (true, nil, nil)
        entries.settleAll()
        if let wrong = fields.firstIndex(where: { content.problem(with: $0.id, values) != nil }) {
            focus = .field(wrong)
            return .none
        }
        for index in fields.indices { entries.refuse(nil, at: index) }
        switch content.request(values, of: id) {
        case nil: return .none
        case .nothing(let text)?: return close(then: .say(.information, text))
        case .send(let request)?:
            // A dialog that deletes has asked already, and had the label typed.
            guard browser.session.connection.confirmsWrites, request.role == .submit, !content.isDelete else {
                return .then(.send(request))
            }
            let what = "\(verb.button) \(subject)\n\(title)"
            return Outcome(pushes: Confirmation.write(what, request, takesEnter: false, in: browser))
        }
    }

    /// Esc and the button to cancel: stops a request, else closes; what was typed is not thrown away unasked.
    private mutating func leave(isByButton: Bool = false) -> Outcome {
        switch phase {
        case .sending(let key), .checking(let key):
            stopped()
            return .then(.stop(key))
        case .confirmingClose: keepEditing()
        case .unknown where !isByButton:
            phase = .editing
            focus = fields.isEmpty ? .button(1) : .field(0)
            problem = nil
        case .editing where !isTouched: return close()
        case .editing where !content.asksBeforeClosing, .unknown where !content.asksBeforeClosing: return close()
        case .editing, .unknown:
            phase = .confirmingClose(from: phase == .unknown ? .field(0) : focus)
            focus = .button(1)
        }
        return .none
    }

    private mutating func keepEditing() {
        guard case .confirmingClose(let before) = phase else { return }
        (phase, focus, problem) = (.editing, before, nil)
    }

    /// Closes it. What was stopped and is not answered yet has nobody to answer any more.
    private func close(then steps: Outcome.Step...) -> Outcome {
        Outcome(closes: true, then: [.forget(SubmitForm.key(of: id))] + steps)
    }
}
