import ITwinsAPI
import Screen

/// The dialogs that are open, one over the other: the one on top takes the keys.
struct Layers: Sendable {
    /// From below to the top.
    private var stack: [any Layer] = []
    private var formCount = 0

    var isEmpty: Bool { stack.isEmpty }
    /// What the footer says; nil while nothing is open.
    func hints(_ keymap: Keymap) -> [KeyHint]? { stack.last.map { keymap.hints($0.hints, in: $0.context) } }
    /// The theme that one of them shows; nil while none does.
    var theme: Theme? { stack.last { $0.theme != nil }?.theme }

    func nextChanges(at now: Timestamp) -> [Timestamp] { stack.compactMap { $0.nextChange(at: now) } }

    // MARK: Opening and closing

    mutating func push(_ layer: any Layer) { stack.append(layer) }

    /// Opens a form.
    mutating func open(_ content: any FormContent) {
        formCount += 1
        push(Form(content, id: FormID(number: formCount)))
    }

    /// Closes the one on top.
    mutating func close() { _ = stack.popLast() }

    /// Closes all but one form, where that is to be kept. The number of forms goes on: an answer to another one must find
    /// nobody.
    mutating func closeAll(but form: Form? = nil) { stack = form.map { [$0] } ?? [] }

    // MARK: Keys, events, drawing

    mutating func handle(_ key: Key, _ browser: Browser, at now: Timestamp) -> Outcome {
        guard let top = stack.indices.last else { return .none }
        let keymap = browser.terminal.keymap
        if let opener = stack[top].opener, keymap.resolve([key]) == .command(opener) { return .close }
        return stack[top].handle(keymap.press(key, in: stack[top].context), browser, at: now)
    }

    mutating func paste(_ text: String, at now: Timestamp) {
        if !stack.isEmpty { stack[stack.endIndex - 1].paste(text, at: now) }
    }

    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] {
        stack.indices.flatMap { stack[$0].update(browser, after: event, at: now) }
    }

    func draw(on canvas: inout Canvas) {
        for layer in stack { layer.draw(on: &canvas) }
    }

    // MARK: Finding one

    /// Whether one of a kind is open.
    func has<Kind: Layer>(_ kind: Kind.Type) -> Bool { stack.contains { $0 is Kind } }

    /// Closes those of a kind.
    mutating func close<Kind: Layer>(_ kind: Kind.Type) { stack.removeAll { $0 is Kind } }

    var forms: [Form] { stack.compactMap { $0 as? Form } }

    /// The form of an identity; nil once it is closed.
    subscript(id: FormID) -> Form? { forms.first { $0.id == id } }

    mutating func change(_ id: FormID, _ change: (inout Form) -> Void) {
        guard let index = stack.firstIndex(where: { ($0 as? Form)?.id == id }), var form = stack[index] as? Form else {
            return
        }
        change(&form)
        stack[index] = form
    }

    mutating func close(_ id: FormID) { stack.removeAll { ($0 as? Form)?.id == id } }
}

/// Which form it is among all that were opened in this run.
struct FormID: Hashable, Sendable, CustomStringConvertible {
    fileprivate let number: Int

    var description: String { "\(number)" }
}
