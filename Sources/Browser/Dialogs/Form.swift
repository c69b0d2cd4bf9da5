import ITwinsAPI
import Screen

/// A dialog of fields and buttons.
struct Form: Layer {
    let id: FormID
    private(set) var content: any FormContent
    private(set) var fields: FormFields
    private(set) var focus = Focus.field(0)
    /// The open list of the focused field; nil while none is open.
    private(set) var openList: PickList?
    private(set) var status = FormStatus()

    /// What has the cursor.
    enum Focus: Sendable, Hashable {
        case field(Int)
        case button(Int)
    }

    init(_ content: any FormContent, id: FormID) {
        self.id = id
        self.content = content
        fields = FormFields(content)
        limitFocus()
    }

    var values: FormValues { fields.values }
    var objectName: String { content.objectName(values) }
    var context: KeyContext { openList == nil ? .form : .choices }

    /// The focused field; nil while a button has the cursor.
    var focusedField: Int? { if case .field(let index) = focus { index } else { nil } }

    /// Draws the dialog over the screen.
    func draw(on canvas: inout Canvas) { FormView(self, on: canvas).draw(on: &canvas) }

    // MARK: What happens outside

    /// Shows what has become known since the form was opened; what was typed stays.
    mutating func update(_ content: any FormContent) {
        self.content = content
        fields.arrange(by: content)
        limitFocus()
    }

