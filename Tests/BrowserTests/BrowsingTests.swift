import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

import struct Browser.Command

/// What browsing does: which keys move what, what is asked for and when, what answers change.
struct BrowsingTests {
    private func robot(routes: RouteTable = .live, data: SampleData = .sample) -> Robot {
        var robot = Robot(routes: routes)
        robot.serve(data)
        return robot
    }

    private func iTwins(_ count: Int, from first: Int = 0) -> [ITwin] {
        (first..<(first + count)).map { index in
            var iTwin = ITwin(id: "id-\(index)")
            (iTwin.displayName, iTwin.number, iTwin.subClass) = ("iTwin \(index)", "N-\(index)", .project)
            return iTwin
        }
    }

    private func isRepositories(_ operation: ITwinsAPI.Operation) -> Bool { operation.id == .getRepositoriesByITwinID }

    private let lost = RequestError(.unreachable("nobody answers"), operation: .getMyITwins)

    // MARK: Loading

    @Test func `At the start the list, recents, favorites, exports and the account are requested`() {
        let robot = Robot()
        #expect(
            robot.asked.map(\.id) == [
                .getMyITwins, .getMyRecentlyUsedITwins, .getMyFavoriteITwins, .getMyExports, .getMyPrimaryAccount,
            ]
        )
    }

    @Test func `The first page is shown at once, and the list says that more is loading`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(iTwins(100), next: "http://127.0.0.1/itwins?$skip=100"))
        #expect(robot.text.contains("iTwin 0"))
        #expect(robot.text.contains("100 loaded"))
        #expect(robot.text.contains("loading more"))
    }

    @Test(.rows(41)) func `An iTwin on two pages is listed once`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(iTwins(100), next: "next"))
        robot.page(Page(iTwins(100, from: 50)))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        #expect(robot.text.contains("iTwins  150"))
    }

    @Test(.rows(31)) func `A list that was interrupted keeps its rows, and r resumes there`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(iTwins(100), next: "http://127.0.0.1/itwins?$skip=100"))
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .getMyITwins))) { $0.id == .getMyITwins }
        #expect(robot.text.contains("incomplete"))
        #expect(robot.text.contains("r  loads the rest"))
        #expect(robot.text.contains("iTwin 0"))
        robot.forgetEffects()
        robot.press("r")
        let resumed = robot.effects.contains { effect in
            if case .load(_, _, from: "http://127.0.0.1/itwins?$skip=100", _) = effect { true } else { false }
        }
        #expect(resumed)
    }

    @Test(.rows(41)) func `A refresh keeps the cursor on the same iTwin and the rows on the screen`() {
        var robot = robot()
        robot.press("2 j j j r")
        #expect(robot.selectedRow?.contains("RB-0421") == true)
        var data = SampleData.sample
        data.iTwins.insert(iTwins(1)[0], at: 0)
        data.iTwins.removeAll { $0.number == "RP-0001" }
        data.iTwins.reverse()
        robot.serve(data)
        #expect(robot.selectedRow?.contains("RB-0421") == true)
    }

    @Test func `A failed refresh keeps the rows and is reported in the border`() {
        var robot = robot()
        robot.advance(seconds: 130)
        robot.press("2")
        while robot.answer(.failure(lost)) {}
        #expect(robot.text.contains("RB-0421"))
        #expect(robot.text.contains("2 min old, offline"))
    }

    @Test(.rows(47)) func `A response that is no longer needed is dropped`() {
        var robot = robot()
        robot.press("2")
        robot.advance(seconds: 0.2)
        guard let old = robot.pending.first(where: { isRepositories($0.operation) }) else {
            Issue.record("no repositories were asked for")
            return
        }
        robot.press("j j j")
        robot.advance(seconds: 0.2)
        robot.send(.answered(old.id, .success(.repositories(Page([Repository(id: "ghost", class: "Ghosts")])))))
        #expect(!robot.text.contains("Ghosts"))
        #expect(robot.effects.contains(.cancel(old.id)))
    }

    @Test func `Holding j for two seconds requests repositories at most three times`() {
        var data = SampleData.sample
        data.iTwins = iTwins(1000)
        var robot = robot(data: data)
        robot.press("2")
        robot.forgetEffects()
        for _ in 0..<200 {
            robot.press("j")
            robot.advance(seconds: 0.01)
        }
        robot.advance(seconds: 1)
        let asked = robot.effects.count { effect in
            if case .perform(_, let operation, _) = effect { isRepositories(operation) } else { false }
        }
        #expect(asked <= 3)
        #expect(asked >= 1)
    }

    @Test func `Cached data is shown at once and requested again only when it is old`() {
        var robot = robot()
        robot.press("2 j j j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        robot.press("k")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        robot.forgetEffects()
        robot.press("j")
        #expect(robot.text.contains("Flood maps"))
        robot.advance(seconds: 1)
        #expect(robot.effects.isEmpty)
        robot.press("k")
        robot.advance(seconds: 40)
        robot.press("j")
        robot.advance(seconds: 0.2)
        #expect(robot.asked.contains(where: isRepositories))
    }

    @Test func `Elements that can't be read are counted and reported`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(iTwins(3), unreadable: 2))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        #expect(robot.text.contains("2 of the iTwins couldn't be read"))
        #expect(robot.text.contains("iTwin 2"))
    }

    @Test func `A list that reaches the limit says so`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(iTwins(100), maxReturn: 100))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        #expect(robot.text.contains("limited to 100"))
    }

    @Test func `A list that ends early says how many rows are loaded, and why`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(iTwins(1000)))
        let circle = RequestError(.pagingStopped("the pages form a loop"), operation: .getMyITwins)
        robot.answer(.failure(circle)) { $0.id == .getMyITwins }
        #expect(robot.text.contains("ends early"))
        #expect(robot.text.contains("1,000 loaded"))
        #expect(robot.row(of: "The list ends early: the pages form a loop.  r  reloads it") != nil)
        robot.press("/")
        robot.type("nowhere")
        #expect(robot.row(of: "No match for “nowhere” among the") != nil)
        robot.press("enter esc")
        // Reading it anew ends no better: what is known and why it is not more stay.
        robot.press("r")
        robot.page(Page(iTwins(1000)))
        robot.answer(.failure(circle)) { $0.id == .getMyITwins }
        #expect(robot.text.contains("1,000 loaded"))
        #expect(robot.row(of: "The list ends early: the pages form a loop.  r  reloads it") != nil)
    }

    // MARK: Keys

    @Test func `g g and G go to the ends, and an incomplete chord does nothing`() {
        var robot = robot()
        robot.press("2 G")
        #expect(robot.selectedRow?.contains("CD-0001") == true)
        robot.press("g g")
        #expect(robot.selectedRow?.contains("Sample Infra") == true)
        robot.press("j g esc j")
        #expect(robot.selectedRow?.contains("BR-0042") == true)
    }

    @Test func `Every command has a key and an ID that no other command has, and no chord is missing`() {
        #expect(Keymap.standard.conflicts.isEmpty)
        for command in Command.all { #expect(!Keymap.standard.labels(of: command).isEmpty, "\(command)") }
        #expect(Set(Command.all).count == Command.all.count)
    }

    @Test func `Esc clears the filter first, then stops a request, then does nothing`() {
        var robot = robot()
        robot.press("2 /")
        robot.type("bridge")
        robot.press("enter r")
        robot.forgetEffects()
        robot.press("esc")
        #expect(robot.text.contains("RP-0001"))
        #expect(robot.effects.isEmpty)
        robot.press("esc")
        #expect(robot.effects.count == 1)
        while !robot.pending.isEmpty { robot.press("esc") }
        robot.forgetEffects()
        robot.press("esc esc")
        #expect(robot.effects.isEmpty)
    }

    @Test func `Ctrl-C twice within a second quits, and once acts like Esc`() {
        var robot = robot()
        robot.forgetEffects()
        robot.press("ctrl-c")
        #expect(robot.effects.isEmpty)
        robot.advance(seconds: 1.5)
        robot.press("ctrl-c")
        #expect(robot.effects.isEmpty)
        robot.press("ctrl-c")
        #expect(robot.effects == [.quit(status: 130)])
    }

    @Test func `q returns to the dashboard and quits there`() {
        var robot = robot()
        robot.press("2")
        robot.forgetEffects()
        robot.press("q")
        #expect(!robot.effects.contains(.quit(status: 0)))
        #expect(robot.text.contains("[1 Dashboard]"))
        robot.press("q")
        #expect(robot.effects.contains(.quit(status: 0)))
    }

    @Test func `The key of the current place focuses its list`() {
        var robot = robot()
        robot.press("2 j j")
        let selected = robot.selectedRow
        robot.press("enter 2 n")
        #expect(robot.row(of: "New iTwin") != nil)
        robot.press("esc 2")
        #expect(robot.selectedRow == selected)
        robot.press("1 tab 1 tab")
        #expect(robot.text.contains("[1 Dashboard]"))
    }

    @Test func `H and L move through the places visited`() {
        var robot = robot()
        robot.press("2 j j 4 H")
        #expect(robot.text.contains("[2 iTwins]"))
        #expect(robot.selectedRow?.contains("BR-0042") == true)
        robot.press("H")
        #expect(robot.text.contains("[1 Dashboard]"))
        robot.press("L L")
        #expect(robot.text.contains("[4 Exports]"))
    }

    @Test func `H restores a list with its filter, sort, cursor, tab and focus`() {
        var robot = robot()
        robot.press("2 s")
        robot.press("down enter /")
        robot.type("r")
        robot.press("enter j ] tab")
        let before = robot.text
        let selected = robot.selectedRow
        robot.press("4")
        robot.press("2 s enter / ctrl-u enter G [ 6")
        robot.press("H H H")
        #expect(robot.text.contains("[2 iTwins]"))
        #expect(robot.text == before)
        #expect(robot.selectedRow == selected)
    }

    @Test func `H restores the scroll position of a long list`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(iTwins(200)))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        robot.press("ctrl-d ctrl-d ctrl-d k k")
        let before = robot.text
        robot.press("4 2")
        robot.press("G 4 H H H")
        #expect(robot.text.contains("[2 iTwins]"))
        #expect(robot.text == before)
    }

    @Test func `H restores the scroll position of a text`() {
        var robot = robot()
        robot.resize(100, 16)
        robot.press("2 enter ] ]")
        robot.serve(.sample)
        robot.press("j j j j")
        let before = robot.text
        robot.press("1 H")
        robot.serve(.sample)
        #expect(robot.text == before)
    }

    @Test func `The selected tabs stay when entering a repository and leaving by a key`() {
        var robot = robot()
        robot.resize(180, 40)
        robot.press("2 j j j tab tab ]")
        robot.serve(.sample)
        robot.press("shift-tab enter")
        robot.serve(.sample)
        robot.press("2")
        robot.serve(.sample)
        #expect(robot.text.contains("\"displayName\""))
    }

    @Test func `Redrawing the screen keeps the message`() {
        var robot = robot()
        robot.press("2 .")
        #expect(robot.text.contains("Secrets are shown"))
        robot.press("ctrl-l")
        #expect(robot.text.contains("Secrets are shown"))
    }

    @Test func `A paste outside a text field runs no command`() {
        var robot = robot()
        robot.forgetEffects()
        robot.paste("q2nf")
        #expect(robot.effects.isEmpty)
        #expect(robot.text.contains("[1 Dashboard]"))
    }

    @Test func `Tab cycles through the panes`() {
        var robot = robot()
        robot.press("tab")
        #expect(robot.selectedRow?.contains("1.2 MB") != true)
        robot.press("tab")
        #expect(robot.selectedRow?.contains("1.2 MB") == true)
        robot.press("tab")
        #expect(robot.selectedRow?.contains("Harbour Bridge Deck") == true)
    }

    // MARK: Filter

    @Test func `Filter words match in any order, and a capital letter makes them case-sensitive`() {
        var robot = robot()
        robot.press("2 /")
        robot.type("rehab river")
        #expect(robot.text.contains("1 of 11"))
        robot.press("ctrl-u")
        robot.type("Bridge")
        #expect(robot.text.contains("3 of 11"))
        robot.press("ctrl-u")
        robot.type("BRIDGE")
        #expect(robot.text.contains("0 of 11"))
        robot.press("ctrl-u")
        robot.type("トンネル")
        #expect(robot.text.contains("TK-0118"))
    }

    @Test func `A filter finds names whatever their accents and width`() {
        var robot = robot()
        robot.press("2 /")
        for word in ["zurich", "zürich", "Zurich", "ＺＵＲＩＣＨ".lowercased(), "zu\u{308}rich"] {
            robot.press("ctrl-u")
            robot.type(word)
            #expect(robot.text.contains("1 of 11"), "\(word)")
            let row = robot.selectedRow ?? ""
            #expect(row.contains("ZH-0930"), "\(word)")
        }
    }

    @Test func `The cursor goes to what the filter names best, and Esc brings back what was selected`() {
        var robot = robot()
        robot.press("2 j j j j")
        #expect(robot.selectedRow?.contains("OM-0007") == true)
        robot.press("/")
        robot.type("r")
        // The first of those that begin with it comes before the first that has it.
        #expect(robot.selectedRow?.contains("RP-0001") == true)
        robot.type("b-0421")
        #expect(robot.selectedRow?.contains("RB-0421") == true)
        robot.press("ctrl-u")
        #expect(robot.selectedRow?.contains("OM-0007") == true)
        robot.type("bridge")
        #expect(robot.selectedRow?.contains("BR-0042") == true)
        robot.press("esc")
        #expect(robot.selectedRow?.contains("OM-0007") == true)
    }

    @Test func `After moving among the rows that match, Esc stays where one is`() {
        var robot = robot()
        robot.press("2 j j j j /")
        robot.type("bridge")
        robot.press("down esc")
        #expect(robot.selectedRow?.contains("RB-0421") == true)
        robot.press("/")
        robot.type("pump")
        robot.press("enter esc")
        #expect(robot.selectedRow?.contains("PH-7") == true)
    }

    @Test func `Rows that arrive while a filter is typed are filtered too`() {
        var robot = Robot()
        robot.press("2 /")
        robot.type("9")
        robot.page(Page(iTwins(20)))
        #expect(robot.text.contains("iTwin 19"))
        #expect(!robot.text.contains("iTwin 18"))
    }

    // MARK: Favorites, recents, inactive

    @Test func `A favorite is shown at once and then requested, and a refusal reverts it`() {
        var robot = robot()
        robot.press("2 j j j")
        robot.forgetEffects()
        robot.press("f")
        #expect(robot.selectedRow?.contains("★") == true)
        #expect(robot.asked.contains(.addFavorite(id: SampleData.id(3))))
        let refusal = APIError(status: 403, code: "InsufficientPermissions", message: "Not yours.")
        robot.answer(.failure(RequestError(.refused(refusal), operation: .addITwinToMyFavorites))) {
            $0.id == .addITwinToMyFavorites
        }
        #expect(robot.text.contains("wasn't changed"))
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("★") == false)
    }

    @Test func `The number of favorites doesn't count a removed one that still has its row`() {
        var robot = robot()
        robot.press("3")
        #expect(robot.row(of: "Favorites  4 ─") != nil)
        robot.press("f")
        #expect(robot.selectedRow?.contains("★") == false)
        #expect(robot.row(of: "Favorites  3 ─") != nil)
        robot.press("/")
        robot.type("ha")
        // Harbour Bridge, which is none any more, and Zürich Hauptbahnhof.
        #expect(robot.row(of: "Favorites  1 of 3 ") != nil)
        robot.press("esc f")
        #expect(robot.row(of: "Favorites  4 ─") != nil)
    }

    @Test func `Opening an iTwin makes it the first of the recents and records the time`() {
        var robot = robot()
        robot.press("2 G")
        robot.forgetEffects()
        robot.press("enter")
        #expect(robot.asked.contains(.addRecent(id: SampleData.id(10))))
        #expect(robot.effects.contains(.save(Remembered(opened: [SampleData.id(10): Robot.noon]))))
        robot.press("1")
        #expect(robot.selectedRow?.contains("CD-0001") == true)
        #expect(robot.selectedRow?.contains("now") == true)
    }

    @Test func `Selecting an iTwin doesn't open it`() {
        var robot = robot()
        robot.press("2 j j")
        robot.advance(seconds: 5)
        let opened = robot.effects.contains { effect in
            if case .perform(_, let operation, _) = effect { operation.id == .addITwinToMyRecents } else { false }
        }
        #expect(!opened)
    }

    @Test func `Inactive iTwins are hidden until i shows them`() {
        var robot = robot()
        robot.press("2")
        #expect(!robot.text.contains("Closed Quarry"))
        #expect(robot.text.contains("+1 inactive"))
        robot.press("i")
        #expect(robot.text.contains("Closed Quarry"))
        #expect(robot.text.contains("Inactive"))
        robot.press("i")
        #expect(!robot.text.contains("Closed Quarry"))
    }

    @Test func `An iTwin opened from the dashboard is shown as soon as the list has it`() {
        var robot = Robot()
        robot.answer(.success(.iTwins(Page([SampleData.sample.iTwins[4]])))) { $0.id == .getMyRecentlyUsedITwins }
        robot.press("enter")
        #expect(robot.text.contains("Old Mill Footbridge"))
        robot.serve(.sample)
        robot.press("tab")
        #expect(robot.selectedRow?.contains("OM-0007") == true)
    }

    @Test func `An iTwin missing from the complete list stays shown until the cursor moves in the list`() {
        var data = SampleData.sample
        data.iTwins = Array(data.iTwins.prefix(2))
        var robot = Robot()
        robot.serve(.sample)
        robot.press("2 r 1")
        robot.serve(data)
        robot.press("j enter")
        robot.serve(.sample)
        #expect(robot.text.contains("“Riverside Bridge Rehabilitation” isn't in the list"))
        #expect(robot.text.contains("Flood maps"))
        robot.press("j j")
        robot.serve(.sample)
        #expect(robot.text.contains("Flood maps"))
        robot.press("h j")
        #expect(!robot.text.contains("Flood maps"))
    }

    @Test func `An iTwin that may have been created is found by name and number, not by name alone`() throws {
        var robot = robot()
        robot.press("2 n tab tab")
        robot.type("Harbour Bridge Deck")
        robot.press("tab")
        robot.type("BR-0099")
        robot.press("ctrl-s")
        robot.answer(
            .failure(RequestError(.interrupted("it was closed"), operation: .createITwin, outcomeUnknown: true))
        ) { $0.id == .createITwin }
        robot.press("enter")
        robot.serve(.sample)
        #expect(robot.text.contains("BR-0099"))
        #expect(robot.text.contains("doesn't exist"))
    }

    // MARK: Exports

    @Test func `A running export is checked after 2 s, then after twice the time, until it finishes`() throws {
        var data = SampleData.sample
        data.exports[0].status = .inProgress
        data.exports[0].outputUrl = nil
        var robot = robot(data: data)
        robot.forgetEffects()
        robot.advance(seconds: 1.9)
        #expect(robot.effects.isEmpty)
        robot.advance(seconds: 0.2)
        #expect(robot.asked == [.export(id: data.exports[0].id)])
        robot.answer(.success(.export(data.exports[0])))
        robot.advance(seconds: 3.5)
        #expect(robot.asked.isEmpty)
        robot.advance(seconds: 1)
        #expect(robot.asked == [.export(id: data.exports[0].id)])
        robot.answer(.success(.export(SampleData.sample.exports[0])))
        #expect(robot.text.contains("Export finished: Asset"))
        robot.forgetEffects()
        robot.advance(seconds: 300)
        #expect(robot.effects.isEmpty)
    }

    // MARK: Time and focus

    @Test func `Ages change together on the full minute, and nothing else wakes an idle program`() throws {
        var robot = robot()
        robot.advance(seconds: 30)
        let deadline = try #require(robot.browser.nextDeadline(at: robot.now))
        #expect(deadline == Robot.noon.adding(seconds: 60))
        robot.advance(seconds: 29)
        #expect(robot.text.contains("─ now ─"))
        robot.advance(seconds: 2)
        #expect(!robot.text.contains("─ now ─"))
        #expect(robot.text.contains("─ 1 min ─"))
    }

    @Test func `When the terminal gets the focus the data on the screen is reloaded`() {
        var robot = robot()
        robot.advance(seconds: 5)
        robot.forgetEffects()
        robot.send(.input(.focused(true)))
        #expect(robot.asked.map(\.id).contains(.getMyRecentlyUsedITwins))
    }

    @Test func `After two failed connections the program is offline, checks again and recovers`() {
        var robot = robot()
        robot.advance(seconds: 60)
        robot.press("r")
        while robot.answer(.failure(lost)) {}
        #expect(robot.text.contains("○ offline"))
        robot.forgetEffects()
        robot.advance(seconds: 20)
        #expect(robot.asked.map(\.id) == [.getMyITwins])
        robot.answer(.success(.iTwins(Page([]))))
        robot.serve(.sample)
        #expect(robot.text.contains("● online"))
    }

    // MARK: Document routes

    @Test func `In the document routes only their own operations are requested`() {
        var robot = robot(routes: .document)
        robot.press("2 j j j enter")
        robot.serve(.sample)
        for _ in 0..<4 {
            robot.press("]")
            robot.advance(seconds: 1)
            robot.serve(.sample)
        }
        robot.press("f 3 4 1 r")
        let operations = robot.effects.compactMap { effect -> ITwinsAPI.Operation? in
            switch effect {
            case .perform(_, let operation, _): operation
            case .load(_, let list, _, _): list.operation
            default: nil
            }
        }
        #expect(operations.allSatisfy { $0.exists(in: .document) })
        #expect(operations.contains(.exports(iTwinID: SampleData.id(3))))
        #expect(operations.contains(.addRecent(id: SampleData.id(3))))
    }

    // MARK: Hostile text

    @Test(arguments: [
        "\u{1B}]0;owned\u{7}", "\u{1B}[2J", "\u{9B}31m", "a\rb", "a\nb", "a\u{8}b", "x\u{202E}fdp.exe", "\u{200B}",
        "\u{3164}",
        "👩‍👩‍👧‍👦", "❤️", "🏳️‍🌈", "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "日本語日本語日本語日本語日本語日本語日本語日本語", "",
    ])
    func `No name from a service moves a border or reaches the terminal as anything but text`(_ name: String) {
        var data = SampleData.sample
        for index in data.iTwins.indices {
            (data.iTwins[index].displayName, data.iTwins[index].number, data.iTwins[index].type) = (name, name, name)
        }
        data.repositories = [
            SampleData.id(0): [Repository(id: name.isEmpty ? "x" : name, class: RepositoryClass(rawValue: name))]
        ]
        var robot = robot(data: data)
        robot.press("2")
        robot.advance(seconds: 0.2)
        robot.serve(data)
        let screen = robot.screen
        for y in 3..<26 {
            let columns = screen.row(y).map(\.text)
            #expect(["│", "┃"].contains(columns[columns.startIndex]))
            #expect(["│", "┃"].contains(columns[columns.endIndex - 1]))
        }
        let scalars = robot.text.unicodeScalars
        #expect(!scalars.contains { ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value) })
        #expect(!scalars.contains { [0x202E, 0x200B, 0x200D, 0xFE0F].contains($0.value) })
    }
}
