import ITwinsAPI
import Screen

/// Something that lies over all below it and takes all keys: a dialog. Each is a value that lives in `Layers`, reads the
/// browser and changes nothing but itself; what else is to be done it says by its `Outcome`.
protocol Layer: Sendable {
    /// Which keys of the keymap it takes.
    var context: KeyContext { get }
    /// What the footer says while it is on top.
    var hints: [DialogHint] { get }
    /// The command that opens it, if its keys close it too; nil, the default, for none.
    var opener: Command? { get }
    /// The theme in which the screen is drawn while it is there; nil, the default, for the one in use.
    var theme: Theme? { get }
    /// When it changes by itself; nil, the default, when it does not.
    func nextChange(at now: Timestamp) -> Timestamp?

    /// Takes a key.
    mutating func handle(_ press: KeyPress, _ browser: Browser, at now: Timestamp) -> Outcome
    /// Takes pasted text; by default it is nobody's.
    mutating func paste(_ text: String, at now: Timestamp)
    /// Learns from what happened outside, wherever it lies, and returns what must be done; by default it is all the same.
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect]
    /// Draws itself over the screen.
    func draw(on canvas: inout Canvas)
}

extension Layer {
    var opener: Command? { nil }
    var theme: Theme? { nil }
    func nextChange(at now: Timestamp) -> Timestamp? { nil }
    mutating func paste(_ text: String, at now: Timestamp) {}
    mutating func update(_ browser: Browser, after event: Event, at now: Timestamp) -> [Effect] { [] }
}

/// What a key of a layer leads to, in this order.
struct Outcome: Sendable {
    /// Whether the layer is closed.
    var closes = false
    /// What is opened over the layer, or in its place when that is closed.
    var pushes: (any Layer)?
    /// What is done then.
    var then: [Step] = []

    /// Nothing.
    static let none = Outcome()
    /// The layer is closed.
    static let close = Outcome(closes: true)

    /// The layer is closed, and something is done.
    static func close(then steps: Step...) -> Outcome { Outcome(closes: true, then: steps) }

    /// Something is done.
    static func then(_ steps: Step...) -> Outcome { Outcome(then: steps) }

    /// Something that a layer asks for. A layer that asks for something of its own declares a `BrowserChange`.
    enum Step: Sendable {
        case run(Command)
        case send(any BrowserRequest)
        /// Stops a request. One that changes something is still told apart by its answer.
        case stop(RequestKey)
        /// Nobody waits for a request any more.
        case forget(RequestKey)
        case say(Notices.Toast.Kind, String)
        case effect(Effect)
        case change(any BrowserChange)
    }
}

/// Something that is done with values of its own: an action with arguments.
protocol BrowserChange: Sendable {
    /// Does it, and returns what must be done outside.
    func apply(to browser: inout Browser, at now: Timestamp) -> [Effect]
}

/// What layers ask for.
extension Browser {
    mutating func handleInLayer(_ key: Key, at now: Timestamp) -> [Effect] {
        let outcome = lendLayers { layers, browser in layers.handle(key, browser, at: now) }
        if outcome.closes { layers.close() }
        if let layer = outcome.pushes { layers.push(layer) }
        var effects: [Effect] = []
        for step in outcome.then { effects += perform(step, at: now) }
        return effects
    }

    /// Tells the layers what happened outside.
    mutating func updateLayers(after event: Event, at now: Timestamp) -> [Effect] {
        layers.isEmpty ? [] : lendLayers { layers, browser in layers.update(browser, after: event, at: now) }
    }

    /// Takes the layers out while they read the browser: neither is copied.
    private mutating func lendLayers<Result>(_ body: (inout Layers, Browser) -> Result) -> Result {
        var layers = Layers()
        swap(&layers, &self.layers)
        defer { swap(&layers, &self.layers) }
        return body(&layers, self)
    }

    private mutating func perform(_ step: Outcome.Step, at now: Timestamp) -> [Effect] {
        switch step {
        case .run(let command): return command.run(in: &self, at: now)
        case .send(let request): return request.start(in: &self, at: now)
        case .stop(let key):
            guard let found = session.requests[key] else { return [] }
            if found.request.role != .submit { session.requests.end(found.id) }
            return [.cancel(found.id)]
        case .forget(let key):
            if let found = session.requests[key] { session.requests.end(found.id) }
            return []
        case .say(let kind, let text):
            show(kind, text, at: now)
            return []
        case .effect(let effect): return [effect]
        case .change(let change): return change.apply(to: &self, at: now)
        }
    }
}
