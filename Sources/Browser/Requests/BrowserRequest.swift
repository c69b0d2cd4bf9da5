import ITwinsAPI

/// One kind of request, declared in one place: its key, what is sent, what its answer changes, and what it means when it
/// fails or is cancelled. The value is kept while the request is in flight.
protocol BrowserRequest: Sendable {
    /// What it is about: a newer request of the same key replaces it. By default there is one of a kind.
    var key: RequestKey { get }
    /// What it performs, or the operation of the API that it belongs to; errors name it.
    var operation: Operation { get }
    /// What it is for; `.background` by default.
    var role: RequestRole { get }
    /// The selection that it belongs to: it is dropped when another one is selected. Nil by default.
    var scope: RequestScope? { get }
    /// Whether it is started again once somebody has signed in; false by default.
    var waitsForSignIn: Bool { get }

    /// What sends it; by default what performs its operation.
    func effect(_ id: RequestID) -> Effect
    /// Sends it, from where it broke off if there is such a place. By default it is just sent.
    func start(in browser: inout Browser, at now: Timestamp) -> [Effect]
    /// Shows what an answer brings, and returns what follows.
    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect]
    /// Shows that it failed, or that a user cancelled it, which is a failure with that reason. Returns what follows.
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect]
    /// Shows a page of the list that it loads.
    func received(_ page: PreparedPage, in browser: inout Browser, at now: Timestamp)
    /// Shows the size of the file that it asked about, in bytes; nil when it cannot be told. Returns what follows.
    func measured(_ bytes: Int?, in browser: inout Browser, at now: Timestamp) -> [Effect]
    /// Shows that more of a file was sent or has come, which is noted with the request.
    func progressed(_ request: Requests.InFlight, in browser: inout Browser)
}

extension BrowserRequest {
    var key: RequestKey { RequestKey(Self.self) }
    var role: RequestRole { .background }
    var scope: RequestScope? { nil }
    var waitsForSignIn: Bool { false }

    func effect(_ id: RequestID) -> Effect { .perform(id, operation) }
    func start(in browser: inout Browser, at now: Timestamp) -> [Effect] { browser.session.send(self, at: now) }
    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] { [] }
    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] { [] }
    func received(_ page: PreparedPage, in browser: inout Browser, at now: Timestamp) {}
    func measured(_ bytes: Int?, in browser: inout Browser, at now: Timestamp) -> [Effect] { [] }
    func progressed(_ request: Requests.InFlight, in browser: inout Browser) {}
}

/// A request that fills something on the screen. It declares where that keeps its `LoadState`; whether it is loading is
/// asked of the requests in flight.
protocol LoadRequest: BrowserRequest {
    /// Where it is kept when this was loaded and why it could not be.
    var load: WritableKeyPath<Session, LoadState> { get }
    /// What is known of what it fills. Declared here so that it is compiled for each request: what is compiled for all of them
    /// copies the session to read it.
    func state(in browser: Browser) -> LoadState
    /// Shows what an answer brings, and returns what follows.
    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect]
    /// How old what it fills may be where so many seconds are asked for; those by default.
    func maximumAge(_ seconds: Double, in browser: Browser) -> Double
}

extension LoadRequest {
    var role: RequestRole { .load }
    var waitsForSignIn: Bool { true }

    func state(in browser: Browser) -> LoadState { browser.session[keyPath: load] }
    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] { [] }
    func maximumAge(_ seconds: Double, in browser: Browser) -> Double { seconds }

    func succeed(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session[keyPath: load].succeed(at: now)
        return fill(answer, in: &browser, at: now)
    }

    func fail(_ error: RequestError, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session[keyPath: load].fail(error)
        return []
    }
}

/// A request that fills a part of what is known of an iTwin.
protocol ITwinPartRequest: LoadRequest {
    typealias Part = WritableKeyPath<SidePaneState.CachedITwin, LoadState>

    var iTwinID: String { get }
    /// Where that part keeps its `LoadState`.
    static var part: Part { get }
}

extension ITwinPartRequest {
    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var scope: RequestScope? { .iTwin(iTwinID) }
    var load: WritableKeyPath<Session, LoadState> {
        let iTwin: WritableKeyPath<Session, SidePaneState.CachedITwin> = \.sidePane[iTwinID]
        return iTwin.appending(path: Self.part)
    }
    /// By way of the iTwin: a key path from the session with an id in it copies the session.
    func state(in browser: Browser) -> LoadState { browser.session.sidePane[iTwinID][keyPath: Self.part] }
}

/// The kind of a request and, where there can be several of a kind, what each is about.
struct RequestKey: Hashable, Sendable {
    private let kind: ObjectIdentifier
    private let ids: [String?]

    init(_ kind: any BrowserRequest.Type, _ ids: String?...) {
        self.kind = ObjectIdentifier(kind)
        self.ids = ids
    }
}

/// What a request is for.
enum RequestRole: Sendable, Hashable {
    /// Fills what is on the screen; the cancel key stops it.
    case load
    /// Changes something on the service outside dialogs; the cancel key stops it after what fills the screen. Going to
    /// another profile does not.
    case write
    /// Changes what a dialog was filled in for: only the keys of the dialog stop it. Going to another profile does not.
    case submit
    /// Everything else: no key stops it alone.
    case background
}

/// What has to be selected for an answer to be shown.
enum RequestScope: Sendable, Hashable {
    case iTwin(String)
    case repository(RepositoryPath)
    case resource(RepositoryPath, id: String)
}
