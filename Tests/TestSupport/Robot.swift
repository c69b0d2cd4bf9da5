public import Browser
public import ITwinsAPI
public import Screen

/// A user at the keyboard of a browser without a terminal: presses keys, lets time pass, and gives the answers of a
/// service.
public struct Robot {
    /// The browser.
    public private(set) var browser: Browser
    /// The time; it passes only when told to.
    public private(set) var now: Timestamp
    /// Everything the browser asked for, in order.
    public private(set) var effects: [Effect] = []
    /// Requests that were neither answered nor stopped, in order.
    public private(set) var pending: [Request] = []

    /// Whether questions about the size of files wait for their answers; otherwise each is answered at once.
    public var holdsMeasures = false

    /// The questions about the size of files so far, in order.
    public var measures: [RequestID] {
        effects.compactMap { if case .measure(let id, _) = $0 { id } else { nil } }
    }

    /// A request that waits for its answer.
    public struct Request: Hashable {
        /// Its id.
        public var id: RequestID
        /// What was asked.
        public var operation: ITwinsAPI.Operation
        /// A list that is loaded page by page.
        public var list: PagedOperation?
    }

    /// The moment at which robots begin: 12:00:00 UTC of a day.
    public static let noon = Timestamp(secondsSince1970: 1_790_510_400)

    /// Starts a browser on a screen of a size.
    ///
    /// - Parameters:
    ///   - connection: where it begins; nil for a local service.
    ///   - profiles: those it can go to.
    ///   - keymap: what its keys do.
    public init(
        width: Int = 100,
        height: Int = 30,
        routes: RouteTable = .live,
        connection: Connection? = nil,
        profiles: [ProfileChoice] = [],
        keymap: Keymap = .standard
    ) {
        now = Self.noon
        let local = Connection(profile: "LOCAL", host: "127.0.0.1:41873", routes: routes)
        let size = Size(width: width, height: height)
        browser = Browser(connection: connection ?? local, profiles: profiles, size: size, keymap: keymap)
        take(browser.start(at: now))
    }

    // MARK: Acting

    /// Presses keys, in notation with blanks between them: `j j n`, `g g`, `ctrl-d`, `space`.
    public mutating func press(_ keys: String) {
        for key in Keymap.chord(keys) ?? [] { send(.input(.key(key))) }
    }

    /// Types text, each character a key.
    public mutating func type(_ text: String) {
        for character in text { send(.input(.key(Key(.character(character))))) }
    }

    /// Pastes text.
    public mutating func paste(_ text: String) { send(.input(.paste(text))) }

    /// Gives the terminal another size.
    public mutating func resize(_ width: Int, _ height: Int) {
        send(.input(.resized(Size(width: width, height: height))))
    }

    /// Delivers an event now.
    public mutating func send(_ event: Event) { take(browser.update(event, at: now)) }

    /// Lets time pass; what falls due on the way happens.
    public mutating func advance(seconds: Double) {
        let end = now.adding(seconds: seconds)
        while let deadline = browser.nextDeadline(at: now), deadline <= end {
            now = max(deadline, now.adding(seconds: 0.001))
            send(.deadline)
        }
        now = max(end, now)
    }

    // MARK: Answering

    /// Answers the oldest request that fits.
    ///
    /// - Returns: false when there is none.
    @discardableResult
    public mutating func answer(
        _ result: Result<Answer, RequestError>,
        where fits: (ITwinsAPI.Operation) -> Bool = { _ in true }
    ) -> Bool {
        guard let index = pending.firstIndex(where: { fits($0.operation) }) else { return false }
        let request = pending.remove(at: index)
        send(.answered(request.id, result))
        return true
    }

    /// Delivers a page of the list of iTwins that is being loaded.
    public mutating func page(_ page: Page<ITwin>) { self.page(.iTwins(page), of: .getMyITwins) }

    /// Delivers a page of the list of resources that is being loaded.
    public mutating func page(_ page: Page<Resource>) { self.page(.resources(page), of: .getRepositoryResources) }

    private mutating func page(_ answer: Answer, of operation: OperationID) {
        guard let request = pending.first(where: { $0.operation.id == operation }) else { return }
        page(answer, of: request)
    }

    private mutating func page(_ answer: Answer, of request: Request) {
        if let page = request.list?.prepared(answer) { send(.page(request.id, page)) }
    }

    /// Answers requests from sample data until none is left that it can answer.
    public mutating func serve(_ data: SampleData) {
        while let request = pending.first(where: { data.answer(to: $0.operation) != nil }),
            let result = data.answer(to: request.operation)
        {
            pending.removeAll { $0 == request }
            if case .success(let answer) = result { page(answer, of: request) }
            send(.answered(request.id, result))
        }
    }

    /// The operations that wait for an answer.
    public var asked: [ITwinsAPI.Operation] { pending.map(\.operation) }

    /// Forgets the effects so far.
    public mutating func forgetEffects() { effects = [] }

    private mutating func take(_ new: [Effect]) {
        effects += new
        for effect in new {
            switch effect {
            case .perform(let id, let operation, _): pending.append(Request(id: id, operation: operation))
            case .load(let id, let list, _, _): pending.append(Request(id: id, operation: list.operation, list: list))
            case .cancel(let id): pending.removeAll { $0.id == id }
            case .measure(let id, _): if !holdsMeasures { send(.measured(id, bytes: 1_234_567)) }
            case .download, .bell, .save, .listThemes, .redraw, .suspend, .quit, .listProfiles, .switchProfile, .signIn,
                .cancelSignIn, .pasteSignIn, .copy, .requestFor:
                break
            }
        }
    }

    // MARK: Looking

    /// The screen.
    public var screen: Frame { browser.view(at: now) }

    /// The screen's text.
    public var text: String { screen.text() }

    /// The row of the screen in which a text stands first; nil when it is not on the screen.
    public func row(of text: String) -> Int? {
        self.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(text) }
    }

    /// The text of the row that has the cursor in the pane with the focus.
    public var selectedRow: String? {
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        let screen = screen
        return (0..<screen.size.height).first { y in
            screen.row(y).contains { $0.style.role == .mark && $0.text == "▌" }
        }.map { String(rows[$0]) }
    }
}