    /// One that deletes says what has become known; others keep still while one types.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        switch event {
        case .deadline: if let moment = nextChange(at: now), moment <= now { fields.settle(at: focusedField) }
        case .answered, .measured: if content.isDelete { update(content.updated(in: browser)) }
        default: break
        }
        return []
    }

    /// When the problem of the focused field is due to be shown.
    func nextChange(at now: Timestamp) -> Timestamp? { focusedField == nil ? nil : fields.settlesAt }

    // MARK: Keys

    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome {
        if let openList {
            handle(press, in: openList, at: now)
            return .none
        }
        switch (press.action, focus) {
        case (.submit?, _): return submit(browser)
        case (.cancel?, _): return leave()
        case _ where status.request != nil && press.action != .accept: break
        case (.down?, _): move(by: 1)
        case (.up?, _): move(by: -1)
        case (.accept?, .button(let index)), (.choose?, .button(let index)):
            return self.press(status.buttons[index], browser)
        case (.left?, .button): move(by: -1)
        case (.right?, .button): move(by: 1)
        case (.accept?, .field(let index)):
            if index == fields.list.count - 1 { return submit(browser) }
            move(by: 1)
        case (_, .field(let index)) where status.phase == .editing: edit(index, press, at: now)
        default: break
        }
        return .none
    }

    /// Takes pasted text into the focused line.
    mutating func paste(_ text: String, at now: Timestamp) {
        guard let index = focusedField, status.phase == .editing, case .text(var line) = fields.list[index].value else {
            return
        }
        line.insert(text)
        change(index, .text(line), at: now)
    }

    private mutating func edit(_ index: Int, _ press: KeyPress, at now: Timestamp) {
        switch fields.list[index].value {
        case .text(var line):
            let before = line.text
            guard line.handle(press.key) else { return }
            if line.text == before { fields.setLine(line, at: index) } else { change(index, .text(line), at: now) }
        case .choices(var choices):
            switch press.action {
            case .choose where !choices.all.isEmpty: openList = PickList(selected: choices.chosen.min() ?? 0)
            case .left: choices.step(by: -1)
            case .right: choices.step(by: 1)
            default:
                let row = choices.isOne ? choices.row(typed: press.key, after: choices.chosen.first) : nil
                if let row { choices.pick(row) }
            }
            choose(index, choices, at: now)
        }
    }

    private mutating func handle(_ press: KeyPress, in list: PickList, at now: Timestamp) {
        guard let index = focusedField, var choices = fields.list[index].choices, let row = list.selected,
            choices.all.indices.contains(row)
        else { return openList = nil }
        switch press.action {
        case .choose, .accept:
            if press.action == .accept || choices.isOne { openList = nil }
            if press.action == .choose || choices.isOne { choices.pick(row) }
            choose(index, choices, at: now)
        case .cancel: openList = nil
        case let action:
            if let motion = action?.motion {
                openList?.move(motion, count: choices.all.count)
            } else {
                openList?.select(choices.row(typed: press.key, after: row) ?? row)
            }
        }
    }

    private mutating func choose(_ index: Int, _ choices: Choices, at now: Timestamp) {
        guard choices != fields.list[index].choices else { return }
        change(index, .choices(choices), at: now)
        fields.settle(at: focusedField)
    }

    private mutating func change(_ index: Int, _ value: Field.Value, at now: Timestamp) {
        let id = fields.list[index].id
        fields.set(value, at: index, at: now)
        fields.arrange(by: content)
        status.problem = nil
        if let place = fields.list.firstIndex(where: { $0.id == id }) { focus = .field(place) }
        limitFocus()
    }

    private mutating func move(by step: Int) {
        fields.settle(at: focusedField)
        let (fieldCount, buttonCount) = (fields.list.count, status.buttons.count)
        switch (status.phase, focus) {
        case (.confirmingClose, .button(let index)), (.unknown, .button(let index)):
            focus = .button((index + step + buttonCount) % buttonCount)
        case (.confirmingClose, .field), (.unknown, .field): break
        case (_, .field(let index)), (_, .button(let index)):
            let stops = fieldCount + buttonCount
            let next = (index + (focusedField == nil ? fieldCount : 0) + step + stops) % stops
            focus = next < fieldCount ? .field(next) : .button(next - fieldCount)
            guard let index = focusedField, case .text(var line) = fields.list[index].value else { return }
            line.moveToEnd()
            fields.setLine(line, at: index)
        }
    }

    /// Keeps the cursor on a field that is there. Without a field the button that does no harm has it.
    private mutating func limitFocus() {
        guard let index = focusedField else { return }
        focus = fields.list.isEmpty ? .button(1) : .field(min(index, fields.list.count - 1))
    }

    // MARK: Sending and leaving

    private mutating func press(_ button: FormButton, _ browser: Browser) -> Outcome {
        switch button {
        case .submit: return submit(browser)
        case .tryAgain:
            guard status.phase == .unknown else { return .none }
            status.phase = .editing
            return submit(browser)
        case .cancel: return leave(isByButton: true)
        case .discard: return close()
        case .keep: return keepEditing()
        case .signIn: return .then(.run(.signIn))
        case .check:
            guard status.request == nil, let check = content.check(values) else { return .none }
            return .then(.send(CheckForm(form: id, operation: check)))
        }
    }

    /// Asks for what it was filled in for, once nothing is wrong with that.
    private mutating func submit(_ browser: Browser) -> Outcome {
        guard status.phase == .editing else { return .none }
        update(content.updated(in: browser))
        status.problem = nil
        fields.settleAll()
        if let wrong = fields.firstProblem(by: content) {
            focus = .field(wrong)
            return .none
        }
        fields.forgetRefusals()
        switch content.request(values, of: id) {
        case nil: return .none
        case .nothing(let title)?:
            return close(then: .say(.information, "No changes to “\(title)”; nothing was sent."))
        case .send(let request)?:
            // A dialog that deletes has asked already, and had the label typed.
            guard browser.session.connection.confirmsWrites, request.role == .submit, !content.isDelete else {
                return .then(.send(request))
            }
            let what = "\(content.verb.button) \(objectName)\n\(content.title)"
            return Outcome(pushes: Confirmation.write(what, request, no: "returns to the form", in: browser))
        }
    }

    /// Esc and the button to cancel: stops a request, else closes; what was typed is not thrown away unasked.
    private mutating func leave(isByButton: Bool = false) -> Outcome {
        switch status.phase {
        case .sending(let key), .checking(let key):
            // Nobody knows whether the service had it done, where that matters.
            enter(content.check(values) == nil ? .editing : .unknown)
            return .then(.stop(key))
        case .confirmingClose: return keepEditing()
        case .unknown where !isByButton:
            enter(.editing)
            if !fields.list.isEmpty { focus = .field(0) } else { focus = .button(1) }
        case .editing where !fields.isTouched: return close()
        case .editing where !content.asksBeforeClosing, .unknown where !content.asksBeforeClosing: return close()
        case .editing, .unknown:
            status.phase = .confirmingClose(from: status.phase == .unknown ? .field(0) : focus)
            focus = .button(1)
        }
        return .none
    }

    private mutating func keepEditing() -> Outcome {
        if case .confirmingClose(let before) = status.phase {
            enter(.editing)
            focus = before
        }
        return .none
    }

    /// Closes it. What was stopped and is not answered yet has nobody to answer any more.
    private func close(then steps: Outcome.Step...) -> Outcome {
        Outcome(closes: true, then: [.forget(SubmitForm.key(of: id))] + steps)
    }

    // MARK: What becomes of it

    /// Shows what the form is doing now, and what is to be said of that.
    mutating func enter(_ phase: FormStatus.Phase, saying problem: String? = nil, button: Int = 0) {
        status.enter(phase, saying: problem)
        focus = .button(button)
    }

    /// Shows that what was cancelled had not been sent yet.
    mutating func wasNotSent() {
        guard status.phase == .unknown || status.phase == .editing else { return }
        enter(.editing, saying: "Cancelled before it was sent; nothing changed.")
    }

    /// Shows that the check found it not done.
    mutating func foundNothing() { enter(.unknown, saying: content.notDone(values), button: 1) }

    /// Shows that another user is signed in now, and for whom it is sent therefore. A check for the one before has ended.
    ///
    /// - Parameter who: nil when it is not known who, and so whether it is another one at all.
    mutating func changedUser(to who: String?) {
        status.note(userChangedTo: who)
        if case .checking = status.phase { enter(.unknown) }
    }

    /// Shows that somebody has signed in: what was filled in can be sent now.
    mutating func signedIn() {
        guard status.offersSignIn else { return }
        status.offersSignIn = false
        enter(status.phase)
    }

    /// Shows that it was not done, with what is said under a field or, without one, above the buttons.
    mutating func refused(_ text: String, at field: String?) {
        enter(.editing)
        if !fields.refuse(text, at: field) { status.problem = text }
        focusRefusal()
    }

    /// Shows why it was not done: at the fields the service names, else above the buttons.
    ///
    /// - Parameter canSignIn: whether signing in may help where there was no token.
    mutating func failed(_ error: RequestError, canSignIn: Bool) {
        status.offersSignIn = canSignIn && error.isAboutToken
        if case .checking = status.phase { return enter(.unknown, saying: Wording.text(error)) }
        if error.outcomeUnknown { return enter(.unknown) }
        guard let answer = error.apiError else { return refused(Wording.text(error), at: content.field(of: error)) }
        enter(.editing)
        let all = answer.details.isEmpty ? [.init(code: answer.code, message: answer.message)] : answer.details
        let general = all.filter { detail in
            let refusal = content.refusal(detail, of: answer, values)
            return !fields.refuse(refusal?.text ?? "", at: refusal?.field)
        }
        // What stands at a field is not said twice.
        status.problem =
            general.count == all.count
            ? Wording.text(error) : general.isEmpty ? nil : general.map(\.message).joined(separator: " ")
        focusRefusal()
    }

    private mutating func focusRefusal() {
        if let wrong = fields.list.firstIndex(where: { $0.refusal != nil }) { focus = .field(wrong) }
    }
}
