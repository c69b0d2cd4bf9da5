import Browser
import ITwinsAPI
import Screen

/// A person at a browser without a terminal, whose service has answered; every key is drawn, as in a terminal.
struct Person {
    private(set) var browser: Browser
    private var now = Timestamp(secondsSince1970: 1_790_510_400)

    /// Looks at the place of iTwins, all of which are loaded.
    init(_ iTwins: [ITwin], width: Int = 120, height: Int = 40) {
        self.init(Self.pages(of: iTwins), width: width, height: height)
    }

    /// Looks at the place of iTwins when these pages have come.
    init(_ pages: [PreparedPage], width: Int = 120, height: Int = 40) {
        browser = Self.browser(Size(width: width, height: height))
        for case .load(let id, _, _, _) in browser.start(at: now) {
            for page in pages { _ = browser.update(.page(id, page), at: now) }
            _ = browser.update(.answered(id, .success(.done)), at: now)
        }
        press("2")
    }

    private static func browser(_ size: Size) -> Browser {
        Browser(connection: Connection(profile: "LOCAL", host: "127.0.0.1:41873", maxReturn: 100_000), size: size)
    }

    /// The pages in which a long list comes: one of 200 (`PageTrail.firstLink`), then ones of 1,000 of which the first 10 rows
    /// came with the page before. In the program that is not the UI thread's work.
    static func pages(of iTwins: [ITwin]) -> [PreparedPage] {
        var browser = Self.browser(Size(width: 120, height: 40))
        var pages: [PreparedPage] = []
        for case .load(_, let list, _, _) in browser.start(at: Timestamp(secondsSince1970: 0)) {
            var rest = iTwins[...]
            var size = 200
            while !rest.isEmpty {
                let page = Page(Array(rest.prefix(size)), next: rest.count > size ? "more" : nil)
                pages += [list.prepared(.iTwins(page))].compactMap(\.self)
                rest = rest.dropFirst(size)
                size = 990
            }
        }
        return pages
    }

    /// Presses a key, in the keymap's notation, and returns what is then on the screen.
    @discardableResult
    mutating func press(_ key: String) -> Frame {
        guard let key = Key(key) else { preconditionFailure("“\(key)” is no key") }
        return press(key)
    }

    @discardableResult
    mutating func press(_ key: Key) -> Frame { send(.input(.key(key))) }

    /// Gives the terminal another size.
    @discardableResult
    mutating func resize(_ width: Int, _ height: Int) -> Frame {
        send(.input(.resized(Size(width: width, height: height))))
    }

    private mutating func send(_ event: Event) -> Frame {
        now = now.adding(seconds: 0.04)
        _ = browser.update(event, at: now)
        return browser.view(at: now)
    }

    /// Draws what is on the screen once more.
    func look() -> Frame { browser.view(at: now) }
}
